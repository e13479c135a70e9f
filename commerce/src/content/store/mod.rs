//! The only writers of the shop's words. None opens a transaction.

mod blogs;
mod made_up;
mod menus;
mod pages;
mod shop;

pub use blogs::{save_authors, save_blogs};
pub use made_up::{save_files, save_metafields, save_metaobjects};
pub use menus::save_menus;
pub use pages::save_pages;
pub use shop::{change_currency, identity, save_policies, save_shop, shop_currency, touch_shop};
