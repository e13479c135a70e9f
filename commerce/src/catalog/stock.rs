//! What the catalogue shows of the stock at active locations: how many are left, and whether a product can be bought.

use std::collections::HashMap;

use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Nullable};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id};

/// A product's variants, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, diesel::Queryable)]
pub struct ProductStock {
    /// Whether any variant can be bought.
    pub available_for_sale: bool,
    /// How many are left over the variants whose stock is counted; `None` when none is counted.
    pub total: Option<i64>,
    /// How many variants there are.
    pub variants: i64,
}

/// How many of these variants are left; a variant whose stock was never counted has none.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_variants(
    conn: &mut Conn,
    variants: &[Id<id::ProductVariant>],
) -> Result<HashMap<Id<id::ProductVariant>, i64>, Fault> {
    let ids: Vec<i64> = variants.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT l.variant_id, sum(l.available)::bigint FROM inventory_levels l \
         JOIN locations place ON place.id = l.location_id \
         WHERE l.variant_id = ANY($1) AND place.active GROUP BY l.variant_id",
    )
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<(Id<id::ProductVariant>, i64)> =
        cached::<(BigInt, BigInt), _>(query).load(conn).await?;
    Ok(rows.into_iter().collect())
}

/// The sums over the variants of these products; a product without variants is missing.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_products(
    conn: &mut Conn,
    products: &[Id<id::Product>],
) -> Result<HashMap<Id<id::Product>, ProductStock>, Fault> {
    type Columns = (BigInt, (Bool, Nullable<BigInt>, BigInt));
    let ids: Vec<i64> = products.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT v.product_id, \
           bool_or(NOT v.inventory_tracked OR v.inventory_policy = 'continue' OR coalesce(l.available, 0) > 0), \
           (sum(coalesce(l.available, 0)) FILTER (WHERE v.inventory_tracked))::bigint, count(*) \
         FROM variants v LEFT JOIN LATERAL (\
           SELECT sum(i.available)::bigint AS available FROM inventory_levels i \
           JOIN locations place ON place.id = i.location_id WHERE i.variant_id = v.id AND place.active) l ON true \
         WHERE v.product_id = ANY($1) AND v.deleted_at IS NULL GROUP BY v.product_id",
    )
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<(Id<id::Product>, ProductStock)> = cached::<Columns, _>(query).load(conn).await?;
    Ok(rows.into_iter().collect())
}
