//! What a merchant wants the shop's own words to be, checked and ready to be saved.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::catalog::draft::ImageDraft;
use crate::kernel::Currency;

/// The shop itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopDraft {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// The one currency it sells in.
    pub currency: Currency,
    /// The country it sells from, two upper-case letters.
    pub country: String,
    /// Where its storefront lives, without a trailing slash.
    pub primary_domain_url: String,
    /// Where buyers write to.
    pub email: String,
}

/// One of the shop's policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDraft {
    /// Which one: `privacy`, `refund`, `shipping`, `terms` and so on.
    pub kind: String,
    /// Names the policy.
    pub handle: String,
    /// What buyers read first.
    pub title: String,
    /// Sanitised HTML.
    pub body_html: String,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageDraft {
    /// Names the page.
    pub handle: String,
    /// What buyers read first.
    pub title: String,
    /// Sanitised HTML.
    pub body_html: String,
    /// Its first words without markup.
    pub body_summary: String,
    /// The title for search engines, when it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, when it differs.
    pub seo_description: Option<String>,
}

/// Who writes articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorDraft {
    /// Names the author.
    pub handle: String,
    /// Their given name.
    pub first_name: String,
    /// Their family name; may be empty.
    pub last_name: String,
    /// Where readers may write to; empty when nowhere.
    pub email: String,
    /// Who they are.
    pub bio: Option<String>,
}

/// A blog with its articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlogDraft {
    /// Names the blog.
    pub handle: String,
    /// What readers read first.
    pub title: String,
    /// The title for search engines, when it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, when it differs.
    pub seo_description: Option<String>,
    /// Those made first are the oldest.
    pub articles: Vec<ArticleDraft>,
}

/// An article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArticleDraft {
    /// Names the article within its blog.
    pub handle: String,
    /// What readers read first.
    pub title: String,
    /// The author's handle.
    pub author: String,
    /// Sanitised HTML.
    pub content_html: String,
    /// The same without markup.
    pub content: String,
    /// What it is about, as sanitised HTML.
    pub excerpt_html: Option<String>,
    /// The same without markup.
    pub excerpt: Option<String>,
    /// Each once, in the order given.
    pub tags: Vec<String>,
    /// Its picture.
    #[serde(skip)]
    pub image: Option<ImageDraft>,
    /// The title for search engines, when it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, when it differs.
    pub seo_description: Option<String>,
    /// Whether it is published at all.
    pub is_published: bool,
    /// Since when; the date that it has, or else now, if missing.
    pub published_at: Option<DateTime<Utc>>,
    /// What readers said of it, oldest first.
    pub comments: Vec<CommentDraft>,
}

/// What a reader said of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommentDraft {
    /// What the reader calls themselves.
    pub author_name: String,
    /// Sanitised HTML.
    pub content_html: String,
    /// The same without markup.
    pub content: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuDraft {
    /// Names the menu.
    pub handle: String,
    /// What staff call it.
    pub title: String,
    /// In order.
    pub items: Vec<MenuItemDraft>,
}

/// A place in a menu, and what is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItemDraft {
    /// What buyers read.
    pub title: String,
    /// Where it leads.
    pub target: Target,
    /// In order.
    pub items: Vec<MenuItemDraft>,
}

/// Where a menu item leads; things are named by their handles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The storefront's front page.
    Frontpage,
    /// All products.
    Catalog,
    /// The search.
    Search,
    /// All collections.
    Collections,
    /// One collection.
    Collection(String),
    /// One product.
    Product(String),
    /// One page.
    Page(String),
    /// One policy.
    Policy(String),
    /// One blog.
    Blog(String),
    /// One article: its blog's handle and its own, with a slash between them.
    Article(String),
    /// Any other address.
    Http(String),
}

impl Target {
    /// The row's kind, the handle it names, the address.
    pub(super) fn parts(&self) -> (&'static str, Option<&str>, Option<&str>) {
        match self {
            Self::Frontpage => ("frontpage", None, None),
            Self::Catalog => ("catalog", None, None),
            Self::Search => ("search", None, None),
            Self::Collections => ("collections", None, None),
            Self::Collection(handle) => ("collection", Some(handle), None),
            Self::Product(handle) => ("product", Some(handle), None),
            Self::Page(handle) => ("page", Some(handle), None),
            Self::Policy(handle) => ("policy", Some(handle), None),
            Self::Blog(handle) => ("blog", Some(handle), None),
            Self::Article(handles) => ("article", Some(handles), None),
            Self::Http(url) => ("http", None, Some(url)),
        }
    }
}
