//! Processes on machines whose clocks are wrong, or are set while they run, by libfaketime.

use std::time::Duration;

use chrono::TimeDelta;
use commerce::jobs::{self, Job};
use commerce::kernel::Secret;
use providers::payment::sandbox::{SIGNATURE_HEADER, sign};
use serde_json::{Value, json};
use tests::load::buyer::Purchase;
use tests::people::Person;
use tests::sandbox::card;

use crate::crash::stage::{PATIENCE, Role, SECRET, Stage, World};

/// What moves the clock of a process that loads it first.
fn library() -> String {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let mut files = folders
        .chain(["/usr/lib".into(), "/usr/lib64".into()])
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    let file = files.find(|file| file.exists());
    let file = file.expect("libfaketime, which bin/test installs");
    file.display().to_string()
}

/// Where a process tells its figures.
fn figures(stage: &Stage, role: Role) -> (&'static str, String) {
    match role {
        Role::Worker => ("WORKER_METRICS_LISTEN", stage.at(18_085)),
        _ => ("API_METRICS_LISTEN", stage.at(18_084)),
    }
}

/// Starts a process by whose machine's clock these variables decide, and waits until it serves.
async fn start(stage: &mut Stage, role: Role, clock: &[(&str, &str)]) {
    let (library, (listen, at)) = (library(), figures(stage, role));
    let mut variables = vec![
        ("LD_PRELOAD", library.as_str()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        (listen, at.as_str()),
    ];
    variables.extend_from_slice(clock);
    stage.start(role, &variables).await;
    stage.ready(role).await;
}

/// Waits until a process finds that its machine's clock is wrong by so many minutes.
async fn finds(stage: &Stage, role: Role, minutes: i64) {
    let http = providers::http::client(PATIENCE).unwrap();
    let url = format!("http://{}/metrics", figures(stage, role).1);
    let found = async {
        loop {
            let text = http.get(&url).send().await.unwrap().text().await.unwrap();
            let figure = text
                .lines()
                .find_map(|line| line.strip_prefix("cartwright_clock_offset_seconds "));
            let seconds = figure.and_then(|figure| figure.split('.').next()?.parse::<i64>().ok());
            if seconds.is_some_and(|seconds| (seconds - minutes * 60).abs() < 30) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    found.expect("a process that finds its clock wrong");
}

/// A machine's clock that can be set while a process goes by it.
struct Settable(String);

impl Settable {
    fn of(stage: &Stage) -> Self {
        let clock = Self(stage.path("clock"));
        clock.set("+0");
        clock
    }

    /// Sets it wrong by so much. The file is replaced at once, so that none is read half.
    fn set(&self, wrong_by: &str) {
        let new = format!("{}.new", self.0);
        std::fs::write(&new, format!("{wrong_by}\n")).unwrap();
        std::fs::rename(&new, &self.0).unwrap();
    }

    fn variables(&self) -> [(&str, &str); 2] {
        [
            ("FAKETIME_TIMESTAMP_FILE", self.0.as_str()),
            ("FAKETIME_NO_CACHE", "1"),
        ]
    }
}

/// Waits until a schedule has moved on, and looks at all of them.
async fn schedules_go_on(stage: &Stage) {
    let last = "SELECT last_slot::text FROM job_schedules WHERE name = 'expire_attempts'";
    let last = stage.text(last).await;
    let later = format!(
        "SELECT count(*) FROM job_schedules WHERE name = 'expire_attempts' AND last_slot > '{last}'"
    );
    stage.until(1, &later).await;
    let ahead = "SELECT count(*) FROM job_schedules WHERE last_slot > now()";
    assert_eq!(stage.app.count(ahead).await, 0);
}

/// A mail that is due in an hour, and must not be sent before.
async fn mail_in_an_hour(stage: &Stage) {
    let job = Job::SendOrderConfirmation { order_id: 999_999 };
    let at = stage.app.shop.clock.now() + TimeDelta::hours(1);
    let added = jobs::enqueue_at(&mut stage.app.conn().await, &job, at).await;
    assert!(added.unwrap().is_some());
}

/// Buys something, whose mail is sent; the other mail still waits.
async fn buys_and_waits(stage: &Stage, round: usize) {
    let end = stage.buys(stage.cart(round).await).await.unwrap();
    assert!(matches!(end, Some(Purchase::Ordered(_))), "{end:?}");
    let mails = "SELECT count(*) FROM jobs WHERE kind = 'send_order_confirmation' \
                 AND state NOT IN ('completed', 'scheduled')";
    stage.until(0, mails).await;
    let waits = "SELECT count(*) FROM jobs WHERE state = 'scheduled' AND attempt = 0 \
                 AND args ->> 'order_id' = '999999'";
    assert_eq!(stage.app.count(waits).await, 1);
}

#[tokio::test]
async fn a_worker_hours_ahead_freezes_no_schedule_and_runs_no_job_early() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    mail_in_an_hour(&stage).await;
    start(&mut stage, Role::Worker, &[("FAKETIME", "+3h")]).await;
    finds(&stage, Role::Worker, 180).await;
    stage.until(7, "SELECT count(*) FROM job_schedules").await;
    buys_and_waits(&stage, 7).await;
    schedules_go_on(&stage).await;
    stage.stop(Role::Worker).await;
}

#[tokio::test]
async fn a_worker_whose_clock_is_set_while_it_runs_goes_on_as_before() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    mail_in_an_hour(&stage).await;
    let clock = Settable::of(&stage);
    start(&mut stage, Role::Worker, &clock.variables()).await;
    stage.until(7, "SELECT count(*) FROM job_schedules").await;
    for (round, (wrong_by, minutes)) in [("+3h", 180), ("-3h", -180)].into_iter().enumerate() {
        clock.set(wrong_by);
        finds(&stage, Role::Worker, minutes).await;
        buys_and_waits(&stage, round).await;
        schedules_go_on(&stage).await;
    }
    stage.stop(Role::Worker).await;
}

/// Signs in at a process; answers the bearer token.
async fn sign_in(stage: &Stage, role: Role, person: &Person) -> String {
    let http = providers::http::client(PATIENCE).unwrap();
    let url = format!("http://{}/auth/sign-in", stage.address(role));
    let body = json!({ "email": person.email, "password": person.password });
    let answer = http.post(url).json(&body).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

/// Whom a process takes the bearer of a token for.
async fn named(stage: &Stage, role: Role, bearer: &str) -> Value {
    let http = providers::http::client(PATIENCE).unwrap();
    let url = format!("http://{}/graphql", stage.address(role));
    let body = json!({ "query": "{ customer(customerAccessToken: \"\") { id } }" });
    let asked = http.post(url).bearer_auth(bearer).json(&body).send();
    let body: Value = asked.await.unwrap().json().await.unwrap();
    body["data"]["customer"]["id"].clone()
}

/// Delivers a webhook again, signed so many minutes ago; answers the status.
async fn deliver(stage: &Stage, body: &str, minutes: i64) -> u16 {
    let at = stage.app.shop.clock.now() - TimeDelta::minutes(minutes);
    let signature = sign(&Secret::new(SECRET), body.as_bytes(), at);
    let http = providers::http::client(PATIENCE).unwrap();
    let url = format!("http://{}/webhooks/sandbox", stage.address(Role::Api));
    let request = http.post(url).header(SIGNATURE_HEADER, signature);
    let answer = request.body(body.to_owned()).send().await.unwrap();
    answer.status().as_u16()
}

/// What an api does whose clock is wrong: a fresh purchase has its time, bearer tokens hold here and elsewhere, and
/// webhooks are as old as they are.
async fn goes_by_the_database(stage: &mut Stage, ada: &Person, round: usize) {
    let purchase = stage.buys(stage.cart(round).await);
    let fresh = "SELECT count(*) FROM checkout_attempts WHERE state = 'awaiting_payment' \
                 AND expires_at > now() + interval '10 minutes' AND expires_at <= now() + interval '15 minutes'";
    stage.until(1, fresh).await;
    stage.start(Role::Worker, &[]).await;
    let end = purchase.await.unwrap();
    assert!(matches!(end, Some(Purchase::Ordered(_))), "{end:?}");
    stage.stop(Role::Worker).await;
    for (signer, judge) in [(Role::Api, Role::Neighbour), (Role::Neighbour, Role::Api)] {
        let bearer = sign_in(stage, signer, ada).await;
        assert_eq!(
            named(stage, judge, &bearer).await,
            json!(ada.id),
            "{judge:?}"
        );
    }
    // It was by the provider's own delivery that the purchase came to its end.
    stage
        .until(1, "SELECT least(count(*), 1) FROM webhook_inbox")
        .await;
    let body = "SELECT convert_from(body, 'UTF8') FROM webhook_inbox LIMIT 1";
    let body = stage.text(body).await;
    assert_eq!(deliver(stage, &body, 0).await, 200);
    assert_eq!(deliver(stage, &body, 20).await, 400);
}

#[tokio::test]
async fn an_api_whose_clock_is_wrong_expires_no_purchase_and_judges_by_the_databases() {
    let mut stage = Stage::open(card::NOTIFIED, World::default()).await;
    let ada = stage.app.person("ada").await;
    stage.start(Role::Neighbour, &[]).await;
    stage.ready(Role::Neighbour).await;
    for (round, (wrong_by, minutes)) in [("-20m", -20), ("+20m", 20)].into_iter().enumerate() {
        stage.stop(Role::Api).await;
        start(&mut stage, Role::Api, &[("FAKETIME", wrong_by)]).await;
        finds(&stage, Role::Api, minutes).await;
        goes_by_the_database(&mut stage, &ada, round).await;
    }
}

#[tokio::test]
async fn an_api_whose_clock_is_set_while_it_runs_goes_on_as_before() {
    let mut stage = Stage::open(card::NOTIFIED, World::default()).await;
    let ada = stage.app.person("ada").await;
    stage.start(Role::Neighbour, &[]).await;
    stage.ready(Role::Neighbour).await;
    stage.stop(Role::Api).await;
    let clock = Settable::of(&stage);
    start(&mut stage, Role::Api, &clock.variables()).await;
    for (round, (wrong_by, minutes)) in [("+20m", 20), ("-20m", -20)].into_iter().enumerate() {
        clock.set(wrong_by);
        finds(&stage, Role::Api, minutes).await;
        goes_by_the_database(&mut stage, &ada, round).await;
    }
}
