//! Jobs that come back by the clock.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use commerce::jobs::{self, Verdict};
use commerce::kernel::Fault;
use tests::{TestApp, does};
use tokio::sync::Barrier;

use super::states;

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_tick_at_once_enqueue_one_job_a_slot() {
    let app = TestApp::new().await;
    let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    for round in 0..5 {
        // Every slot of every kind is new.
        let now = start + TimeDelta::hours(round);
        let barrier = Arc::new(Barrier::new(4));
        let ticks = (0..4).map(|_| {
            let (shop, barrier) = (app.shop.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                let mut conn = shop.db.primary().await?;
                barrier.wait().await;
                jobs::tick(&mut conn, now).await
            })
        });
        let mut kinds: Vec<String> = Vec::new();
        for tick in ticks.collect::<Vec<_>>() {
            kinds.extend(tick.await.unwrap().unwrap());
        }
        kinds.sort();
        let each_once = [
            "clean_jobs",
            "expire_attempts",
            "expire_carts",
            "fill_collections",
            "forget_sign_ins",
            "reconcile_payments",
            "refresh_best_sellers",
        ];
        assert_eq!(kinds, each_once);
        app.drain(&does(|_| async { Verdict::Done })).await;
    }
    assert_eq!(states(&mut app.conn().await).await.len(), 35);
}

#[tokio::test]
async fn a_slot_comes_once_and_each_kind_has_its_period() -> Result<(), Fault> {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let done = does(|_| async { Verdict::Done });
    assert_eq!(jobs::tick(conn, now).await?.len(), 7);
    app.drain(&done).await;
    assert_eq!(jobs::tick(conn, now).await?, [""; 0]);
    assert_eq!(
        jobs::tick(conn, now + TimeDelta::seconds(4)).await?,
        [""; 0]
    );
    assert_eq!(
        jobs::tick(conn, now + TimeDelta::seconds(5)).await?,
        ["expire_attempts"]
    );
    app.drain(&done).await;
    let both = ["expire_attempts", "reconcile_payments"];
    assert_eq!(jobs::tick(conn, now + TimeDelta::seconds(15)).await?, both);
    // A worker whose clock is behind finds its slot taken.
    app.drain(&done).await;
    assert_eq!(
        jobs::tick(conn, now + TimeDelta::seconds(9)).await?,
        [""; 0]
    );
    Ok(())
}

#[tokio::test]
async fn a_slot_whose_job_still_waits_brings_no_second_one() -> Result<(), Fault> {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    assert_eq!(jobs::tick(conn, now).await?.len(), 7);
    assert_eq!(jobs::tick(conn, now + TimeDelta::hours(2)).await?, [""; 0]);
    assert_eq!(states(conn).await.len(), 7);
    Ok(())
}
