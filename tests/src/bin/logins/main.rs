//! Figures of signing in: whether known and unknown addresses can be told by time, what a crowd that
//! signs in costs everybody else, and that of refreshes at once one branch lives at most.
//!
//! `bin/logins` builds, starts a database of its own, and runs this. Nothing here asserts a figure of
//! time; a second living branch ends the run.

#![expect(
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "it prints figures for the eye"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use providers::http::{Client, client};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::load::process::{Process, until_ready};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const API: &str = "127.0.0.1:18480";

#[derive(Parser)]
struct Cli {
    /// Sign-ins of each kind whose times are compared.
    #[arg(long, default_value_t = 100)]
    samples: usize,
    /// Sign-ins at once.
    #[arg(long, default_value_t = 200)]
    crowd: usize,
    /// Rounds of twenty refreshes at once.
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Where logs go.
    #[arg(long, default_value = ".dev/logins")]
    folder: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    std::fs::create_dir_all(&cli.folder)?;
    let log = cli.folder.join("api.log");
    let key = cli.folder.join("key.pem").display().to_string();
    let variables = [
        ("CARTWRIGHT_PROFILE", "development".to_owned()),
        ("API_LISTEN", API.to_owned()),
        ("PUBLIC_URL", format!("http://{API}")),
        ("JWT_KEY_FILE", key),
        ("ACCOUNT_TRIES_PER_ADDRESS", "100000".to_owned()),
        ("LOG", "warn".to_owned()),
    ];
    for command in ["migrate", "seed-demo"] {
        Process::start("api", &[command], &variables, &log)?
            .finish()
            .await?;
    }
    let api = Process::start("api", &["serve"], &variables, &log)?;
    until_ready(API, "/readyz", Duration::from_secs(30)).await?;
    let client = client(Duration::from_secs(30))?;
    let people = cli.samples.max(cli.crowd);
    for nth in 0..people {
        register(&client, nth).await?;
    }
    known_and_unknown(&client, cli.samples).await?;
    crowd(&client, &api, cli.crowd).await?;
    refreshes(&client, cli.rounds).await
}

async fn graphql(client: &Client, query: &str, variables: Value) -> anyhow::Result<Value> {
    let body = json!({ "query": query, "variables": variables });
    let answer = client.post(format!("http://{API}/graphql")).json(&body);
    let answer: Value = answer.send().await?.error_for_status()?.json().await?;
    anyhow::ensure!(answer.get("errors").is_none(), "{answer}");
    Ok(answer["data"].clone())
}

async fn register(client: &Client, nth: usize) -> anyhow::Result<()> {
    let query = "mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { customer { id } } }";
    let input =
        json!({ "email": format!("person-{nth}@mail.example"), "password": "correct horse" });
    graphql(client, query, json!({ "input": input })).await?;
    Ok(())
}

async fn sign_in(client: &Client, email: &str, password: &str) -> anyhow::Result<Duration> {
    let query = "mutation ($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) { \
                 customerAccessToken { accessToken } customerUserErrors { code } } }";
    let input = json!({ "email": email, "password": password });
    let started = Instant::now();
    graphql(client, query, json!({ "input": input })).await?;
    Ok(started.elapsed())
}

/// Wrong passwords for addresses that have an account, and for those that have none, in turn.
async fn known_and_unknown(client: &Client, samples: usize) -> anyhow::Result<()> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for nth in 0..samples {
        let person = format!("person-{nth}@mail.example");
        known.push(sign_in(client, &person, "not the password").await?);
        let nobody = format!("nobody-{nth}@mail.example");
        unknown.push(sign_in(client, &nobody, "not the password").await?);
    }
    let (known, unknown) = (Figures::of(known), Figures::of(unknown));
    println!("sign-in, wrong password, {samples} each     p50 ms    p95 ms   mean ms");
    println!("  known address    {known}\n  unknown address  {unknown}");
    println!(
        "  gap of the medians {:.2} ms",
        (known.percentile(50) - unknown.percentile(50)).abs()
    );
    let recover =
        "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code } } }";
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for nth in 0..samples {
        for (times, name) in [(&mut known, "person"), (&mut unknown, "nobody")] {
            let started = Instant::now();
            let email = format!("{name}-{nth}@mail.example");
            graphql(client, recover, json!({ "e": email })).await?;
            times.push(started.elapsed());
        }
    }
    let (known, unknown) = (Figures::of(known), Figures::of(unknown));
    println!("asking for a new password\n  known address    {known}\n  unknown address  {unknown}");
    println!(
        "  gap of the medians {:.2} ms",
        (known.percentile(50) - unknown.percentile(50)).abs()
    );
    Ok(())
}

/// The product list for everybody else, alone and beside a crowd that signs in at once.
async fn crowd(client: &Client, api: &Process, crowd: usize) -> anyhow::Result<()> {
    let time = Duration::from_secs(5);
    browse(client, Duration::from_secs(2)).await?;
    let (before, _) = api.memory()?;
    let alone = browse(client, time).await?;
    let barrier = Arc::new(Barrier::new(crowd + 1));
    let mut sign_ins = JoinSet::new();
    for nth in 0..crowd {
        let (client, barrier) = (client.clone(), Arc::clone(&barrier));
        sign_ins.spawn(async move {
            barrier.wait().await;
            sign_in(
                &client,
                &format!("person-{nth}@mail.example"),
                "correct horse",
            )
            .await
        });
    }
    barrier.wait().await;
    let beside = browse(client, time).await?;
    let mut times = Vec::new();
    while let Some(time) = sign_ins.join_next().await {
        times.push(time??);
    }
    let (_, highest) = api.memory()?;
    let times = Figures::of(times);
    println!("{crowd} sign-ins at once                  p50 ms    p95 ms   mean ms");
    println!("  they took        {times}");
    println!(
        "  product list     {alone}  p99 {:.1} alone",
        alone.percentile(99)
    );
    println!(
        "  product list     {beside}  p99 {:.1} beside them",
        beside.percentile(99)
    );
    println!("  memory           {before} MiB before, {highest} MiB at the highest");
    Ok(())
}

async fn browse(client: &Client, time: Duration) -> anyhow::Result<Figures> {
    let until = Instant::now() + time;
    let mut visitors = JoinSet::new();
    for _ in 0..4 {
        let client = client.clone();
        visitors.spawn(async move {
            let query = "{ products(first: 12) { nodes { id title handle priceRange { minVariantPrice { amount } } } } }";
            let mut times = Vec::new();
            while Instant::now() < until {
                let started = Instant::now();
                graphql(&client, query, json!({})).await?;
                times.push(started.elapsed());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Ok::<_, anyhow::Error>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(some) = visitors.join_next().await {
        times.extend(some??);
    }
    Ok(Figures::of(times))
}

/// Twenty refreshes of one token at once, again and again.
async fn refreshes(client: &Client, rounds: usize) -> anyhow::Result<()> {
    let (mut live, mut dead) = (0, 0);
    for _ in 0..rounds {
        let body = json!({ "email": "person-0@mail.example", "password": "correct horse" });
        let answer = client
            .post(format!("http://{API}/auth/sign-in"))
            .json(&body);
        let answer: Value = answer.send().await?.error_for_status()?.json().await?;
        let token = answer["refresh_token"]
            .as_str()
            .context("no token")?
            .to_owned();
        let barrier = Arc::new(Barrier::new(20));
        let mut tries = JoinSet::new();
        for _ in 0..20 {
            let (client, token, barrier) = (client.clone(), token.clone(), Arc::clone(&barrier));
            tries.spawn(async move {
                barrier.wait().await;
                refresh(&client, &token).await
            });
        }
        let mut branches = Vec::new();
        while let Some(branch) = tries.join_next().await {
            branches.extend(branch??);
        }
        anyhow::ensure!(branches.len() <= 1, "{} branches were made", branches.len());
        for branch in branches {
            match refresh(client, &branch).await? {
                Some(_) => live += 1,
                None => dead += 1,
            }
        }
    }
    println!(
        "{rounds} rounds of 20 refreshes at once: never more than one branch; {live} lived on, {dead} ended with their session"
    );
    Ok(())
}

async fn refresh(client: &Client, token: &str) -> anyhow::Result<Option<String>> {
    let body = json!({ "refresh_token": token });
    let answer = client
        .post(format!("http://{API}/auth/refresh"))
        .json(&body);
    let answer = answer.send().await?;
    if answer.status() == StatusCode::UNAUTHORIZED {
        return Ok(None);
    }
    let answer: Value = answer.error_for_status()?.json().await?;
    Ok(answer["refresh_token"].as_str().map(str::to_owned))
}

/// Times of one kind of request.
struct Figures(Vec<Duration>);

impl Figures {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    fn percentile(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let time = self.0.get(last * percent / 100);
        time.map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = f64::from(u32::try_from(self.0.len().max(1)).unwrap_or(u32::MAX));
        let sum: Duration = self.0.iter().sum();
        let mean = sum.as_secs_f64() * 1_000.0 / count;
        let (p50, p95) = (self.percentile(50), self.percentile(95));
        write!(f, "{p50:>16.2}{p95:>10.2}{mean:>10.2}")
    }
}
