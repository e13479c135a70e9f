//! Jobs that come back by the clock. However many workers tick, each slot brings one job.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Integer, SmallInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::{Job, Spec};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// Whoever moves the row forward enqueues the job: the loser of a race finds it moved already.
/// Rows are locked by name, so two that tick at once wait instead of meeting crosswise.
/// Scheduled jobs have no arguments, and their kind is their key.
const TICK: &str = "
    WITH due AS (
      SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::smallint[], $5::int[])
        AS due(name, slot, queue, priority, max_attempts)),
    moved AS (
      INSERT INTO job_schedules AS s (name, last_slot)
      SELECT name, slot FROM due ORDER BY name
      ON CONFLICT (name) DO UPDATE SET last_slot = excluded.last_slot
        WHERE s.last_slot < excluded.last_slot
      RETURNING name)
    INSERT INTO jobs (kind, queue, args, priority, max_attempts, unique_key)
    SELECT name, queue, '{}', priority, max_attempts, name FROM due JOIN moved USING (name)
    ORDER BY name
    ON CONFLICT (unique_key)
      WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable')
      DO NOTHING
    RETURNING kind";

/// Enqueues every scheduled job whose slot has come and was not taken yet. Answers the kinds.
///
/// Slots are multiples of the kind's period since 1970. Slots that passed while no worker ran
/// bring one job, not one each; a slot whose job still waits or runs brings none.
///
/// # Errors
/// [`Fault`] when the statement fails; then no slot was taken.
pub async fn tick(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<String>, Fault> {
    let due: Vec<(&Spec, DateTime<Utc>)> = Job::scheduled()
        .iter()
        .filter_map(|job| slot(job.spec(), now).map(|slot| (job.spec(), slot)))
        .collect();
    let query = diesel::sql_query(TICK)
        .bind::<Array<Text>, _>(due.iter().map(|(spec, _)| spec.kind).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(due.iter().map(|(_, slot)| *slot).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(due.iter().map(|(spec, _)| spec.queue).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(
            due.iter()
                .map(|(spec, _)| spec.priority)
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Integer>, _>(
            due.iter()
                .map(|(spec, _)| spec.max_attempts)
                .collect::<Vec<_>>(),
        );
    Ok(cached::<Text, _>(query).load(conn).await?)
}

/// The latest slot at or before `now`.
fn slot(spec: &Spec, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let period = i64::try_from(spec.every?.as_secs()).ok()?;
    let seconds = now.timestamp();
    DateTime::from_timestamp(seconds - seconds.rem_euclid(period), 0)
}
