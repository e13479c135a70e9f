//! What the gate is worth, measured on real processes: `bin/bench gate`.
//!
//! Whether costs say what time operations take, whether points are lost, whether an abuser is felt by
//! others, and what abuse leaves behind. docs/performance.md says how to read it.

#![expect(
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "it prints figures for the eye"
)]

mod abuse;
mod fairness;
mod honesty;
mod memory;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use tests::load::process::{Process, binary, until_ready};

/// Two processes of the same shop.
const APIS: [&str; 2] = ["127.0.0.1:18080", "127.0.0.1:18082"];

/// Products of the catalogue, with four variants each.
const PRODUCTS: usize = 2_000;

#[derive(Parser)]
struct Cli {
    /// Seconds for each part of the fairness run.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Measures only these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Measure>,
    /// Uses the catalogue that an earlier run has loaded.
    #[arg(long)]
    keep: bool,
    /// Where logs go.
    #[arg(long, default_value = ".dev/bench")]
    folder: PathBuf,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// Whether costs say what time operations take.
    Correlation,
    /// Whether points are lost over ten thousand requests.
    Drift,
    /// Whether an abuser is felt by others.
    Fairness,
    /// What abuse leaves behind.
    Abuse,
    /// What the largest answers take together.
    Memory,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    std::fs::create_dir_all(&cli.folder)?;
    if !cli.keep {
        load(&cli.folder).await?;
    }
    let log = |name: &str| cli.folder.join(format!("{name}.log"));
    for name in ["gate-0", "gate-1"] {
        // What a process panics about is looked for at the end.
        let _missing = std::fs::remove_file(log(name));
    }
    let start = |at: usize, name: &str| {
        let variables = variables(&cli.folder, APIS[at]);
        Process::start("api", &["serve"], &variables, &log(name))
    };
    let processes = [start(0, "gate-0")?, start(1, "gate-1")?];
    for api in APIS {
        until_ready(api, "/readyz", Duration::from_secs(20)).await?;
    }
    let wanted = |measure| cli.only.is_empty() || cli.only.contains(&measure);
    if wanted(Measure::Correlation) {
        honesty::correlation(&cli.folder).await?;
    }
    if wanted(Measure::Drift) {
        honesty::drift(&cli.folder).await?;
    }
    if wanted(Measure::Fairness) {
        fairness::measure(&cli.folder, Duration::from_secs(cli.seconds)).await?;
    }
    if wanted(Measure::Abuse) {
        abuse::measure(&processes[0]).await?;
    }
    if wanted(Measure::Memory) {
        memory::measure(&cli.folder, &processes[0]).await?;
    }
    let panics = ["gate-0", "gate-1"].map(|name| {
        let text = std::fs::read_to_string(log(name)).unwrap_or_default();
        text.matches("panicked").count()
    });
    println!("\npanics: {}", panics.iter().sum::<usize>());
    Ok(())
}

/// What the api is started with, over and above the caller's environment.
fn variables(folder: &Path, listen: &str) -> Vec<(&'static str, String)> {
    let number = |number: u32| number.to_string();
    vec![
        ("CARTWRIGHT_PROFILE", "development".to_owned()),
        ("PUBLIC_URL", format!("http://{}", APIS[0])),
        ("API_LISTEN", listen.to_owned()),
        ("SANDBOX_SECRET", "bench".to_owned()),
        ("MAILBOX_DIR", folder.join("mailbox").display().to_string()),
        ("LOG", "warn".to_owned()),
        // What is measured is the work, not that it was done before.
        ("RESPONSE_CACHE", "off".to_owned()),
        ("STOREFRONT_TOKENS", "optional".to_owned()),
        ("COST_BUCKET", number(5_000_000)),
        ("COST_PER_SECOND", number(500_000)),
        ("TOKENLESS_COST_BUCKET", number(100_000)),
        ("TOKENLESS_COST_PER_SECOND", number(10_000)),
    ]
}

/// An empty database with a catalogue.
async fn load(folder: &Path) -> anyhow::Result<()> {
    let (log, variables) = (folder.join("load.log"), variables(folder, APIS[0]));
    let migrate = Process::start("api", &["migrate"], &variables, &log)?;
    migrate.finish().await?;
    let file = folder.join("gate.csv");
    tests::catalogue::write(&file, PRODUCTS, 4)?;
    let file = file.display().to_string();
    let arguments = ["import", "--currency", "USD", &file];
    Process::start("api", &arguments, &variables, &log)?
        .finish()
        .await
}

/// The text of a new access token.
async fn token(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = tokio::process::Command::new(binary("api")?)
        .args(["tokens", "create", "--title", "Bench"])
        .args(arguments)
        .envs(variables(folder, APIS[0]))
        .output()
        .await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let token = text.lines().nth(1).map(str::to_owned);
    token.with_context(|| {
        format!(
            "no token: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// The median, or another share, of sorted times in milliseconds.
fn percentile(times: &[Duration], percent: usize) -> f64 {
    let at = times.len().saturating_sub(1) * percent / 100;
    times
        .get(at)
        .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
