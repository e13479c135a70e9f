//! Products with their options, variants and pictures, and the collections they stand in.
//!
//! Owns the tables of the catalogue migration. Reads answer many ids at once and only ever see what
//! the public may see: products that are active and published, collections that are published,
//! variants that are not deleted.

pub mod collections;
pub mod encoded_variants;
pub mod keyset;
pub mod media;
pub mod model;
pub mod options;
pub mod product_list;
pub mod products;
pub mod recommendations;
pub mod selection;
pub mod stock;
pub mod variants;
