//! Claims the jobs of one queue as places become free, woken by notices and, failing those, by the clock.

use std::sync::Arc;
use std::time::Duration;

use commerce::Shop;
use commerce::jobs::{self, Claimed};
use commerce::kernel::{Fault, failpoint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::held::{Held, Registry};

/// Claims from one queue until it is told to stop.
pub(crate) struct Fetcher {
    pub(crate) shop: Shop,
    pub(crate) name: String,
    pub(crate) queue: String,
    pub(crate) places: Arc<Semaphore>,
    pub(crate) registry: Registry,
    pub(crate) wake: Arc<Notify>,
    pub(crate) poll: Duration,
    pub(crate) stop: CancellationToken,
}

/// A pause after the database refused to answer.
const AFTER_FAULT: Duration = Duration::from_secs(1);

impl Fetcher {
    /// Runs until stopped; dropping `out` then tells the runtime that nothing more will come.
    pub(crate) async fn run(self, out: mpsc::Sender<Held>) {
        while let Some(mut places) = self.free_places().await {
            let wanted = places.num_permits();
            let pause = match self.claim(wanted).await {
                Ok(claimed) => {
                    let full = claimed.len() == wanted;
                    self.hand_over(claimed, &mut places, &out).await;
                    if full {
                        continue;
                    }
                    self.poll
                }
                Err(fault) => {
                    tracing::warn!(error = fault.chain(), "jobs cannot be claimed");
                    AFTER_FAULT
                }
            };
            drop(places);
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
                () = self.stop.cancelled() => return,
            }
        }
    }

    /// Waits until at least one job may run, then takes every place that is free. `None` to stop.
    async fn free_places(&self) -> Option<OwnedSemaphorePermit> {
        let mut places = tokio::select! {
            biased;
            () = self.stop.cancelled() => return None,
            place = Arc::clone(&self.places).acquire_owned() => place.ok()?,
        };
        let more = u32::try_from(self.places.available_permits()).unwrap_or(0);
        if let Ok(more) = Arc::clone(&self.places).try_acquire_many_owned(more) {
            places.merge(more);
        }
        Some(places)
    }

    /// Never cancelled halfway: rows claimed for a future that was dropped would wait for rescue.
    async fn claim(&self, wanted: usize) -> Result<Vec<Claimed>, Fault> {
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        let mut conn = self.shop.db.primary().await?;
        let queues = std::slice::from_ref(&self.queue);
        jobs::claim(&mut conn, &self.name, queues, wanted).await
    }

    async fn hand_over(
        &self,
        claimed: Vec<Claimed>,
        places: &mut OwnedSemaphorePermit,
        out: &mpsc::Sender<Held>,
    ) {
        for job in claimed {
            let Some(place) = places.split(1) else { return };
            let held = self.registry.hold(job, place);
            failpoint::hit("job.claimed");
            // The channel has room for every place; it is closed only when the runtime died.
            if out.send(held).await.is_err() {
                return;
            }
        }
    }
}
