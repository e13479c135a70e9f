//! What nobody told us: operations whose outcome is unknown, and charges whose news went lost.

use chrono::TimeDelta;

use crate::jobs::{self, Job};
use crate::kernel::{Fault, failpoint};
use crate::payment::{FactKind, OperationKind, Report, store};
use crate::shop::Shop;

/// How long an operation may be without an outcome before its provider is asked again.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// How many operations one round takes up at most.
const PER_ROUND: i64 = 200;
/// Facts that money moved by.
const MOVES: [FactKind; 2] = [FactKind::Captured, FactKind::Refunded];

/// Enqueues the operations that have been without an outcome for a minute; answers how many there
/// are. Their handlers ask the provider what became of them before anything else.
///
/// # Errors
/// A fault when a statement fails.
pub async fn reconcile_operations(shop: &Shop) -> Result<usize, Fault> {
    let mut conn = shop.db.primary().await?;
    let before = shop.clock.now() - PATIENCE;
    let stale = store::stale(&mut conn, before, PER_ROUND).await?;
    let jobs: Vec<Job> = stale
        .iter()
        .map(|(operation, kind)| match kind {
            OperationKind::Charge => Job::SettlePayment {
                operation: *operation,
            },
            OperationKind::Cancel => Job::CancelPayment {
                operation: *operation,
            },
            OperationKind::Refund => Job::RefundPayment {
                operation: *operation,
            },
        })
        .collect();
    if !jobs.is_empty() {
        failpoint::hit("reconcile.before_enqueue");
        jobs::enqueue_all(&mut conn, &jobs).await?;
        failpoint::hit("reconcile.after_enqueue");
    }
    Ok(stale.len())
}

/// The reports that tell of money we have not heard of.
///
/// # Errors
/// A fault when a statement fails.
pub async fn news(shop: &Shop, provider: &str, reports: Vec<Report>) -> Result<Vec<Report>, Fault> {
    let told: Vec<&str> = reports
        .iter()
        .flat_map(|report| &report.facts)
        .filter(|fact| MOVES.contains(&fact.kind))
        .map(|fact| fact.reference.as_str())
        .collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = shop.db.primary().await?;
    let unknown = store::unknown_facts(&mut conn, provider, &MOVES, &told).await?;
    let is_news = |report: &Report| {
        let mut facts = report.facts.iter();
        facts.any(|fact| unknown.contains(&fact.reference))
    };
    Ok(reports.into_iter().filter(is_news).collect())
}
