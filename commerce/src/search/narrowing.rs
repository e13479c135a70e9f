//! What a list of products is narrowed down to: of each kind any of the given values, and all kinds at once.
//!
//! Price, options and "can be bought" are said of variants: one variant must meet all of them, so that
//! whoever asks for a medium one under 50 that can be bought does not get a product that has a large one
//! under 50.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::fragment::{Fragment, Value};
use crate::kernel::Currency;
use crate::market::PriceList;

/// A kind of value that products are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// What kind of thing it is.
    ProductType,
    /// Who makes or sells it.
    Vendor,
    /// A word that the merchant sorts it by.
    Tag,
    /// An option of its variants, by its name in lower case.
    Option(String),
    /// A field that the merchant added to it, by `namespace.key`.
    ProductMetafield(String),
    /// A field that the merchant added to a variant, by `namespace.key`.
    VariantMetafield(String),
}

impl Facet {
    /// Its kind and name as the table `facet_values` has them.
    #[must_use]
    pub fn key(&self) -> (&'static str, &str) {
        match self {
            Self::ProductType => ("product_type", ""),
            Self::Vendor => ("vendor", ""),
            Self::Tag => ("tag", ""),
            Self::Option(name) => ("option", name),
            Self::ProductMetafield(name) => ("product_metafield", name),
            Self::VariantMetafield(name) => ("variant_metafield", name),
        }
    }

    /// What a row of `facet_values` is; `None` for a kind that this build does not know.
    #[must_use]
    pub fn of(kind: &str, name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Some(match kind {
            "product_type" => Self::ProductType,
            "vendor" => Self::Vendor,
            "tag" => Self::Tag,
            "option" => Self::Option(name),
            "product_metafield" => Self::ProductMetafield(name),
            "variant_metafield" => Self::VariantMetafield(name),
            _ => return None,
        })
    }
}

/// A range of prices in minor units, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceRange {
    /// The lowest.
    pub min: i64,
    /// The highest, if there is one.
    pub max: Option<i64>,
}

/// A range that a price lies in: as buyers see it, and said of the shop's prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShownRange {
    /// Of prices as they are shown.
    pub shown: PriceRange,
    /// Of those of the shop's that are shown within it.
    pub own: PriceRange,
}

/// A market that has prices of its own, and what they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fixed {
    /// The market's number.
    pub market: i64,
    /// The currency.
    pub currency: Currency,
}

impl Fixed {
    /// Whose prices hold by a price list, if it has any.
    #[must_use]
    pub fn of(list: &PriceList) -> Option<Self> {
        list.fixed_in.map(|market| Self {
            market,
            currency: list.exchange.to,
        })
    }

    /// The market's price of each variant of `products p`, null where it has none, in the order of
    /// `product_offers`; nothing of products for which it has none at all.
    #[must_use]
    pub fn prices(self) -> Fragment {
        Fragment::sql(
            "CASE WHEN p.id IN (SELECT w.product_id FROM market_prices f JOIN variants w ON w.id = f.variant_id WHERE ",
        )
        .append(self.condition())
        .push(
            ") THEN ARRAY(SELECT f.price_minor FROM variants w LEFT JOIN market_prices f ON f.variant_id = w.id AND ",
        )
        .append(self.condition())
        .push(
            " WHERE w.product_id = p.id AND w.deleted_at IS NULL ORDER BY w.position, w.id) \
             ELSE '{}'::bigint[] END",
        )
    }

    /// The condition on `market_prices f`.
    fn condition(self) -> Fragment {
        Fragment::sql("f.minimum = 1 AND f.market_id = ")
            .bind(Value::Number(self.market))
            .push(" AND f.currency = ")
            .bind(Value::Text(self.currency.code().to_owned()))
    }
}

/// What a list of products is narrowed down to; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    /// Those that can be bought, those that cannot.
    pub available: BTreeSet<bool>,
    /// Their prices lie in one of these.
    pub prices: BTreeSet<ShownRange>,
    /// Whose prices go before the shop's, where there are some and prices are asked for.
    pub fixed: Option<Fixed>,
    /// Their values, in any case, are among these.
    pub values: BTreeMap<Facet, BTreeSet<String>>,
    /// Something that no product can be.
    pub impossible: bool,
}

impl Narrowing {
    /// Whether it leaves all products.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// Adds a value of a facet.
    pub fn add(&mut self, facet: Facet, value: &str) {
        // A null byte cannot be sent to PostgreSQL; nothing has one.
        let value = value.replace('\0', " ");
        let facet = match facet {
            Facet::Option(name) => Facet::Option(name.replace('\0', " ").to_lowercase()),
            Facet::ProductMetafield(name) => {
                Facet::ProductMetafield(name.replace('\0', " ").to_lowercase())
            }
            Facet::VariantMetafield(name) => {
                Facet::VariantMetafield(name.replace('\0', " ").to_lowercase())
            }
            facet => facet,
        };
        self.values.entry(facet).or_default().insert(value);
    }

    /// Whether only what can be bought is wanted.
    #[must_use]
    pub fn only_available(&self) -> bool {
        self.available.len() == 1 && self.available.contains(&true)
    }

    /// Whether only what cannot be bought is wanted.
    #[must_use]
    pub fn only_unavailable(&self) -> bool {
        self.available.len() == 1 && self.available.contains(&false)
    }

    /// The values of options, which are said of variants.
    pub fn options(&self) -> impl Iterator<Item = (&Facet, &BTreeSet<String>)> {
        let values = self.values.iter();
        values.filter(|(facet, _)| matches!(facet, Facet::Option(_)))
    }

    /// The conditions on `products p`.
    #[must_use]
    pub fn conditions(&self) -> Vec<Fragment> {
        let mut all = Vec::new();
        if self.impossible {
            all.push(Fragment::sql("false"));
        }
        for (facet, values) in &self.values {
            if !matches!(facet, Facet::Option(_)) {
                all.push(Fragment::sql("p.facets && ").append(ids(facet, values)));
            }
        }
        if self.only_unavailable() {
            all.push(Fragment::sql(
                "NOT EXISTS (SELECT FROM product_offers o WHERE o.product_id = p.id AND o.available)",
            ));
        }
        let of_variants = self.of_variants();
        if of_variants.is_empty() {
            if self.only_available() {
                all.push(available());
            }
        } else {
            let (fixed, column) = match self.fixed {
                Some(fixed) => (Fragment::sql(", ").append(fixed.prices()), ", fixed"),
                None => (Fragment::sql(""), ""),
            };
            all.push(
                Fragment::sql(
                    "EXISTS (SELECT FROM product_offers o, \
                     unnest(o.prices, o.sellable, o.values1, o.values2, o.values3",
                )
                .append(fixed)
                .push(format!(
                    ") AS v (price, sellable, value1, value2, value3{column}) WHERE o.product_id = p.id AND "
                ))
                .append(Fragment::join(of_variants, " AND "))
                .push(")"),
            );
        }
        all
    }

    /// The conditions on one variant beside that it can be bought, then that.
    fn of_variants(&self) -> Vec<Fragment> {
        let mut all = Vec::new();
        let priced = |ranges: &ShownRange| match self.fixed {
            Some(_) => Fragment::join(
                vec![
                    Fragment::sql("v.fixed IS NULL AND ").append(range("v.price", &ranges.own)),
                    range("v.fixed", &ranges.shown),
                ],
                " OR ",
            ),
            None => range("v.price", &ranges.own),
        };
        let prices: Vec<Fragment> = self.prices.iter().map(priced).collect();
        if !prices.is_empty() {
            all.push(Fragment::join(prices, " OR "));
        }
        for (facet, values) in self.options() {
            all.push(
                Fragment::sql("ARRAY[v.value1, v.value2, v.value3] && ").append(ids(facet, values)),
            );
        }
        if !all.is_empty() && self.only_available() {
            all.push(Fragment::sql("v.sellable"));
        }
        all
    }
}

/// That a row of `products p` can be bought.
#[must_use]
pub fn available() -> Fragment {
    Fragment::sql("EXISTS (SELECT FROM product_offers o WHERE o.product_id = p.id AND o.available)")
}

fn range(price: &str, range: &PriceRange) -> Fragment {
    let from = Fragment::sql(format!("{price} >= ")).bind(Value::Number(range.min));
    match range.max {
        Some(max) => {
            let to = Fragment::sql(format!("{price} <= ")).bind(Value::Number(max));
            Fragment::join(vec![from, to], " AND ")
        }
        None => from,
    }
}

/// The ids of a facet's values, read once for a statement. Folded by the database alone, as the keys are: it folds
/// other letters than Rust does.
fn ids(facet: &Facet, values: &BTreeSet<String>) -> Fragment {
    let (kind, name) = facet.key();
    Fragment::sql(format!(
        "ARRAY(SELECT f.id FROM facet_values f WHERE f.kind = '{kind}' AND f.name_key = left(lower("
    ))
    .bind(Value::Text(name.to_owned()))
    .push("), 400) AND f.label_key = ANY (ARRAY(SELECT left(lower(t), 400) FROM unnest(")
    .bind(Value::Texts(values.iter().cloned().collect()))
    .push("::text[]) AS u (t))))")
}
