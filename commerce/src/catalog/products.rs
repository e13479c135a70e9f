//! Products by their ids and handles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{PRODUCT, PRODUCTS, Product, ProductColumns, ProductTexts};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault, Id, id};

/// What makes lists show a row of `products p`; the time comes as a bind.
pub(crate) const VISIBLE: &str = "p.status = 'active' AND p.published_at <= ";

/// What makes a row of `products p` one that may be seen and bought by whoever knows it, though lists may not show it; the
/// time comes as a bind.
pub(crate) const REACHABLE: &str = "p.status IN ('active', 'unlisted') AND p.published_at <= ";

/// The reachable products among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Product>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::Product>, Product>, Fault> {
    let text = format!("SELECT {PRODUCT} FROM {PRODUCTS} WHERE p.id = ANY($1) AND {REACHABLE} $2");
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Product> = cached::<ProductColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The reachable products among those with these handles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[String],
    now: DateTime<Utc>,
) -> Result<HashMap<String, Product>, Fault> {
    let text =
        format!("SELECT {PRODUCT} FROM {PRODUCTS} WHERE p.handle = ANY($1) AND {REACHABLE} $2");
    let handles: Vec<String> = handles
        .iter()
        .filter(|h| !h.contains('\0'))
        .cloned()
        .collect();
    let query = sql_query(text)
        .bind::<Array<Text>, _>(handles)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Product> = cached::<ProductColumns, _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.handle.clone(), row))
        .collect())
}

/// The long texts of these products.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn texts(
    conn: &mut Conn,
    ids: &[Id<id::Product>],
) -> Result<HashMap<Id<id::Product>, ProductTexts>, Fault> {
    type Columns = (BigInt, (Text, Text, Nullable<Text>, Nullable<Text>));
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT id, description, description_html, seo_title, seo_description \
         FROM products WHERE id = ANY($1)",
    )
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<(Id<id::Product>, ProductTexts)> = cached::<Columns, _>(query).load(conn).await?;
    Ok(rows.into_iter().collect())
}

/// The tags that visible products carry, in alphabetical order.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn tags(conn: &mut Conn, limit: i64, now: DateTime<Utc>) -> Result<Vec<String>, Fault> {
    let text = format!(
        "SELECT DISTINCT t.tag COLLATE \"C\" AS tag FROM products p, unnest(p.tags) AS t (tag) \
         WHERE {VISIBLE} $1 ORDER BY tag LIMIT $2"
    );
    names(conn, text, limit, now).await
}

/// The types that visible products have, in alphabetical order.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn types(conn: &mut Conn, limit: i64, now: DateTime<Utc>) -> Result<Vec<String>, Fault> {
    let text = format!(
        "SELECT DISTINCT p.product_type FROM products p \
         WHERE {VISIBLE} $1 AND p.product_type <> '' ORDER BY p.product_type LIMIT $2"
    );
    names(conn, text, limit, now).await
}

async fn names(
    conn: &mut Conn,
    text: String,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Fault> {
    let query = sql_query(text)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(limit);
    Ok(cached::<Text, _>(query).load(conn).await?)
}

/// The currency of all prices.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn currency(conn: &mut Conn) -> Result<Currency, Fault> {
    Ok(cached::<Text, _>(sql_query("SELECT currency FROM shops"))
        .get_result(conn)
        .await?)
}
