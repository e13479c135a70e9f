//! Adding jobs, on the caller's connection and so in the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::Job;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::trace::Trace;

/// Without a time, `db_now()` of the database: the moment the transaction began, which has passed
/// for every worker that can see the row. `$8` is the step that asks for the work. The trigger wakes
/// workers for such rows at commit.
const ENQUEUE: &str = "
    INSERT INTO jobs (kind, queue, args, priority, max_attempts, unique_key, trace, run_at, state)
    SELECT kind, queue, args, priority, max_attempts, unique_key, $8, coalesce($7, db_now()),
           CASE WHEN $7 > db_now() THEN 'scheduled' ELSE 'available' END
    FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::smallint[], $5::int[], $6::text[]) WITH ORDINALITY
      AS job(kind, queue, args, priority, max_attempts, unique_key, place)
    ORDER BY unique_key, place
    ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING
    RETURNING id";

/// Goes by the index of jobs that were given up, which are few.
const CALL_OFF: &str = "
    UPDATE jobs SET state = 'cancelled' WHERE given_up AND ended_key = ANY($1)";

/// Adds a job that may run as soon as the transaction commits. Answers its id, or `None` when one
/// with the same key waits or runs already.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn enqueue(conn: &mut Conn, job: &Job) -> Result<Option<i64>, Fault> {
    let ids = insert(conn, std::slice::from_ref(job), None).await?;
    Ok(ids.into_iter().next())
}

/// Adds a job that may not run before `run_at`; otherwise like [`enqueue`].
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn enqueue_at(
    conn: &mut Conn,
    job: &Job,
    run_at: DateTime<Utc>,
) -> Result<Option<i64>, Fault> {
    let ids = insert(conn, std::slice::from_ref(job), Some(run_at)).await?;
    Ok(ids.into_iter().next())
}

/// Adds several jobs in one statement; answers how many were added. Jobs whose key is taken are
/// left out.
///
/// # Errors
/// [`Fault`] when the statement fails; then none was added.
pub async fn enqueue_all(conn: &mut Conn, jobs: &[Job]) -> Result<usize, Fault> {
    Ok(insert(conn, jobs, None).await?.len())
}

/// Adds several jobs again that may have been given up before. Those are called off: what is done by the new ones need not
/// be done for them.
///
/// # Errors
/// [`Fault`] when a statement fails.
pub async fn bring_again(conn: &mut Conn, jobs: &[Job]) -> Result<usize, Fault> {
    let keys: Vec<String> = jobs.iter().filter_map(Job::unique_key).collect();
    let query = diesel::sql_query(CALL_OFF).bind::<Array<Text>, _>(keys);
    cached::<(), _>(query).execute(conn).await?;
    enqueue_all(conn, jobs).await
}

async fn insert(
    conn: &mut Conn,
    jobs: &[Job],
    run_at: Option<DateTime<Utc>>,
) -> Result<Vec<i64>, Fault> {
    let args = jobs
        .iter()
        .map(Job::args)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Fault::other("write a job's arguments", error))?;
    let specs: Vec<_> = jobs.iter().map(Job::spec).collect();
    let query = diesel::sql_query(ENQUEUE)
        .bind::<Array<Text>, _>(specs.iter().map(|s| s.kind).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(specs.iter().map(|s| s.queue).collect::<Vec<_>>())
        .bind::<Array<Jsonb>, _>(args)
        .bind::<Array<SmallInt>, _>(specs.iter().map(|s| s.priority).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(specs.iter().map(|s| s.max_attempts).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(jobs.iter().map(Job::unique_key).collect::<Vec<_>>())
        .bind::<Nullable<Timestamptz>, _>(run_at)
        .bind::<Nullable<Text>, _>(Trace::current().map(|trace| trace.to_string()));
    Ok(cached::<BigInt, _>(query).load(conn).await?)
}
