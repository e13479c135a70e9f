//! What variants cost in a market that has prices of its own.
//!
//! Everything else costs what the market's rate makes of the shop's price.

use std::collections::HashMap;

use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::quantities::PriceBreak;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Exchange, Fault, Id, Money, id};

const FIXED_PRICES: &str = include_str!("../../sql/catalog/fixed_prices.sql");
const PRICES_IN_MARKET: &str = include_str!("../../sql/catalog/prices_in_market.sql");

/// What a variant costs, in the buyer's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// One of it.
    pub price: Money,
    /// A price to compare with.
    pub compare_at: Option<Money>,
    /// What each costs when more are bought, in ascending order of the numbers.
    pub breaks: Vec<PriceBreak>,
}

/// The lowest and the highest price of a product's variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Of the prices, in the buyer's currency.
    pub price: (Money, Money),
    /// Of those to compare with; zero without any.
    pub compare_at: (Money, Money),
}

/// The prices of its own that a market has for these variants in a currency; one without is left out.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_variants(
    conn: &mut Conn,
    market: i64,
    by: &Exchange,
    variants: &[Id<id::ProductVariant>],
) -> Result<HashMap<Id<id::ProductVariant>, Price>, Fault> {
    type Columns = (
        BigInt,
        BigInt,
        Nullable<BigInt>,
        Array<Integer>,
        Array<BigInt>,
    );
    type Row = (i64, i64, Option<i64>, Vec<i32>, Vec<i64>);
    let ids: Vec<i64> = variants.iter().map(|id| id.value).collect();
    let query = diesel::sql_query(FIXED_PRICES)
        .bind::<BigInt, _>(market)
        .bind::<Text, _>(by.to.code())
        .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    let money = |minor| Money::new(minor, by.to);
    let price = |(variant, price, compare_at, from, prices): Row| {
        let breaks = from.into_iter().zip(prices);
        let breaks = breaks.map(|(minimum, minor)| PriceBreak {
            minimum,
            price: money(minor),
        });
        let price = Price {
            price: money(price),
            compare_at: compare_at.map(money),
            breaks: breaks.collect(),
        };
        (Id::new(variant), price)
    };
    Ok(rows.into_iter().map(price).collect())
}

/// Between what prices these products are sold in a market that has prices of its own for some of their
/// variants; one without any is left out.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_products(
    conn: &mut Conn,
    market: i64,
    by: &Exchange,
    products: &[Id<id::Product>],
) -> Result<HashMap<Id<id::Product>, Range>, Fault> {
    type Columns = (BigInt, Text, Bool, BigInt, Nullable<BigInt>);
    type Row = (i64, String, bool, i64, Option<i64>);
    let ids: Vec<i64> = products.iter().map(|id| id.value).collect();
    let query = diesel::sql_query(PRICES_IN_MARKET)
        .bind::<BigInt, _>(market)
        .bind::<Text, _>(by.to.code())
        .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    let mut found: HashMap<Id<id::Product>, (Vec<i64>, Vec<i64>)> = HashMap::new();
    for (product, currency, fixed, price, compare_at) in rows {
        let shown = |minor: i64| -> Result<i64, Fault> {
            if fixed {
                return Ok(minor);
            }
            let currency = currency.parse();
            let currency =
                currency.map_err(|error| Fault::other("read a variant's price", error))?;
            Ok(by.money(Money::new(minor, currency)).minor)
        };
        let (prices, compared) = found.entry(Id::new(product)).or_default();
        prices.push(shown(price)?);
        compared.extend(compare_at.map(shown).transpose()?);
    }
    let ends = |minors: &[i64]| {
        let [min, max] = [minors.iter().min(), minors.iter().max()];
        let money = |minor: Option<&i64>| Money::new(minor.copied().unwrap_or(0), by.to);
        (money(min), money(max))
    };
    let range = |(product, (prices, compared)): (_, (Vec<i64>, Vec<i64>))| {
        let range = Range {
            price: ends(&prices),
            compare_at: ends(&compared),
        };
        (product, range)
    };
    Ok(found.into_iter().map(range).collect())
}
