//! Jobs that come back by the clock.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::jobs::{self, Verdict};
use tests::{TestApp, does};
use tokio::sync::Barrier;

use super::states;

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_tick_at_once_enqueue_one_job_a_slot() {
    let app = TestApp::new().await;
    for round in 0..5 {
        // Every slot of every kind is new.
        app.stop_time(HOUR + TimeDelta::hours(round)).await;
        let barrier = Arc::new(Barrier::new(4));
        let ticks = (0..4).map(|_| {
            let (shop, barrier) = (app.shop.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                let mut conn = shop.db.primary().await?;
                barrier.wait().await;
                jobs::tick(&mut conn).await
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

/// The first second of an hour, at which every kind has a slot.
const HOUR: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

/// What ticks so many seconds after the hour.
async fn tick_at(app: &TestApp, seconds: i64) -> Vec<String> {
    app.stop_time(HOUR + TimeDelta::seconds(seconds)).await;
    jobs::tick(&mut app.conn().await).await.unwrap()
}

#[tokio::test]
async fn a_slot_comes_once_and_each_kind_has_its_period() {
    let app = TestApp::new().await;
    let done = does(|_| async { Verdict::Done });
    assert_eq!(tick_at(&app, 0).await.len(), 7);
    app.drain(&done).await;
    assert_eq!(tick_at(&app, 0).await, [""; 0]);
    assert_eq!(tick_at(&app, 4).await, [""; 0]);
    assert_eq!(tick_at(&app, 5).await, ["expire_attempts"]);
    app.drain(&done).await;
    let both = ["expire_attempts", "reconcile_payments"];
    assert_eq!(tick_at(&app, 15).await, both);
    app.drain(&done).await;
    // A transaction that began before the slot was taken finds it taken.
    assert_eq!(tick_at(&app, 9).await, [""; 0]);
}

#[tokio::test]
async fn a_slot_whose_job_still_waits_brings_no_second_one() {
    let app = TestApp::new().await;
    assert_eq!(tick_at(&app, 0).await.len(), 7);
    assert_eq!(tick_at(&app, 7_200).await, [""; 0]);
    assert_eq!(states(&mut app.conn().await).await.len(), 7);
}

#[tokio::test]
async fn a_clock_of_the_database_that_was_hours_ahead_freezes_no_schedule() {
    let app = TestApp::new().await;
    let done = does(|_| async { Verdict::Done });
    assert_eq!(tick_at(&app, 3 * 3_600).await.len(), 7);
    app.drain(&done).await;
    assert_eq!(tick_at(&app, 2).await.len(), 7);
    app.drain(&done).await;
    assert_eq!(tick_at(&app, 2).await, [""; 0]);
    assert_eq!(tick_at(&app, 5).await, ["expire_attempts"]);
}
