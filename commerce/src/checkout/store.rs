//! Rows of attempts. Nobody else writes them.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Bool, Interval, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{ABANDONED, RELEASED};
use super::{Attempt, AttemptKey, LAST_UNITS, LIFETIME, RefundReason, Snapshot, State};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault, Money, Secret};
use crate::payment::Decline;
use crate::tables::{checkout_attempts, orders};

const BEGIN: &str = include_str!("../../sql/checkout/begin.sql");
const LOCK_PAYMENT: &str = include_str!("../../sql/checkout/lock_payment.sql");
const REQUIRE_ACTION: &str = include_str!("../../sql/checkout/require_action.sql");
const OVERDUE: &str = include_str!("../../sql/checkout/overdue.sql");
const LET_GO: &str = include_str!("../../sql/checkout/let_go.sql");
const COMPLETE: &str = include_str!("../../sql/checkout/complete.sql");

/// A new attempt with its payment.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    /// Names and opens it.
    pub key: AttemptKey,
    /// The cart it buys.
    pub cart_id: Uuid,
    /// The cart's version that was priced.
    pub cart_version: i64,
    /// The customer who was signed in.
    pub customer_id: Option<i64>,
    /// The network of whoever submitted the cart; only its hash is stored.
    pub client: Option<IpAddr>,
    /// The client's token.
    pub token: String,
    /// What was accepted; what is due of it is charged.
    pub snapshot: Snapshot,
    /// Its payment.
    pub payment: Uuid,
    /// Who takes the money.
    pub provider: &'static str,
    /// The request to the provider; `None` when nothing is due.
    pub operation: Option<Uuid>,
}

/// Stores an attempt with its payment and the request to the provider: one statement.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn begin(conn: &mut Conn, new: &NewAttempt, now: DateTime<Utc>) -> Result<(), Fault> {
    let snapshot = serde_json::to_value(&new.snapshot)
        .map_err(|error| Fault::other("write an attempt's snapshot", error))?;
    let due = new.snapshot.cart.due();
    let query = diesel::sql_query(BEGIN)
        .bind::<SqlUuid, _>(new.key.id)
        .bind::<SqlUuid, _>(new.cart_id)
        .bind::<BigInt, _>(new.cart_version)
        .bind::<Text, _>(&new.token)
        .bind::<Jsonb, _>(snapshot)
        .bind::<BigInt, _>(due.minor)
        .bind::<Text, _>(due.currency.code().to_owned())
        .bind::<BigInt, _>(LIFETIME.num_seconds())
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(new.payment)
        .bind::<Text, _>(new.provider)
        .bind::<Nullable<SqlUuid>, _>(new.operation)
        .bind::<Nullable<BigInt>, _>(new.customer_id)
        .bind::<Nullable<Text>, _>(new.client.map(|client| client.to_string()));
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

type AttemptRow = (
    (Uuid, Uuid),
    String,
    String,
    (Option<String>, Option<String>, Option<String>),
    Option<i64>,
    (DateTime<Utc>, Option<DateTime<Utc>>),
    serde_json::Value,
);

fn attempt(row: AttemptRow) -> Result<Attempt, Fault> {
    let (
        (id, cart_id),
        token,
        state,
        (failure_code, failure_message, action_url),
        order_id,
        times,
        key,
    ) = row;
    Ok(Attempt {
        key: AttemptKey {
            id,
            key: Secret::new(key.as_str().unwrap_or_default()),
        },
        cart_id,
        token,
        state: read_state(&state)?,
        failure_code,
        failure_message,
        action_url,
        order_id,
        created_at: times.0,
        completed_at: times.1,
    })
}

fn read_state(word: &str) -> Result<State, Fault> {
    State::parse(word)
        .ok_or_else(|| Fault::Inconsistent(format!("`{word}` is not a state of an attempt")))
}

macro_rules! attempts {
    () => {
        checkout_attempts::table
            .left_join(orders::table.on(orders::attempt_id.eq(checkout_attempts::id.nullable())))
            .select((
                (checkout_attempts::id, checkout_attempts::cart_id),
                checkout_attempts::token,
                checkout_attempts::state,
                (
                    checkout_attempts::failure_code,
                    checkout_attempts::failure_message,
                    checkout_attempts::action_url,
                ),
                checkout_attempts::order_id,
                (
                    checkout_attempts::created_at,
                    orders::processed_at.nullable(),
                ),
                checkout_attempts::snapshot.retrieve_as_object("key"),
            ))
    };
}

/// The attempts of a cart that a submission with this token meets: the one with the token, the
/// live one, the completed one.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn in_the_way(conn: &mut Conn, cart: Uuid, token: &str) -> Result<Vec<Attempt>, Fault> {
    let mut states: Vec<&str> = State::LIVE.iter().map(|state| state.as_str()).collect();
    states.push(State::Completed.as_str());
    let rows: Vec<AttemptRow> = attempts!()
        .filter(checkout_attempts::cart_id.eq(cart))
        .filter(
            checkout_attempts::token
                .eq(token)
                .or(checkout_attempts::state.eq_any(states)),
        )
        .load(conn)
        .await?;
    rows.into_iter().map(attempt).collect()
}

/// The attempt of a cart that is alive or has become the order.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn under_way(conn: &mut Conn, cart: Uuid) -> Result<Option<Attempt>, Fault> {
    // No token is empty.
    Ok(in_the_way(conn, cart, "").await?.into_iter().next())
}

/// The attempt that the key opens.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn find(conn: &mut Conn, key: &AttemptKey) -> Result<Option<Attempt>, Fault> {
    let row: Option<AttemptRow> = attempts!()
        .filter(checkout_attempts::id.eq(key.id))
        .first(conn)
        .await
        .optional()?;
    let found = row.map(attempt).transpose()?;
    Ok(found.filter(|found| key.key.matches(&found.key.key.digest())))
}

/// An attempt whose cart, row and payment are locked.
#[derive(Clone, Debug)]
pub struct Locked {
    /// The attempt.
    pub id: Uuid,
    /// Its cart.
    pub cart_id: Uuid,
    /// How far it has come.
    pub state: State,
    /// What was accepted.
    pub amount: Money,
    /// Whether the cart has not become an order.
    pub cart_is_open: bool,
    /// What was taken before, in minor units.
    pub captured_minor: i64,
    /// What was given back before, in minor units.
    pub refunded_minor: i64,
    /// The provider's name for the payment.
    pub reference: Option<String>,
    /// When the charge came to be as the latest report says.
    pub reported_at: Option<DateTime<Utc>>,
    /// Whether it is known which card pays.
    pub has_card: bool,
}

type LockedRow = (
    Uuid,
    Uuid,
    String,
    i64,
    String,
    bool,
    i64,
    i64,
    Option<String>,
    Option<DateTime<Utc>>,
    bool,
);
type LockedColumns = (
    SqlUuid,
    SqlUuid,
    Text,
    BigInt,
    Text,
    Bool,
    BigInt,
    BigInt,
    Nullable<Text>,
    Nullable<Timestamptz>,
    Bool,
);

/// Locks cart, attempt and payment, in this order. `None` for a payment that we do not know.
///
/// # Errors
/// A [`Fault`] when the statement fails or the rows stay locked for too long.
pub async fn lock_for_payment(conn: &mut Conn, payment: Uuid) -> Result<Option<Locked>, Fault> {
    let query = diesel::sql_query(LOCK_PAYMENT).bind::<SqlUuid, _>(payment);
    let query = cached::<LockedColumns, _>(query);
    let Some(row) = query.get_result::<LockedRow>(conn).await.optional()? else {
        return Ok(None);
    };
    let (
        id,
        cart_id,
        state,
        minor,
        currency,
        cart_is_open,
        captured,
        refunded,
        reference,
        at,
        card,
    ) = row;
    let currency: Currency = currency
        .parse()
        .map_err(|error| Fault::other("read an attempt's currency", error))?;
    Ok(Some(Locked {
        id,
        cart_id,
        state: read_state(&state)?,
        amount: Money::new(minor, currency),
        cart_is_open,
        captured_minor: captured,
        refunded_minor: refunded,
        reference,
        reported_at: at,
        has_card: card,
    }))
}

/// Makes the order of an attempt whose cart and row are locked and whose stock is held; answers
/// the order's id and number.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn complete(
    conn: &mut Conn,
    attempt: Uuid,
    now: DateTime<Utc>,
) -> Result<(i64, i64), Fault> {
    let query = diesel::sql_query(COMPLETE)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Timestamptz, _>(now);
    let query = cached::<(BigInt, BigInt), _>(query);
    Ok(query.get_result(conn).await?)
}

/// Gives back everything that an attempt holds: uses of discounts, money of gift cards, stock.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn let_go(conn: &mut Conn, attempt: Uuid) -> Result<(), Fault> {
    let query = diesel::sql_query(LET_GO).bind::<SqlUuid, _>(attempt);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Moves an attempt on; completing has a way of its own.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_state(
    conn: &mut Conn,
    attempt: Uuid,
    state: State,
    decline: Option<&Decline>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let code = decline.map(|d| d.code.as_str());
    let message = decline.map(|d| d.message.as_str());
    move_on(conn, attempt, state, (code, message), now).await
}

/// Ends an attempt whose money is given back, and says why.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn refund_due(
    conn: &mut Conn,
    attempt: Uuid,
    why: RefundReason,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let why = (Some(why.as_str()), None);
    move_on(conn, attempt, State::RefundDue, why, now).await
}

/// Ends an attempt whose buyer let the time run out after the provider had been asked.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn abandon(conn: &mut Conn, attempt: Uuid, now: DateTime<Utc>) -> Result<(), Fault> {
    let why = (Some(ABANDONED), None);
    move_on(conn, attempt, State::Expired, why, now).await
}

/// Ends an attempt whose provider has not said whether money moved.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn release(conn: &mut Conn, attempt: Uuid, now: DateTime<Utc>) -> Result<(), Fault> {
    let why = (Some(RELEASED), None);
    move_on(conn, attempt, State::Expired, why, now).await
}

async fn move_on(
    conn: &mut Conn,
    attempt: Uuid,
    state: State,
    (code, message): (Option<&str>, Option<&str>),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    use checkout_attempts as t;
    diesel::update(t::table.find(attempt))
        .set((
            t::state.eq(state.as_str()),
            t::failure_code.eq(code),
            t::failure_message.eq(message),
            t::action_url.eq(None::<String>),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Sends the buyer somewhere, with a new deadline to get there and back.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn require_action(
    conn: &mut Conn,
    attempt: Uuid,
    url: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let query = diesel::sql_query(REQUIRE_ACTION)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Text, _>(url)
        .bind::<BigInt, _>(LIFETIME.num_seconds())
        .bind::<Timestamptz, _>(now);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// An attempt that is out of time, and where it stands in the order of the deadlines.
#[derive(Clone, Copy, Debug)]
pub struct Overdue {
    /// The attempt.
    pub id: Uuid,
    /// Its deadline.
    pub expires_at: DateTime<Utc>,
}

/// Attempts that are out of time and have not been ended yet, longest overdue first, and behind `after`.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn overdue(
    conn: &mut Conn,
    after: Option<Overdue>,
    limit: i64,
) -> Result<Vec<Overdue>, Fault> {
    let query = diesel::sql_query(OVERDUE)
        .bind::<BigInt, _>((LIFETIME - LAST_UNITS).num_seconds())
        .bind::<Nullable<Timestamptz>, _>(after.map(|after| after.expires_at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|after| after.id))
        .bind::<BigInt, _>(limit);
    let rows: Vec<(Uuid, DateTime<Utc>)> = cached::<(SqlUuid, Timestamptz), _>(query)
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, expires_at)| Overdue { id, expires_at })
        .collect())
}

/// Locks one of the attempts that [`overdue`] found; `None` when somebody else has it or it has moved on.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn lock_overdue(conn: &mut Conn, attempt: Uuid) -> Result<Option<Uuid>, Fault> {
    use checkout_attempts as t;
    let states: Vec<&str> = State::LIVE[..3]
        .iter()
        .map(|state| state.as_str())
        .collect();
    let soon = sql::<Timestamptz>("db_now() + ").bind::<Interval, _>(LIFETIME - LAST_UNITS);
    Ok(t::table
        .filter(t::id.eq(attempt))
        .filter(t::expires_at.le(soon))
        .filter(t::state.eq_any(states))
        .select(t::id)
        .for_no_key_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()?)
}

/// What an attempt bought, variant by variant.
///
/// # Errors
/// A [`Fault`] when the statement fails or the snapshot cannot be read.
pub async fn snapshot(conn: &mut Conn, attempt: Uuid) -> Result<Snapshot, Fault> {
    let value: serde_json::Value = checkout_attempts::table
        .find(attempt)
        .select(checkout_attempts::snapshot)
        .first(conn)
        .await?;
    serde_json::from_value(value).map_err(|error| Fault::other("read an attempt's snapshot", error))
}

/// Whether a cart has a live attempt.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn has_live(conn: &mut Conn, cart: Uuid) -> Result<bool, Fault> {
    use checkout_attempts as t;
    let states: Vec<&str> = State::LIVE.iter().map(|state| state.as_str()).collect();
    let live = t::table
        .filter(t::cart_id.eq(cart))
        .filter(t::state.eq_any(states));
    Ok(diesel::select(diesel::dsl::exists(live))
        .get_result(conn)
        .await?)
}
