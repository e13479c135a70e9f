//! Countries that are sold to alike, and what their states take of a purchase.
//!
//! Owns `markets`, `market_countries`, `tax_rates` and `duty_rates`; what single variants cost in a market is the catalogue's. A country is in one market; one market has
//! every country that no other names.

pub mod draft;
mod reads;
pub mod store;

pub use reads::{markets, price_list_in};

use crate::kernel::id::Market as MarketId;
use crate::kernel::{Currency, Exchange, Id};

/// Countries that are sold to alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
    /// Its number.
    pub id: Id<MarketId>,
    /// Its name to programs.
    pub handle: String,
    /// Its name to staff.
    pub name: String,
    /// Two-letter codes, in their order.
    pub countries: Vec<String>,
    /// Whether it has every country that no other market names.
    pub for_the_rest: bool,
    /// Whether prices contain taxes and duties.
    pub taxes_included: bool,
    /// What buyers pay in, where it is not the shop's currency.
    pub currency: Option<Currency>,
}

/// How a country's prices follow from the shop's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
pub struct PriceList {
    /// What amounts of the shop's are here.
    #[serde(flatten)]
    pub exchange: Exchange,
    /// The market, where it has prices of its own in this currency; those go first.
    pub fixed_in: Option<i64>,
}

impl PriceList {
    /// Every amount stays what it is.
    #[must_use]
    pub const fn own(currency: Currency) -> Self {
        Self {
            exchange: Exchange::none(currency),
            fixed_in: None,
        }
    }
}

/// The market of a country; `None` when it is in none and none is for the rest.
#[must_use]
pub fn of_country<'m>(markets: &'m [Market], country: &str) -> Option<&'m Market> {
    let names = |market: &&Market| market.countries.iter().any(|code| code == country);
    let named = markets.iter().find(names);
    named.or_else(|| markets.iter().find(|market| market.for_the_rest))
}
