//! Cards: which one an attempt is paid with, and whether the provider may be asked to charge it.
//!
//! A card is known when its charge is about to be asked for, and not before. Whoever has too many declined, undecided or abandoned
//! payments with it is refused then, and what the attempt holds is free again.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::SubmissionLimits;
use super::limits::{Counted, Wait, count};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

const LOCK_CARD: &str = include_str!("../../sql/checkout/lock_card.sql");
const REMEMBER_CARD: &str = include_str!("../../sql/checkout/remember_card.sql");
const UNSENT_CHARGE: &str = include_str!("../../sql/checkout/unsent_charge.sql");

const FORGET: &str = "
    DELETE FROM payment_cards WHERE attempt_id = ANY (ARRAY(
      SELECT attempt_id FROM payment_cards WHERE created_at < $1 ORDER BY created_at LIMIT $2))
    RETURNING 1::bigint";

/// A charge that no provider was asked for yet.
#[derive(Clone, Debug)]
pub struct UnsentCharge {
    /// The payment.
    pub payment: Uuid,
    /// The checkout attempt.
    pub attempt: Uuid,
    /// The provider's name.
    pub provider: String,
    /// The vault's name for the buyer's card.
    pub session: String,
}

/// Whether a card may be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Now.
    Admitted,
    /// In a moment: as many charges of it are under way as may still be declined.
    Busy,
    /// Not for a while.
    Throttled,
}

/// The charge of this operation, unless the provider was asked for it or nobody waits for it any more.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn unsent_charge(
    conn: &mut Conn,
    operation: Uuid,
) -> Result<Option<UnsentCharge>, Fault> {
    let query = diesel::sql_query(UNSENT_CHARGE).bind::<SqlUuid, _>(operation);
    let found: Vec<(Uuid, Uuid, String, String)> =
        cached::<(SqlUuid, SqlUuid, Text, Text), _>(query)
            .load(conn)
            .await?;
    let found = found.into_iter().next();
    Ok(
        found.map(|(payment, attempt, provider, session)| UnsentCharge {
            payment,
            attempt,
            provider,
            session,
        }),
    )
}

/// Says whether a card may be charged for an attempt, and remembers it if so. The card is locked until the commit.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn admit(
    conn: &mut Conn,
    attempt: Uuid,
    card: &str,
    limits: SubmissionLimits,
    now: DateTime<Utc>,
) -> Result<Admission, Fault> {
    let query = diesel::sql_query(LOCK_CARD).bind::<Text, _>(card);
    cached::<BigInt, _>(query).get_result::<i64>(conn).await?;
    let of = Counted {
        card: Some(card.to_owned()),
        attempt: Some(attempt),
        ..Counted::default()
    };
    match count(conn, of, limits).await? {
        Wait { until: Some(_), .. } => Ok(Admission::Throttled),
        Wait { is_busy: true, .. } => Ok(Admission::Busy),
        Wait { .. } => {
            remember(conn, attempt, card, now).await?;
            Ok(Admission::Admitted)
        }
    }
}

/// Keeps which card an attempt is paid with, unless that is known.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn remember(
    conn: &mut Conn,
    attempt: Uuid,
    card: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let query = diesel::sql_query(REMEMBER_CARD)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Text, _>(card)
        .bind::<Timestamptz, _>(now);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Deletes the cards of attempts from before this moment, up to `limit`; answers how many.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn forget(conn: &mut Conn, before: DateTime<Utc>, limit: i64) -> Result<usize, Fault> {
    let query = diesel::sql_query(FORGET)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit);
    let deleted: Vec<i64> = cached::<BigInt, _>(query).load(conn).await?;
    Ok(deleted.len())
}
