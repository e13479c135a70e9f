//! Adding and claiming.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use commerce::db::Conn;
use commerce::events;
use commerce::jobs::{self, Job, Verdict};
use commerce::kernel::{Failure, Fault};
use commerce::tables;
use diesel::QueryDsl;
use diesel_async::RunQueryDsl;
use tests::TestApp;
use tokio::sync::Barrier;
use uuid::Uuid;

use super::{all_queues, claim_one, finish, mail, states};

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_job_and_no_event() {
    let app = TestApp::new().await;
    let now = app.shop.clock.now();
    let refused: Result<(), Failure<&str>> = app
        .shop
        .db
        .write(async |conn: &mut Conn| {
            jobs::enqueue(conn, &mail(1)).await?;
            events::record(conn, "orders/create", "1", &serde_json::json!({}), now).await?;
            Err(Failure::Refused("changed my mind"))
        })
        .await;
    assert!(matches!(refused, Err(Failure::Refused("changed my mind"))));
    let conn = &mut app.conn().await;
    assert_eq!(states(conn).await, []);
    let events: i64 = tables::events::table
        .count()
        .get_result(conn)
        .await
        .unwrap();
    assert_eq!(events, 0);
}

#[tokio::test]
async fn a_key_is_taken_until_its_job_ended() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    assert!(jobs::enqueue(conn, &mail(1)).await.unwrap().is_some());
    assert_eq!(jobs::enqueue(conn, &mail(1)).await.unwrap(), None);
    assert!(jobs::enqueue(conn, &mail(2)).await.unwrap().is_some());
    let job = claim_one(conn, "w").await.unwrap();
    assert_eq!(jobs::enqueue(conn, &mail(1)).await.unwrap(), None);
    assert!(finish(conn, "w", job, Verdict::Done).await);
    assert!(jobs::enqueue(conn, &mail(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn several_jobs_take_one_statement_and_skip_taken_keys() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    jobs::enqueue(conn, &mail(2)).await.unwrap();
    let three = [mail(1), mail(2), mail(3)];
    assert_eq!(jobs::enqueue_all(conn, &three).await.unwrap(), 2);
    assert_eq!(states(conn).await.len(), 3);
}

#[tokio::test]
async fn the_most_urgent_job_comes_first_and_none_before_its_time() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let later = app.shop.clock.now() + TimeDelta::minutes(10);
    let operation = Uuid::from_u128(1);
    jobs::enqueue(conn, &Job::CleanJobs).await.unwrap();
    jobs::enqueue(conn, &mail(1)).await.unwrap();
    jobs::enqueue(conn, &Job::RefundPayment { operation })
        .await
        .unwrap();
    jobs::enqueue(conn, &mail(2)).await.unwrap();
    jobs::enqueue_at(conn, &Job::SettlePayment { operation }, later)
        .await
        .unwrap();
    let order = async |conn: &mut Conn| {
        let claimed = jobs::claim(conn, "w", &all_queues(), 10).await.unwrap();
        claimed.iter().map(|c| c.job().unwrap()).collect::<Vec<_>>()
    };
    let expected = [
        Job::RefundPayment { operation },
        mail(1),
        mail(2),
        Job::CleanJobs,
    ];
    assert_eq!(order(conn).await, expected);
    app.advance(TimeDelta::minutes(11)).await;
    assert_eq!(order(conn).await, [Job::SettlePayment { operation }]);
}

#[tokio::test]
async fn a_worker_takes_only_its_queues_and_no_more_than_it_asked_for() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    jobs::enqueue_all(conn, &[mail(1), mail(2), mail(3), Job::CleanJobs])
        .await
        .unwrap();
    let only_mail = ["mail".to_owned()];
    let claimed = jobs::claim(conn, "w", &only_mail, 2).await.unwrap();
    assert_eq!(
        claimed.iter().map(|c| c.queue.as_str()).collect::<Vec<_>>(),
        ["mail", "mail"]
    );
    let claimed = jobs::claim(conn, "w", &only_mail, 2).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let claimed = jobs::claim(conn, "w", &only_mail, 2).await.unwrap();
    assert!(claimed.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_claim_at_once_never_share_a_job() {
    let app = TestApp::new().await;
    let all: Vec<Job> = (1..=120).map(mail).collect();
    jobs::enqueue_all(&mut app.conn().await, &all)
        .await
        .unwrap();
    let barrier = Arc::new(Barrier::new(4));
    let claims = (0..4).map(|number| {
        let (shop, barrier) = (app.shop.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            let mut conn = shop.db.primary().await?;
            let name = format!("w{number}");
            barrier.wait().await;
            let mut ids = Vec::new();
            for _ in 0..10 {
                let claimed = jobs::claim(&mut conn, &name, &all_queues(), 5).await?;
                ids.extend(claimed.iter().map(|c| c.id));
            }
            Ok::<_, Fault>(ids)
        })
    });
    let mut ids = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        ids.extend(claim.await.unwrap().unwrap());
    }
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
    // Whoever was passed over by the others' locks finds its jobs afterwards.
    let conn = &mut app.conn().await;
    let rest = jobs::claim(conn, "w", &all_queues(), 200).await.unwrap();
    assert_eq!(ids.len() + rest.len(), 120);
}
