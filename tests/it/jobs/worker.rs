//! The running worker.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use commerce::db::Conn;
use commerce::jobs::{self, Job, Verdict};
use commerce::kernel::id::ordered_uuid;
use commerce::tables;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tests::{TestApp, does};
use tokio::sync::{Notify, mpsc};
use worker::{Concurrency, Handle, Timing, Worker};

use super::{mail, row};

/// So long that only the part under test can have done it.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// A worker that does nothing by the clock, but for one look at its start.
fn quiet() -> Timing {
    Timing {
        concurrency: Concurrency::each(4),
        poll: NEVER,
        heartbeat: NEVER,
        rescue: NEVER,
        silence: NEVER,
        tick: NEVER,
    }
}

fn start(app: &TestApp, handler: impl Handle, timing: &Timing) -> Worker {
    Worker::start(
        &app.shop,
        Arc::new(handler),
        &app.database.url,
        vec!["mail".to_owned()],
        timing,
    )
}

/// A handler that tells of each job and then answers `Done`.
fn tells() -> (impl Handle, mpsc::UnboundedReceiver<Job>) {
    let (tell, told) = mpsc::unbounded_channel();
    let handler = does(move |job| {
        tell.send(job).unwrap();
        async { Verdict::Done }
    });
    (handler, told)
}

/// Waits for `work`, and fails the test when it does not come.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("it did not happen")
}

/// Asks again until `holds`.
async fn until(conn: &mut Conn, sql: &str) {
    let holds = async {
        loop {
            let query = diesel::sql_query(format!("SELECT count(*) AS n FROM jobs WHERE {sql}"));
            let found: Count = query.get_result(conn).await.unwrap();
            if found.n > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(holds).await;
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[tokio::test]
async fn a_committed_job_wakes_the_worker() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let (handler, mut told) = tells();
    let worker = start(&app, handler, &quiet());
    for order in 1..=20 {
        let id = jobs::enqueue(conn, &mail(order)).await.unwrap().unwrap();
        assert_eq!(soon(told.recv()).await, Some(mail(order)));
        until(conn, &format!("id = {id} AND state = 'completed'")).await;
    }
    worker.shutdown(NEVER).await;
}

#[tokio::test]
async fn without_notices_jobs_are_found_by_polling() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let (handler, mut told) = tells();
    let timing = Timing {
        poll: Duration::from_millis(10),
        ..quiet()
    };
    // A server that nobody listens on.
    let nowhere = "postgres://127.0.0.1:1/none";
    let only_mail = vec!["mail".to_owned()];
    let worker = Worker::start(&app.shop, Arc::new(handler), nowhere, only_mail, &timing);
    jobs::enqueue(conn, &mail(1)).await.unwrap();
    assert_eq!(soon(told.recv()).await, Some(mail(1)));
    worker.shutdown(NEVER).await;
}

#[tokio::test]
async fn a_lost_listener_comes_back() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let (handler, mut told) = tells();
    let worker = start(&app, handler, &quiet());
    jobs::enqueue(conn, &mail(1)).await.unwrap();
    assert_eq!(soon(told.recv()).await, Some(mail(1)));
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query = 'LISTEN jobs'";
    conn.batch_execute(cut).await.unwrap();
    jobs::enqueue(conn, &mail(2)).await.unwrap();
    assert_eq!(soon(told.recv()).await, Some(mail(2)));
    assert!(!worker.died().is_cancelled());
    worker.shutdown(NEVER).await;
}

#[tokio::test]
async fn a_queue_that_hangs_holds_up_no_other() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let (tell, mut told) = mpsc::unbounded_channel();
    let handler = does(move |job| {
        tell.send(job.clone()).unwrap();
        async move {
            if job.spec().queue == "payments" {
                std::future::pending::<()>().await;
            }
            Verdict::Done
        }
    });
    let queues = jobs::QUEUES.iter().map(ToString::to_string).collect();
    let (handler, url) = (Arc::new(handler), &app.database.url);
    let worker = Worker::start(&app.shop, handler, url, queues, &quiet());
    let charges: Vec<Job> = (0..40)
        .map(|_| Job::SettlePayment {
            operation: ordered_uuid(),
        })
        .collect();
    jobs::enqueue_all(conn, &charges).await.unwrap();
    // The schedules bring maintenance of their own.
    let mut seen = Vec::new();
    let hang = |seen: &[Job]| seen.iter().filter(|job| charges.contains(job)).count();
    while hang(&seen) < 4 {
        seen.push(soon(told.recv()).await.unwrap());
    }
    let others = [mail(1), Job::ExpireAttempts];
    jobs::enqueue_all(conn, &others).await.unwrap();
    while !others.iter().all(|job| seen.contains(job)) {
        seen.push(soon(told.recv()).await.unwrap());
    }
    assert_eq!(hang(&seen), 4);
    worker.shutdown(Duration::ZERO).await;
}

#[tokio::test]
async fn a_panic_does_not_stop_the_worker() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let handler = does(|job| async move {
        assert_ne!(job, mail(1), "poison");
        Verdict::Done
    });
    let worker = start(&app, handler, &quiet());
    jobs::enqueue_all(conn, &[mail(1), mail(2)]).await.unwrap();
    until(conn, "state = 'completed' AND args ->> 'order_id' = '2'").await;
    until(
        conn,
        "state = 'retryable' AND attempt = 1 AND args ->> 'order_id' = '1'",
    )
    .await;
    assert_eq!(worker.running(), 0);
    worker.shutdown(NEVER).await;
}

#[tokio::test]
async fn two_workers_do_each_job_once() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let counts: Arc<Mutex<BTreeMap<i64, u32>>> = Arc::default();
    let all: Vec<Job> = (1..=200).map(mail).collect();
    jobs::enqueue_all(conn, &all).await.unwrap();
    let workers = [0, 1].map(|_| {
        let counts = Arc::clone(&counts);
        let handler = does(move |job| {
            if let Job::SendOrderConfirmation { order_id } = job {
                *counts.lock().unwrap().entry(order_id).or_default() += 1;
            }
            async { Verdict::Done }
        });
        start(&app, handler, &quiet())
    });
    let done = "(SELECT count(*) FROM jobs WHERE state = 'completed') = 200";
    until(conn, done).await;
    for worker in workers {
        worker.shutdown(NEVER).await;
    }
    let expected: BTreeMap<i64, u32> = (1..=200).map(|order| (order, 1)).collect();
    assert_eq!(*counts.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_worker_serves_its_queues_only() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let (handler, mut told) = tells();
    let clean = jobs::enqueue(conn, &Job::CleanJobs).await.unwrap().unwrap();
    jobs::enqueue(conn, &mail(1)).await.unwrap();
    let worker = start(&app, handler, &quiet());
    assert_eq!(soon(told.recv()).await, Some(mail(1)));
    worker.shutdown(NEVER).await;
    assert_eq!(row(conn, clean).await.state, "available");
    assert_eq!(told.recv().await, None);
}

#[tokio::test]
async fn no_more_jobs_are_claimed_than_may_run_at_once() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let (go, started) = (
        Arc::new(Notify::new()),
        Arc::new(tokio::sync::Semaphore::new(0)),
    );
    let handler = {
        let (go, started) = (Arc::clone(&go), Arc::clone(&started));
        does(move |_| {
            let (go, started) = (Arc::clone(&go), Arc::clone(&started));
            async move {
                started.add_permits(1);
                go.notified().await;
                Verdict::Done
            }
        })
    };
    let all: Vec<Job> = (1..=6).map(mail).collect();
    jobs::enqueue_all(conn, &all).await.unwrap();
    let worker = start(&app, handler, &quiet());
    soon(started.acquire_many(4)).await.unwrap().forget();
    let running: i64 = tables::jobs::table
        .filter(tables::jobs::state.eq("running"))
        .count()
        .get_result(conn)
        .await
        .unwrap();
    assert_eq!((running, worker.running()), (4, 4));
    // One ends, one more may begin.
    go.notify_one();
    soon(started.acquire()).await.unwrap().forget();
    for _ in 0..5 {
        go.notify_one();
        tokio::task::yield_now().await;
    }
    worker.shutdown(Duration::ZERO).await;
}

#[tokio::test]
async fn a_deploy_waits_for_running_jobs() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let (go, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (go, begun) = (Arc::clone(&go), Arc::clone(&begun));
        does(move |_| {
            let (go, begun) = (Arc::clone(&go), Arc::clone(&begun));
            async move {
                begun.notify_one();
                go.notified().await;
                Verdict::Done
            }
        })
    };
    let worker = start(&app, handler, &quiet());
    soon(begun.notified()).await;
    let draining = worker.draining();
    let ended = tokio::spawn(worker.shutdown(NEVER));
    soon(draining.cancelled()).await;
    go.notify_one();
    soon(ended).await.unwrap();
    assert_eq!(row(conn, id).await.state, "completed");
    // What comes now is for the next worker.
    let next = jobs::enqueue(conn, &mail(2)).await.unwrap().unwrap();
    assert_eq!(row(conn, next).await.state, "available");
}

#[tokio::test]
async fn a_deploy_that_cannot_wait_hands_back_and_spends_no_attempt() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let begun = Arc::new(Notify::new());
    let handler = {
        let begun = Arc::clone(&begun);
        does(move |_| {
            begun.notify_one();
            std::future::pending()
        })
    };
    let worker = start(&app, handler, &quiet());
    soon(begun.notified()).await;
    soon(worker.shutdown(Duration::ZERO)).await;
    let left = row(conn, id).await;
    assert_eq!((left.state.as_str(), left.attempt), ("available", 0));
    assert_eq!(left.errors, serde_json::json!([]));
}

#[tokio::test]
async fn a_busy_worker_gives_signs_of_life_and_rescues_the_jobs_of_a_dead_one() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    jobs::enqueue(conn, &mail(1)).await.unwrap();
    let dead = super::claim_one(conn, "dead").await.unwrap();
    let held = jobs::enqueue(conn, &mail(2)).await.unwrap().unwrap();
    let handler = does(|job| async move {
        if job == mail(2) {
            std::future::pending::<()>().await;
        }
        Verdict::Done
    });
    let timing = Timing {
        heartbeat: Duration::from_millis(20),
        rescue: Duration::from_millis(20),
        silence: Duration::from_secs(600),
        ..quiet()
    };
    let worker = start(&app, handler, &timing);
    until(conn, &format!("id = {held} AND state = 'running'")).await;
    // Both look an hour silent; only one is beaten for.
    let age = "UPDATE jobs SET heartbeat_at = heartbeat_at - interval '5 minutes'";
    conn.batch_execute(&format!("{age} WHERE id = {held}"))
        .await
        .unwrap();
    until(
        conn,
        &format!("id = {held} AND heartbeat_at > now() - interval '4 minutes'"),
    )
    .await;
    let age = "UPDATE jobs SET heartbeat_at = heartbeat_at - interval '1 hour'";
    conn.batch_execute(&format!("{age} WHERE id = {}", dead.id))
        .await
        .unwrap();
    until(
        conn,
        &format!("id = {} AND state = 'completed' AND attempt = 2", dead.id),
    )
    .await;
    worker.shutdown(Duration::ZERO).await;
}
