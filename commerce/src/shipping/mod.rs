//! Where the shop delivers, and for how much. Owns delivery zones and rates.

pub mod draft;
mod reads;
mod rules;
pub mod store;

pub use reads::zones;
pub use rules::{DeliveryOption, choose, options};

use crate::kernel::Money;

/// Countries that share their rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its number.
    pub id: i64,
    /// Two-letter codes; empty for every country that no other zone names.
    pub countries: Vec<String>,
    /// The rates in the merchant's order.
    pub rates: Vec<Rate>,
}

/// One way to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Names the rate; stable across imports.
    pub code: String,
    /// What the buyer reads.
    pub title: String,
    /// More of it.
    pub description: Option<String>,
    /// What it costs.
    pub price: Money,
    /// The subtotal from which it is free.
    pub free_from: Option<Money>,
}
