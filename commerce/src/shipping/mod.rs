//! Where the shop delivers what, and for how much. Owns delivery profiles, zones and rates.
//!
//! A profile is a set of products with zones and rates of its own; products that are in none are in the general
//! one, which has no row.

pub mod draft;
mod reads;
mod rules;
pub mod store;

pub use reads::zones;
pub use rules::{DeliveryOption, Parcel, choose, combine, offered, options};

use std::ops::Range;

use crate::kernel::{Address, Exchange, Money, postal};

/// Places that share their rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its number.
    pub id: i64,
    /// The profile whose goods it is for; `None` for the general one.
    pub profile: Option<i64>,
    /// Two-letter codes of whole countries.
    pub countries: Vec<String>,
    /// Parts of countries by their ISO 3166-2 codes, such as `US-CA`.
    pub provinces: Vec<String>,
    /// The rates in the merchant's order.
    pub rates: Vec<Rate>,
}

impl Zone {
    /// Whether it is for every place that no other zone names.
    #[must_use]
    pub fn is_rest(&self) -> bool {
        self.countries.is_empty() && self.provinces.is_empty()
    }

    /// Whether it has the country, or a part of it.
    #[must_use]
    pub fn reaches(&self, country: &str) -> bool {
        let is_part = |place: &String| place.split('-').next() == Some(country);
        self.is_rest()
            || self.countries.iter().any(|code| code == country)
            || self.provinces.iter().any(is_part)
    }
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
    /// How the parcel gets to the buyer.
    pub method: Method,
    /// What it costs.
    pub price: Money,
    /// The subtotal from which it is free.
    pub free_from: Option<Money>,
    /// The subtotals that it is for, in minor units.
    pub subtotals: Range<i64>,
    /// The weights that it is for, in grams.
    pub grams: Range<i64>,
}

/// Makes prices and the subtotals that they are for those of a buyer's currency.
pub fn exchange(zones: &mut [Zone], by: &Exchange) {
    if by.is_none() {
        return;
    }
    for rate in zones.iter_mut().flat_map(|zone| &mut zone.rates) {
        rate.price = by.money(rate.price);
        rate.free_from = rate.free_from.map(|from| by.money(from));
        let below = match rate.subtotals.end {
            i64::MAX => i64::MAX,
            below => by.minor(below),
        };
        rate.subtotals = by.minor(rate.subtotals.start)..below;
    }
}

/// How a parcel gets to the buyer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A carrier brings it.
    #[default]
    Shipping,
    /// The merchant brings it.
    Local,
    /// The buyer fetches it.
    PickUp,
}

impl Method {
    /// As it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shipping => "shipping",
            Self::Local => "local",
            Self::PickUp => "pick_up",
        }
    }

    /// The method of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Shipping, Self::Local, Self::PickUp];
        all.into_iter().find(|method| method.name() == name)
    }
}

/// Where a parcel goes, as far as its price depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The country's two-letter code.
    pub country: String,
    /// The province's code, where the buyer gave it.
    pub province: Option<String>,
}

impl Destination {
    /// Where the address is; `None` without a country.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        Some(Self {
            country: address.country.clone()?,
            province: address.province.clone(),
        })
    }

    /// The ISO 3166-2 code of the province, which buyers give with or without the country, or by its name where
    /// the country's provinces are known.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        let province = self.province.as_deref()?;
        let code = match postal::province(&self.country, province) {
            Some(code) => code,
            None => province.to_ascii_uppercase(),
        };
        Some(format!("{}-{code}", self.country))
    }
}
