//! What a merchant wants markets, taxes and duties to be, checked and ready to be saved.

use crate::kernel::Currency;

/// Countries that are sold to alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketDraft {
    /// Names it to programs.
    pub handle: String,
    /// Names it to staff.
    pub name: String,
    /// Two upper-case letters each; none for the market that has every other country.
    pub countries: Vec<String>,
    /// Whether prices contain taxes and duties.
    pub taxes_included: bool,
    /// What buyers pay in, where it is not the shop's currency.
    pub currency: Option<CurrencyDraft>,
}

/// A currency of a market's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyDraft {
    /// The currency.
    pub currency: Currency,
    /// Major units of it for one of the shop's, in millionths.
    pub rate_micros: i64,
    /// Prices are multiples of so many minor units.
    pub step_minor: i64,
}

/// A tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxDraft {
    /// Two upper-case letters.
    pub country: String,
    /// An ISO 3166-2 code, where it is not due in the whole country.
    pub province: Option<String>,
    /// What it is called.
    pub name: String,
    /// Parts of a million.
    pub rate_ppm: i32,
    /// Whether delivery is taxed, too.
    pub on_shipping: bool,
}

/// What a country takes of goods that come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyDraft {
    /// Two upper-case letters.
    pub country: String,
    /// Parts of a million.
    pub rate_ppm: i32,
    /// Goods that are worth less come in free; in minor units of the shop's currency.
    pub from_minor: i64,
}
