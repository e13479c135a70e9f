//! Writes of stock levels.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::model::StockCount;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::locations;

/// The location that everything is stocked at: the active one of the highest priority.
///
/// # Errors
/// [`Fault::Inconsistent`] when there is none.
pub async fn main_location(conn: &mut Conn) -> Result<i64, Fault> {
    let found = locations::table
        .filter(locations::active)
        .order((locations::priority, locations::id))
        .select(locations::id)
        .first(conn)
        .await
        .optional()?;
    found.ok_or_else(|| Fault::Inconsistent("there is no active stock location".to_owned()))
}

/// Records counted stock; levels that do not exist yet are made.
///
/// A count below what is already promised stands: the shortage is acknowledged on the level, and
/// nothing more can be reserved until stock has recovered. Must run in the transaction that writes
/// the variants' policy.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_on_hand(
    conn: &mut Conn,
    location: i64,
    counts: &[StockCount],
) -> Result<(), Fault> {
    if counts.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(counts)
        .map_err(|error| Fault::other("write stock counts as JSON", error))?;
    let query = diesel::sql_query(include_str!("../../sql/inventory/set_on_hand.sql"))
        .bind::<BigInt, _>(location)
        .bind::<Text, _>(json);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Forgets the stock of variants that are not tracked any more.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn stop_counting(conn: &mut Conn, variants: &[i64]) -> Result<(), Fault> {
    if variants.is_empty() {
        return Ok(());
    }
    let query = diesel::sql_query(include_str!("../../sql/inventory/stop_counting.sql"))
        .bind::<Array<BigInt>, _>(variants);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}
