//! Buyers that give up on nothing: a lost answer is asked for again, under the same token.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tests::load::buyer::{Buyer, Purchase};
use tests::load::http::Connection;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;

/// How to buy.
#[derive(Args)]
pub(crate) struct Options {
    /// `host:port` of the API.
    #[arg(long)]
    api: String,
    /// `host:port` of the sandbox provider.
    #[arg(long)]
    sandbox: String,
    /// How long new purchases are begun.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Buyers at a time.
    #[arg(long, default_value_t = 15)]
    buyers: usize,
    /// Numbers of the variants to buy.
    #[arg(long, value_delimiter = ',')]
    variants: Vec<i64>,
    /// Where acknowledged orders are written.
    #[arg(long)]
    acknowledged: PathBuf,
}

/// How long a purchase that was begun may take to end once the storm is over.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Tally {
    ordered: usize,
    refused: usize,
    broken_off: usize,
    stuck: usize,
}

/// Buys until the time is over and every purchase has ended.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let crowd = Buyer::new(options.sandbox, Vec::new(), options.variants);
    let file = Arc::new(Mutex::new(File::create(&options.acknowledged).await?));
    let tally = Arc::new(Mutex::new(Tally::default()));
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let mut tasks = Vec::new();
    for number in 0..options.buyers {
        let (crowd, file, tally) = (crowd.clone(), Arc::clone(&file), Arc::clone(&tally));
        let api = options.api.clone();
        let step = options.buyers;
        tasks.push(tokio::spawn(async move {
            let mut round = number;
            while Instant::now() < until {
                purchase(&crowd, &api, round, until, &file, &tally).await;
                round += step;
            }
        }));
    }
    for task in tasks {
        task.await?;
    }
    let tally = tally.lock().await;
    println!(
        "purchases: {} ordered, {} refused, {} broken off before submitting, {} stuck",
        tally.ordered, tally.refused, tally.broken_off, tally.stuck
    );
    anyhow::ensure!(tally.stuck == 0, "{} purchases never ended", tally.stuck);
    Ok(())
}

async fn purchase(
    crowd: &Buyer,
    api: &str,
    round: usize,
    until: Instant,
    file: &Mutex<File>,
    tally: &Mutex<Tally>,
) {
    let filled = async {
        let mut on = Connection::open(api).await?;
        crowd.fill_cart(&mut on, round).await
    };
    let Ok(cart) = filled.await else {
        tally.lock().await.broken_off += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
        return;
    };
    let token = format!("storm-{round}");
    match crowd.insist(api, &cart, &token, until + PATIENCE).await {
        Some(Purchase::Ordered(order)) => {
            let line = format!("{order}\n");
            if file.lock().await.write_all(line.as_bytes()).await.is_ok() {
                tally.lock().await.ordered += 1;
            }
        }
        Some(Purchase::Refused(_)) => tally.lock().await.refused += 1,
        None => tally.lock().await.stuck += 1,
    }
}
