//! A Redis that is away, slow, or swallows everything, while some read and others buy.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use commerce::config::Reader;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use providers::http::Client;
use tests::load::buyer::Buyer;
use tests::load::http::Connection;
use tests::load::process::{Process, until_ready};
use tests::proxy::{Mood, Proxy};
use tokio::task::JoinHandle;
use url::Url;

use crate::Report;

/// Those who read one product after the other, and those who buy one cart after the other.
const READERS: usize = 4;
const SHOPPERS: usize = 4;
/// How often a product changes, so that answers have to be made anew, and Redis is asked for them.
const CHANGES: Duration = Duration::from_millis(20);
/// How long it is watched for its return.
const AFTER: Duration = Duration::from_secs(4);

/// What a time was like for those who read and those who bought.
struct Seen {
    reads: Vec<Duration>,
    purchases: Vec<Duration>,
    failed: Vec<String>,
}

/// Measures all of it, and prints each figure beside its limit.
pub(crate) async fn run(
    api: &str,
    log: &Path,
    time: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    let reader = Reader::from_environment();
    let given = |name: &str| {
        let value = reader.optional(name);
        value.with_context(|| format!("{name} is not set"))
    };
    let (database, sandbox) = (given("DATABASE_URL")?, given("SANDBOX_LISTEN")?);
    let metrics = format!("http://{}/metrics", given("API_METRICS_LISTEN")?);
    let mut redis = Url::parse(&given("REDIS_URL")?)?;
    let server = format!(
        "{}:{}",
        redis.host_str().unwrap_or("127.0.0.1"),
        redis.port().unwrap_or(6379)
    );
    let proxy = Proxy::before(server).await;
    redis.set_ip_host(proxy.address.ip()).ok();
    redis.set_port(Some(proxy.address.port())).ok();
    let variables = [
        ("REDIS_URL", redis.to_string()),
        // Every request asks Redis for both limits, and none is ever out of points.
        ("REQUESTS_PER_MINUTE", "4000000000".to_owned()),
        ("STOREFRONT_TOKENS", "ignored".to_owned()),
        ("COST_BUCKET", "2000000000".to_owned()),
        ("COST_PER_SECOND", "1000000000".to_owned()),
    ];
    let start = |program, arguments: &[&str], name: &str| {
        Process::start(program, arguments, &variables, &log.join(name))
    };
    let _sandbox = start("api", &["sandbox"], "sandbox.log")?;
    let _worker = start("worker", &["run"], "worker.log")?;
    let _api = start("api", &["serve"], "api.log")?;
    until_ready(&sandbox, "/livez", Duration::from_secs(60)).await?;
    until_ready(api, "/readyz", Duration::from_secs(60)).await?;
    let mut conn = AsyncPgConnection::establish(&database).await?;
    let buyer = buyer(&mut conn, sandbox).await?;
    let changes = tokio::spawn(change(conn));
    // The first requests of a process are slower than any Redis.
    watch(api, &buyer, Duration::from_secs(2)).await?;
    let before = watch(api, &buyer, time).await?;
    ensure!(before.failed.is_empty(), "before: {}", before.failed[0]);
    let (reads, purchases) = (p99(&before.reads), p99(&before.purchases));
    println!(
        "before: {} reads with a p99 of {reads:.2?}, {} purchases with a p99 of {purchases:.2?}",
        before.reads.len(),
        before.purchases.len(),
    );
    let http = providers::http::client(Duration::from_secs(10))?;
    for (what, mood) in [
        ("is away", Mood::Closed),
        (
            "takes 10 ms longer each way",
            Mood::Slow(Duration::from_millis(10)),
        ),
        (
            "takes 300 ms longer each way",
            Mood::Slow(Duration::from_millis(300)),
        ),
        ("swallows everything", Mood::Silent),
    ] {
        println!("\nRedis {what}, for {} s", time.as_secs());
        proxy.turn(mood);
        let seen = watch(api, &buyer, time).await?;
        let returned = recovery(&proxy, &http, &metrics, api, &buyer);
        tell(&seen, (reads, purchases), report);
        report.say(
            "it is used again after",
            returned.await?,
            Duration::from_secs(2),
        );
    }
    changes.abort();
    Ok(())
}

fn tell(seen: &Seen, before: (Duration, Duration), report: &mut Report) {
    let (reads, purchases) = (seen.reads.len(), seen.purchases.len());
    println!(
        "{reads} reads, {purchases} purchases, {} errors",
        seen.failed.len()
    );
    if let [first, ..] = seen.failed.as_slice() {
        report.missed += 1;
        println!("MISSED: {first}");
    }
    report.say("p99 of reads", p99(&seen.reads), before.0 * 3);
    report.say("p99 of purchases", p99(&seen.purchases), before.1 * 3);
}

/// Everything there is, of which there is enough.
async fn buyer(conn: &mut AsyncPgConnection, sandbox: String) -> anyhow::Result<Buyer> {
    conn.batch_execute("UPDATE inventory_levels SET on_hand = 1000000")
        .await?;
    let shown = "FROM products p JOIN variants v ON v.product_id = p.id AND v.deleted_at IS NULL AND v.requires_shipping \
                 WHERE p.published_at < now() AND p.status = 'active'";
    let handles = format!("SELECT DISTINCT p.handle {shown} ORDER BY 1");
    let handles = commerce::db::sql::cached::<Text, _>(sql_query(handles));
    let handles: Vec<String> = handles.load(conn).await?;
    let variants =
        commerce::db::sql::cached::<BigInt, _>(sql_query(format!("SELECT v.id {shown}")));
    let variants: Vec<i64> = variants.load(conn).await?;
    ensure!(!variants.is_empty(), "the shop sells nothing");
    Ok(Buyer::new(sandbox, handles, variants))
}

/// Changes one product after the other.
async fn change(mut conn: AsyncPgConnection) -> anyhow::Result<()> {
    loop {
        conn.batch_execute(
            "UPDATE products SET vendor = 'Vendor ' || floor(random() * 1000) \
             WHERE id = (SELECT id FROM products ORDER BY random() LIMIT 1)",
        )
        .await?;
        tokio::time::sleep(CHANGES).await;
    }
}

/// Lets them read and buy for some time.
async fn watch(api: &str, buyer: &Buyer, time: Duration) -> anyhow::Result<Seen> {
    let until = Instant::now() + time;
    let go = |buys: bool, first: usize| -> JoinHandle<Seen> {
        let (api, buyer) = (api.to_owned(), buyer.clone());
        tokio::spawn(async move { go_on(&api, &buyer, buys, first, until).await })
    };
    let tasks: Vec<_> = (0..READERS + SHOPPERS)
        .map(|place| go(place >= READERS, place))
        .collect();
    let mut all = Seen {
        reads: Vec::new(),
        purchases: Vec::new(),
        failed: Vec::new(),
    };
    for task in tasks {
        let mut seen = task.await?;
        all.reads.append(&mut seen.reads);
        all.purchases.append(&mut seen.purchases);
        all.failed.append(&mut seen.failed);
    }
    all.reads.sort_unstable();
    all.purchases.sort_unstable();
    Ok(all)
}

async fn go_on(api: &str, buyer: &Buyer, buys: bool, first: usize, until: Instant) -> Seen {
    let (mut times, mut failed) = (Vec::new(), Vec::new());
    let mut round = first;
    while Instant::now() < until {
        let one = async {
            let mut on = Connection::open(api).await?;
            while Instant::now() < until {
                let began = Instant::now();
                match buys {
                    true => buyer.checkout(&mut on, round).await?,
                    false => buyer.detail(&mut on, round).await?,
                }
                times.push(began.elapsed());
                round += READERS + SHOPPERS;
            }
            anyhow::Ok(())
        };
        if let Err(error) = one.await {
            failed.push(format!("{error:#}"));
        }
    }
    let (reads, purchases) = if buys {
        (Vec::new(), times)
    } else {
        (times, Vec::new())
    };
    Seen {
        reads,
        purchases,
        failed,
    }
}

/// How long after its return Redis was last done without, under the same traffic.
async fn recovery(
    proxy: &Proxy,
    http: &Client,
    metrics: &str,
    api: &str,
    buyer: &Buyer,
) -> anyhow::Result<Duration> {
    let traffic = {
        let (api, buyer) = (api.to_owned(), buyer.clone());
        tokio::spawn(async move { watch(&api, &buyer, AFTER).await })
    };
    proxy.turn(Mood::Open);
    let returned = Instant::now();
    let (mut before, mut last) = (alone(http, metrics).await?, Duration::ZERO);
    while returned.elapsed() < AFTER {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = alone(http, metrics).await?;
        if now != before {
            (before, last) = (now, returned.elapsed());
        }
    }
    let seen = traffic.await??;
    ensure!(seen.failed.is_empty(), "after: {}", seen.failed[0]);
    Ok(last)
}

/// Decisions that were made without Redis.
async fn alone(http: &Client, metrics: &str) -> anyhow::Result<u64> {
    let text = http.get(metrics).send().await?.text().await?;
    let lines = text
        .lines()
        .filter(|line| line.contains("_decisions_total{") && line.contains("shared=\"no\""));
    lines
        .map(|line| line.rsplit(' ').next().unwrap_or_default().parse::<u64>())
        .sum::<Result<u64, _>>()
        .context("read the figures")
}

fn p99(times: &[Duration]) -> Duration {
    let at = times.len().saturating_sub(1) * 99 / 100;
    times.get(at).copied().unwrap_or_default()
}
