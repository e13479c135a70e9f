//! Products with their options, variants and pictures, and the collections they stand in.
//!
//! Owns the tables of the catalogue migration. Reads answer many ids at once and only ever see what
//! the public may see: products that are active and published, collections that are published,
//! variants that are not deleted. Only `store` writes; a variant is never deleted for good, because
//! orders point at it.

pub mod best_sellers;
pub mod collections;
pub mod companions;
pub mod draft;
pub mod encoded_variants;
pub mod film;
pub mod import;
pub mod markup;
pub mod measure;
pub mod media;
pub mod model;
pub mod options;
pub mod prices;
pub mod product_list;
pub mod products;
pub mod quantities;
pub mod recommendations;
pub mod rules;
pub mod sanitize;
pub mod selection;
pub mod stock;
pub mod store;
pub mod variants;

pub use crate::db::keyset;
