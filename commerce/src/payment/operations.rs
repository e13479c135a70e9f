//! What is not decided between a provider and us, for staff and for figures.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::Queryable;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Money};

const UNDECIDED: &str = include_str!("../../sql/payment/undecided.sql");
const FIGURES: &str = include_str!("../../sql/payment/figures.sql");

/// The states of operations that are counted.
pub const WATCHED_STATES: &[&str] = &["requested", "unknown", "refused"];

/// An operation without an outcome, or a refund that was refused.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The operation.
    pub id: Uuid,
    /// What was asked for.
    pub kind: String,
    /// `requested`, `unknown` or `refused`.
    pub state: String,
    /// How much of it.
    pub amount: Money,
    /// The payment.
    pub payment: Uuid,
    /// The checkout attempt.
    pub attempt: Uuid,
    /// How far that has come.
    pub attempt_state: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What the provider said.
    pub last_error: Option<String>,
}

type Row = (
    Uuid,
    String,
    String,
    i64,
    String,
    Uuid,
    Uuid,
    String,
    DateTime<Utc>,
    Option<String>,
);
type Columns = (
    SqlUuid,
    Text,
    Text,
    BigInt,
    Text,
    SqlUuid,
    SqlUuid,
    Text,
    Timestamptz,
    Nullable<Text>,
);

/// What is undecided, the oldest first.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn undecided(conn: &mut Conn, limit: i64) -> Result<Vec<Undecided>, Fault> {
    let query = diesel::sql_query(UNDECIDED).bind::<BigInt, _>(limit);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    rows.into_iter()
        .map(|row| {
            let (id, kind, state, minor, currency, payment, attempt, attempt_state, since, why) =
                row;
            let currency = currency
                .parse()
                .map_err(|error| Fault::other("read a payment's currency", error))?;
            Ok(Undecided {
                id,
                kind,
                state,
                amount: Money::new(minor, currency),
                payment,
                attempt,
                attempt_state,
                since,
                last_error: why,
            })
        })
        .collect()
}

/// How many of a kind are in one state.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Figure {
    /// What was asked for; `report` for reports that wait for a person.
    pub kind: String,
    /// The state; of reports the reason.
    pub state: String,
    /// How many.
    pub count: i64,
    age_ms: i64,
}

impl Figure {
    /// How long ago the provider was first asked for the oldest of them.
    #[must_use]
    pub fn age(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.age_ms).unwrap_or(0))
    }
}

/// Counts what is undecided; what there is none of is left out, save refused refunds.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn figures(conn: &mut Conn) -> Result<Vec<Figure>, Fault> {
    let query = diesel::sql_query(FIGURES);
    Ok(cached::<(Text, Text, BigInt, BigInt), _>(query)
        .load(conn)
        .await?)
}
