//! What becomes of jobs that ended: kept for a while, then deleted; given up ones are for staff.

use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use super::DeadLetter;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::retention::Retention;
use crate::tables::jobs;

/// Rows deleted in one statement, so that none holds its locks for long.
const BATCH: i64 = 5_000;

const CLEAN: &str = "
    DELETE FROM jobs WHERE id = ANY (ARRAY(
      SELECT id FROM jobs
      WHERE finished_at < db_now() - CASE state WHEN 'completed' THEN $1 ELSE $2 END * interval '1 second'
        AND finished_at < db_now() - least($1, $2) * interval '1 second'
      ORDER BY finished_at LIMIT $3))
    RETURNING id";

const REVIVE: &str = "
    UPDATE jobs SET state = 'available', run_at = db_now(), finished_at = NULL,
      max_attempts = attempt + max_attempts
    WHERE id = $1 AND state = 'discarded'
      AND NOT EXISTS (SELECT FROM jobs live WHERE live.unique_key = jobs.ended_key)
    RETURNING id";

/// Deletes jobs that ended long ago, one batch. Answers how many; fewer than a full batch means
/// that none is left, which the flag says.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn clean(conn: &mut Conn, kept: &Retention) -> Result<(usize, bool), Fault> {
    let query = diesel::sql_query(CLEAN)
        .bind::<BigInt, _>(kept.jobs.num_seconds())
        .bind::<BigInt, _>(kept.discarded_jobs.num_seconds())
        .bind::<BigInt, _>(BATCH);
    let deleted: Vec<i64> = cached::<BigInt, _>(query).load(conn).await?;
    let all = i64::try_from(deleted.len()).unwrap_or(i64::MAX) < BATCH;
    Ok((deleted.len(), all))
}

/// The jobs that were given up, the latest first.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn dead_letters(conn: &mut Conn, limit: i64) -> Result<Vec<DeadLetter>, Fault> {
    Ok(jobs::table
        .filter(jobs::given_up)
        .order((jobs::finished_at.desc(), jobs::id.desc()))
        .select((
            jobs::id,
            jobs::kind,
            jobs::args,
            jobs::attempt,
            jobs::errors,
            jobs::finished_at,
        ))
        .limit(limit)
        .load(conn)
        .await?)
}

/// Gives a given-up job as many attempts again. Answers whether it was one, and none with its key
/// waits already.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn revive(conn: &mut Conn, id: i64) -> Result<bool, Fault> {
    let query = diesel::sql_query(REVIVE).bind::<BigInt, _>(id);
    let revived: Vec<i64> = cached::<BigInt, _>(query).load(conn).await?;
    Ok(!revived.is_empty())
}
