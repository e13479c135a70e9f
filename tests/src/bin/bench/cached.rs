//! The same reads with answers kept: hot, cold, and with one write in a hundred requests; beside poem
//! serving the same bytes, which is their limit.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use poem::endpoint::make_sync;
use poem::listener::TcpListener;
use poem::{Route, get, post};
use tests::load::buyer::Buyer;
use tests::load::http::Connection;
use tests::load::process::{Process, until_ready};

use crate::{API, BARE, CONCURRENCY, connect, load, measure, report};

/// Products whose pages are hot.
const HOT: usize = 100;

/// Prints the table.
pub(crate) async fn run(
    folder: &Path,
    variables: &[(&'static str, String)],
    time: Duration,
) -> anyhow::Result<()> {
    let buyer = measure::buyer().await?;
    let mut bytes = Vec::new();
    println!(
        "{:<34}{:>9}{:>9}{:>9}{:>9}{:>12}",
        "", "per s", "p50 ms", "p95 ms", "p99 ms", "statements"
    );
    for (name, cache, gate) in [
        ("kept, gate on", "shared", true),
        ("kept, gate off", "shared", false),
        ("kept by the process, gate off", "process", false),
        ("not kept, gate off", "off", false),
    ] {
        let mut variables = variables.to_vec();
        variables.retain(|(name, _)| *name != "RESPONSE_CACHE");
        variables.push(("RESPONSE_CACHE", cache.to_owned()));
        if gate {
            // As in production; the address of the load generator is never out of points.
            variables.push(("STOREFRONT_TOKENS", "ignored".to_owned()));
            variables.push(("COST_BUCKET", "2000000000".to_owned()));
            variables.push(("COST_PER_SECOND", "1000000000".to_owned()));
            variables.push(("REQUESTS_PER_MINUTE", "4000000000".to_owned()));
        }
        let log = folder.join("cached.log");
        let _api = Process::start("api", &["serve"], &variables, &log)?;
        until_ready(API, "/readyz", Duration::from_secs(20)).await?;
        bytes = buyer.hot_page(&mut Connection::open(API).await?).await?;
        println!("\n{name}");
        rounds("  list, hot", &buyer, time, |_| 0).await?;
        rounds("  list, cold", &buyer, time, |round| round).await?;
        details("  detail, hot", &buyer, time).await?;
        writing("  list, hot, 1 % writes", &buyer, time).await?;
        if cache == "shared" && !gate {
            seen_after(&buyer).await?;
        }
    }
    same_bytes(&buyer, bytes, time).await
}

async fn rounds(
    name: &str,
    buyer: &Buyer,
    time: Duration,
    which: fn(usize) -> usize,
) -> anyhow::Result<()> {
    let one = buyer.clone();
    let figures = load::run(API, CONCURRENCY, time, move |mut on: Connection, round| {
        let buyer = one.clone();
        async move {
            let result = buyer.list(&mut on, which(round)).await;
            (on, result)
        }
    });
    report(name, &figures.await?, buyer.take_statements())
}

async fn details(name: &str, buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let one = buyer.clone();
    let figures = load::run(API, CONCURRENCY, time, move |mut on: Connection, round| {
        let buyer = one.clone();
        async move {
            let result = buyer.detail(&mut on, round % HOT).await;
            (on, result)
        }
    });
    report(name, &figures.await?, buyer.take_statements())
}

/// A price of a product of the hot page changes with every hundredth request.
async fn writing(name: &str, buyer: &Buyer, time: Duration) -> anyhow::Result<()> {
    let asked = Arc::new(AtomicU64::new(0));
    let (one, counter) = (buyer.clone(), Arc::clone(&asked));
    let mut conn = connect().await?;
    let writer = tokio::spawn(async move {
        let mut written = 0;
        loop {
            if AtomicU64::load(&asked, Ordering::Relaxed) / 100 > written {
                sql_query(
                    "UPDATE variants SET price_minor = price_minor % 100000 + 1 WHERE id = \
                     (SELECT id FROM variants ORDER BY id OFFSET floor(random() * 96) LIMIT 1)",
                )
                .execute(&mut conn)
                .await
                .expect("write a price");
                written += 1;
            } else {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    });
    let figures = load::run(API, CONCURRENCY, time, move |mut on: Connection, _| {
        let (buyer, asked) = (one.clone(), Arc::clone(&counter));
        async move {
            let result = buyer.list(&mut on, 0).await;
            asked.fetch_add(1, Ordering::Relaxed);
            (on, result)
        }
    });
    let figures = figures.await?;
    writer.abort();
    report(name, &figures, buyer.take_statements())
}

/// How long after its commit another process's change is seen.
async fn seen_after(buyer: &Buyer) -> anyhow::Result<()> {
    let mut conn = connect().await?;
    let mut on = Connection::open(API).await?;
    let (mut worst, rounds) = (Duration::ZERO, 200u32);
    let body = |handle: &str| {
        let query = format!("{{ product(handle: \"{handle}\") {{ title }} }}");
        serde_json::json!({ "query": query }).to_string()
    };
    let handle = &buyer.handles[0];
    for round in 0..rounds {
        on.post("/graphql", &body(handle)).await?;
        let title = format!("Title {round}");
        sql_query("UPDATE products SET title = $1 WHERE handle = $2")
            .bind::<diesel::sql_types::Text, _>(&title)
            .bind::<diesel::sql_types::Text, _>(handle)
            .execute(&mut conn)
            .await?;
        let committed = Instant::now();
        loop {
            let reply = on.post("/graphql", &body(handle)).await?;
            let shown = String::from_utf8_lossy(&reply.body);
            if shown.contains(&format!("{title}\"")) {
                break;
            }
        }
        worst = worst.max(committed.elapsed());
    }
    let worst = worst.as_secs_f64() * 1000.0;
    println!("  a change is seen after {worst:.1} ms at most, of {rounds}");
    Ok(())
}

/// The limit: poem alone, with the bytes of the hot page.
async fn same_bytes(buyer: &Buyer, bytes: Vec<u8>, time: Duration) -> anyhow::Result<()> {
    let page = make_sync(move |_| {
        poem::Response::builder()
            .content_type("application/json; charset=utf-8")
            .body(bytes.clone())
    });
    let ready = make_sync(|_| poem::Response::builder().finish());
    let routes = Route::new()
        .at("/graphql", post(page))
        .at("/readyz", get(ready));
    let server = poem::Server::new(TcpListener::bind(BARE));
    let server = tokio::spawn(server.run(routes));
    until_ready(BARE, "/readyz", Duration::from_secs(20)).await?;
    let one = buyer.clone();
    let figures = load::run(BARE, CONCURRENCY, time, move |mut on: Connection, _| {
        let buyer = one.clone();
        async move {
            let result = buyer.list(&mut on, 0).await;
            (on, result)
        }
    });
    println!();
    report(
        "poem, the same bytes",
        &figures.await?,
        buyer.take_statements(),
    )?;
    server.abort();
    Ok(())
}
