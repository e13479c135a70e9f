//! Refunds that the provider refused. They can be asked for again, each under its own key, so that none is given back twice.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::payment_operations;

const REFUSED: &str = include_str!("../../sql/payment/refused.sql");
const OVERDUE: &str = include_str!("../../sql/payment/refused_overdue.sql");

/// The code of a refund that the provider refused.
pub const REFUSAL: &str = "refused";

/// A refund that the provider refused.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// The payment.
    pub payment: Uuid,
    /// How much was to be given back.
    pub amount_minor: i64,
    /// Whether a merchant wanted it.
    pub by_merchant: bool,
    /// Whether another refund of the payment is under way.
    pub is_busy: bool,
    /// Whether the merchant asked for money of the payment since.
    pub is_superseded: bool,
}

/// The refund of this operation, if the provider refused it.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn find(conn: &mut Conn, operation: Uuid) -> Result<Option<Refused>, Fault> {
    let query = diesel::sql_query(REFUSED).bind::<SqlUuid, _>(operation);
    let row: Option<(Uuid, i64, bool, bool, bool)> =
        cached::<(SqlUuid, BigInt, Bool, Bool, Bool), _>(query)
            .get_result(conn)
            .await
            .optional()?;
    Ok(row.map(
        |(payment, amount_minor, by_merchant, is_busy, is_superseded)| Refused {
            payment,
            amount_minor,
            by_merchant,
            is_busy,
            is_superseded,
        },
    ))
}

/// What of a payment was taken too much and the provider refused to give back, the oldest first.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_payment(conn: &mut Conn, payment: Uuid) -> Result<Vec<Uuid>, Fault> {
    use payment_operations as t;
    Ok(t::table
        .filter(t::payment_id.eq(payment))
        .filter(t::kind.eq("refund").and(t::by_merchant.eq(false)))
        .filter(t::state.eq("failed").and(t::failure_code.eq(REFUSAL)))
        .order(t::created_at)
        .select(t::id)
        .load(conn)
        .await?)
}

/// Opens a refund that was refused. Nothing else of it changes, so that the provider knows it again.
///
/// # Errors
/// A [`Fault`] when the statement fails, as it does when more would be given back than was taken.
pub async fn reopen(conn: &mut Conn, operation: Uuid, now: DateTime<Utc>) -> Result<(), Fault> {
    use payment_operations as t;
    diesel::update(t::table.find(operation))
        .filter(t::state.eq("failed").and(t::failure_code.eq(REFUSAL)))
        .set((
            t::state.eq("requested"),
            t::failure_code.eq(None::<String>),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a refund that was refused and is not owed any more.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn drop_it(conn: &mut Conn, operation: Uuid, now: DateTime<Utc>) -> Result<(), Fault> {
    use payment_operations as t;
    diesel::update(t::table.find(operation))
        .filter(t::state.eq("failed").and(t::failure_code.eq(REFUSAL)))
        .set((t::failure_code.eq("not_owed"), t::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// What was taken too much and the provider refused to give back this long ago, longest ago first.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn overdue(conn: &mut Conn, pause: TimeDelta, limit: i64) -> Result<Vec<Uuid>, Fault> {
    let query = diesel::sql_query(OVERDUE)
        .bind::<BigInt, _>(pause.num_seconds())
        .bind::<BigInt, _>(limit);
    Ok(cached::<SqlUuid, _>(query).load(conn).await?)
}
