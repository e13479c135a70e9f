//! Sessions: a sign-in that lasts, by refresh tokens that each work once (RFC 9700, section 4.14.2).
//!
//! Refreshing marks a token as used and makes the one that follows it. A used token that comes again
//! was copied: whoever holds the other copy cannot be told from the customer, so the session ends for
//! both. There is no grace for a client that refreshes twice at once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Bytea, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::store::Row;
use super::{Customer, SESSION_LIFETIME, SESSION_PATIENCE, SessionTokens};
use crate::db::{Conn, sql};
use crate::identity::bearer::Bearer;
use crate::kernel::id::{self, ordered_uuid};
use crate::kernel::{Fault, Id, Secret};
use crate::tables::customer_refresh_tokens as tokens;
use crate::tables::customer_sessions as sessions;
use crate::tables::customers;

const LOCK: &str = include_str!("../../sql/customer/lock_refresh_token.sql");

type Locked = (Uuid, Option<i64>, bool, bool, bool, DateTime<Utc>);
type LockedColumns = (SqlUuid, Nullable<BigInt>, Bool, Bool, Bool, Timestamptz);

/// What came of refreshing.
#[derive(Clone, Debug)]
pub enum Refreshed {
    /// The session goes on with these.
    Live(SessionTokens),
    /// The token is unknown or too old, or its session has ended.
    Ended,
    /// The token had been used: its session has ended just now.
    Reused,
}

/// Why a session ends before its time.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    SignOut,
    SignOutEverywhere,
    Reuse,
}

impl End {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "sign_out",
            Self::SignOutEverywhere => "sign_out_everywhere",
            Self::Reuse => "reuse",
        }
    }
}

/// Begins a session for a customer who has just proved a password of this version; `None` when it
/// has been changed meanwhile.
pub(super) async fn begin(
    conn: &mut Conn,
    (customer, version): (Id<id::Customer>, i32),
    now: DateTime<Utc>,
) -> Result<Option<SessionTokens>, Fault> {
    let (session, ends) = (ordered_uuid(), now + SESSION_LIFETIME);
    let inserted = diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::customer_id.eq(customer.value),
            sessions::password_version.eq(version),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(ends),
        ))
        .execute(conn)
        .await
        .map_err(Fault::from);
    match inserted {
        Ok(_) => {}
        Err(fault) if fault.is_foreign_key_violation() => return Ok(None),
        Err(fault) => return Err(fault),
    }
    let bearer = Bearer { customer, session };
    Ok(Some(add_token(conn, bearer, ends, now).await?))
}

/// Takes a refresh token for the next one.
pub(super) async fn refresh(
    conn: &mut Conn,
    token: &Secret,
    now: DateTime<Utc>,
) -> Result<Refreshed, Fault> {
    let query = diesel::sql_query(LOCK)
        .bind::<Bytea, _>(token.digest())
        .bind::<Timestamptz, _>(now);
    let row = sql::cached::<LockedColumns, _>(query).get_result::<Locked>(conn);
    let Some((session, customer, is_over, is_used, is_old, ends)) = row.await.optional()? else {
        return Ok(Refreshed::Ended);
    };
    if is_used {
        // Also of a session that is over: nothing more can be done to it.
        end(conn, session, End::Reuse, now).await?;
        return Ok(Refreshed::Reused);
    }
    let customer = match customer {
        Some(customer) if !is_over && !is_old => Id::<id::Customer>::new(customer),
        _ => return Ok(Refreshed::Ended),
    };
    let enabled = customers::table
        .find(customer.value)
        .filter(customers::state.eq("enabled"));
    let is_enabled: bool = diesel::select(diesel::dsl::exists(enabled))
        .get_result(conn)
        .await?;
    if !is_enabled {
        return Ok(Refreshed::Ended);
    }
    diesel::update(tokens::table.find(token.digest()))
        .set(tokens::used_at.eq(now))
        .execute(conn)
        .await?;
    let bearer = Bearer { customer, session };
    Ok(Refreshed::Live(add_token(conn, bearer, ends, now).await?))
}

async fn add_token(
    conn: &mut Conn,
    bearer: Bearer,
    session_ends: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<SessionTokens, Fault> {
    let refresh_token = Secret::random();
    let refresh_expires_at = session_ends.min(now + SESSION_PATIENCE);
    diesel::insert_into(tokens::table)
        .values((
            tokens::token_hash.eq(refresh_token.digest()),
            tokens::session_id.eq(bearer.session),
            tokens::created_at.eq(now),
            tokens::expires_at.eq(refresh_expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(SessionTokens {
        bearer,
        refresh_token,
        issued_at: now,
        refresh_expires_at,
    })
}

/// Ends a session.
pub(super) async fn end(
    conn: &mut Conn,
    session: Uuid,
    why: End,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let live = sessions::table
        .find(session)
        .filter(sessions::revoked_at.is_null());
    diesel::update(live)
        .set((
            sessions::revoked_at.eq(now),
            sessions::revoked_for.eq(why.as_str()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends every session of a customer.
pub(super) async fn end_all(
    conn: &mut Conn,
    customer: Id<id::Customer>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let live = sessions::table
        .filter(sessions::customer_id.eq(customer.value))
        .filter(sessions::revoked_at.is_null());
    diesel::update(live)
        .set((
            sessions::revoked_at.eq(now),
            sessions::revoked_for.eq(End::SignOutEverywhere.as_str()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session that a refresh token belongs to, whatever their state; and the customer, where the token could still be
/// taken for the next one.
pub(super) async fn of_token(
    conn: &mut Conn,
    token: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<(Uuid, Option<Id<id::Customer>>)>, Fault> {
    let query = diesel::sql_query(LOCK)
        .bind::<Bytea, _>(token.digest())
        .bind::<Timestamptz, _>(now);
    let row = sql::cached::<LockedColumns, _>(query).get_result::<Locked>(conn);
    let row = row.await.optional()?;
    Ok(row.map(|(session, customer, is_over, is_used, is_old, _)| {
        let speaks = !is_over && !is_used && !is_old;
        (session, customer.filter(|_| speaks).map(Id::new))
    }))
}

/// The customer whom a checked bearer token names, as long as its session lives.
pub(super) async fn customer(
    conn: &mut Conn,
    bearer: Bearer,
    now: DateTime<Utc>,
) -> Result<Option<Customer>, Fault> {
    let row: Option<Row> = sessions::table
        .inner_join(customers::table.on(sessions::customer_id.eq(customers::id.nullable())))
        .filter(sessions::id.eq(bearer.session))
        .filter(sessions::customer_id.eq(bearer.customer.value))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(customers::state.eq("enabled"))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Customer::from))
}
