//! How the table of jobs stands, for whoever watches it.

use std::time::Duration;

use diesel::Queryable;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// States of jobs that have not ended, and of those that were given up.
pub const WATCHED_STATES: &[&str] = &[
    "available",
    "scheduled",
    "retryable",
    "running",
    "discarded",
];

/// Each branch goes by the index whose condition it repeats; jobs that did their work, which are by
/// far the most, are never looked at.
const FIGURES: &str = "
    SELECT queue, kind, state, count(*),
      coalesce(max(extract(epoch FROM db_now() - run_at)) FILTER (WHERE state <> 'running') * 1000, 0)::bigint
    FROM jobs WHERE finished_at IS NULL GROUP BY queue, kind, state
    UNION ALL
    SELECT queue, kind, state, count(*), 0 FROM jobs WHERE given_up GROUP BY queue, kind, state";

/// How many jobs of a kind are in one state.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Figure {
    /// The queue.
    pub queue: String,
    /// The stored kind.
    pub kind: String,
    /// The state.
    pub state: String,
    /// How many.
    pub count: i64,
    late_ms: i64,
}

impl Figure {
    /// How long the oldest of them has been due; nothing when none is, or they do not wait.
    #[must_use]
    pub fn late(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.late_ms).unwrap_or(0))
    }
}

/// Counts the jobs in [`WATCHED_STATES`]; kinds without any are left out.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn figures(conn: &mut Conn) -> Result<Vec<Figure>, Fault> {
    let query = diesel::sql_query(FIGURES);
    Ok(cached::<(Text, Text, Text, BigInt, BigInt), _>(query)
        .load(conn)
        .await?)
}
