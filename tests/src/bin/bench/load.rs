//! Runs one workload at a given concurrency and sums it up.

use std::future::Future;
use std::time::{Duration, Instant};

use tests::load::http::Connection;

/// What a workload came to.
pub(crate) struct Figures {
    /// Finished rounds.
    pub(crate) rounds: usize,
    /// Rounds that failed, with the first failure's words.
    pub(crate) failed: Vec<String>,
    /// How long the whole took.
    pub(crate) took: Duration,
    latencies: Vec<Duration>,
}

impl Figures {
    /// Finished rounds a second.
    pub(crate) fn rate(&self) -> f64 {
        let rounds = u32::try_from(self.rounds).unwrap_or(u32::MAX);
        f64::from(rounds) / self.took.as_secs_f64()
    }

    /// The latency that `percent` of the rounds stayed within, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = last * percent / 100;
        self.latencies
            .get(at)
            .map_or(0.0, |l| l.as_secs_f64() * 1000.0)
    }
}

/// Repeats `round` on `concurrency` connections for `time`; each round gets its own number.
pub(crate) async fn run<F, Fut>(
    host: &str,
    concurrency: usize,
    time: Duration,
    round: F,
) -> anyhow::Result<Figures>
where
    F: Fn(Connection, usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = (Connection, anyhow::Result<()>)> + Send + 'static,
{
    let until = Instant::now() + time;
    let started = Instant::now();
    let mut tasks = Vec::new();
    for worker in 0..concurrency {
        let mut connection = Connection::open(host).await?;
        let round = round.clone();
        tasks.push(tokio::spawn(async move {
            let mut latencies = Vec::new();
            let mut failed = Vec::new();
            let mut number = worker;
            while Instant::now() < until {
                let before = Instant::now();
                let (back, result) = round(connection, number).await;
                connection = back;
                match result {
                    Ok(()) => latencies.push(before.elapsed()),
                    Err(error) => {
                        failed.push(format!("{error:#}"));
                        break;
                    }
                }
                number += concurrency;
            }
            (latencies, failed)
        }));
    }
    let mut latencies = Vec::new();
    let mut failed = Vec::new();
    for task in tasks {
        let (mut some, mut errors) = task.await?;
        latencies.append(&mut some);
        failed.append(&mut errors);
    }
    latencies.sort_unstable();
    Ok(Figures {
        rounds: latencies.len(),
        failed,
        took: started.elapsed(),
        latencies,
    })
}
