//! Jobs: the table, the worker, and what handlers do.

mod ended;
mod in_place;
mod maintenance;
mod queue;
mod rescue;
mod schedule;
mod worker;

use chrono::{DateTime, Utc};
use commerce::db::Conn;
use commerce::jobs::{self, Claimed, Finished, Job, Verdict};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Every queue, owned.
fn all_queues() -> Vec<String> {
    jobs::QUEUES.iter().map(|q| (*q).to_owned()).collect()
}

/// Claims one job as `worker`.
async fn claim_one(conn: &mut Conn, worker: &str) -> Option<Claimed> {
    let claimed = jobs::claim(conn, worker, &all_queues(), 1).await;
    claimed.unwrap().pop()
}

/// Writes a verdict as `worker`; answers whether the job was still its own.
async fn finish(conn: &mut Conn, worker: &str, job: Claimed, verdict: Verdict) -> bool {
    let id = job.id;
    let finished = Finished { job, verdict };
    jobs::finish(conn, worker, &[finished]).await.unwrap() == [id]
}

/// What a row says: state, attempts, when it may run, errors.
#[derive(Debug, PartialEq, Queryable)]
struct Row {
    state: String,
    attempt: i32,
    run_at: DateTime<Utc>,
    errors: serde_json::Value,
}

async fn row(conn: &mut Conn, id: i64) -> Row {
    use commerce::tables::jobs::dsl;
    dsl::jobs
        .find(id)
        .select((dsl::state, dsl::attempt, dsl::run_at, dsl::errors))
        .first(conn)
        .await
        .unwrap()
}

/// Kinds and states of all jobs, in order of their ids.
async fn states(conn: &mut Conn) -> Vec<(String, String)> {
    use commerce::tables::jobs::dsl;
    dsl::jobs
        .order(dsl::id)
        .select((dsl::kind, dsl::state))
        .load(conn)
        .await
        .unwrap()
}

fn mail(order_id: i64) -> Job {
    Job::SendOrderConfirmation { order_id }
}

#[test]
fn every_kind_is_documented_as_it_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/jobs.md");
    let text = std::fs::read_to_string(path).unwrap();
    let seconds = |time: std::time::Duration| match time.as_millis() {
        hours if hours % 3_600_000 == 0 => format!("{} h", hours / 3_600_000),
        millis if millis % 1_000 == 0 => format!("{} s", millis / 1_000),
        millis => format!("0.{} s", millis / 100),
    };
    for spec in &jobs::SPECS {
        let row = format!(
            "| `{}` | {} | {} | {} | {} | {} → {} |",
            spec.kind,
            spec.queue,
            spec.priority,
            spec.max_attempts,
            seconds(spec.timeout),
            seconds(spec.first_pause),
            seconds(spec.longest_pause)
        );
        assert!(text.contains(&row), "docs/jobs.md has no row {row}");
    }
}
