//! The benchmark: server, database and load generator on the same machine, beside their limits.
//!
//! `bin/bench` builds, starts a database of its own, and runs this. What it prints is described in
//! docs/performance.md. Nothing here asserts a figure; a failed request ends the run.

#![expect(
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "it prints figures for the eye"
)]

mod bare;
mod cached;
mod limits;
mod load;
mod measure;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use crate::load::Figures;
use tests::load::buyer::PRODUCTS;
use tests::load::process::Process;

const API: &str = "127.0.0.1:18080";
const SANDBOX: &str = "127.0.0.1:18090";
const WORKER: &str = "127.0.0.1:18081";
const BARE: &str = "127.0.0.1:18099";
const CONCURRENCY: usize = 32;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Seconds for each workload.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Measures only these: list, detail, search, add, checkout.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Workload>,
    /// Uses the catalogue that an earlier run has loaded.
    #[arg(long)]
    keep: bool,
    /// Where logs and the sandbox's ledger go.
    #[arg(long, default_value = ".dev/bench")]
    folder: PathBuf,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Workload {
    /// Pages of the product list.
    List,
    /// A product's page.
    Detail,
    /// Searches of all kinds, at a quarter of the concurrency.
    Search,
    /// Adding to a cart.
    Add,
    /// From an empty cart to a settled order.
    Checkout,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the product list from memory: the limit that poem and async-graphql set.
    Bare,
    /// Measure reads whose answers are kept: hot, cold, and with writes.
    Cached,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if matches!(cli.command, Some(Command::Bare)) {
        return bare::serve(BARE).await;
    }
    std::fs::create_dir_all(&cli.folder)?;
    let time = Duration::from_secs(cli.seconds);
    let variables = variables(&cli.folder);
    if !cli.keep {
        load_catalogue(&cli.folder, &variables).await?;
    }
    if matches!(cli.command, Some(Command::Cached)) {
        return cached::run(&cli.folder, &variables, time).await;
    }
    let only = if cli.only.is_empty() {
        Workload::value_variants()
    } else {
        &cli.only
    };
    measure::run(&cli.folder, &variables, time, only).await
}

/// What every process is started with, over and above the caller's environment.
fn variables(folder: &Path) -> Vec<(&'static str, String)> {
    let path = |name: &str| folder.join(name).display().to_string();
    vec![
        ("CARTWRIGHT_PROFILE", "development".to_owned()),
        ("PUBLIC_URL", format!("http://{API}")),
        ("API_LISTEN", API.to_owned()),
        ("WORKER_LISTEN", WORKER.to_owned()),
        ("SANDBOX_LISTEN", SANDBOX.to_owned()),
        ("SANDBOX_URL", format!("http://{SANDBOX}")),
        ("SANDBOX_LEDGER", path("ledger.jsonl")),
        ("SANDBOX_SECRET", "bench".to_owned()),
        ("MAIL_TRANSPORT", "mailbox".to_owned()),
        ("MAILBOX_DIR", path("mailbox")),
        ("JWT_KEY_FILE", path("jwt-signing-key.pem")),
        ("WORKER_CONCURRENCY", CONCURRENCY.to_string()),
        ("LOG", "warn".to_owned()),
        // What is measured is the work, not that it was done before; `cached` measures that.
        ("RESPONSE_CACHE", "off".to_owned()),
    ]
}

/// 10,000 products with four variants each, through the importer.
async fn load_catalogue(folder: &Path, variables: &[(&str, String)]) -> anyhow::Result<()> {
    let log = folder.join("load.log");
    Process::start("api", &["migrate"], variables, &log)?
        .finish()
        .await?;
    let file = folder.join("catalogue.csv");
    tests::catalogue::write(&file, PRODUCTS, 4)?;
    let started = std::time::Instant::now();
    let file = file.display().to_string();
    Process::start(
        "api",
        &["import", "--currency", "USD", &file],
        variables,
        &log,
    )?
    .finish()
    .await?;
    println!(
        "import of {PRODUCTS} products: {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let mut conn = connect().await?;
    for sql in [
        "UPDATE inventory_levels SET on_hand = 1000000",
        "VACUUM ANALYZE",
    ] {
        sql_query(sql).execute(&mut conn).await?;
    }
    Ok(())
}

async fn connect() -> anyhow::Result<AsyncPgConnection> {
    let url = commerce::config::Reader::from_environment()
        .optional("DATABASE_URL")
        .context("DATABASE_URL is not set; start this through bin/bench")?;
    Ok(AsyncPgConnection::establish(&url).await?)
}

/// One line of the table; a failed round ends the run.
fn report(name: &str, figures: &Figures, statements: u64) -> anyhow::Result<()> {
    anyhow::ensure!(
        figures.failed.is_empty(),
        "{name}: {} rounds failed, first: {}",
        figures.failed.len(),
        figures.failed[0]
    );
    let rounds = u64::try_from(figures.rounds.max(1))?;
    println!(
        "{name:<34}{:>9.0}{:>9.1}{:>9.1}{:>9.1}{:>12.1}",
        figures.rate(),
        figures.percentile(50),
        figures.percentile(95),
        figures.percentile(99),
        ratio(statements, rounds),
    );
    Ok(())
}

fn ratio(whole: u64, parts: u64) -> f64 {
    let small = |number| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    small(whole) / small(parts)
}
