//! Workers that fall silent.

use std::time::Duration;

use commerce::db::Conn;
use commerce::jobs::{self, Job, Rescued, Verdict};
use diesel_async::SimpleAsyncConnection;
use tests::TestApp;

use super::{claim_one, finish, mail, row};

const SILENCE: Duration = Duration::from_secs(20);

/// As if the last sign of life of every running job were a minute older.
async fn fall_silent(conn: &mut Conn) {
    conn.batch_execute(
        "UPDATE jobs SET heartbeat_at = heartbeat_at - interval '1 minute' WHERE state = 'running'",
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_silent_workers_jobs_run_again_and_its_late_verdict_counts_for_nothing() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let stale = claim_one(conn, "silent").await.unwrap();
    assert_eq!(jobs::rescue(conn, SILENCE).await.unwrap(), []);
    fall_silent(conn).await;
    let rescued = Rescued {
        id,
        kind: "send_order_confirmation".to_owned(),
        state: "retryable".to_owned(),
    };
    assert_eq!(jobs::rescue(conn, SILENCE).await.unwrap(), [rescued]);
    assert_eq!(
        jobs::heartbeat(conn, "silent", &[id]).await.unwrap(),
        [0; 0]
    );

    // Neither while it waits, nor while another worker has it.
    assert!(!finish(conn, "silent", stale.clone(), Verdict::Done).await);
    let fresh = claim_one(conn, "awake").await.unwrap();
    assert!(!finish(conn, "silent", stale.clone(), Verdict::discard("late")).await);
    assert_eq!(row(conn, id).await.state, "running");
    assert!(finish(conn, "awake", fresh, Verdict::Done).await);
    assert!(!finish(conn, "silent", stale, Verdict::retry("later still")).await);
    assert_eq!(row(conn, id).await.state, "completed");
}

#[tokio::test]
async fn a_worker_that_lost_its_job_and_got_it_again_finishes_only_the_new_attempt() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    jobs::enqueue(conn, &mail(1)).await.unwrap();
    let first = claim_one(conn, "w").await.unwrap();
    fall_silent(conn).await;
    jobs::rescue(conn, SILENCE).await.unwrap();
    let second = claim_one(conn, "w").await.unwrap();
    assert!(!finish(conn, "w", first, Verdict::Done).await);
    assert!(finish(conn, "w", second, Verdict::Done).await);
}

#[tokio::test]
async fn a_heartbeat_keeps_a_job() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    claim_one(conn, "w").await.unwrap();
    fall_silent(conn).await;
    assert_eq!(
        jobs::heartbeat(conn, "w", &[id, id + 1]).await.unwrap(),
        [id]
    );
    assert_eq!(jobs::rescue(conn, SILENCE).await.unwrap(), []);
}

#[tokio::test]
async fn a_job_that_kills_every_worker_is_given_up() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &Job::CleanJobs).await.unwrap().unwrap();
    let mut states = Vec::new();
    while claim_one(conn, "doomed").await.is_some() {
        fall_silent(conn).await;
        states.push(jobs::rescue(conn, SILENCE).await.unwrap().remove(0).state);
    }
    assert_eq!(states, ["retryable", "retryable", "discarded"]);
    let dead = jobs::dead_letters(conn, 10).await.unwrap();
    assert_eq!((dead[0].id, dead[0].attempt), (id, 3));
    assert_eq!(dead[0].errors[2]["why"], "its worker gave no sign of life");
}
