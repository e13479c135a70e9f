//! Pages and menus, the shop's name and policies: what the merchant writes beside the goods.
//!
//! Owns `shops`, `shop_policies`, `pages`, `menus` and `menu_items`; only `store` writes them. Reads
//! answer many ids at once and only ever see pages that are published.

pub mod draft;
pub mod identity;
pub mod menus;
pub mod pages;
pub mod policies;
pub mod store;
