//! What the largest answers take together: memory, and what others feel of it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};
use tests::load::http::Connection;
use tests::load::process::Process;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::{APIS, percentile, token};

/// Requests at once, of half as many clients.
const AT_ONCE: usize = 64;
/// Connections that ask and do not read.
const SLOW: usize = 120;

/// Fields of a long text under so many names.
fn texts(count: usize) -> String {
    (0..count)
        .map(|n| format!("d{n}: descriptionHtml "))
        .collect()
}

/// The largest that is let in, of each kind.
fn kinds(variant: &str) -> Vec<(&'static str, Vec<String>)> {
    let query = |text: String| json!({ "query": text });
    let long = query(format!(
        "{{ products(first: 250) {{ nodes {{ {} }} }} }}",
        texts(98)
    ));
    let answered = |at: usize| {
        query(format!(
            "{{ p{at}: products(first: 200) {{ nodes {{ {} }} }} }}",
            texts(5)
        ))
    };
    let names: String = (0..50).map(|n| format!("t{n}: title ")).collect();
    let many = query(format!(
        "{{ products(first: 250) {{ nodes {{ {names} variants(first: 4) {{ nodes {{ {names} }} }} }} }} }}"
    ));
    let batch: Value = (0..10).map(answered).collect();
    let facets = query(
        "{ search(query: \"shirt\", first: 100) { totalCount productFilters { id values { id count } } nodes { \
         ... on Product { id title } } } }"
            .to_owned(),
    );
    let line = |n: usize| {
        format!("{{ merchandiseId: {variant:?}, attributes: {{ key: \"n\", value: \"{n}\" }} }} ")
    };
    let lines: String = (0..20).map(line).collect();
    let cart = query(format!(
        "mutation {{ cartCreate(input: {{ lines: [{lines}] }}) {{ cart {{ lines(first: 250) {{ nodes {{ merchandise {{ \
         ... on ProductVariant {{ product {{ {} }} }} }} }} }} }} }} }}",
        texts(60)
    ));
    let text = |values: &[&Value]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let answered = answered(0);
    vec![
        ("stopped", text(&[&long])),
        ("answered", text(&[&answered])),
        ("many fields", text(&[&many])),
        ("batches", text(&[&batch])),
        ("facets", text(&[&facets])),
        ("mutations", text(&[&cart])),
        (
            "all of them",
            text(&[&long, &cart, &facets, &batch, &many, &answered]),
        ),
    ]
}

/// Sends each kind many times at once, and prints what that took.
pub(crate) async fn measure(folder: &Path, process: &Process) -> anyhow::Result<()> {
    let url = commerce::config::Reader::from_environment()
        .optional("DATABASE_URL")
        .context("DATABASE_URL is not set; start this through bin/bench")?;
    let mut conn = AsyncPgConnection::establish(&url).await?;
    // As long as merchants' texts are.
    conn.batch_execute(
        "UPDATE products SET description_html = repeat('<p>A shirt for every day.</p>', 100)",
    )
    .await?;
    let token = token(
        folder,
        &[
            "--private",
            "--bucket",
            "50000000",
            "--per-second",
            "5000000",
        ],
    )
    .await?;
    let headers = |client: usize| {
        format!(
            "shopify-storefront-private-token: {token}\r\nshopify-storefront-buyer-ip: 198.51.100.{}\r\n",
            client / 2
        )
    };
    let body = json!({ "query": "{ products(first: 1) { nodes { variants(first: 1) { nodes { id } } } } }" });
    let reply = Connection::open(APIS[0])
        .await?
        .post_with("/graphql", &headers(0), &body.to_string())
        .await?;
    let answer: Value = serde_json::from_slice(&reply.body)?;
    let variant = answer["data"]["products"]["nodes"][0]["variants"]["nodes"][0]["id"].clone();
    let (idle, _) = process.memory()?;
    println!(
        "\n{:<14}{:>12}{:>14}{:>14}{:>12}",
        "", "idle MiB", "highest MiB", "/livez p99", "worst ms"
    );
    for (name, bodies) in kinds(variant.as_str().unwrap_or_default()) {
        let crowd = async {
            let requests = (0..AT_ONCE)
                .map(|client| one(headers(client), bodies[client % bodies.len()].clone()));
            futures_util::future::join_all(requests).await
        };
        let (times, highest, livez) = beside(process, crowd).await?;
        let worst = times.into_iter().max().unwrap_or_default();
        row(name, idle, highest, &livez, worst);
    }
    let (_, bodies) = kinds("").swap_remove(1);
    let crowd = async {
        let mut held = Vec::new();
        for client in 0..SLOW {
            let stream = ask(&headers(client), &bodies[0]).await;
            held.extend(stream);
        }
        tokio::time::sleep(Duration::from_secs(8)).await;
    };
    let ((), highest, livez) = beside(process, crowd).await?;
    row("slow readers", idle, highest, &livez, Duration::ZERO);
    Ok(())
}

/// One request, read to its end, however it is answered.
async fn one(headers: String, body: String) -> Duration {
    let started = Instant::now();
    if let Ok(mut on) = Connection::open(APIS[0]).await {
        let _any_answer = on.post_with("/graphql", &headers, &body).await;
    }
    started.elapsed()
}

/// One request whose answer is not read.
async fn ask(headers: &str, body: &str) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(APIS[0]).await?;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    Ok(stream)
}

/// Does `work`, and answers the most memory that the process had meanwhile, and how long `/livez` took, sorted.
async fn beside<T>(
    process: &Process,
    work: impl Future<Output = T>,
) -> anyhow::Result<(T, u64, Vec<Duration>)> {
    let (done, mut is_done) = watch::channel(false);
    let looks = async {
        let (mut on, mut times, mut highest) = (Connection::open(APIS[0]).await?, Vec::new(), 0);
        while !*is_done.borrow_and_update() {
            let started = Instant::now();
            on.send(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").await?;
            times.push(started.elapsed());
            highest = highest.max(process.memory()?.0);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        times.sort_unstable();
        anyhow::Ok((highest, times))
    };
    let work = async {
        let result = work.await;
        done.send_replace(true);
        result
    };
    let (result, looks) = tokio::join!(work, looks);
    let (highest, times) = looks?;
    Ok((result, highest, times))
}

fn row(name: &str, idle: u64, highest: u64, livez: &[Duration], worst: Duration) {
    println!(
        "{name:<14}{idle:>12}{highest:>14}{:>11.0} ms{:>12.0}",
        percentile(livez, 99),
        worst.as_secs_f64() * 1000.0
    );
}
