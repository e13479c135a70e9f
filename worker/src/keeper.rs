//! Everything a worker does by the clock, beside running jobs.

use std::sync::Arc;
use std::time::Duration;

use commerce::Shop;
use commerce::jobs::{self, Listener};
use commerce::kernel::{Fault, failpoint};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};

use crate::held::Registry;

/// Says again and again that the held jobs are alive. A task of its own, so that neither a busy
/// handler nor a full queue can hold it up.
pub(crate) async fn heartbeats(shop: Shop, name: String, registry: Registry, every: Duration) {
    let mut beat = interval(every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let ids = registry.ids();
        if ids.is_empty() {
            continue;
        }
        let sent = async {
            let mut conn = shop.db.primary().await?;
            jobs::heartbeat(&mut conn, &name, &ids).await
        };
        log(sent.await, "heartbeats cannot be sent");
    }
}

/// Takes jobs from workers that fell silent, and wakes this one when there were any.
pub(crate) async fn rescues(shop: Shop, wake: Arc<Notify>, every: Duration, silence: Duration) {
    let mut round = interval(every);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let rescued = async {
            let mut conn = shop.db.primary().await?;
            jobs::rescue(&mut conn, silence).await
        };
        let Some(rescued) = log(rescued.await, "jobs cannot be rescued") else {
            continue;
        };
        for job in &rescued {
            tracing::warn!(id = job.id, kind = %job.kind, state = %job.state, "job rescued");
        }
        if !rescued.is_empty() {
            failpoint::hit("job.rescued");
            wake.notify_one();
        }
    }
}

/// Enqueues scheduled jobs; every worker tries, one succeeds per slot.
pub(crate) async fn schedules(shop: Shop, every: Duration) {
    let mut round = interval(every);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let ticked = async {
            let mut conn = shop.db.primary().await?;
            jobs::tick(&mut conn, shop.clock.now()).await
        };
        log(ticked.await, "schedules cannot tick");
    }
}

/// Wakes the fetcher as soon as jobs are committed; reconnects for ever.
pub(crate) async fn notices(direct_url: String, wake: Arc<Notify>) {
    loop {
        if let Err(fault) = listen(&direct_url, &wake).await {
            let error = fault.chain();
            tracing::warn!(error, "not listening for new jobs; polling goes on");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn listen(direct_url: &str, wake: &Notify) -> Result<(), Fault> {
    let mut listener = Listener::connect(direct_url).await?;
    loop {
        // At first too: jobs may have come while nobody listened.
        wake.notify_one();
        listener.next().await?;
    }
}

fn log<T>(result: Result<T, Fault>, what: &'static str) -> Option<T> {
    result
        .inspect_err(|fault| tracing::warn!(error = fault.chain(), "{what}"))
        .ok()
}
