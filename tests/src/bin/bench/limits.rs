//! The limits beside which the workloads are read: PostgreSQL alone, and the GraphQL stack alone.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use crate::{BARE, CONCURRENCY, load};
use tests::load::http::Connection;
use tests::load::process::Process;

/// Runs one statement file under `pgbench -M prepared` at the same concurrency.
pub(crate) fn pgbench(name: &str, file: &str, time: Duration) -> anyhow::Result<()> {
    let url = commerce::config::Reader::from_environment()
        .optional("DATABASE_URL")
        .context("DATABASE_URL is not set; start this through bin/bench")?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("bench")
        .join(file);
    let output = Command::new("pgbench")
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "2",
            "-c",
            &CONCURRENCY.to_string(),
        ])
        .args(["-T", &time.as_secs().max(1).to_string(), "-f"])
        .arg(path)
        .arg(url)
        .output()
        .context("run pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split('.').next())
        .with_context(|| {
            format!(
                "pgbench said: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
    println!("{name:<34}{rate:>9}");
    Ok(())
}

/// Carts with the ids that `add_to_cart.sql` counts through.
pub(crate) async fn prepare_carts(conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
    sql_query(
        "INSERT INTO carts (id, secret_hash, currency, created_at, updated_at, expires_at) \
         SELECT lpad(to_hex(n), 32, '0')::uuid, sha256(n::text::bytea), 'USD', now(), now(), \
         now() + interval '1 day' FROM generate_series(1, 1000) n ON CONFLICT DO NOTHING",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The product list from memory, without our code or a database.
pub(crate) async fn bare(time: Duration) -> anyhow::Result<()> {
    let log = std::env::temp_dir().join("cartwright-bare.log");
    let _server = Process::start("bench", &["bare"], &[], &log)?;
    while Connection::open(BARE).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let query = "{ products(first: 24) { nodes { id handle title \
        featuredImage { url altText width height } variants(first: 5) { nodes { id title \
        price { amount currencyCode } selectedOptions { name value } } } } } }";
    let body = std::sync::Arc::new(json!({ "query": query }).to_string());
    let figures = load::run(BARE, CONCURRENCY, time, move |mut on: Connection, _| {
        let body = body.clone();
        async move {
            let done = on.post("/graphql", &body).await.map(|_| ());
            (on, done)
        }
    })
    .await?;
    crate::report("  list from memory, bare stack", &figures, 0)
}
