//! What may be given back of an order.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Money};

const REFUNDABLE: &str = include_str!("../../sql/order/refundable.sql");

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
