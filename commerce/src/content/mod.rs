//! Pages, blogs and menus, the shop's name and policies, metaobjects and metafields: what the merchant writes beside the goods.
//!
//! Owns `shops`, `shop_policies`, `pages`, `blogs`, `article_authors`, `articles`, `article_comments`, `menus`,
//! `menu_items`, `url_redirects`, `files`, `translations`, `metafields`, `metaobjects` and what defines them; only `store`, `redirects` and `translations` write them. Reads answer many ids at once and only ever see what is published.

pub mod articles;
pub mod blogs;
mod cells;
pub mod columns;
pub mod draft;
pub mod identity;
pub mod menus;
pub mod metafields;
pub mod metaobjects;
pub mod pages;
pub mod policies;
pub mod redirects;
pub mod sitemap;
pub mod store;
pub mod translations;
pub mod values;
