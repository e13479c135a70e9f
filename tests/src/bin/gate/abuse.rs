//! What abuse leaves behind: statuses, the worst answer, and memory.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;
use tests::load::http::Connection;
use tests::load::process::Process;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::APIS;

const ROUNDS: usize = 40;
const WORKERS: usize = 16;
/// Connections that send half a head and no more.
const SLOW: usize = 200;

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// Bodies that mean no good, each as large as its limit lets it be.
fn bodies() -> Vec<Vec<u8>> {
    let fragments = |spread: &str| {
        let all = repeated(190, |n| {
            format!(
                "fragment f{n} on Shop {{ {} }} ",
                spread.replace('N', &(n + 1).to_string())
            )
        });
        format!("{{ shop {{ ...f0 }} }} {all} fragment f190 on Shop {{ name }}")
    };
    let pages = "{ products(first: 250) { nodes { id descriptionHtml variants(first: 250) { nodes { id title \
                 price { amount } selectedOptions { name } } } images(first: 20) { nodes { url } } } } }";
    let documents = [
        fragments("...fN ...fN"),
        fragments("a: brand { id } ...fN"),
        format!(
            "{{ {} }}",
            repeated(50, |n| format!(
                "a{n}: __schema {{ types {{ fields {{ name }} }} }} "
            ))
        ),
        "{ __schema { types { name description fields { name description args { name } } } } }"
            .to_owned(),
        format!(
            "{{ shop {{ {} }} }}",
            repeated(100, |n| format!("a{n}: description "))
        ),
        format!(
            "{{ {} }}",
            repeated(50, |n| format!(
                "a{n}: products(first: 250) {{ nodes {{ id }} }} "
            ))
        ),
        "{".repeat(99_000),
        format!("{{ a(b: {}) }}", "[".repeat(99_000)),
        format!(
            "{{ products(first: 1, query: {:?}) {{ nodes {{ id }} }} }}",
            "a OR ".repeat(15_000)
        ),
        format!("{{ product(handle: {:?}) {{ id }} }}", "x".repeat(90_000)),
        format!("{{ shop {{ {} }} }}", "name ".repeat(9_000)),
        format!(
            "{{ nodes(ids: {:?}) {{ id }} }}",
            vec!["gid://shopify/Product/1"; 250]
        ),
        pages.to_owned(),
    ];
    let mut bodies: Vec<Vec<u8>> = documents
        .iter()
        .map(|text| json!({ "query": text }).to_string().into())
        .collect();
    let batch: Vec<_> = (0..10).map(|_| json!({ "query": pages })).collect();
    bodies.push(serde_json::to_vec(&batch).unwrap_or_default());
    bodies.push("[".repeat(1_000_000).into());
    bodies.push(
        format!(
            "{{\"query\":\"{{ shop {{ name }} }}\",\"variables\":{{{}\"z\":0}}}}",
            repeated(40_000, |n| format!("\"a{n}\":[[[]]],"))
        )
        .into(),
    );
    bodies.push(vec![0xff; 500_000]);
    bodies.push(vec![0; 1_000_000]);
    bodies
}

/// Sends everything over and over, beside connections that never finish their head.
pub(crate) async fn measure(process: &Process) -> anyhow::Result<()> {
    let api = APIS[0];
    Connection::open(api)
        .await?
        .post("/graphql", "{\"query\":\"{ shop { name } }\"}")
        .await?;
    let (before, _) = process.memory()?;
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut stream = TcpStream::connect(api).await?;
        stream
            .write_all(b"POST /graphql HTTP/1.1\r\nhost: a\r\nx-slow: ")
            .await?;
        slow.push(stream);
    }
    let mut tasks = Vec::new();
    for worker in 0..WORKERS {
        tasks.push(tokio::spawn(async move {
            let bodies = bodies();
            let (mut statuses, mut worst) = (BTreeMap::<u16, usize>::new(), Duration::ZERO);
            for round in 0..ROUNDS {
                for at in 0..bodies.len() {
                    let body = &bodies[(at + worker + round) % bodies.len()];
                    let mut request = format!(
                        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    )
                    .into_bytes();
                    request.extend_from_slice(body);
                    let started = Instant::now();
                    // One that is answered before its body is read is closed.
                    let mut on = Connection::open(api).await?;
                    let status = on.send(&request).await.map_or(0, |reply| reply.status);
                    worst = worst.max(started.elapsed());
                    *statuses.entry(status).or_default() += 1;
                }
            }
            anyhow::Ok((statuses, worst))
        }));
    }
    let (mut statuses, mut worst) = (BTreeMap::<u16, usize>::new(), Duration::ZERO);
    for task in tasks {
        let (some, time) = task.await??;
        worst = worst.max(time);
        for (status, count) in some {
            *statuses.entry(status).or_default() += count;
        }
    }
    let (after, highest) = process.memory()?;
    println!("\nabuse: answers by status {statuses:?} (0: closed unread)");
    println!("worst answer {:.0} ms", worst.as_secs_f64() * 1000.0);
    println!("memory {before} MiB before, {after} after, {highest} at its highest");
    let mut on = Connection::open(api).await?;
    on.post("/graphql", "{\"query\":\"{ __typename }\"}")
        .await?;
    println!(
        "still answering; {} slow connections were opened",
        slow.len()
    );
    Ok(())
}
