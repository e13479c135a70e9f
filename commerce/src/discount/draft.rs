//! What a merchant says of a discount, in names instead of numbers.

use chrono::{DateTime, Utc};

use crate::pricing::{Class, Value};

/// A discount as a merchant writes it. It is known by its title, whatever the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountDraft {
    /// What it is called; buyers see it where there is no code.
    pub title: String,
    /// Codes that lead to it; a discount without codes counts by itself.
    pub codes: Vec<String>,
    /// From what it takes.
    pub class: Class,
    /// How much.
    pub value: Value,
    /// Goods that it takes from; `None` for all.
    pub gets: Option<Targets>,
    /// Goods that must be bought for it; `None` for all.
    pub buys: Option<Targets>,
    /// What the goods it takes from must be worth, in minor units.
    pub minimum_subtotal: Option<i64>,
    /// How many pieces there must be of them.
    pub minimum_quantity: Option<i32>,
    /// Countries to which delivery becomes free, two capital letters each; empty for all.
    pub countries: Vec<String>,
    /// Who may use it; `None` for everybody.
    pub audience: Option<Audience>,
    /// Whether a customer may use it once only.
    pub once_per_customer: bool,
    /// How often it may be used in all.
    pub usage_limit: Option<i32>,
    /// Classes of discounts that may be used with it, if they agree.
    pub combines_with: Vec<Class>,
    /// Whether it counts at all.
    pub active: bool,
    /// When it begins; when it is stored, where nothing is said.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it is over.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Goods, by what the merchant calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Handles of products.
    pub products: Vec<String>,
    /// Handles of collections.
    pub collections: Vec<String>,
    /// Stock keeping units of variants.
    pub skus: Vec<String>,
}

/// Customers, by what the merchant calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Whoever has one of these tags.
    pub tags: Vec<String>,
    /// E-mail addresses of accounts.
    pub emails: Vec<String>,
}

impl Targets {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty() && self.collections.is_empty() && self.skus.is_empty()
    }
}

/// The word that is stored for a class.
#[must_use]
pub const fn class_word(class: Class) -> &'static str {
    match class {
        Class::Product => "product",
        Class::Order => "order",
        Class::Shipping => "shipping",
    }
}

/// Reads the word that is stored for a class.
#[must_use]
pub fn class_of(word: &str) -> Option<Class> {
    [Class::Product, Class::Order, Class::Shipping]
        .into_iter()
        .find(|class| class_word(*class).eq_ignore_ascii_case(word))
}
