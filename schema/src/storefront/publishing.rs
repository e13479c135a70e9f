//! What pages on the web have in common.

use async_graphql::{Interface, SimpleObject};

use super::catalog::{Collection, Product};
use super::content::{Article, Blog, Metaobject, Page};
use super::search::SearchQuerySuggestion;
use crate::scalars::Url;

/// What search engines are told.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
#[graphql(name = "SEO")]
pub struct Seo {
    /// The description, where it differs from the thing's own.
    pub description: Option<String>,
    /// The title, where it differs from the thing's own.
    pub title: Option<String>,
}

/// Something that may have a page in the merchant's online store.
#[derive(Interface)]
#[graphql(field(
    name = "online_store_url",
    ty = "Option<Url>",
    desc = "Its page in the online store, if there is one."
))]
pub enum OnlineStorePublishable {
    /// An article of a blog.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A collection.
    Collection(Collection),
    /// A thing of a kind that the merchant made up.
    Metaobject(Metaobject),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
}

/// Something whose visits can be traced back to where they came from.
#[derive(Interface)]
#[graphql(field(
    name = "tracking_parameters",
    ty = "Option<String>",
    desc = "Parameters to add to its address, if it was found by a search."
))]
pub enum Trackable {
    /// An article of a blog.
    Article(Article),
    /// A collection.
    Collection(Collection),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A text to search for.
    SearchQuerySuggestion(SearchQuerySuggestion),
}
