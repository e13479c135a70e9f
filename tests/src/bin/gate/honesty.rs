//! Do costs say what operations take, and do points get lost?

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tests::load::http::Connection;

use crate::{APIS, percentile, token};

/// Documents from the cheapest to the dearest, of several kinds.
fn documents() -> Vec<String> {
    let mut documents = vec![
        "{ shop { name } }".to_owned(),
        "{ localization { availableCountries { isoCode currency { isoCode } } } }".to_owned(),
        "{ __schema { types { name } } }".to_owned(),
    ];
    for first in [1, 5, 24, 100, 250] {
        documents.push(format!(
            "{{ products(first: {first}) {{ nodes {{ id title }} }} }}"
        ));
        documents.push(format!(
            "{{ products(first: {first}) {{ nodes {{ id title featuredImage {{ url }} \
             priceRange {{ minVariantPrice {{ amount }} maxVariantPrice {{ amount }} }} }} }} }}"
        ));
        for variants in [1, 5, 100] {
            documents.push(format!(
                "{{ products(first: {first}) {{ nodes {{ id variants(first: {variants}) {{ nodes {{ id title \
                 price {{ amount }} selectedOptions {{ name value }} }} }} }} }} }}"
            ));
        }
    }
    documents
}

struct Answer {
    took: Duration,
    requested: f64,
    actual: f64,
    available: i64,
}

async fn ask(on: &mut Connection, token: &str, document: &str) -> anyhow::Result<Answer> {
    let headers = format!("x-shopify-storefront-access-token: {token}\r\n");
    let body = json!({ "query": document }).to_string();
    let started = Instant::now();
    let reply = on.post_with("/graphql", &headers, &body).await?;
    let took = started.elapsed();
    let answer: Value = serde_json::from_slice(&reply.body)?;
    ensure!(
        answer.get("errors").is_none(),
        "{document}: {}",
        answer["errors"]
    );
    let cost = &answer["extensions"]["cost"];
    let number = |value: &Value| value.as_f64().context("the answer tells no cost");
    Ok(Answer {
        took,
        requested: number(&cost["requestedQueryCost"])?,
        actual: number(&cost["actualQueryCost"])?,
        available: cost["throttleStatus"]["currentlyAvailable"]
            .as_i64()
            .unwrap_or(0),
    })
}

/// Prints each document's cost and median time, and how they go together.
pub(crate) async fn correlation(folder: &Path) -> anyhow::Result<()> {
    let token = token(folder, &[]).await?;
    let mut on = Connection::open(APIS[0]).await?;
    println!(
        "\n{:>10}{:>10}{:>10}  document",
        "requested", "actual", "ms"
    );
    let (mut requested, mut actual, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for document in documents() {
        let mut times = Vec::new();
        let mut last = None;
        for _ in 0..21 {
            let answer = ask(&mut on, &token, &document).await?;
            ensure!(
                answer.actual <= answer.requested,
                "{document} costs more than it asked for"
            );
            times.push(answer.took);
            last = Some(answer);
        }
        times.sort_unstable();
        let (last, median) = (last.context("no round")?, percentile(&times, 50));
        let name: String = document.chars().take(90).collect();
        println!(
            "{:>10}{:>10}{median:>10.2}  {name}",
            last.requested, last.actual
        );
        requested.push(last.requested);
        actual.push(last.actual);
        taken.push(median);
    }
    for (name, costs) in [("requested", &requested), ("actual", &actual)] {
        println!(
            "{name} cost and time: correlation {:.3} of values, {:.3} of ranks",
            pearson(costs, &taken),
            pearson(&ranks(costs), &ranks(&taken)),
        );
    }
    Ok(())
}

fn pearson(one: &[f64], other: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(one.len()).unwrap_or(1));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / count;
    let (a, b) = (mean(one), mean(other));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        one.iter().zip(other).map(|(x, y)| f(x - a, y - b)).sum()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

/// Each value's place among all, from one; equal values share the middle of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let count = |smaller: &dyn Fn(f64) -> bool| {
        f64::from(u32::try_from(values.iter().filter(|v| smaller(**v)).count()).unwrap_or(0))
    };
    let rank = |value: f64| {
        let (below, same) = (
            count(&|v| v < value),
            count(&|v| (v - value).abs() < f64::EPSILON),
        );
        below + (same + 1.0) / 2.0
    };
    values.iter().map(|value| rank(*value)).collect()
}

const ROUNDS: usize = 10_000;
const WORKERS: usize = 16;
const CAPACITY: i64 = 5_000_000;

/// Sends ten thousand requests through both processes and compares what is missing from the bucket with
/// what they were told to have cost.
pub(crate) async fn drift(folder: &Path) -> anyhow::Result<()> {
    let bucket = CAPACITY.to_string();
    let token = token(
        folder,
        &[
            "--bucket",
            &bucket,
            "--per-second",
            "1",
            "--maximum",
            "50000",
        ],
    )
    .await?;
    let started = Instant::now();
    let mut tasks = Vec::new();
    for worker in 0..WORKERS {
        let token = token.clone();
        tasks.push(tokio::spawn(async move {
            let mut on = Connection::open(APIS[worker % 2]).await?;
            let (mut spent, mut refunded) = (0.0, 0.0);
            for round in 0..ROUNDS / WORKERS {
                let (first, variants) = (1 + round % 10, 1 + round % 50);
                let document = format!(
                    "{{ products(first: {first}) {{ nodes {{ id variants(first: {variants}) {{ nodes {{ id }} }} }} }} }}"
                );
                let answer = ask(&mut on, &token, &document).await?;
                ensure!(answer.actual <= answer.requested, "{document}");
                spent += answer.actual;
                refunded += answer.requested - answer.actual;
            }
            anyhow::Ok((spent, refunded))
        }));
    }
    let (mut spent, mut refunded) = (0.0, 0.0);
    for task in tasks {
        let (some, back) = task.await??;
        spent += some;
        refunded += back;
    }
    // Leases go back when their callers have been silent and somebody else comes.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    for api in APIS {
        Connection::open(api)
            .await?
            .post("/graphql", "{\"query\":\"{ __typename }\"}")
            .await?;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let last = ask(
        &mut Connection::open(APIS[0]).await?,
        &token,
        "{ __typename }",
    )
    .await?;
    let restored = i64::try_from(started.elapsed().as_secs())?;
    let missing = f64::from(i32::try_from(CAPACITY - last.available - 1 + restored)?);
    println!(
        "\n{ROUNDS} requests: {spent} points needed, {refunded} given back, {missing} missing from the bucket"
    );
    println!("drift {:.4} %", (missing - spent).abs() / spent * 100.0);
    Ok(())
}
