//! The runs themselves, one after the other, each beside its limit.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;

use crate::{API, CONCURRENCY, SANDBOX, WORKER, Workload, limits, load, report};
use tests::load::buyer::Buyer;
use tests::load::http::Connection;
use tests::load::process::{Process, until_ready};

#[derive(QueryableByName)]
struct Variant {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Handle {
    #[diesel(sql_type = Text)]
    handle: String,
}

/// Starts the three processes and prints the table of `only` these workloads.
pub(crate) async fn run(
    folder: &Path,
    variables: &[(&'static str, String)],
    time: Duration,
    only: &[Workload],
) -> anyhow::Result<()> {
    let start = |name, arguments: &[&str], log: &str| {
        Process::start(name, arguments, variables, &folder.join(log))
    };
    let _sandbox = start("api", &["sandbox"], "sandbox.log")?;
    let api = start("api", &["serve"], "api.log")?;
    let ready = until_ready(API, "/readyz", Duration::from_secs(20)).await?;
    println!("api ready after {:.0} ms", ready.as_secs_f64() * 1000.0);
    let worker = start("worker", &["run"], "worker.log")?;
    until_ready(WORKER, "/readyz", Duration::from_secs(20)).await?;
    println!(
        "idle: api {} MiB, worker {} MiB",
        api.memory()?.0,
        worker.memory()?.0
    );
    println!(
        "\n{:<34}{:>9}{:>9}{:>9}{:>9}{:>12}",
        "", "per s", "p50 ms", "p95 ms", "p99 ms", "statements"
    );
    let buyer = buyer().await?;
    for workload in only {
        match workload {
            Workload::List => list(&buyer, time).await?,
            Workload::Detail => detail(&buyer, time).await?,
            Workload::Search => search(&buyer, time).await?,
            Workload::Add => add(&buyer, time).await?,
            Workload::Checkout => checkout(&buyer, time).await?,
        }
    }
    for (name, process) in [("api", &api), ("worker", &worker)] {
        let (now, highest) = process.memory()?;
        println!("{name}: {now} MiB under load, {highest} MiB at its highest");
    }
    Ok(())
}

/// A buyer who knows the catalogue.
pub(crate) async fn buyer() -> anyhow::Result<Buyer> {
    let mut conn = crate::connect().await?;
    let variants: Vec<Variant> = sql_query("SELECT id FROM variants ORDER BY id")
        .load(&mut conn)
        .await?;
    let handles: Vec<Handle> = sql_query("SELECT handle FROM products ORDER BY id")
        .load(&mut conn)
        .await?;
    Ok(Buyer::new(
        SANDBOX.to_owned(),
        handles.into_iter().map(|row| row.handle).collect(),
        variants.into_iter().map(|row| row.id).collect(),
    ))
}

async fn list(buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let t = buyer.clone();
    let list = load::run(API, CONCURRENCY, time, move |mut on: Connection, round| {
        let t = t.clone();
        async move {
            let done = t.list(&mut on, round).await;
            (on, done)
        }
    })
    .await?;
    report("product list", &list, buyer.take_statements())?;
    limits::pgbench("  best single statement, pgbench", "list.sql", time)?;
    limits::bare(time).await
}

async fn detail(buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let t = buyer.clone();
    let detail = load::run(API, CONCURRENCY, time, move |mut on: Connection, round| {
        let t = t.clone();
        async move {
            let done = t.detail(&mut on, round).await;
            (on, done)
        }
    })
    .await?;
    report("product detail", &detail, buyer.take_statements())?;
    limits::pgbench("  best single statement, pgbench", "detail.sql", time)
}

/// Buyers who search at the same moment.
const SEARCHERS: usize = 8;

async fn search(buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let t = buyer.clone();
    let search = load::run(API, SEARCHERS, time, move |mut on: Connection, round| {
        let t = t.clone();
        async move {
            let done = t.search(&mut on, round).await;
            (on, done)
        }
    })
    .await?;
    report(
        "search, mixed, 8 at a time",
        &search,
        buyer.take_statements(),
    )
}

async fn add(buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let mut carts = Vec::new();
    let mut on = Connection::open(API).await?;
    for round in 0..CONCURRENCY {
        carts.push(buyer.new_cart(&mut on, round).await?);
    }
    buyer.take_statements();
    let (t, carts) = (buyer.clone(), Arc::new(carts));
    let add = load::run(API, CONCURRENCY, time, move |mut on: Connection, round| {
        let (t, carts) = (t.clone(), carts.clone());
        async move {
            let done = t.add(&mut on, &carts[round % CONCURRENCY], round).await;
            (on, done)
        }
    })
    .await?;
    report("add to cart", &add, buyer.take_statements())?;
    limits::prepare_carts(&mut crate::connect().await?).await?;
    limits::pgbench("  same writes, pgbench", "add_to_cart.sql", time)
}

async fn checkout(buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let t = buyer.clone();
    let checkout = load::run(API, CONCURRENCY, time, move |mut on: Connection, round| {
        let t = t.clone();
        async move {
            let done = t.checkout(&mut on, round).await;
            (on, done)
        }
    })
    .await?;
    report(
        "whole checkout, settled",
        &checkout,
        buyer.take_statements(),
    )
}
