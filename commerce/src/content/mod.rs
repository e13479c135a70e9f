//! Pages and menus, the shop's name and policies: what the merchant writes beside the goods.
//!
//! Owns `shops`, `shop_policies`, `pages`, `menus` and `menu_items`; only `store` writes them.

pub mod draft;
pub mod reads;
pub mod store;

use chrono::{DateTime, Utc};

use crate::kernel::{Id, id};

/// A page of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Names the page.
    pub id: Id<id::Page>,
    /// Names it in addresses.
    pub handle: String,
    /// What it is called.
    pub title: String,
    /// The text with its markup, cleaned.
    pub body_html: String,
    /// The first words without markup.
    pub body_summary: String,
    /// The title for search engines, where it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, where it differs.
    pub seo_description: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}
