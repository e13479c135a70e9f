//! Collections: by id and handle, as a list, and those that a product stands in.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{COLLECTION, Collection, CollectionColumns};
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{Order, Page, Place, PlaceColumns, SortKind, limit, page};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// What makes a row of `collections c` visible; the time comes as a bind.
const VISIBLE: &str = "c.published_at <= ";

/// What collections can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CollectionSort {
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
    /// Their ids.
    Id,
}

/// A wanted page of the shop's collections.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Only these: a condition on `collections c`.
    pub condition: Option<Fragment>,
    /// The order.
    pub sort: CollectionSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The visible collections among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Collection>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::Collection>, Collection>, Fault> {
    let text =
        format!("SELECT {COLLECTION} FROM collections c WHERE c.id = ANY($1) AND {VISIBLE} $2");
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Collection> = cached::<CollectionColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The visible collections among those with these handles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[String],
    now: DateTime<Utc>,
) -> Result<HashMap<String, Collection>, Fault> {
    let text =
        format!("SELECT {COLLECTION} FROM collections c WHERE c.handle = ANY($1) AND {VISIBLE} $2");
    let handles: Vec<String> = handles
        .iter()
        .filter(|h| !h.contains('\0'))
        .cloned()
        .collect();
    let query = sql_query(text)
        .bind::<Array<Text>, _>(handles)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Collection> = cached::<CollectionColumns, _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.handle.clone(), row))
        .collect())
}

/// One page of the shop's visible collections.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &Listing,
    now: DateTime<Utc>,
) -> Outcome<Page<Collection>, PageRefusal> {
    let order = match listing.sort {
        CollectionSort::Title => Order::by("c.title_key", SortKind::Text, "c.id"),
        CollectionSort::UpdatedAt => Order::by("c.updated_at", SortKind::Time, "c.id"),
        CollectionSort::Id => Order::by_id("c.id"),
    }
    .reversed(listing.reverse);
    let bounds = order.bounds(&listing.window).map_err(Failure::Refused)?;
    let conditions = conditions(listing.condition.as_ref(), now, bounds);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {COLLECTION} FROM collections c WHERE "))
        .append(conditions)
        .append(order.walk(&listing.window))
        .push(limit(&listing.window));
    let rows: Vec<(Place, Collection)> = statement
        .into_statement::<(PlaceColumns, CollectionColumns)>()
        .load(conn)
        .await?;
    Ok(page(&order, &listing.window, rows))
}

/// How many visible collections meet the condition.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn count(
    conn: &mut Conn,
    condition: Option<&Fragment>,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let statement = Fragment::sql("SELECT count(*) FROM collections c WHERE ").append(conditions(
        condition,
        now,
        Vec::new(),
    ));
    Ok(statement
        .into_statement::<BigInt>()
        .get_result(conn)
        .await?)
}

fn conditions(condition: Option<&Fragment>, now: DateTime<Utc>, more: Vec<Fragment>) -> Fragment {
    let mut all = vec![Fragment::sql(VISIBLE).bind(Value::Time(now))];
    all.extend(condition.cloned());
    all.extend(more);
    Fragment::join(all, " AND ")
}

/// Which part of the collections that a product stands in, by id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProductCollectionsPart {
    /// Largest id first.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The same part of the visible collections of several products.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn of_products(
    conn: &mut Conn,
    products: &[Id<id::Product>],
    part: &ProductCollectionsPart,
    now: DateTime<Utc>,
) -> Outcome<HashMap<Id<id::Product>, Page<Collection>>, PageRefusal> {
    let order = Order::by_id("c.id").reversed(part.reverse);
    let mut all = vec![
        Fragment::sql("cp.product_id = w.id"),
        Fragment::sql(VISIBLE).bind(Value::Time(now)),
    ];
    all.extend(order.bounds(&part.window).map_err(Failure::Refused)?);
    let ids = products.iter().map(|id| id.value).collect();
    let statement = Fragment::sql("SELECT w.id, x.* FROM unnest(")
        .bind(Value::Numbers(ids))
        .push(format!(
            "::bigint[]) AS w (id) CROSS JOIN LATERAL (SELECT {COLLECTION} \
             FROM collection_products cp JOIN collections c ON c.id = cp.collection_id WHERE "
        ))
        .append(Fragment::join(all, " AND "))
        .append(order.walk(&part.window))
        .push(limit(&part.window))
        .push(") AS x");
    let rows: Vec<(Id<id::Product>, Collection)> = statement
        .into_statement::<(BigInt, CollectionColumns)>()
        .load(conn)
        .await?;
    let mut lists: HashMap<_, Vec<(Place, Collection)>> = HashMap::new();
    for (product, collection) in rows {
        let place = (collection.id.value, None, None);
        lists.entry(product).or_default().push((place, collection));
    }
    let page_of = |id: &Id<id::Product>| {
        (
            *id,
            page(&order, &part.window, lists.remove(id).unwrap_or_default()),
        )
    };
    Ok(products.iter().map(page_of).collect())
}
