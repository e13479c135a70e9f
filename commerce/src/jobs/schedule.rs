//! Jobs that come back by the clock. However many workers tick, each slot brings one job.

use diesel::sql_types::{Array, BigInt, Integer, SmallInt, Text};
use diesel_async::RunQueryDsl;

use super::{Job, Spec};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// Whoever moves the row forward enqueues the job: the loser of a race finds it moved already.
/// Rows are locked by name, so two that tick at once wait instead of meeting crosswise.
/// A row that is ahead by more than a transaction lasts was moved while the database's clock was wrong, and is
/// moved back. Scheduled jobs have no arguments, and their kind is their key.
const TICK: &str = "
    WITH due AS (
      SELECT *, to_timestamp((floor(extract(epoch FROM db_now()) / period) * period)::float8) AS slot
      FROM unnest($1::text[], $2::bigint[], $3::text[], $4::smallint[], $5::int[])
        AS scheduled(name, period, queue, priority, max_attempts)),
    moved AS (
      INSERT INTO job_schedules AS s (name, last_slot)
      SELECT name, slot FROM due ORDER BY name
      ON CONFLICT (name) DO UPDATE SET last_slot = excluded.last_slot
        WHERE s.last_slot < excluded.last_slot OR s.last_slot > db_now() + interval '1 minute'
      RETURNING name)
    INSERT INTO jobs (kind, queue, args, priority, max_attempts, unique_key)
    SELECT name, queue, '{}', priority, max_attempts, name FROM due JOIN moved USING (name)
    ORDER BY name
    ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING
    RETURNING kind";

/// Enqueues every scheduled job whose slot has come and was not taken yet. Answers the kinds.
///
/// Slots are multiples of the kind's period since 1970, by the database's clock. Slots that passed while no worker ran
/// bring one job, not one each; a slot whose job still waits or runs brings none.
///
/// # Errors
/// [`Fault`] when the statement fails; then no slot was taken.
pub async fn tick(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let scheduled = Job::scheduled();
    let specs: Vec<(&Spec, i64)> = scheduled
        .iter()
        .filter_map(|job| Some((job.spec(), period(job.spec())?)))
        .collect();
    let query = diesel::sql_query(TICK)
        .bind::<Array<Text>, _>(specs.iter().map(|(s, _)| s.kind).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(specs.iter().map(|(_, period)| *period).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(specs.iter().map(|(s, _)| s.queue).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(specs.iter().map(|(s, _)| s.priority).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(
            specs
                .iter()
                .map(|(s, _)| s.max_attempts)
                .collect::<Vec<_>>(),
        );
    Ok(cached::<Text, _>(query).load(conn).await?)
}

/// Seconds between two slots.
fn period(spec: &Spec) -> Option<i64> {
    i64::try_from(spec.every?.as_secs()).ok()
}
