//! Refunds of orders, with their lines and transactions, and what is left to refund.
//!
//! Owns `refunds`, `refund_line_items` and `refund_transactions`. Lines, stock and the order's status follow from them by
//! trigger.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::fulfillments;
use super::refund_plan::{Taken, items};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault, Money};
use crate::tables::{refund_line_items, refund_transactions, refunds};

pub use super::refund_plan::{Inactive, Item, Line};

const REFUNDABLE: &str = include_str!("../../sql/order/refundable.sql");
const HEAD: &str = include_str!("../../sql/order/refund_head.sql");
const LINES: &str = include_str!("../../sql/order/refund_lines.sql");
const TAKEN: &str = include_str!("../../sql/order/taken.sql");
const OF_KEY: &str = include_str!("../../sql/order/refund_of_key.sql");
const OF_ORDER: &str = include_str!("../../sql/order/refunds.sql");

/// What may be given back by the provider who took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refundable {
    /// The payment.
    pub payment: Uuid,
    /// The attempt that became the order.
    pub attempt: Uuid,
    /// Taken and not given back, more than once taken included.
    pub taken: Money,
    /// The order's price as far as the merchant has not asked the provider to give it back.
    pub unreturned: Money,
    /// Whether the provider has been asked to give something back and has not answered.
    pub is_under_way: bool,
}

/// What may be given back of the order with this number; `None` when there is none.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn refundable(conn: &mut Conn, number: i64) -> Result<Option<Refundable>, Fault> {
    type Row = (Uuid, Uuid, String, i64, i64, bool);
    let query = diesel::sql_query(REFUNDABLE).bind::<BigInt, _>(number);
    let query = cached::<(SqlUuid, SqlUuid, Text, BigInt, BigInt, Bool), _>(query);
    let row: Option<Row> = query.get_result(conn).await.optional()?;
    let Some((payment, attempt, currency, taken, unreturned, is_under_way)) = row else {
        return Ok(None);
    };
    let currency = currency
        .parse()
        .map_err(|error| Fault::other("read a payment's currency", error))?;
    Ok(Some(Refundable {
        payment,
        attempt,
        taken: Money::new(taken, currency),
        unreturned: Money::new(unreturned, currency),
        is_under_way,
    }))
}

/// A locked order with all that its refunds depend on.
#[derive(Clone, Debug)]
pub struct LockedOrder {
    /// The order.
    pub id: i64,
    /// The currency of all of its amounts.
    pub currency: Currency,
    /// Whether prices contain tax and duties.
    pub tax_inclusive: bool,
    /// What delivery cost.
    pub shipping: i64,
    /// The tax on it.
    pub shipping_tax: i64,
    /// What of it was refunded.
    pub shipping_refunded: i64,
    /// Whether it was canceled.
    pub is_canceled: bool,
    /// Its lines, in the order in which they were bought.
    pub lines: Vec<Line>,
    taken: Vec<Taken>,
}

/// What a refund is made of, apart from its money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefundParts {
    /// Pieces of lines.
    pub items: Vec<Item>,
    /// Of what delivery cost.
    pub shipping: i64,
    /// Of the tax on it.
    pub shipping_tax: i64,
}

/// A refund that is written.
#[derive(Clone, Copy, Debug)]
pub struct NewRefund<'a> {
    /// The idempotency key, which was claimed.
    pub key: &'a str,
    /// Who refunds.
    pub actor: &'a str,
    /// Why, as the contract spells it.
    pub reason: Option<&'a str>,
    /// Why, in words for staff.
    pub note: Option<&'a str>,
    /// What goes back in all, in minor units.
    pub total: i64,
    /// Whether the buyer gets a mail.
    pub notify: bool,
}

/// What went back by a refund, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// The refund.
    pub refund: i64,
    /// Asked of the provider.
    pub by_provider: i64,
    /// Put on gift cards.
    pub on_gift_cards: i64,
}

/// Locks an order and the stock that was promised to it, and reads what its refunds depend on. `None` when there is none.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn locked(conn: &mut Conn, number: i64) -> Result<Option<LockedOrder>, Fault> {
    type Head = (String, bool, i64, i64, i64, bool);
    type HeadColumns = (Text, Bool, BigInt, BigInt, BigInt, Bool);
    type TakenColumns = (BigInt, BigInt, Text, Bool, Integer, Integer);
    let Some(order) = fulfillments::lock(conn, number).await? else {
        return Ok(None);
    };
    let id = order.id;
    let query = diesel::sql_query(HEAD).bind::<BigInt, _>(id);
    let head: Head = cached::<HeadColumns, _>(query).get_result(conn).await?;
    let (currency, tax_inclusive, shipping, shipping_tax, shipping_refunded, is_canceled) = head;
    let query = diesel::sql_query(LINES).bind::<BigInt, _>(id);
    let lines: Vec<LineRow> = cached::<LineColumns, _>(query).load(conn).await?;
    let query = diesel::sql_query(TAKEN).bind::<BigInt, _>(id);
    let taken = cached::<TakenColumns, _>(query).load(conn).await?;
    let taken = taken.into_iter().map(
        |(variant, location, location_name, is_active, unsent, sent)| Taken {
            variant,
            location,
            location_name,
            is_active,
            unsent,
            sent,
        },
    );
    Ok(Some(LockedOrder {
        id,
        currency: currency
            .parse()
            .map_err(|error| Fault::other("read an order's currency", error))?,
        tax_inclusive,
        shipping,
        shipping_tax,
        shipping_refunded,
        is_canceled,
        lines: lines.into_iter().map(Line::from).collect(),
        taken: taken.collect(),
    }))
}

impl LockedOrder {
    /// What so many pieces of lines and so much of the delivery make of a refund.
    ///
    /// # Errors
    /// [`Inactive`] when pieces would be restocked where nothing is taken back.
    pub fn parts(
        &self,
        wanted: &[(&Line, i32)],
        restock: bool,
        shipping: i64,
    ) -> Result<RefundParts, Inactive> {
        let up_to = |refunded: i64| match i128::from(self.shipping) {
            0 => 0,
            whole => i128::from(self.shipping_tax) * i128::from(refunded) / whole,
        };
        let tax = up_to(self.shipping_refunded + shipping) - up_to(self.shipping_refunded);
        Ok(RefundParts {
            items: items(wanted, &self.taken, restock)?,
            shipping,
            shipping_tax: i64::try_from(tax).unwrap_or(i64::MAX),
        })
    }

    /// What these parts come to, in minor units.
    #[must_use]
    pub fn worth(&self, parts: &RefundParts) -> i64 {
        let lines = parts.items.iter().map(|item| match self.tax_inclusive {
            true => item.subtotal,
            false => item.subtotal + item.tax + item.duty,
        });
        let tax = if self.tax_inclusive {
            0
        } else {
            parts.shipping_tax
        };
        lines.sum::<i64>() + parts.shipping + tax
    }
}

/// Writes a refund with its lines; stock, lines and the order's status follow by trigger. Its transactions must follow in
/// the same transaction of the database.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn record(
    conn: &mut Conn,
    order: &LockedOrder,
    new: NewRefund<'_>,
    parts: &RefundParts,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    use {refund_line_items as l, refunds as t};
    let id: i64 = diesel::insert_into(t::table)
        .values((
            t::order_id.eq(order.id),
            t::idempotency_key.eq(new.key),
            t::actor.eq(new.actor),
            t::reason.eq(new.reason),
            t::note.eq(new.note),
            t::currency.eq(order.currency.code()),
            t::shipping_minor.eq(parts.shipping),
            t::shipping_tax_minor.eq(parts.shipping_tax),
            t::adjustment_minor.eq(new.total - order.worth(parts)),
            t::total_minor.eq(new.total),
            t::notify.eq(new.notify),
            t::created_at.eq(now),
        ))
        .returning(t::id)
        .get_result(conn)
        .await?;
    let rows = parts.items.iter().map(|item| {
        (
            l::refund_id.eq(id),
            l::order_id.eq(order.id),
            l::order_line_id.eq(item.line),
            l::quantity.eq(item.quantity),
            l::restock_type.eq(item.restock_type),
            l::was_fulfilled.eq(item.was_fulfilled),
            l::location_id.eq(item.location),
            l::discounted_total_minor.eq(item.discounted_total),
            l::subtotal_minor.eq(item.subtotal),
            l::tax_minor.eq(item.tax),
            l::duty_minor.eq(item.duty),
        )
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        diesel::insert_into(l::table)
            .values(rows)
            .execute(conn)
            .await?;
    }
    Ok(id)
}

/// Writes that a provider's operation, and entries of gift cards, pay the money of a refund back.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn record_transactions(
    conn: &mut Conn,
    order: &LockedOrder,
    refund: i64,
    operation: Option<(Uuid, i64)>,
    entries: &[(i64, i64)],
) -> Result<(), Fault> {
    use refund_transactions as t;
    let operation = operation.map(|(id, minor)| (Some(id), None, minor));
    let entries = entries.iter().map(|(id, minor)| (None, Some(*id), *minor));
    let rows: Vec<_> = operation
        .into_iter()
        .chain(entries)
        .map(|(operation, entry, minor)| {
            (
                t::refund_id.eq(refund),
                t::order_id.eq(order.id),
                t::amount_minor.eq(minor),
                t::currency.eq(order.currency.code()),
                t::operation_id.eq(operation),
                t::gift_card_entry_id.eq(entry),
            )
        })
        .collect();
    if !rows.is_empty() {
        diesel::insert_into(t::table)
            .values(rows)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// What went back by the refund with this idempotency key, if it is one.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_key(conn: &mut Conn, key: &str) -> Result<Option<Paid>, Fault> {
    let query = diesel::sql_query(OF_KEY).bind::<Text, _>(key);
    let found = cached::<(BigInt, BigInt, BigInt), _>(query)
        .get_result(conn)
        .await
        .optional()?;
    Ok(found.map(|(refund, by_provider, on_gift_cards)| Paid {
        refund,
        by_provider,
        on_gift_cards,
    }))
}

/// A refund as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The refund.
    pub id: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What goes back in all.
    pub total: Money,
    /// What of it has gone back; the rest is still asked of the provider, or was refused by it.
    pub succeeded: Money,
    /// Who made it.
    pub actor: String,
    /// Why, in words for staff.
    pub note: Option<String>,
    /// The order's lines by their numbers, how many pieces of each, and the contract's word for their restocking.
    pub lines: Vec<(i64, i32, String)>,
}

/// The refunds of an order, the first one first.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn of_order(conn: &mut Conn, order: i64) -> Result<Vec<Refund>, Fault> {
    use refund_line_items as l;
    type Row = (i64, DateTime<Utc>, String, i64, i64, String, Option<String>);
    type Columns = (
        BigInt,
        Timestamptz,
        Text,
        BigInt,
        BigInt,
        Text,
        Nullable<Text>,
    );
    let query = diesel::sql_query(OF_ORDER).bind::<BigInt, _>(order);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let lines: Vec<(i64, i64, i32, String)> = l::table
        .filter(l::refund_id.eq_any(ids))
        .order(l::id)
        .select((l::refund_id, l::order_line_id, l::quantity, l::restock_type))
        .load(conn)
        .await?;
    let refunds = rows.into_iter().map(|row| {
        let (id, created_at, currency, total, succeeded, actor, note) = row;
        let currency = currency
            .parse()
            .map_err(|error| Fault::other("read a refund's currency", error))?;
        let own = lines.iter().filter(|line| line.0 == id);
        Ok(Refund {
            id,
            created_at,
            total: Money::new(total, currency),
            succeeded: Money::new(succeeded, currency),
            actor,
            note,
            lines: own
                .map(|(_, line, pieces, how)| (*line, *pieces, how.clone()))
                .collect(),
        })
    });
    refunds.collect()
}

type LineRow = (
    (i64, Option<i64>, String),
    (i32, i32, i32, i32),
    (i64, i64, i64, i64, i64),
);
type LineColumns = (
    (BigInt, Nullable<BigInt>, Text),
    (Integer, Integer, Integer, Integer),
    (BigInt, BigInt, BigInt, BigInt, BigInt),
);

impl From<LineRow> for Line {
    fn from(((id, variant, title), pieces, amounts): LineRow) -> Self {
        let (quantity, removed, fulfilled, returned) = pieces;
        let (unit_price, discount, discount_on_goods, tax, duty) = amounts;
        Self {
            id,
            variant,
            title,
            quantity,
            removed,
            fulfilled,
            returned,
            unit_price,
            discount,
            discount_on_goods,
            tax,
            duty,
        }
    }
}
