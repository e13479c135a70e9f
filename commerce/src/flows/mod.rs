//! Use cases that span slices; each opens exactly one write transaction at a time.
//!
//! One lock order everywhere: cart → attempt → stock levels (by variant) → order. Row locks on
//! carts and attempts are `FOR NO KEY UPDATE`, so that foreign-key checks do not wait.

pub mod arrange_shop;
pub mod import_catalog;
pub mod settle_currency;
