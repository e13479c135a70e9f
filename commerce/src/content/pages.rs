//! Pages: by id and handle, and as a list.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{self, Order, Place, PlaceColumns, SortKind};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// A page of text.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Page {
    /// Names the page.
    pub id: Id<id::Page>,
    /// Names it in addresses.
    pub handle: String,
    /// What it is called.
    pub title: String,
    /// The text with its markup, cleaned.
    pub body_html: String,
    /// The first words without markup.
    pub body_summary: String,
    /// The title for search engines, where it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, where it differs.
    pub seo_description: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The columns of [`Page`]: of `pages g`.
const PAGE: &str = "g.id, g.handle, g.title, g.body_html, g.body_summary, g.seo_title, \
    g.seo_description, g.created_at, g.updated_at";

type PageColumns = (
    BigInt,
    Text,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Timestamptz,
    Timestamptz,
);

/// What makes a row of `pages g` visible; the time comes as a bind.
const VISIBLE: &str = "g.published_at <= ";

/// What pages can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageSort {
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
    /// Their ids.
    Id,
}

/// A wanted part of the shop's pages.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Only these: a condition on `pages g`.
    pub condition: Option<Fragment>,
    /// The order.
    pub sort: PageSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The visible pages among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Page>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::Page>, Page>, Fault> {
    let text = format!("SELECT {PAGE} FROM pages g WHERE g.id = ANY($1) AND {VISIBLE} $2");
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Page> = cached::<PageColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The visible pages among those with these handles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[String],
    now: DateTime<Utc>,
) -> Result<HashMap<String, Page>, Fault> {
    let text = format!("SELECT {PAGE} FROM pages g WHERE g.handle = ANY($1) AND {VISIBLE} $2");
    let storable = handles.iter().filter(|handle| !handle.contains('\0'));
    let query = sql_query(text)
        .bind::<Array<Text>, _>(storable.collect::<Vec<_>>())
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Page> = cached::<PageColumns, _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.handle.clone(), row))
        .collect())
}

/// One part of the shop's visible pages.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &Listing,
    now: DateTime<Utc>,
) -> Outcome<keyset::Page<Page>, PageRefusal> {
    let order = match listing.sort {
        PageSort::Title => Order::by("g.title_key", SortKind::Text, "g.id"),
        PageSort::UpdatedAt => Order::by("g.updated_at", SortKind::Time, "g.id"),
        PageSort::Id => Order::by_id("g.id"),
    }
    .reversed(listing.reverse);
    let mut conditions = vec![Fragment::sql(VISIBLE).bind(Value::Time(now))];
    conditions.extend(listing.condition.clone());
    conditions.extend(order.bounds(&listing.window).map_err(Failure::Refused)?);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {PAGE} FROM pages g WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&listing.window))
        .push(" LIMIT ")
        .bind(Value::Number(listing.window.fetch_limit()));
    let rows: Vec<(Place, Page)> = statement
        .into_statement::<(PlaceColumns, PageColumns)>()
        .load(conn)
        .await?;
    Ok(keyset::page(&order, &listing.window, rows))
}
