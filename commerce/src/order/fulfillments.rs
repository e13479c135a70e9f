//! Parcels: what was sent of orders, and where they are followed.
//!
//! Owns `fulfillments` and `fulfillment_lines`. What lines count as sent, the order's status and the stock follow
//! from them by trigger.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::sql::cached;
use crate::db::{Conn, violated_constraint};
use crate::kernel::id::Order;
use crate::kernel::{Failure, Fault, Id, Outcome};
use crate::tables::{fulfillment_lines, fulfillments, order_lines};

const LOCK: &str = include_str!("../../sql/order/lock_to_pack.sql");
const PACK: &str = include_str!("../../sql/order/pack.sql");

/// Where a parcel is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tracking {
    /// Who carries it.
    pub company: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// The carrier's page.
    pub url: Option<String>,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Its number.
    pub id: i64,
    /// Where it is followed.
    pub tracking: Tracking,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// Lines of the order, and how many pieces of each.
    pub lines: Vec<(i64, i32)>,
}

/// A line that may be packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The line's number.
    pub id: i64,
    /// The product's title.
    pub title: String,
    /// How many pieces have not been sent.
    pub left: i32,
}

/// An order that is locked, with the stock that was promised to it.
#[derive(Clone, Debug)]
pub struct ToPack {
    /// The order.
    pub id: i64,
    /// Whether it was called off.
    pub is_canceled: bool,
    /// All of its lines, in the order in which they were bought.
    pub lines: Vec<Open>,
}

/// There is less on the shelf than would be sent. The transaction that met it is over.
#[derive(Debug, PartialEq, Eq)]
pub struct NotOnShelf;

/// Locks the order with this number for a parcel; `None` when there is none.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn lock(conn: &mut Conn, number: i64) -> Result<Option<ToPack>, Fault> {
    use order_lines as t;
    let query = cached::<(BigInt, Bool), _>(diesel::sql_query(LOCK).bind::<BigInt, _>(number));
    let found: Option<(i64, bool)> = query.get_result(conn).await.optional()?;
    let Some((id, is_canceled)) = found else {
        return Ok(None);
    };
    let rows: Vec<(i64, String, i32, i32, i32)> = t::table
        .filter(t::order_id.eq(id))
        .order(t::id)
        .select((t::id, t::title, t::quantity, t::removed, t::fulfilled))
        .load(conn)
        .await?;
    let lines = rows
        .into_iter()
        .map(|(id, title, quantity, removed, fulfilled)| Open {
            id,
            title,
            left: quantity - removed - fulfilled,
        });
    Ok(Some(ToPack {
        id,
        is_canceled,
        lines: lines.collect(),
    }))
}

/// How many pieces of each place of a line, where a place may be named several times.
#[must_use]
pub fn summed(lines: &[(usize, i32)]) -> BTreeMap<usize, i32> {
    let mut pieces: BTreeMap<usize, i32> = BTreeMap::new();
    for (place, quantity) in lines {
        let sum = pieces.entry(*place).or_default();
        *sum = sum.saturating_add(*quantity);
    }
    pieces
}

/// The parcel that a command with this idempotency key sent.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_key(conn: &mut Conn, key: &str) -> Result<i64, Fault> {
    use fulfillments as t;
    Ok(t::table
        .filter(t::idempotency_key.eq(key))
        .select(t::id)
        .first(conn)
        .await?)
}

/// Sends a parcel with these pieces of a locked order's lines; answers its number. `by` is the idempotency key, which
/// was claimed, and who sends it.
///
/// # Errors
/// [`NotOnShelf`], after which the transaction must be rolled back.
pub async fn pack(
    conn: &mut Conn,
    order: i64,
    (tracking, by): (&Tracking, Option<(&str, &str)>),
    lines: &[(i64, i32)],
    now: DateTime<Utc>,
) -> Outcome<i64, NotOnShelf> {
    let (ids, pieces): (Vec<i64>, Vec<i32>) = lines.iter().copied().unzip();
    let query = diesel::sql_query(PACK)
        .bind::<BigInt, _>(order)
        .bind::<Nullable<Text>, _>(tracking.company.as_deref())
        .bind::<Nullable<Text>, _>(tracking.number.as_deref())
        .bind::<Nullable<Text>, _>(tracking.url.as_deref())
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Array<Integer>, _>(pieces)
        .bind::<Nullable<Text>, _>(by.map(|(key, _)| key))
        .bind::<Nullable<Text>, _>(by.map(|(_, actor)| actor));
    match cached::<BigInt, _>(query).get_result(conn).await {
        Ok(id) => Ok(id),
        Err(error) if violated_constraint(&error) == Some("inventory_levels_on_hand_check") => {
            Err(Failure::Refused(NotOnShelf))
        }
        Err(error) => Err(error.into()),
    }
}

/// The parcels of orders, in the order in which they were sent.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn of_orders(
    conn: &mut Conn,
    orders: &[Id<Order>],
) -> Result<HashMap<Id<Order>, Vec<Parcel>>, Fault> {
    use {fulfillment_lines as l, fulfillments as t};
    type Row = (
        Id<Order>,
        i64,
        (Option<String>, Option<String>, Option<String>),
        DateTime<Utc>,
        i64,
        i32,
    );
    let ids: Vec<i64> = orders.iter().map(|id| id.value).collect();
    let rows: Vec<Row> = t::table
        .inner_join(l::table.on(l::fulfillment_id.eq(t::id)))
        .filter(t::order_id.eq_any(ids))
        .order((t::order_id, t::id, l::order_line_id))
        .select((
            t::order_id,
            t::id,
            (t::tracking_company, t::tracking_number, t::tracking_url),
            t::created_at,
            l::order_line_id,
            l::quantity,
        ))
        .load(conn)
        .await?;
    let mut found: HashMap<Id<Order>, Vec<Parcel>> =
        orders.iter().map(|id| (*id, Vec::new())).collect();
    for (order, id, (company, number, url), sent_at, line, quantity) in rows {
        let parcels = found.entry(order).or_default();
        if parcels.last().is_none_or(|last| last.id != id) {
            parcels.push(Parcel {
                id,
                tracking: Tracking {
                    company,
                    number,
                    url,
                },
                sent_at,
                lines: Vec::new(),
            });
        }
        if let Some(parcel) = parcels.last_mut() {
            parcel.lines.push((line, quantity));
        }
    }
    Ok(found)
}
