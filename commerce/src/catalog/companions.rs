//! What is bought together.

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{PRODUCT, Product, ProductColumns};
use super::products::VISIBLE;
use super::recommendations::LIMIT;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id};

/// Counts anew which products were bought together since the given time, without canceled orders.
///
/// # Errors
/// A [`Fault`] when the statement fails; it may simply be called again.
pub async fn refresh(conn: &mut Conn, since: DateTime<Utc>) -> Result<(), Fault> {
    sql_query(include_str!("../../sql/catalog/refresh_companions.sql"))
        .bind::<Timestamptz, _>(since)
        .execute(conn)
        .await?;
    Ok(())
}

/// Visible products that were bought together with this one, the most frequent first, better sellers first
/// among equals.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_product(
    conn: &mut Conn,
    product: Id<id::Product>,
    now: DateTime<Utc>,
) -> Result<Vec<Product>, Fault> {
    let text = format!(
        "SELECT {PRODUCT} FROM product_companions c JOIN products p ON p.id = c.companion_id \
         LEFT JOIN media m ON m.id = p.featured_media_id WHERE c.product_id = $1 AND {VISIBLE} $2 \
         ORDER BY c.orders DESC, p.units_sold DESC, p.id LIMIT $3"
    );
    let query = sql_query(text)
        .bind::<BigInt, _>(product.value)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(LIMIT);
    Ok(cached::<ProductColumns, _>(query).load(conn).await?)
}
