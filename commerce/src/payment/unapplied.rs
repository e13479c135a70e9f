//! How far a provider's list of charges was read, and the reports of it that could not be applied.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::Report;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::{payment_cursors, payments, unapplied_payment_reports as t};

const SET_ASIDE: &str = include_str!("../../sql/payment/set_aside.sql");
const DUE: &str = include_str!("../../sql/payment/unapplied_due.sql");

/// How long before the first payment, or before a page was read, the list is read from: the provider's clock may be behind.
const BEFORE_THE_FIRST: TimeDelta = TimeDelta::days(1);

/// From where a provider's list is read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// It was read up to this cursor of the provider's.
    Cursor {
        /// The cursor.
        cursor: String,
        /// What changed since then stands behind it; where the provider has forgotten it, the list is read from there.
        read_at: DateTime<Utc>,
    },
    /// It was not read before; nothing of ours is older.
    Time(DateTime<Utc>),
}

/// Why a report could not be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A rule of the database's refuses it, or something broke.
    Rejected,
    /// Money moved for a payment that we do not have.
    UnknownPayment,
    /// It is not what was agreed.
    Unreadable,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rejected, Self::UnknownPayment, Self::Unreadable];

    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::UnknownPayment => "unknown_payment",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A report to set aside.
#[derive(Clone, Debug)]
pub struct Unapplied {
    /// The provider's name for the charge.
    pub reference: String,
    /// The payment, as the provider says.
    pub payment: Option<Uuid>,
    /// Why it is set aside.
    pub reason: Reason,
    /// What went wrong, for staff.
    pub detail: String,
    /// What the provider said.
    pub report: Value,
}

/// How a report that was set aside was done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It could be applied in the end.
    Applied,
    /// A person saw to it.
    Dismissed,
}

impl Resolution {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A report that waits for a person.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Waiting {
    /// Its number in lists.
    pub id: i64,
    /// Who said so.
    pub provider: String,
    /// The provider's name for the charge.
    pub reference: String,
    /// The payment, as the provider says.
    pub payment: Option<Uuid>,
    /// Why it waits.
    pub reason: String,
    /// What went wrong.
    pub detail: String,
    /// What the provider said.
    pub report: Value,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// From where a provider's list is read on. `now` is where it begins in a shop without payments.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn position(
    conn: &mut Conn,
    provider: &str,
    now: DateTime<Utc>,
) -> Result<Position, Fault> {
    let cursor: Option<(String, DateTime<Utc>)> = payment_cursors::table
        .find(provider)
        .select((payment_cursors::cursor, payment_cursors::updated_at))
        .first(conn)
        .await
        .optional()?;
    if let Some((cursor, updated_at)) = cursor {
        let read_at = updated_at - BEFORE_THE_FIRST;
        return Ok(Position::Cursor { cursor, read_at });
    }
    // Of whatever provider: ids are in the order of time, and have an index.
    let first: Option<DateTime<Utc>> = payments::table
        .order(payments::id)
        .select(payments::created_at)
        .first(conn)
        .await
        .optional()?;
    Ok(Position::Time(first.unwrap_or(now) - BEFORE_THE_FIRST))
}

/// Notes that all up to this cursor was dealt with, unless another worker went on from `from` meanwhile.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn advance(
    conn: &mut Conn,
    provider: &str,
    (from, to): (&Position, &str),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    use payment_cursors as c;
    match from {
        Position::Time(_) => {
            diesel::insert_into(c::table)
                .values((
                    c::provider.eq(provider),
                    c::cursor.eq(to),
                    c::updated_at.eq(now),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
                .await?
        }
        Position::Cursor { cursor: from, .. } => {
            diesel::update(c::table.find(provider))
                .filter(c::cursor.eq(from))
                .set((c::cursor.eq(to), c::updated_at.eq(now)))
                .execute(conn)
                .await?
        }
    };
    Ok(())
}

/// Sets a report aside; a newer one about the same charge takes the older one's place.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_aside(
    conn: &mut Conn,
    provider: &str,
    what: &Unapplied,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let query = diesel::sql_query(SET_ASIDE)
        .bind::<Text, _>(provider)
        .bind::<Text, _>(&what.reference)
        .bind::<Nullable<SqlUuid>, _>(what.payment)
        .bind::<Text, _>(what.reason.as_str())
        .bind::<Text, _>(what.detail.chars().take(500).collect::<String>())
        .bind::<Jsonb, _>(&what.report)
        .bind::<Timestamptz, _>(now);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Reports that were refused and are worth another try: after a minute, and after as long again as they have waited.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn due(conn: &mut Conn, provider: &str) -> Result<Vec<Report>, Fault> {
    let query = diesel::sql_query(DUE).bind::<Text, _>(provider);
    let reports: Vec<Value> = cached::<Jsonb, _>(query).load(conn).await?;
    Ok(reports
        .into_iter()
        .filter_map(|value| read(value).ok())
        .collect())
}

/// Reads a report as it was set aside.
///
/// # Errors
/// When it is not one, as one that was unreadable from the beginning.
pub fn read(value: Value) -> Result<Report, serde_json::Error> {
    serde_json::from_value(value)
}

/// Ends the waiting of what was set aside about a charge; answers whether anything was.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn resolve(
    conn: &mut Conn,
    (provider, reference): (&str, &str),
    resolution: Resolution,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let resolved = diesel::update(t::table)
        .filter(t::provider.eq(provider).and(t::reference.eq(reference)))
        .filter(t::resolved_at.is_null())
        .set((
            t::resolved_at.eq(now),
            t::resolution.eq(resolution.as_str()),
        ))
        .execute(conn)
        .await?;
    Ok(resolved > 0)
}

/// Which of these charges were set aside, and wait or were dismissed.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_aside_among(
    conn: &mut Conn,
    provider: &str,
    references: &[&str],
) -> Result<Vec<String>, Fault> {
    Ok(t::table
        .filter(
            t::provider
                .eq(provider)
                .and(t::reference.eq_any(references)),
        )
        .filter(t::resolution.is_distinct_from(Resolution::Applied.as_str()))
        .select(t::reference)
        .load(conn)
        .await?)
}

/// What waits for a person, the oldest first; only the one with this number when one is given.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn waiting(conn: &mut Conn, id: Option<i64>) -> Result<Vec<Waiting>, Fault> {
    let mut query = t::table
        .filter(t::resolved_at.is_null())
        .order(t::id)
        .select((
            t::id,
            t::provider,
            t::reference,
            t::payment_id,
            t::reason,
            t::detail,
            t::report,
            t::created_at,
        ))
        .limit(1_000)
        .into_boxed();
    if let Some(id) = id {
        query = query.filter(t::id.eq(id));
    }
    Ok(query.load(conn).await?)
}
