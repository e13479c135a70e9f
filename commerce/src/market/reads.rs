//! Reading markets.

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text};
use diesel_async::RunQueryDsl;

use super::{Market, PriceList};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id};
use crate::tables::{market_countries, markets as t};

/// All markets, in the order in which they were made, in one statement; a shop has a handful.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn markets(conn: &mut Conn) -> Result<Vec<Market>, Fault> {
    type Row = (
        i64,
        String,
        String,
        bool,
        bool,
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Row> = t::table
        .left_join(market_countries::table.on(market_countries::market_id.eq(t::id)))
        .order((t::id, market_countries::country))
        .select((
            t::id,
            t::handle,
            t::name,
            t::for_the_rest,
            t::taxes_included,
            t::currency,
            market_countries::country.nullable(),
        ))
        .load(conn)
        .await?;
    let mut found: Vec<Market> = Vec::new();
    for (id, handle, name, for_the_rest, taxes_included, currency, country) in rows {
        if found.last().is_none_or(|last| last.id.value != id) {
            found.push(Market {
                id: Id::new(id),
                handle,
                name,
                countries: Vec::new(),
                for_the_rest,
                taxes_included,
                currency: currency
                    .map(|code| code.parse())
                    .transpose()
                    .map_err(|error| Fault::other("read a market's currency", error))?,
            });
        }
        if let Some(last) = found.last_mut() {
            last.countries.extend(country);
        }
    }
    Ok(found)
}

/// How a country's prices follow from the shop's.
///
/// # Errors
/// A [`Fault`] when the statement fails, as it does without a shop.
pub async fn price_list_in(conn: &mut Conn, country: &str) -> Result<PriceList, Fault> {
    let query = diesel::sql_query("SELECT price_list_in($1)").bind::<Text, _>(country);
    let found: serde_json::Value = cached::<Jsonb, _>(query).get_result(conn).await?;
    serde_json::from_value(found).map_err(|error| Fault::other("read a market's rate", error))
}
