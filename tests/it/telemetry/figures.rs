//! What is counted for scrapes.

use std::time::Duration;

use chrono::TimeDelta;
use commerce::jobs::{self, Figure, Job, Verdict};
use tests::{TestApp, does};

fn mail(order_id: i64) -> Job {
    Job::SendOrderConfirmation { order_id }
}

/// State, how many, how late; of the one kind there is.
fn rows(figures: &[Figure]) -> Vec<(&str, i64, Duration)> {
    let mut rows: Vec<_> = figures
        .iter()
        .inspect(|f| assert_eq!((&*f.queue, &*f.kind), ("mail", "send_order_confirmation")))
        .map(|figure| (figure.state.as_str(), figure.count, figure.late()))
        .collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn jobs_are_counted_by_state_and_the_oldest_due_one_is_the_queues_age() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let now = app.shop.clock.now();
    assert_eq!(jobs::figures(conn).await.unwrap(), []);
    let ended = [mail(1), mail(2)];
    jobs::enqueue_all(conn, &ended).await.unwrap();
    let given_up = does(|job| async move {
        if job == mail(1) {
            Verdict::discard("no such order")
        } else {
            Verdict::Done
        }
    });
    app.drain(&given_up).await;
    for (order, minutes) in [(3, -30), (4, -90), (5, 600)] {
        let at = now + TimeDelta::minutes(minutes);
        jobs::enqueue_at(conn, &mail(order), at).await.unwrap();
    }
    app.execute(
        "UPDATE jobs SET state = 'running', locked_by = 'w', heartbeat_at = now() \
         WHERE args ->> 'order_id' = '3'",
    )
    .await;
    app.stop_time(now + TimeDelta::hours(1)).await;
    let figures = jobs::figures(conn).await.unwrap();
    assert_eq!(
        rows(&figures),
        [
            ("available", 1, Duration::from_secs(150 * 60)),
            ("discarded", 1, Duration::ZERO),
            ("running", 1, Duration::ZERO),
            ("scheduled", 1, Duration::ZERO),
        ]
    );
}
