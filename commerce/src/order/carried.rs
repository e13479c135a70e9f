//! Orders that a merchant brings along from another shop: they are shown and counted as any other, but nobody paid for
//! them here and no stock was promised to them.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::document::Document;
use super::fulfillments::{self, Tracking};
use super::sheet::CarriedOrder;
use crate::db::fold::lower;
use crate::db::sql::cached;
use crate::db::{Conn, violated_constraint};
use crate::kernel::id::Customer;
use crate::kernel::{Failure, Fault, Id, Outcome, Secret};
use crate::meter;
use crate::tables::{order_lines, orders};

const CARRY: &str = include_str!("../../sql/order/carry.sql");
const TOLD: &str = include_str!("../../sql/order/told.sql");

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is there now.
    Created,
    /// It was there, and is as it was.
    There,
}

/// The number is another order's: one that was bought here, or one that the other shop calls otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken;

/// Orders to come are numbered above this number. Nobody places an order until the transaction ends.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn number_above(conn: &mut Conn, number: i64) -> Result<(), Fault> {
    let above = diesel::sql_query("SELECT number_orders_above($1)");
    above.bind::<BigInt, _>(number).execute(conn).await?;
    meter::wrote();
    Ok(())
}

/// Takes an order over, whose number, if its name has one, is below those of orders to come.
///
/// # Errors
/// [`Taken`], or a [`Fault`] when a statement fails.
pub async fn save(conn: &mut Conn, order: &CarriedOrder) -> Outcome<Saved, Taken> {
    let known = match order.number {
        Some(number) => name(conn, number).await?,
        None => named(conn, &order.name).await?,
    };
    match known {
        Some(Some(name)) if name == order.name => return Ok(Saved::There),
        Some(_) => return Err(Failure::Refused(Taken)),
        None => {}
    }
    let document = serde_json::to_value(Document::of(order))
        .map_err(|error| Fault::other("write an order as JSON", error))?;
    let query = diesel::sql_query(CARRY)
        .bind::<Jsonb, _>(document)
        .bind::<Text, _>(Secret::random().reveal().to_owned());
    let saved = cached::<BigInt, _>(query).get_result(conn).await;
    let id: i64 = saved.map_err(|error| match violated_constraint(&error) {
        // An order that was being placed while this one was looked for.
        Some("orders_number_key") => Failure::Refused(Taken),
        _ => Failure::Broken(error.into()),
    })?;
    send(conn, id, order).await?;
    Ok(Saved::Created)
}

/// What another shop calls the order with this number; nothing inside for one that was bought here, `None` when there
/// is no order.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn name(conn: &mut Conn, number: i64) -> Result<Option<Option<String>>, Fault> {
    let held = orders::table
        .filter(orders::number.eq(number))
        .select(sql::<Nullable<Text>>("carried ->> 'name'"));
    Ok(held.first(conn).await.optional()?)
}

/// As [`name`], of the order that another shop calls so.
async fn named(conn: &mut Conn, name: &str) -> Result<Option<Option<String>>, Fault> {
    let is_named = sql::<Bool>("carried IS NOT NULL AND carried ->> 'name' = ")
        .bind::<Text, _>(name)
        .sql("");
    let held = orders::table
        .filter(is_named)
        .select(sql::<Nullable<Text>>("carried ->> 'name'"));
    Ok(held.first(conn).await.optional()?)
}

/// Gives the orders of another shop to a customer who has just proved to have their e-mail address.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn adopt(conn: &mut Conn, customer: Id<Customer>, email: &str) -> Result<(), Fault> {
    let theirs = orders::table
        .filter(lower(orders::email).eq(lower(email)))
        .filter(sql::<Bool>("carried IS NOT NULL"))
        .filter(orders::customer_id.is_null());
    diesel::update(theirs)
        .set(orders::customer_id.eq(customer.value))
        .execute(conn)
        .await?;
    Ok(())
}

/// One parcel with all that was sent.
async fn send(conn: &mut Conn, id: i64, order: &CarriedOrder) -> Result<(), Fault> {
    use order_lines as t;
    if !order.lines.iter().any(|line| line.sent) {
        return Ok(());
    }
    let ids: Vec<i64> = t::table
        .filter(t::order_id.eq(id))
        .order(t::id)
        .select(t::id)
        .load(conn)
        .await?;
    let sent = ids.into_iter().zip(&order.lines);
    let sent = sent.filter(|(_, line)| line.sent);
    let sent: Vec<(i64, i32)> = sent.map(|(id, line)| (id, line.quantity)).collect();
    let at = order.sent_at.unwrap_or(order.placed_at);
    match fulfillments::pack(conn, id, (&Tracking::default(), None), &sent, at).await {
        Ok(_parcel) => Ok(()),
        Err(Failure::Broken(fault)) => Err(fault),
        Err(Failure::Refused(_)) => Err(Fault::Inconsistent(
            "stock was promised to an order of another shop".into(),
        )),
    }
}

/// Orders after this one, the first `limit` by their ids, each with its id; bought ones, too.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn page(
    conn: &mut Conn,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, CarriedOrder)>, Fault> {
    let query = diesel::sql_query(TOLD)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit);
    let rows: Vec<(i64, Value)> = cached::<(BigInt, Jsonb), _>(query).load(conn).await?;
    let read = |(id, row)| {
        let document: Document = serde_json::from_value(row)
            .map_err(|error| Fault::other("read an order as JSON", error))?;
        Ok((id, document.order()?))
    };
    rows.into_iter().map(read).collect()
}
