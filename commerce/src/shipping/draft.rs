//! What a merchant wants deliveries to cost.

/// Countries that share their rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneDraft {
    /// Names the zone to staff.
    pub name: String,
    /// Two upper-case letters each; empty means every country that no other zone names.
    pub countries: Vec<String>,
    /// In order.
    pub rates: Vec<RateDraft>,
}

/// One way of delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateDraft {
    /// Names the rate to clients, within its zone.
    pub code: String,
    /// What buyers read.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// Its price in minor units of the shop's currency.
    pub price_minor: i64,
    /// The subtotal from which it is free, in minor units.
    pub free_from_minor: Option<i64>,
}
