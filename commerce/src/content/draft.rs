//! What a merchant wants the shop's own words to be, checked and ready to be saved.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::values::Given;
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
    /// How amounts are written; as is usual for the currency if missing.
    pub money_format: Option<String>,
    /// How it presents itself.
    pub brand: BrandDraft,
}

/// How a shop presents itself. Colours are a pair, behind and upon, as `#2f5e51`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandDraft {
    /// The colours of its buttons.
    pub primary: Option<(String, String)>,
    /// Its other colours.
    pub secondary: Option<(String, String)>,
    /// What it says of itself.
    pub slogan: Option<String>,
    /// What it is, in a few words.
    pub short_description: Option<String>,
    /// Its mark.
    pub logo: Option<ImageDraft>,
    /// Its mark in a square.
    pub square_logo: Option<ImageDraft>,
    /// A wide picture.
    pub cover_image: Option<ImageDraft>,
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

/// A file of the merchant's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDraft {
    /// Names the file.
    pub handle: String,
    /// `image`, `video`, `model_3d`, or `file` for any other.
    pub kind: &'static str,
    /// Where it is.
    pub url: String,
    /// What it is or shows, in words.
    pub alt: Option<String>,
    /// What kind of file it is.
    pub mime_type: Option<String>,
    /// How large it is.
    pub bytes: Option<i32>,
    /// Pixels across.
    pub width: Option<i32>,
    /// Pixels down.
    pub height: Option<i32>,
}

/// A kind of things that the merchant makes up, and all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionDraft {
    /// Names the kind.
    pub kind: String,
    /// What staff call it.
    pub name: String,
    /// Whether each is a page of its own.
    pub is_renderable: bool,
    /// The key of the field that search engines take for its title.
    pub seo_title_key: Option<String>,
    /// The key of the field that search engines take for its description.
    pub seo_description_key: Option<String>,
    /// Where the storefront shows them.
    pub url_handle: Option<String>,
    /// Keys and types of the fields, in order.
    pub fields: Vec<(String, String)>,
    /// All of this kind.
    pub entries: Vec<MetaobjectDraft>,
}

/// A thing of a kind that the merchant made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaobjectDraft {
    /// Names it within its kind.
    pub handle: String,
    /// Its values by their keys.
    pub fields: Vec<(String, Given)>,
}

/// A field that the merchant adds to a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetafieldDraft {
    /// What kind of thing it belongs to: a value of the column `owner_kind`.
    pub owner_kind: &'static str,
    /// Names the thing; empty for the shop.
    pub owner: String,
    /// Keeps the names of different makers apart.
    pub namespace: String,
    /// Its name within its namespace.
    pub key: String,
    /// The type of its value.
    pub kind: String,
    /// Its value.
    pub value: Given,
    /// What it is for.
    pub description: Option<String>,
}

/// What is said of a field before any thing has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldDefinitionDraft {
    /// What kind of thing may have it: a value of the column `owner_kind`.
    pub owner_kind: &'static str,
    /// Keeps the names of different makers apart.
    pub namespace: String,
    /// Its name within its namespace.
    pub key: String,
    /// What staff call it.
    pub name: Option<String>,
    /// The type of its values.
    pub kind: String,
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
    /// One metaobject: its type and its handle, with a slash between them.
    Metaobject(String),
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
            Self::Metaobject(name) => ("metaobject", Some(name), None),
            Self::Http(url) => ("http", None, Some(url)),
        }
    }
}
