//! Is an abuser felt by others?

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::load::http::Connection;

use crate::{APIS, percentile, token};

const GOOD: usize = 16;
/// Requests a second of each good user.
const PACE: u32 = 5;

const ABUSERS: u32 = 8;
/// What the abuser's bucket gives in a second.
const LIMIT: u32 = 2_000;
/// What its list costs, by docs/limits.md.
const LIST_COST: u32 = 409;

const DETAIL: &str = "query($n: Int!) { products(first: $n) { nodes { id title \
    variants(first: 10) { nodes { id price { amount } selectedOptions { name value } } } } } }";

const LIST: &str = "{ products(first: 24) { nodes { id variants(first: 5) { nodes { id price { amount } \
    selectedOptions { name value } } } } } }";

/// What became of one crowd's requests.
#[derive(Default)]
struct Crowd {
    times: Vec<Duration>,
    throttled: usize,
    failed: usize,
}

/// Measures good users alone, and beside an abuser who sends ten times its limit through both processes.
pub(crate) async fn measure(folder: &Path, time: Duration) -> anyhow::Result<()> {
    let private = token(folder, &["--private"]).await?;
    let limit = LIMIT.to_string();
    let public = token(
        folder,
        &[
            "--bucket",
            "5000",
            "--per-second",
            &limit,
            "--maximum",
            "5000",
        ],
    )
    .await?;
    println!(
        "\n{:<28}{:>9}{:>9}{:>9}{:>11}{:>9}",
        "", "requests", "p50 ms", "p99 ms", "throttled", "failed"
    );
    report("warming up", good(&private, time / 4).await?);
    report("good users alone", good(&private, time).await?);
    let (beside, abuser) = tokio::join!(good(&private, time), abuse(&public, time));
    report("good users beside the abuser", beside?);
    report("the abuser, at ten times", abuser?);
    report("good users alone again", good(&private, time).await?);
    Ok(())
}

/// Good users: each a buyer of one server, at a steady pace.
async fn good(token: &str, time: Duration) -> anyhow::Result<Crowd> {
    let users = (0..GOOD).map(|user| {
        let headers = format!(
            "shopify-storefront-private-token: {token}\r\nshopify-storefront-buyer-ip: 198.51.100.{user}\r\n"
        );
        let body = json!({ "query": DETAIL, "variables": { "n": 1 } }).to_string();
        run(APIS[user % 2], headers, body, Duration::from_secs(1) / PACE, time)
    });
    gather(users).await
}

/// The abuser: lists as often as ten times its points would pay for.
async fn abuse(token: &str, time: Duration) -> anyhow::Result<Crowd> {
    let pause = Duration::from_secs(1) * ABUSERS * LIST_COST / (10 * LIMIT);
    let connections = (0..ABUSERS).map(|at| {
        let headers = format!("x-shopify-storefront-access-token: {token}\r\n");
        let body = json!({ "query": LIST }).to_string();
        let api = if at % 2 == 0 { APIS[0] } else { APIS[1] };
        run(api, headers, body, pause, time)
    });
    gather(connections).await
}

async fn gather(
    runs: impl Iterator<Item = impl Future<Output = anyhow::Result<Crowd>> + Send + 'static>,
) -> anyhow::Result<Crowd> {
    let tasks: Vec<_> = runs.map(tokio::spawn).collect();
    let mut all = Crowd::default();
    for task in tasks {
        let crowd = task.await??;
        all.times.extend(crowd.times);
        all.throttled += crowd.throttled;
        all.failed += crowd.failed;
    }
    all.times.sort_unstable();
    Ok(all)
}

/// One connection that sends a request at each tick, as long as it keeps up.
async fn run(
    api: &'static str,
    headers: String,
    body: String,
    pause: Duration,
    time: Duration,
) -> anyhow::Result<Crowd> {
    let mut on = Connection::open(api).await?;
    let mut crowd = Crowd::default();
    let mut ticks = tokio::time::interval(pause);
    let until = Instant::now() + time;
    while Instant::now() < until {
        ticks.tick().await;
        let started = Instant::now();
        let reply = on.post_with("/graphql", &headers, &body).await?;
        let took = started.elapsed();
        let answer: Value = serde_json::from_slice(&reply.body)?;
        match answer["errors"][0]["extensions"]["code"].as_str() {
            Some("THROTTLED") => crowd.throttled += 1,
            Some(_) => crowd.failed += 1,
            None if answer.get("errors").is_some() => crowd.failed += 1,
            None => crowd.times.push(took),
        }
    }
    Ok(crowd)
}

fn report(name: &str, crowd: Crowd) {
    println!(
        "{name:<28}{:>9}{:>9.1}{:>9.1}{:>11}{:>9}",
        crowd.times.len(),
        percentile(&crowd.times, 50),
        percentile(&crowd.times, 99),
        crowd.throttled,
        crowd.failed,
    );
}
