//! Prices in the currency of the country that a request is made for.
//!
//! A request for no country costs nothing; another one a statement.

use std::collections::HashMap;

use async_graphql::{Context, Result};
use commerce::kernel::{Exchange, Fault, Money};
use commerce::market;

use crate::codes::CountryCode;
use crate::context::ContextExt;
use crate::loaders::{Batch, Reads};

/// How amounts of the shop's are shown in a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ExchangeIn(CountryCode);

impl Batch for ExchangeIn {
    type Value = Exchange;

    /// A request is made for one country, so there is one key.
    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut conn = reads.conn().await?;
        let mut found = HashMap::new();
        for key in keys {
            found.insert(key, market::exchange_in(&mut conn, key.0.code()).await?);
        }
        Ok(found)
    }
}

/// How amounts of the shop's are shown to whoever asks; `None` where they are what they are.
pub(crate) async fn exchange(ctx: &Context<'_>) -> Result<Option<Exchange>> {
    let place = ctx.session().place;
    let Some(country) = place.country.filter(|code| *code != CountryCode::Zz) else {
        return Ok(None);
    };
    let found = ctx.load(ExchangeIn(country)).await?;
    Ok(found.filter(|exchange| !exchange.is_none()))
}

/// An amount of the shop's as it is shown to whoever asks.
pub(crate) async fn shown(ctx: &Context<'_>, own: Money) -> Result<Money> {
    let exchange = exchange(ctx).await?;
    Ok(exchange.map_or(own, |exchange| exchange.money(own)))
}
