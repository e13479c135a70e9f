//! Verdicts, and what becomes of jobs that ended.

use std::time::Duration;

use api::commands::{self, jobs::Jobs};
use chrono::{DateTime, SubsecRound, TimeDelta};
use commerce::jobs::{self, Job, Verdict};
use diesel_async::SimpleAsyncConnection;
use tests::{Scratch, TestApp, does};

use super::{Row, claim_one, finish, mail, row, states};

#[tokio::test]
async fn a_failed_attempt_waits_for_its_pause_and_says_why() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let job = claim_one(conn, "w").await.unwrap();
    let at = DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap();
    app.stop_time(at).await;
    let verdict = Verdict::Retry {
        after: Some(Duration::from_secs(90)),
        why: "no answer".to_owned(),
    };
    assert!(finish(conn, "w", job, verdict).await);
    let expected = Row {
        state: "retryable".to_owned(),
        attempt: 1,
        run_at: at + TimeDelta::seconds(90),
        errors: serde_json::json!([
            { "attempt": 1, "at": "2027-01-15T08:00:00.123456+00:00", "why": "no answer" }
        ]),
    };
    assert_eq!(row(conn, id).await, expected);
    assert!(claim_one(conn, "w").await.is_none());
    app.stop_time(at + TimeDelta::milliseconds(89_999)).await;
    assert!(claim_one(conn, "w").await.is_none());
    app.stop_time(at + TimeDelta::seconds(90)).await;
    assert_eq!(claim_one(conn, "w").await.unwrap().attempt, 2);
}

#[tokio::test]
async fn pauses_follow_the_kind_when_the_handler_names_none() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let job = claim_one(conn, "w").await.unwrap();
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    app.stop_time(at).await;
    let due = at + job.pause(mail(1).spec());
    assert!(finish(conn, "w", job, Verdict::retry("no answer")).await);
    assert_eq!(row(conn, id).await.run_at, due.trunc_subsecs(3));
}

#[tokio::test]
async fn the_last_attempt_is_the_last_and_a_revived_job_has_more() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &Job::CleanJobs).await.unwrap().unwrap();
    let failing = does(|_| async { Verdict::retry("no") });
    for _ in 0..5 {
        app.drain(&failing).await;
        app.advance(TimeDelta::hours(1)).await;
    }
    let dead = jobs::dead_letters(conn, 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].id, dead[0].attempt), (id, 3));
    assert_eq!(dead[0].errors.as_array().unwrap().len(), 3);
    let when = dead[0].finished_at.unwrap().format("%Y-%m-%d %H:%M:%S");
    let listed = commands::jobs::run(&app.shop, &Jobs::Dead { limit: 10 });
    assert_eq!(
        listed.await.unwrap(),
        format!("{id:>6}  {when}  clean_jobs              {{}} after 3 attempts: no\n")
    );
    let retried = commands::jobs::run(&app.shop, &Jobs::Retry { id }).await;
    assert_eq!(retried.unwrap(), format!("job {id} is tried again\n"));
    let again = commands::jobs::run(&app.shop, &Jobs::Retry { id }).await;
    let refusal =
        format!("job {id} was not given up, or the same work waits already; see `api jobs dead`");
    assert_eq!(again.unwrap_err().to_string(), refusal);
    let none = commands::jobs::run(&app.shop, &Jobs::Dead { limit: 10 }).await;
    assert_eq!(none.unwrap(), "no job was given up\n");
    let drained = app.drain(&does(|_| async { Verdict::Done })).await;
    assert_eq!(drained.len(), 1);
    assert_eq!(row(conn, id).await.state, "completed");
}

#[tokio::test]
async fn a_job_whose_key_waits_again_is_not_revived() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    app.drain(&does(|_| async { Verdict::discard("no such order") }))
        .await;
    jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    assert!(!jobs::revive(conn, id).await.unwrap());
}

#[tokio::test]
async fn only_the_last_ten_errors_are_kept() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    for _ in 0..12 {
        app.drain(&does(|_| async { Verdict::retry("no") })).await;
        app.advance(TimeDelta::hours(2)).await;
    }
    let errors = row(conn, id).await.errors;
    let attempts: Vec<i64> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["attempt"].as_i64().unwrap())
        .collect();
    assert_eq!(attempts, (3..=12).collect::<Vec<_>>());
}

#[tokio::test]
async fn snoozing_and_handing_back_spend_no_attempt() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let job = claim_one(conn, "w").await.unwrap();
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    app.stop_time(at).await;
    let (after, until) = (Duration::from_secs(300), at + TimeDelta::minutes(5));
    assert!(finish(conn, "w", job, Verdict::Snooze { after }).await);
    let found = row(conn, id).await;
    assert_eq!(
        (found.state.as_str(), found.attempt, found.run_at),
        ("scheduled", 0, until)
    );
    app.stop_time(until).await;
    let job = claim_one(conn, "w").await.unwrap();
    assert_eq!(job.attempt, 1);
    assert!(finish(conn, "w", job, Verdict::HandBack).await);
    let found = row(conn, id).await;
    assert_eq!((found.state.as_str(), found.attempt), ("available", 0));
    assert!(claim_one(conn, "w").await.is_some());
}

#[tokio::test]
async fn a_panic_and_a_slow_handler_are_failed_attempts() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let id = jobs::enqueue(conn, &mail(1)).await.unwrap().unwrap();
    let panics = does(|job| async move {
        assert_eq!(job, mail(2), "not mine");
        Verdict::Done
    });
    let drained = app.drain(&panics).await;
    let Verdict::Retry { why, .. } = &drained[0].verdict else {
        panic!("{drained:?}");
    };
    assert!(
        why.starts_with("panicked: ") && why.contains("not mine"),
        "{why}"
    );
    app.advance(TimeDelta::minutes(1)).await;
    let hangs = does(|_| std::future::pending()).within(Duration::from_millis(10));
    let drained = app.drain(&hangs).await;
    assert_eq!(drained[0].verdict, Verdict::retry("took longer than 10 ms"));
    assert_eq!(row(conn, id).await.attempt, 2);
}

#[tokio::test]
async fn a_kind_of_a_later_release_is_left_for_a_while() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    conn.batch_execute("INSERT INTO jobs (kind, queue, args, max_attempts) VALUES ('fold_laundry', 'mail', '{}', 5)")
        .await
        .unwrap();
    let before = app.shop.clock.now();
    let drained = app.drain(&does(|_| async { Verdict::Done })).await;
    assert_eq!(
        drained[0].verdict,
        Verdict::retry("the stored job `fold_laundry` cannot be read")
    );
    let found = row(conn, drained[0].id).await;
    assert_eq!(found.state, "retryable");
    assert!(found.run_at >= before + TimeDelta::seconds(60));
}

#[tokio::test]
async fn ended_jobs_are_kept_for_a_while_and_live_ones_for_ever() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    conn.batch_execute(
        "INSERT INTO jobs (kind, queue, args, max_attempts, state, finished_at, run_at)
         SELECT kind, 'mail', '{}', 5, state, CASE WHEN age IS NOT NULL THEN now() - age END, now() + interval '1 year'
         FROM (VALUES ('young', 'completed', interval '6 days'), ('old', 'completed', interval '8 days'),
           ('dead', 'discarded', interval '59 days'), ('long dead', 'discarded', interval '61 days'),
           ('off', 'cancelled', interval '61 days'), ('waiting', 'scheduled', NULL)) AS v(kind, state, age)",
    )
    .await
    .unwrap();
    jobs::enqueue(conn, &Job::CleanJobs).await.unwrap();
    let scratch = Scratch::new();
    let drained = app.drain(&app.env(&scratch)).await;
    assert_eq!(drained[0].verdict, Verdict::Done);
    let kinds: Vec<String> = states(conn)
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, ["young", "dead", "waiting", "clean_jobs"]);
}
