//! Writes verdicts down. While one statement is on its way, further verdicts gather for the next.

use std::time::Duration;

use commerce::Shop;
use commerce::jobs::{self, Finished};
use commerce::kernel::{Fault, failpoint};
use tokio::sync::mpsc;

use crate::held::Held;

/// A verdict, and the job that is held until it is written down.
pub(crate) type Decided = (Finished, Held);

/// Most verdicts written in one statement.
const BATCH: usize = 200;
/// How often a statement is tried before the jobs are left to the rescuer.
const TRIES: u32 = 100;

/// Writes what comes until all senders are gone.
pub(crate) async fn run(shop: Shop, name: String, mut decided: mpsc::Receiver<Decided>) {
    let mut batch = Vec::with_capacity(BATCH);
    while decided.recv_many(&mut batch, BATCH).await > 0 {
        let (finished, held): (Vec<Finished>, Vec<Held>) = batch.drain(..).unzip();
        failpoint::hit("job.before_finish");
        persist(&shop, &name, &finished).await;
        failpoint::hit("job.after_finish");
        drop(held);
    }
}

async fn persist(shop: &Shop, name: &str, finished: &[Finished]) {
    for attempt in 1..=TRIES {
        match write(shop, name, finished).await {
            Ok(written) => {
                let lost = finished.iter().filter(|f| !written.contains(&f.job.id));
                for job in lost.map(|f| &f.job) {
                    tracing::warn!(id = job.id, kind = %job.kind, "the job had been taken by another worker");
                }
                return;
            }
            Err(fault) => {
                let error = fault.chain();
                tracing::warn!(attempt, error, "verdicts cannot be written");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

async fn write(shop: &Shop, name: &str, finished: &[Finished]) -> Result<Vec<i64>, Fault> {
    let mut conn = shop.db.primary().await?;
    jobs::finish(&mut conn, name, finished).await
}
