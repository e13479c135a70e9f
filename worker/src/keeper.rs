//! Everything a worker does by the clock, beside running jobs.

use std::time::Duration;

use commerce::Shop;
use commerce::db::Health;
use commerce::jobs::{self, Figure, Listener};
use commerce::kernel::{Fault, failpoint};
use commerce::payment::unapplied::Reason;
use commerce::payment::{OperationKind, operations};
use metrics::{counter, gauge};
use tokio::time::{MissedTickBehavior, interval};

use crate::handlers::payment::count_from_zero;
use crate::held::Registry;
use crate::wake::Wake;

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
pub(crate) async fn rescues(shop: Shop, wake: Wake, every: Duration, silence: Duration) {
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
            counter!("cartwright_jobs_rescued_total").increment(1);
            tracing::warn!(id = job.id, kind = %job.kind, state = %job.state, "job rescued");
        }
        if !rescued.is_empty() {
            failpoint::hit("job.rescued");
            wake.all();
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
            jobs::tick(&mut conn).await
        };
        log(ticked.await, "schedules cannot tick");
    }
}

/// Wakes the fetchers as soon as jobs are committed; reconnects for ever.
pub(crate) async fn notices(shop: Shop, direct_url: String, wake: Wake) {
    loop {
        let ended = tokio::select! {
            ended = listen(&direct_url, &wake) => ended,
            // A server that is cut off never closes the connection.
            () = shop.db.lost() => Err(Fault::Unavailable("it does not answer".into())),
        };
        if let Err(fault) = ended {
            let error = fault.chain();
            tracing::warn!(error, "not listening for new jobs; polling goes on");
        }
        counter!("cartwright_listen_reconnects_total").increment(1);
        while shop.db.health().await == Health::Away {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn listen(direct_url: &str, wake: &Wake) -> Result<(), Fault> {
    let mut listener = Listener::connect(direct_url).await?;
    loop {
        // At first too: jobs may have come while nobody listened.
        wake.all();
        listener.next().await?;
    }
}

/// Counts the jobs in the table for whoever scrapes this worker. All workers count the same table.
pub(crate) async fn figures(shop: Shop, every: Duration) {
    count_from_zero();
    let mut round = interval(every);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let counted = async {
            let mut conn = shop.db.primary().await?;
            jobs::figures(&mut conn).await
        };
        if let Some(figures) = log(counted.await, "jobs cannot be counted") {
            show(&figures);
        }
        let counted = async {
            let mut conn = shop.db.primary().await?;
            operations::figures(&mut conn).await
        };
        if let Some(figures) = log(counted.await, "payments cannot be counted") {
            show_payments(&figures);
        }
    }
}

/// Shows every kind in every state, also what there is none of.
fn show_payments(figures: &[operations::Figure]) {
    let find = |kind: &str, state: &str| {
        let same = |f: &&operations::Figure| f.kind == kind && f.state == state;
        figures.iter().find(same)
    };
    let count = |kind: &str, state: &str| find(kind, state).map_or(0, |figure| figure.count);
    for kind in OperationKind::ALL.map(OperationKind::as_str) {
        for state in operations::WATCHED_STATES {
            let labels = [("kind", kind), ("state", state)];
            gauge!("cartwright_payment_operations", &labels).set(count(kind, state) as f64);
        }
        let age = find(kind, "unknown").map(operations::Figure::age);
        gauge!("cartwright_payment_unknown_age_seconds", "kind" => kind)
            .set(age.unwrap_or_default());
    }
    for reason in Reason::ALL.map(Reason::as_str) {
        gauge!("cartwright_unapplied_payment_reports", "reason" => reason)
            .set(count("report", reason) as f64);
    }
}

/// Shows every kind in every state, also those that no job is in: what is not set again would stand
/// for ever.
fn show(figures: &[Figure]) {
    for spec in &jobs::SPECS {
        for state in jobs::WATCHED_STATES {
            let same = |f: &&Figure| f.kind == spec.kind && f.state == *state;
            let count = figures.iter().find(same).map_or(0, |figure| figure.count);
            let labels = [("queue", spec.queue), ("kind", spec.kind), ("state", state)];
            gauge!("cartwright_jobs", &labels).set(count as f64);
        }
    }
    for queue in jobs::QUEUES {
        let of_queue = figures.iter().filter(|figure| figure.queue == *queue);
        let late = of_queue.map(Figure::late).max().unwrap_or_default();
        gauge!("cartwright_queue_age_seconds", "queue" => *queue).set(late);
    }
}

fn log<T>(result: Result<T, Fault>, what: &'static str) -> Option<T> {
    result
        .inspect_err(|fault| tracing::warn!(error = fault.chain(), "{what}"))
        .ok()
}
