//! Claim, heartbeat, finish, rescue: each one statement, each on its own.
//!
//! A job does not run inside the transaction that claims it, because a payment must not pin a
//! connection for as long as a provider takes. Who holds a job is told by `locked_by` and
//! `attempt`; every later statement of a worker names both, so one that was too slow and lost its
//! job can no longer change it. All times are the database's, which all workers share: what a verdict
//! says of the next attempt is a pause.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::{Claimed, Finished, QUEUES, Rescued, Verdict};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// Each queue gives up to `$2` rows by the index, in order, and passes over those that run, as many as there are places; the best `$2` of them are taken.
const CLAIM: &str = "
    WITH next AS (
      SELECT due.id
      FROM unnest($1::text[]) AS wanted(queue)
      CROSS JOIN LATERAL (
        SELECT id, priority, run_at FROM jobs
        WHERE queue = wanted.queue AND finished_at IS NULL AND run_at <= db_now()
          AND state IN ('available', 'scheduled', 'retryable')
        ORDER BY priority, run_at, id LIMIT $2
        FOR UPDATE SKIP LOCKED) AS due
      ORDER BY due.priority, due.run_at, due.id LIMIT $2)
    UPDATE jobs SET state = 'running', attempt = attempt + 1, locked_by = $3, heartbeat_at = db_now()
    FROM next WHERE jobs.id = next.id
    RETURNING jobs.id, kind, queue, args, attempt, max_attempts, run_at, priority,
      trace";

/// Rows that are locked are being finished or rescued at this moment: neither needs a heartbeat.
const HEARTBEAT: &str = "
    UPDATE jobs SET heartbeat_at = db_now()
    WHERE id IN (
      SELECT id FROM jobs WHERE id = ANY($1) AND state = 'running' AND locked_by = $2
      ORDER BY id FOR UPDATE SKIP LOCKED)
    RETURNING id";

/// The last ten errors are kept.
const FINISH: &str = "
    UPDATE jobs SET
      state = f.state,
      attempt = jobs.attempt - CASE WHEN f.spent THEN 0 ELSE 1 END,
      run_at = coalesce(db_now() + f.pause * interval '1 millisecond', jobs.run_at),
      finished_at = CASE WHEN f.state IN ('completed', 'discarded') THEN db_now() END,
      errors = CASE WHEN f.why IS NULL THEN jobs.errors
        ELSE CASE WHEN jsonb_array_length(jobs.errors) < 10 THEN jobs.errors ELSE jobs.errors - 0 END
          || jsonb_build_object('attempt', f.attempt, 'at', db_now(), 'why', f.why) END,
      locked_by = NULL, heartbeat_at = NULL
    FROM unnest($2::bigint[], $3::int[], $4::text[], $5::bool[], $6::bigint[], $7::text[])
      AS f(id, attempt, state, spent, pause, why)
    WHERE jobs.id = f.id AND jobs.attempt = f.attempt AND jobs.locked_by = $1 AND jobs.state = 'running'
    RETURNING jobs.id";

/// A job that kills its process is found here each time, until its attempts are used up. It looks through the jobs that
/// live: an index of those that run would have to learn of each claim and each heartbeat.
const RESCUE: &str = "
    WITH lost AS (
      SELECT id FROM jobs
      WHERE finished_at IS NULL AND queue = ANY($2) AND state = 'running'
        AND heartbeat_at < db_now() - $1 * interval '1 millisecond'
      ORDER BY heartbeat_at LIMIT 500 FOR UPDATE SKIP LOCKED)
    UPDATE jobs SET
      state = CASE WHEN attempt >= max_attempts THEN 'discarded' ELSE 'retryable' END,
      finished_at = CASE WHEN attempt >= max_attempts THEN db_now() END,
      run_at = db_now(),
      errors = CASE WHEN jsonb_array_length(errors) < 10 THEN errors ELSE errors - 0 END
        || jsonb_build_object('attempt', attempt, 'at', db_now(), 'why', 'its worker gave no sign of life'),
      locked_by = NULL, heartbeat_at = NULL
    FROM lost WHERE jobs.id = lost.id
    RETURNING jobs.id, kind, state";

type ClaimedColumns = (
    BigInt,
    Text,
    Text,
    Jsonb,
    Integer,
    Integer,
    Timestamptz,
    diesel::sql_types::SmallInt,
    Nullable<Text>,
);

type ClaimedRow = (
    i64,
    String,
    String,
    serde_json::Value,
    i32,
    i32,
    DateTime<Utc>,
    i16,
    Option<String>,
);

/// Takes up to `limit` due jobs of `queues` for `worker`, the most urgent first. Rows that another
/// worker is taking are passed over.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn claim(
    conn: &mut Conn,
    worker: &str,
    queues: &[String],
    limit: u32,
) -> Result<Vec<Claimed>, Fault> {
    let query = diesel::sql_query(CLAIM)
        .bind::<Array<Text>, _>(queues)
        .bind::<BigInt, _>(i64::from(limit))
        .bind::<Text, _>(worker);
    let mut rows: Vec<ClaimedRow> = cached::<ClaimedColumns, _>(query).load(conn).await?;
    // An UPDATE answers in any order.
    rows.sort_by_key(|(id, _, _, _, _, _, run_at, priority, _)| (*priority, *run_at, *id));
    let claimed = rows.into_iter().map(
        |(id, kind, queue, args, attempt, max_attempts, run_at, _, trace)| Claimed {
            id,
            kind,
            queue,
            args,
            attempt,
            max_attempts,
            run_at,
            trace,
        },
    );
    Ok(claimed.collect())
}

/// Says that `worker` still works on these jobs. Answers those that are still its own.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn heartbeat(conn: &mut Conn, worker: &str, ids: &[i64]) -> Result<Vec<i64>, Fault> {
    let query = diesel::sql_query(HEARTBEAT)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Text, _>(worker);
    Ok(cached::<BigInt, _>(query).load(conn).await?)
}

/// Writes down what came of these jobs, in one statement. Answers the ids that were written; one
/// that is missing had been taken from `worker` in the meantime and was left alone.
///
/// # Errors
/// [`Fault`] when the statement fails; then nothing was written.
pub async fn finish(
    conn: &mut Conn,
    worker: &str,
    finished: &[Finished],
) -> Result<Vec<i64>, Fault> {
    let entries: Vec<Entry> = finished.iter().map(Entry::of).collect();
    let query = diesel::sql_query(FINISH)
        .bind::<Text, _>(worker)
        .bind::<Array<BigInt>, _>(finished.iter().map(|f| f.job.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(finished.iter().map(|f| f.job.attempt).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(entries.iter().map(|e| e.state).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(entries.iter().map(|e| e.spent).collect::<Vec<_>>())
        .bind::<Array<Nullable<BigInt>>, _>(entries.iter().map(Entry::pause).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(
            entries.iter().map(|e| e.why.as_deref()).collect::<Vec<_>>(),
        );
    Ok(cached::<BigInt, _>(query).load(conn).await?)
}

/// Takes jobs from workers that have given no sign of life for `silence`: they are tried again at
/// once, or discarded when that was their last attempt.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn rescue(conn: &mut Conn, silence: Duration) -> Result<Vec<Rescued>, Fault> {
    let millis = i64::try_from(silence.as_millis()).unwrap_or(i64::MAX);
    let query = diesel::sql_query(RESCUE)
        .bind::<BigInt, _>(millis)
        .bind::<Array<Text>, _>(QUEUES);
    Ok(cached::<(BigInt, Text, Text), _>(query).load(conn).await?)
}

/// The pause before a kind of a later release is tried again: this worker may well be gone in a minute.
const UNREADABLE: Duration = Duration::from_secs(60);

/// One verdict as columns.
struct Entry {
    state: &'static str,
    spent: bool,
    /// Before the next attempt.
    after: Option<Duration>,
    why: Option<String>,
}

impl Entry {
    fn of(finished: &Finished) -> Self {
        let Finished { job, verdict } = finished;
        let plain = |state| Self {
            state,
            spent: true,
            after: None,
            why: None,
        };
        let readable = |why: &str| Some(why.chars().filter(|c| *c != '\0').take(1_000).collect());
        let pause = || {
            job.job()
                .map_or(UNREADABLE, |known| job.pause(known.spec()))
        };
        match verdict {
            Verdict::Done => plain("completed"),
            Verdict::Retry { why, .. } if job.attempt >= job.max_attempts => Self {
                why: readable(why),
                ..plain("discarded")
            },
            Verdict::Retry { after, why } => Self {
                after: Some(after.unwrap_or_else(pause)),
                why: readable(why),
                ..plain("retryable")
            },
            Verdict::KeepTrying { why } => Self {
                after: Some(pause()),
                why: readable(why),
                ..plain("retryable")
            },
            Verdict::Snooze { after } => Self {
                spent: false,
                after: Some(*after),
                ..plain("scheduled")
            },
            Verdict::Discard { why } => Self {
                why: readable(why),
                ..plain("discarded")
            },
            Verdict::HandBack => Self {
                spent: false,
                ..plain("available")
            },
        }
    }

    /// Milliseconds before the next attempt.
    fn pause(&self) -> Option<i64> {
        let millis = self.after?.as_millis();
        Some(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}
