//! Things of kinds that merchants make up: by id and handle, and as a list.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{self, Order, Place, PlaceColumns, SortKind, limit};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// A thing of a kind that the merchant made up.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Metaobject {
    /// Names it.
    pub id: Id<id::Metaobject>,
    /// Names its kind.
    pub kind: String,
    /// Names it within its kind.
    pub handle: String,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether it is a page of its own.
    pub is_renderable: bool,
    /// The key of the field that search engines take for its title.
    pub seo_title_key: Option<String>,
    /// The key of the field that search engines take for its description.
    pub seo_description_key: Option<String>,
    /// The keys of the fields that have values, in the order of its kind.
    keys: Vec<String>,
    /// The types of these fields.
    types: Vec<String>,
    /// Their values.
    values: Vec<String>,
}

/// A field with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Names it.
    pub key: String,
    /// What kind of value it has.
    pub kind: String,
    /// Its value as a text.
    pub value: String,
}

impl Metaobject {
    /// The fields that have values, in the order of its kind.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        let fields = self.keys.iter().zip(&self.types).zip(&self.values);
        fields.map(|((key, kind), value)| Field {
            key: key.clone(),
            kind: kind.clone(),
            value: value.clone(),
        })
    }

    /// The field with this key, if it has a value.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<Field> {
        self.fields().find(|field| field.key == key)
    }
}

/// The columns of [`Metaobject`]: of [`METAOBJECTS`].
const METAOBJECT: &str = "o.id, d.kind, o.handle, o.updated_at, d.renderable, d.seo_title_key, d.seo_description_key, \
    f.keys, f.types, f.values";

/// Metaobjects `o` with their definitions `d` and their fields `f`.
const METAOBJECTS: &str = "metaobjects o JOIN metaobject_definitions d ON d.id = o.definition_id \
    CROSS JOIN LATERAL (SELECT coalesce(array_agg(m.key ORDER BY m.position), '{}') AS keys, \
        coalesce(array_agg(m.kind ORDER BY m.position), '{}') AS types, \
        coalesce(array_agg(o.fields ->> m.key ORDER BY m.position), '{}') AS values \
        FROM metaobject_fields m WHERE m.definition_id = d.id AND o.fields ->> m.key IS NOT NULL) f";

type MetaobjectColumns = (
    BigInt,
    Text,
    Text,
    Timestamptz,
    Bool,
    Nullable<Text>,
    Nullable<Text>,
    Array<Text>,
    Array<Text>,
    Array<Text>,
);

/// The metaobjects among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Metaobject>],
) -> Result<HashMap<Id<id::Metaobject>, Metaobject>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(format!(
        "SELECT {METAOBJECT} FROM {METAOBJECTS} WHERE o.id = ANY($1)"
    ))
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Metaobject> = cached::<MetaobjectColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The metaobjects among those of these kinds with these handles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[(String, String)],
) -> Result<HashMap<(String, String), Metaobject>, Fault> {
    let storable =
        |(kind, handle): &&(String, String)| !kind.contains('\0') && !handle.contains('\0');
    let (kinds, handles): (Vec<&str>, Vec<&str>) = handles
        .iter()
        .filter(storable)
        .map(|(kind, handle)| (kind.as_str(), handle.as_str()))
        .unzip();
    let query = sql_query(format!(
        "SELECT {METAOBJECT} FROM {METAOBJECTS} \
         WHERE (d.kind, o.handle) IN (SELECT * FROM unnest($1::text[], $2::text[]))"
    ))
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(handles);
    let rows: Vec<Metaobject> = cached::<MetaobjectColumns, _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.kind.clone(), row.handle.clone()), row))
        .collect())
}

/// What metaobjects can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetaobjectSort {
    /// Their ids.
    Id,
    /// When they last changed.
    UpdatedAt,
}

/// A wanted part of the metaobjects of a kind.
#[derive(Clone, Debug)]
pub struct MetaobjectListing {
    /// The kind.
    pub kind: String,
    /// The order.
    pub sort: MetaobjectSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// One part of the metaobjects of a kind.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &MetaobjectListing,
) -> Outcome<keyset::Page<Metaobject>, PageRefusal> {
    let order = match listing.sort {
        MetaobjectSort::Id => Order::by_id("o.id"),
        MetaobjectSort::UpdatedAt => Order::by("o.updated_at", SortKind::Time, "o.id"),
    }
    .reversed(listing.reverse);
    let kind = listing.kind.replace('\0', " ");
    let mut conditions = vec![Fragment::sql("d.kind = ").bind(Value::Text(kind))];
    conditions.extend(order.bounds(&listing.window).map_err(Failure::Refused)?);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {METAOBJECT} FROM {METAOBJECTS} WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&listing.window))
        .push(limit(&listing.window));
    let rows: Vec<(Place, Metaobject)> = statement
        .into_statement::<(PlaceColumns, MetaobjectColumns)>()
        .load(conn)
        .await?;
    Ok(keyset::page(&order, &listing.window, rows))
}
