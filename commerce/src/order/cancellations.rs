//! Cancellations of orders, whole or in part: why, and by whom.
//!
//! Owns `order_cancellations`. That an order is canceled follows from them by trigger.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::Fault;
use crate::tables::order_cancellations;

/// Why an order is canceled, as the contract has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderCancelReason {
    /// The customer wanted it.
    Customer,
    /// The payment was declined.
    Declined,
    /// It was fraudulent.
    Fraud,
    /// There was too little stock.
    Inventory,
    /// Another reason.
    Other,
    /// Staff made an error.
    Staff,
}

impl OrderCancelReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::Customer,
        Self::Declined,
        Self::Fraud,
        Self::Inventory,
        Self::Other,
        Self::Staff,
    ];

    /// The contract's word, which is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Declined => "DECLINED",
            Self::Fraud => "FRAUD",
            Self::Inventory => "INVENTORY",
            Self::Other => "OTHER",
            Self::Staff => "STAFF",
        }
    }

    /// Reads the word in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let is_it = |reason: &Self| reason.as_str().eq_ignore_ascii_case(word);
        Self::ALL.into_iter().find(is_it)
    }
}

/// A cancellation that is written.
#[derive(Clone, Copy, Debug)]
pub struct NewCancellation<'a> {
    /// The locked order.
    pub order: i64,
    /// The idempotency key, which was claimed.
    pub key: &'a str,
    /// Whether the order is canceled, or some pieces of it.
    pub is_whole: bool,
    /// Why.
    pub reason: OrderCancelReason,
    /// Why, in words for staff.
    pub staff_note: Option<&'a str>,
    /// Who cancels.
    pub actor: &'a str,
    /// Whether the customer gets a mail.
    pub notify_customer: bool,
    /// The pieces that are not sent any more, and the money that goes back for them.
    pub refund: Option<i64>,
}

/// Writes a cancellation; answers its number.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn record(
    conn: &mut Conn,
    new: NewCancellation<'_>,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    use order_cancellations as t;
    Ok(diesel::insert_into(t::table)
        .values((
            t::order_id.eq(new.order),
            t::idempotency_key.eq(new.key),
            t::is_whole.eq(new.is_whole),
            t::reason.eq(new.reason.as_str()),
            t::staff_note.eq(new.staff_note),
            t::actor.eq(new.actor),
            t::notify_customer.eq(new.notify_customer),
            t::refund_id.eq(new.refund),
            t::created_at.eq(now),
        ))
        .returning(t::id)
        .get_result(conn)
        .await?)
}

/// The whole cancellation of an order: its reason as the contract spells it, who canceled, and the note for staff.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_order(
    conn: &mut Conn,
    order: i64,
) -> Result<Option<(String, String, Option<String>)>, Fault> {
    use order_cancellations as t;
    Ok(t::table
        .filter(t::order_id.eq(order).and(t::is_whole))
        .select((t::reason, t::actor, t::staff_note))
        .first(conn)
        .await
        .optional()?)
}
