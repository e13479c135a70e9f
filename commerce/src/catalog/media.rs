//! Pictures and other media, by their ids and by product.

use std::collections::HashMap;

use diesel::sql_query;
use diesel::sql_types::{Array, BigInt};
use diesel_async::RunQueryDsl;

use super::model::{MEDIA, Media, MediaColumns};
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{Order, Page, Place, PlaceColumns, SortKind, limit, page};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// What the media of a product can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaSort {
    /// As the merchant placed them.
    Position,
    /// When they were made.
    Created,
    /// Their ids.
    Id,
}

/// Which part of a product's media, in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MediaPart {
    /// Only pictures.
    pub images_only: bool,
    /// The order.
    pub sort: MediaSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

impl MediaPart {
    fn order(&self) -> Order {
        let by = |sql, kind| Order::by(sql, kind, "pm.media_id");
        let order = match self.sort {
            MediaSort::Position => by("pm.position", SortKind::Number),
            MediaSort::Created => by("m.created_at", SortKind::Time),
            MediaSort::Id => Order::by_id("pm.media_id"),
        };
        order.reversed(self.reverse)
    }
}

/// Media by their ids.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Media>, Fault> {
    let query = sql_query(format!("SELECT {MEDIA} FROM media m WHERE m.id = ANY($1)"))
        .bind::<Array<BigInt>, _>(ids.to_vec());
    let rows: Vec<Media> = cached::<MediaColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The same part of the media of several products.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn of_products(
    conn: &mut Conn,
    products: &[Id<id::Product>],
    part: &MediaPart,
) -> Outcome<HashMap<Id<id::Product>, Page<Media>>, PageRefusal> {
    let order = part.order();
    let statement = of_products_statement(products, part, &order).map_err(Failure::Refused)?;
    let rows: Vec<(Id<id::Product>, (Place, Media))> = statement
        .into_statement::<(BigInt, (PlaceColumns, MediaColumns))>()
        .load(conn)
        .await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::with_capacity(products.len());
    for (product, row) in rows {
        lists.entry(product).or_default().push(row);
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
    part: &MediaPart,
    order: &Order,
) -> Result<Fragment, PageRefusal> {
    let ids = products.iter().map(|id| id.value).collect();
    let mut conditions = vec![Fragment::sql("pm.product_id = w.id")];
    if part.images_only {
        conditions.push(Fragment::sql("m.kind = 'image'"));
    }
    conditions.extend(order.bounds(&part.window)?);
    Ok(Fragment::sql("SELECT w.id, x.* FROM unnest(")
        .bind(Value::Numbers(ids))
        .push("::bigint[]) AS w (id) CROSS JOIN LATERAL (SELECT ")
        .append(order.columns())
        .push(format!(
            ", {MEDIA} FROM product_media pm JOIN media m ON m.id = pm.media_id WHERE "
        ))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&part.window))
        .push(limit(&part.window))
        .push(") AS x"))
}
