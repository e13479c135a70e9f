//! A crowd that wants the same few things at the same moment: how many orders come of it, and how long everybody waits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tests::load::buyer::{ATTEMPT, Buyer, SUBMIT};
use tests::load::http::Connection;
use tokio::sync::Barrier;

/// How the crowd comes.
#[derive(Args)]
pub(crate) struct Options {
    /// `host:port` of the API, which trusts this machine as a proxy.
    #[arg(long)]
    api: String,
    /// `host:port` of the sandbox provider.
    #[arg(long)]
    sandbox: String,
    /// Buyers, each with a cart, an e-mail address and a client address of their own.
    #[arg(long, default_value_t = 1_000)]
    buyers: usize,
    /// Units of the variant.
    #[arg(long, default_value_t = 50)]
    units: usize,
    /// The number of the variant.
    #[arg(long)]
    variant: i64,
}

/// Carts that are filled at a time, before it begins.
const AT_A_TIME: usize = 16;
/// How long a buyer goes on.
const PATIENCE: Duration = Duration::from_secs(120);

/// What one buyer met.
#[derive(Default)]
struct Visit {
    is_ordered: bool,
    throttled: usize,
    overloaded: usize,
    polls_overloaded: usize,
    submits: Vec<Duration>,
    polls: Vec<Duration>,
}

/// Fills the carts, has all of them submitted at once, and waits for the last answer.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let crowd = Buyer::new(options.sandbox, Vec::new(), vec![options.variant]);
    let api = options.api.as_str();
    let filled = stream::iter(0..options.buyers).map(|round| {
        let crowd = crowd.clone();
        async move {
            let mut on = Connection::open(api).await?;
            crowd.fill_cart(&mut on, round).await
        }
    });
    let carts: Vec<String> = filled.buffered(AT_A_TIME).try_collect().await?;
    println!("{} carts are filled", carts.len());
    let barrier = Arc::new(Barrier::new(carts.len()));
    let mut tasks = Vec::new();
    for (round, cart) in carts.into_iter().enumerate() {
        let (barrier, api) = (Arc::clone(&barrier), options.api.clone());
        tasks.push(tokio::spawn(async move {
            let mut on = Connection::open(&api).await?;
            barrier.wait().await;
            visit(&mut on, round, &cart).await
        }));
    }
    let mut visits = Vec::new();
    for task in tasks {
        visits.push(task.await??);
    }
    report(&visits, options.units)
}

/// Submits a cart under one token until it is accepted or refused, then asks what became of it.
async fn visit(on: &mut Connection, round: usize, cart: &str) -> anyhow::Result<Visit> {
    let until = Instant::now() + PATIENCE;
    let mut visit = Visit::default();
    let token = format!("rush-{round}");
    let attempt = loop {
        anyhow::ensure!(Instant::now() < until, "a submission was never answered");
        let variables = json!({ "cart": cart, "token": token });
        let Some((data, took)) = ask(on, round, SUBMIT, variables).await? else {
            visit.overloaded += 1;
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        visit.submits.push(took);
        let result = &data["cartSubmitForCompletion"]["result"];
        match (result["__typename"].as_str(), result["attemptId"].as_str()) {
            (_, Some(attempt)) => break attempt.to_owned(),
            (Some("SubmitThrottled"), _) => {
                visit.throttled += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            (Some("SubmitFailed"), _) => return Ok(visit),
            _ => anyhow::bail!("{data}"),
        }
    };
    loop {
        anyhow::ensure!(Instant::now() < until, "an attempt was never decided");
        let variables = json!({ "id": attempt });
        let Some((data, took)) = ask(on, round, ATTEMPT, variables).await? else {
            visit.polls_overloaded += 1;
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        visit.polls.push(took);
        let attempt = &data["cartCompletionAttempt"];
        match attempt["__typename"].as_str() {
            Some("CartCompletionProcessing") => {
                let delay = attempt["pollDelay"].as_u64().unwrap_or(500);
                tokio::time::sleep(Duration::from_millis(delay)).await;
            }
            Some("CartCompletionSuccess") => {
                visit.is_ordered = true;
                return Ok(visit);
            }
            _ => return Ok(visit),
        }
    }
}

/// One operation from the buyer's own address, and how long it took; `None` when the server works on too many requests.
async fn ask(
    on: &mut Connection,
    round: usize,
    query: &str,
    variables: Value,
) -> anyhow::Result<Option<(Value, Duration)>> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let address = format!(
        "x-forwarded-for: 10.{}.{}.{}\r\n",
        1 + round / 65_536,
        round / 256 % 256,
        round % 256
    );
    let started = Instant::now();
    let reply = match on.post_with("/graphql", &address, &body).await {
        Err(error) if error.to_string().contains("OVERLOADED") => return Ok(None),
        reply => reply?,
    };
    let took = started.elapsed();
    let mut answer: Value = serde_json::from_slice(&reply.body)?;
    anyhow::ensure!(answer.get("errors").is_none(), "{answer}");
    Ok(Some((answer["data"].take(), took)))
}

fn report(visits: &[Visit], units: usize) -> anyhow::Result<()> {
    let ordered = visits.iter().filter(|visit| visit.is_ordered).count();
    let throttled: usize = visits.iter().map(|visit| visit.throttled).sum();
    let overloaded: usize = visits.iter().map(|visit| visit.overloaded).sum();
    println!(
        "orders: {ordered} of {} buyers for {units} units; throttled {throttled} times, overloaded {overloaded} times",
        visits.len()
    );
    percentiles("submits", visits.iter().flat_map(|visit| &visit.submits))?;
    percentiles("polls", visits.iter().flat_map(|visit| &visit.polls))?;
    let starved: usize = visits.iter().map(|visit| visit.polls_overloaded).sum();
    println!("polls that found the server overloaded: {starved}");
    anyhow::ensure!(ordered == units, "{ordered} orders of {units} units");
    Ok(())
}

fn percentiles<'a>(what: &str, times: impl Iterator<Item = &'a Duration>) -> anyhow::Result<()> {
    let mut times: Vec<u128> = times.map(Duration::as_millis).collect();
    times.sort_unstable();
    let last = times
        .len()
        .checked_sub(1)
        .with_context(|| format!("there were no {what}"))?;
    let at = |percent: usize| times[last * percent / 100];
    println!(
        "{what}: {} answers, p50 {} ms, p95 {} ms, p99 {} ms, longest {} ms",
        times.len(),
        at(50),
        at(95),
        at(99),
        times[last]
    );
    Ok(())
}
