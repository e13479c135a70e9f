//! What the order "best selling" goes by.

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::Fault;

/// Counts anew what each product has sold since the given time, without canceled orders, and
/// answers how many products changed.
///
/// # Errors
/// A [`Fault`] when the statement fails; it may simply be called again.
pub async fn refresh(conn: &mut Conn, since: DateTime<Utc>) -> Result<usize, Fault> {
    let changed = sql_query(include_str!("../../sql/catalog/refresh_units_sold.sql"))
        .bind::<Timestamptz, _>(since)
        .execute(conn)
        .await?;
    Ok(changed)
}
