//! `api jobs`: what the workers gave up, and trying it again.

use std::fmt::Write as _;

use anyhow::bail;
use clap::Subcommand;
use commerce::Shop;
use commerce::jobs::{self, DeadLetter};

/// What to do about jobs that were given up.
#[derive(Subcommand, Debug)]
pub enum Jobs {
    /// Print the jobs that were given up, the latest first.
    Dead {
        /// How many at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Give a job that was given up as many attempts again, from now on.
    Retry {
        /// Its number in the list.
        id: i64,
    },
}

/// Does it, and says what came of it.
///
/// # Errors
/// In words for the operator.
pub async fn run(shop: &Shop, command: &Jobs) -> anyhow::Result<String> {
    let mut conn = shop.db.primary().await?;
    match command {
        Jobs::Dead { limit } => list(&jobs::dead_letters(&mut conn, *limit).await?),
        Jobs::Retry { id } => {
            if !jobs::revive(&mut conn, *id).await? {
                bail!(
                    "job {id} was not given up, or the same work waits already; see `api jobs dead`"
                );
            }
            Ok(format!("job {id} is tried again\n"))
        }
    }
}

fn list(dead: &[DeadLetter]) -> anyhow::Result<String> {
    let mut report = String::new();
    for job in dead {
        let when = job.finished_at.map_or("-".to_owned(), |at| {
            at.format("%Y-%m-%d %H:%M:%S").to_string()
        });
        let why = job.errors.as_array().and_then(|errors| errors.last());
        let why = why
            .and_then(|error| error["why"].as_str())
            .unwrap_or("nobody said why");
        writeln!(
            report,
            "{:>6}  {when}  {:<24}{} after {} attempts: {why}",
            job.id, job.kind, job.args, job.attempt,
        )?;
    }
    if report.is_empty() {
        report.push_str("no job was given up\n");
    }
    Ok(report)
}
