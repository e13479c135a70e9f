//! What a merchant wants deliveries to cost.

use super::Method;

/// Products that travel otherwise than the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileDraft {
    /// Names it to staff.
    pub name: String,
    /// By their handles; each is in one profile at most.
    pub products: Vec<String>,
    /// Where they are delivered.
    pub zones: Vec<ZoneDraft>,
}

/// Places that share their rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneDraft {
    /// Names the zone to staff, within its profile.
    pub name: String,
    /// Two upper-case letters each; where there are no provinces either, the zone is for every place that
    /// no other zone names.
    pub countries: Vec<String>,
    /// Parts of countries by their ISO 3166-2 codes, such as `US-CA`.
    pub provinces: Vec<String>,
    /// In order.
    pub rates: Vec<RateDraft>,
}

/// One way of delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// How the parcel gets to the buyer.
    pub method: Method,
    /// The least subtotal that the rate is for, in minor units.
    pub subtotal_from_minor: i64,
    /// The subtotal from which on it is no longer offered.
    pub subtotal_below_minor: Option<i64>,
    /// The least weight that it is for, in grams.
    pub grams_from: i64,
    /// The weight from which on it is no longer offered.
    pub grams_below: Option<i64>,
}
