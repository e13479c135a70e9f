//! How the shop lives through a database that stalls, one that cuts its connections, a worker that
//! dies, and a Redis that is away, slow or swallows everything: `bin/outage` starts what it needs and runs
//! this, which prints its figures.

#![expect(clippy::print_stdout, reason = "it reports to an operator")]

mod redis;
mod watch;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};
use commerce::config::Reader;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tests::load::process::{Process, until_ready};
use tokio::process::Command;

use self::watch::{Seen, Watch};

#[derive(Parser)]
struct Options {
    /// Where logs go.
    #[arg(long)]
    folder: PathBuf,
    /// The process id of the PostgreSQL server, which is stopped and continued.
    #[arg(long)]
    postgres: u32,
    /// How long each outage lasts.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Only these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Outage>,
}

/// What breaks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Outage {
    /// PostgreSQL, and a worker.
    Database,
    /// Redis.
    Redis,
}

/// Figures over their limit.
struct Report {
    missed: u32,
}

impl Report {
    fn say(&mut self, what: &str, measured: Duration, limit: Duration) {
        let missed = measured > limit;
        self.missed += u32::from(missed);
        let note = if missed { "  MISSED" } else { "" };
        println!("{what:<58} {measured:>9.2?}  (limit {limit:?}){note}");
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let api = Reader::from_environment()
        .optional("API_LISTEN")
        .context("API_LISTEN is not set")?;
    let mut report = Report { missed: 0 };
    let log = options.folder.join("log");
    let wanted = |outage| options.only.is_empty() || options.only.contains(&outage);
    if wanted(Outage::Database) {
        database(&options, &api, &log, &mut report).await?;
    }
    if wanted(Outage::Redis) {
        let time = Duration::from_secs(options.seconds);
        redis::run(&api, &log, time, &mut report).await?;
    }
    ensure!(report.missed == 0, "{} figures missed", report.missed);
    Ok(())
}

async fn database(
    options: &Options,
    api: &str,
    log: &Path,
    report: &mut Report,
) -> anyhow::Result<()> {
    let database = Reader::from_environment()
        .optional("DATABASE_URL")
        .context("DATABASE_URL is not set")?;
    let process = Process::start("api", &["serve"], &[], &log.join("api.log"))?;
    let ready = until_ready(api, "/readyz", Duration::from_secs(60)).await?;
    report.say("start of api to ready", ready, Duration::from_secs(1));

    println!("\nPostgreSQL stands still for {} s", options.seconds);
    let stall = Duration::from_secs(options.seconds);
    let watch = Watch::start(api).await?;
    let began = Instant::now();
    signal(options.postgres, "STOP").await?;
    tokio::time::sleep(stall).await;
    signal(options.postgres, "CONT").await?;
    tell(&watch.finish().await?, began, began + stall, report)?;

    println!("\nall connections are cut");
    let watch = Watch::start(api).await?;
    let began = Instant::now();
    let mut conn = AsyncPgConnection::establish(&database).await?;
    conn.batch_execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await?;
    tell(&watch.finish().await?, began, began, report)?;
    drop(process);

    println!("\na worker dies with a job in its hands");
    let again = dead_worker(&mut conn, log).await?;
    report.say(
        "its job is done by another after",
        again,
        Duration::from_secs(60),
    );
    Ok(())
}

/// Stops or continues the server and its children.
async fn signal(server: u32, name: &str) -> anyhow::Result<()> {
    let script = "kill -s \"$1\" \"$0\" $(cat /proc/\"$0\"/task/*/children)";
    let server = server.to_string();
    let mut shell = Command::new("sh");
    let status = shell.args(["-c", script, &server, name]).status().await?;
    ensure!(status.success(), "PostgreSQL could not be signalled");
    Ok(())
}

/// Prints what was seen of an outage that began and ended at these times.
fn tell(seen: &Seen, began: Instant, ended: Instant, report: &mut Report) -> anyhow::Result<()> {
    if ended > began {
        let unready = seen.unready_since(began).context("/readyz never said no")?;
        report.say("/readyz says no after", unready, Duration::from_secs(3));
    }
    ensure!(seen.always_alive(), "/livez did not always answer 200");
    report.say(
        "/livez answers 200, at worst in",
        seen.slowest_life(),
        Duration::from_secs(1),
    );
    report.say(
        "the slowest request that was sent away took",
        seen.slowest_refusal(),
        Duration::from_secs(2),
    );
    report.say(
        "everything is answered again after",
        seen.back_after(ended),
        Duration::from_secs(5),
    );
    let (answered, refused) = seen.requests();
    println!("{answered} requests answered, {refused} sent away");
    ensure!(
        seen.refusals_say_when(),
        "a refusal was not a 503 with Retry-After"
    );
    Ok(())
}

/// From the death of a worker to the end of the job that it held.
async fn dead_worker(conn: &mut AsyncPgConnection, log: &Path) -> anyhow::Result<Duration> {
    conn.batch_execute(
        "DELETE FROM jobs; \
         INSERT INTO jobs (kind, queue, args, max_attempts) VALUES ('refresh_best_sellers', 'maintenance', '{}', 3)",
    )
    .await?;
    let dies = [("FAILPOINT", "job.claimed".to_owned())];
    let log = log.join("worker.log");
    let mut first = Process::start("worker", &["run"], &dies, &log)?;
    first.end(Duration::from_secs(60)).await?;
    let died = Instant::now();
    let _second = Process::start("worker", &["run"], &[], &log)?;
    let held =
        "SELECT count(*) FROM jobs WHERE kind = 'refresh_best_sellers' AND state <> 'completed'";
    while died.elapsed() < Duration::from_secs(120) {
        let count =
            commerce::db::sql::cached::<diesel::sql_types::BigInt, _>(diesel::sql_query(held));
        if count.get_result::<i64>(conn).await? == 0 {
            return Ok(died.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("the job was not done within two minutes")
}
