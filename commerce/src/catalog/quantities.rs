//! How many of a variant can be bought at once, and what each costs when more of it are bought.

use std::collections::HashMap;

use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault, Id, Money, id};

const QUANTITIES: &str = include_str!("../../sql/catalog/quantities.sql");

/// Which numbers of a variant one line of a cart may have: multiples of the increment from the minimum up
/// to the maximum, which is a limit to all lines of the variant together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantityRule {
    /// At least so many; a multiple of the increment.
    pub minimum: i32,
    /// At most so many, a multiple of the increment; `None` for any number.
    pub maximum: Option<i32>,
    /// Only multiples of this.
    pub increment: i32,
}

impl Default for QuantityRule {
    /// Any number.
    fn default() -> Self {
        Self {
            minimum: 1,
            maximum: None,
            increment: 1,
        }
    }
}

impl QuantityRule {
    /// The largest allowed number that is no larger than this; zero where there is none.
    #[must_use]
    pub fn at_most(&self, quantity: i32) -> i32 {
        let quantity = self.maximum.map_or(quantity, |most| most.min(quantity));
        let whole = quantity - quantity % self.increment;
        if whole < self.minimum { 0 } else { whole }
    }
}

/// What each costs from some number of a variant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceBreak {
    /// From so many on, two or more.
    pub minimum: i32,
    /// The price of each, of the first ones too.
    pub price: Money,
}

/// What one of a variant costs that has this price when a single one is bought. `breaks` are in ascending
/// order.
#[must_use]
pub fn unit_price(single: Money, breaks: &[PriceBreak], quantity: i64) -> Money {
    let reached = breaks
        .iter()
        .take_while(|one| i64::from(one.minimum) <= quantity);
    reached.last().map_or(single, |one| one.price)
}

/// The rule and the prices of a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quantities {
    /// How many can be bought at once.
    pub rule: QuantityRule,
    /// Prices for larger numbers, in ascending order of the numbers.
    pub breaks: Vec<PriceBreak>,
}

/// What a variant's row tells of it: minimum, maximum and increment of its rule, then where prices begin, and the
/// prices in minor units.
pub type Columns = (
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<Integer>,
    Array<Integer>,
    Array<BigInt>,
);

/// A row of [`Columns`].
pub type Row = (Option<i32>, Option<i32>, Option<i32>, Vec<i32>, Vec<i64>);

impl Quantities {
    /// What a row tells; its prices are in `currency`.
    #[must_use]
    pub fn read(row: Row, currency: Currency) -> Self {
        let (minimum, maximum, increment, from, prices) = row;
        let rule = minimum.zip(increment);
        let rule = rule.map(|(minimum, increment)| QuantityRule {
            minimum,
            maximum,
            increment,
        });
        let breaks = from.into_iter().zip(prices);
        let breaks = breaks.map(|(minimum, minor)| PriceBreak {
            minimum,
            price: Money::new(minor, currency),
        });
        Self {
            rule: rule.unwrap_or_default(),
            breaks: breaks.collect(),
        }
    }

    /// The same with other prices.
    #[must_use]
    pub fn priced(mut self, price: impl Fn(Money) -> Money) -> Self {
        for one in &mut self.breaks {
            one.price = price(one.price);
        }
        self
    }
}

/// What holds for these variants; one that is missing can be bought in any number at one price.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_variants(
    conn: &mut Conn,
    variants: &[Id<id::ProductVariant>],
) -> Result<HashMap<Id<id::ProductVariant>, Quantities>, Fault> {
    let ids: Vec<i64> = variants.iter().map(|id| id.value).collect();
    let query = diesel::sql_query(QUANTITIES).bind::<Array<BigInt>, _>(ids);
    let rows: Vec<(Id<id::ProductVariant>, String, Row)> =
        cached::<(BigInt, Text, Columns), _>(query)
            .load(conn)
            .await?;
    let read = |(variant, currency, row): (_, String, Row)| {
        let currency = currency.parse();
        let currency = currency.map_err(|error| Fault::other("read a variant's prices", error))?;
        Ok((variant, Quantities::read(row, currency)))
    };
    rows.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_holds_from_its_number_up_to_the_next() {
        let usd = |minor| Money::new(minor, Currency::USD);
        let breaks = [(10, 900), (50, 750)].map(|(minimum, minor)| PriceBreak {
            minimum,
            price: usd(minor),
        });
        let minor = |quantity| unit_price(usd(1_000), &breaks, quantity).minor;
        let prices = [0, 1, 9, 10, 49, 50, 51].map(minor);
        assert_eq!(prices, [1_000, 1_000, 1_000, 900, 900, 750, 750]);
        assert_eq!(unit_price(usd(1_000), &[], 99), usd(1_000));
    }

    #[test]
    fn a_number_is_cut_down_to_an_allowed_one() {
        let rule = QuantityRule {
            minimum: 6,
            maximum: Some(12),
            increment: 3,
        };
        let cut = [0, 5, 6, 8, 9, 11, 12, 100].map(|quantity| rule.at_most(quantity));
        assert_eq!(cut, [0, 0, 6, 6, 9, 9, 12, 12]);
        assert_eq!(QuantityRule::default().at_most(7), 7);
    }
}
