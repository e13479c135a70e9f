//! The only writers of the shop's words. None opens a transaction.

mod blogs;
mod columns;
mod made_up;
mod menus;
mod names;
mod pages;
mod shop;

pub use blogs::{save_authors, save_blogs};
pub use columns::{
    FieldCell, FieldKind, Put, field_kinds, kept_fields, note_columns, put_fields,
    save_definitions, settle_types,
};
pub use made_up::{save_files, save_metafields, save_metaobjects};
pub use menus::save_menus;
pub use names::names;
pub use pages::save_pages;
pub use shop::{
    change_currency, identity, save_policies, save_shop, save_time_zone, shop_currency, touch_shop,
};
