//! Variants by their ids and by the products that they belong to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{VARIANT, Variant, VariantColumns};
use super::products::REACHABLE;
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{Order, Page, Place, PlaceColumns, SortKind, limit, page};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// What the variants of a product can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariantSort {
    /// As the merchant placed them.
    Position,
    /// Their titles.
    Title,
    /// Their stock keeping units, those without one first.
    Sku,
    /// Their ids.
    Id,
}

impl VariantSort {
    fn order(self, reverse: bool) -> Order {
        let by = |sql, kind| Order::by(sql, kind, "v.id");
        let order = match self {
            Self::Position => by("v.position", SortKind::Number),
            Self::Title => by("lower(v.title) COLLATE \"C\"", SortKind::Text),
            Self::Sku => by("coalesce(v.sku, '') COLLATE \"C\"", SortKind::Text),
            Self::Id => Order::by_id("v.id"),
        };
        order.reversed(reverse)
    }
}

/// Which part of a product's variants, in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariantPart {
    /// The order.
    pub sort: VariantSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The variants among these that the public sees: not deleted, of a product that is visible or unlisted.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::ProductVariant>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::ProductVariant>, Variant>, Fault> {
    let text = format!(
        "SELECT {VARIANT} FROM variants v JOIN products p ON p.id = v.product_id \
         WHERE v.id = ANY($1) AND v.deleted_at IS NULL AND {REACHABLE} $2"
    );
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Variant> = cached::<VariantColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The same part of the variants of several products.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn of_products(
    conn: &mut Conn,
    products: &[Id<id::Product>],
    part: &VariantPart,
) -> Outcome<HashMap<Id<id::Product>, Page<Variant>>, PageRefusal> {
    let order = part.sort.order(part.reverse);
    let statement = of_products_statement(products, part, &order).map_err(Failure::Refused)?;
    let rows: Vec<(Place, Variant)> = statement
        .into_statement::<(PlaceColumns, VariantColumns)>()
        .load(conn)
        .await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::with_capacity(products.len());
    for (place, variant) in rows {
        let list = lists.entry(variant.product_id).or_default();
        list.push((place, variant));
    }
    let page_of = |id: &Id<id::Product>| {
        (
            *id,
            page(&order, &part.window, lists.remove(id).unwrap_or_default()),
        )
    };
    Ok(products.iter().map(page_of).collect())
}

/// A lateral subquery with a limit can only be joined by a nested loop, which keeps its order.
fn of_products_statement(
    products: &[Id<id::Product>],
    part: &VariantPart,
    order: &Order,
) -> Result<Fragment, PageRefusal> {
    let ids = products.iter().map(|id| id.value).collect();
    let mut conditions = vec![Fragment::sql(
        "v.product_id = w.id AND v.deleted_at IS NULL",
    )];
    conditions.extend(order.bounds(&part.window)?);
    Ok(Fragment::sql("SELECT x.* FROM unnest(")
        .bind(Value::Numbers(ids))
        .push("::bigint[]) AS w (id) CROSS JOIN LATERAL (SELECT ")
        .append(order.columns())
        .push(format!(", {VARIANT} FROM variants v WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&part.window))
        .push(limit(&part.window))
        .push(") AS x"))
}

/// All variants of these products in the merchant's order.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn all_of_products(
    conn: &mut Conn,
    products: &[Id<id::Product>],
) -> Result<HashMap<Id<id::Product>, Vec<Variant>>, Fault> {
    let text = format!(
        "SELECT {VARIANT} FROM variants v WHERE v.product_id = ANY($1) AND v.deleted_at IS NULL \
         ORDER BY v.product_id, v.position, v.id"
    );
    let ids: Vec<i64> = products.iter().map(|id| id.value).collect();
    let query = sql_query(text).bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Variant> = cached::<VariantColumns, _>(query).load(conn).await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::with_capacity(products.len());
    for variant in rows {
        lists.entry(variant.product_id).or_default().push(variant);
    }
    Ok(lists)
}
