//! Prices as they are in the country that a request is made for.
//!
//! A request for no country costs nothing; another one a statement, and those for prices that its market has of
//! its own.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result};
use commerce::catalog::prices::{self, Price, Range};
use commerce::kernel::{Exchange, Fault, Id, Money, id};
use commerce::market::{self, PriceList};

use crate::codes::CountryCode;
use crate::context::ContextExt;
use crate::loaders::{Batch, Reads};

/// How a country's prices follow from the shop's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct PriceListIn(CountryCode);

impl Batch for PriceListIn {
    type Value = PriceList;

    /// A request is made for one country, so there is one key.
    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut conn = reads.conn().await?;
        let mut found = HashMap::new();
        for key in keys {
            found.insert(key, market::price_list_in(&mut conn, key.0.code()).await?);
        }
        Ok(found)
    }
}

/// What a market has of its own for something; all keys of a request are of one market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Fixed<K> {
    market: i64,
    by: Exchange,
    of: K,
}

impl<K: Copy> Fixed<K> {
    fn among(list: &PriceList, of: K) -> Option<Self> {
        list.fixed_in.map(|market| Self {
            market,
            by: list.exchange,
            of,
        })
    }

    /// The market, and what is looked for in it.
    fn all(keys: &[Self]) -> Option<(i64, Exchange, Vec<K>)> {
        let first = keys.first()?;
        let of = keys.iter().map(|key| key.of).collect();
        Some((first.market, first.by, of))
    }
}

impl Batch for Fixed<Id<id::ProductVariant>> {
    type Value = Arc<Price>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let Some((market, by, variants)) = Self::all(&keys) else {
            return Ok(HashMap::new());
        };
        let mut conn = reads.conn().await?;
        let found = prices::of_variants(&mut conn, market, &by, &variants).await?;
        let found = found.into_iter();
        Ok(found
            .map(|(of, price)| (Self { market, by, of }, Arc::new(price)))
            .collect())
    }
}

impl Batch for Fixed<Id<id::Product>> {
    type Value = Range;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let Some((market, by, products)) = Self::all(&keys) else {
            return Ok(HashMap::new());
        };
        let mut conn = reads.conn().await?;
        let found = prices::of_products(&mut conn, market, &by, &products).await?;
        let found = found.into_iter();
        Ok(found
            .map(|(of, range)| (Self { market, by, of }, range))
            .collect())
    }
}

/// How prices follow from the shop's for whoever asks; `None` where they are what they are.
pub(crate) async fn price_list(ctx: &Context<'_>) -> Result<Option<PriceList>> {
    let place = ctx.session().place;
    let Some(country) = place.country.filter(|code| *code != CountryCode::Zz) else {
        return Ok(None);
    };
    let found = ctx.load(PriceListIn(country)).await?;
    Ok(found.filter(|list| !list.exchange.is_none() || list.fixed_in.is_some()))
}

/// An amount of the shop's as it is shown to whoever asks.
pub(crate) async fn shown(ctx: &Context<'_>, own: Money) -> Result<Money> {
    let list = price_list(ctx).await?;
    Ok(list.map_or(own, |list| list.exchange.money(own)))
}

/// What a variant costs whoever asks, where their market has a price of its own for it.
pub(crate) async fn price(
    ctx: &Context<'_>,
    variant: Id<id::ProductVariant>,
) -> Result<Option<Arc<Price>>> {
    let list = price_list(ctx).await?;
    match list.and_then(|list| Fixed::among(&list, variant)) {
        Some(key) => Ok(ctx.load(key).await?),
        None => Ok(None),
    }
}

/// Between what prices a product is sold to whoever asks, where their market has prices of its own for it.
pub(crate) async fn range(ctx: &Context<'_>, product: Id<id::Product>) -> Result<Option<Range>> {
    let list = price_list(ctx).await?;
    match list.and_then(|list| Fixed::among(&list, product)) {
        Some(key) => Ok(ctx.load(key).await?),
        None => Ok(None),
    }
}
