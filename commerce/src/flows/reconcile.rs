//! What nobody told us: operations whose outcome is unknown, refunds that were refused, and charges whose news went lost.

use chrono::TimeDelta;

use super::settle_payment::{Told, UnknownPayment, settle_payment};
use crate::jobs::{self, Job};
use crate::kernel::{Failure, Fault, failpoint};
use crate::payment::unapplied::{self, Position, Reason, Resolution, Unapplied};
use crate::payment::{FactKind, OperationKind, Report, Source, refused, store};
use crate::shop::Shop;

/// How long an operation may be without an outcome before its provider is asked again.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// How long after a refusal the provider is asked again to give back what was taken too much.
const AFTER_REFUSAL: TimeDelta = TimeDelta::hours(1);
/// How many operations one round takes up at most.
const PER_ROUND: i64 = 200;
/// Facts that money moved by.
const MOVES: [FactKind; 2] = [FactKind::Captured, FactKind::Refunded];

/// Enqueues the operations that have been without an outcome for a minute, and what was taken too much and the provider refused to
/// give back an hour ago; answers how many there are. Their handlers ask the provider what became of them before anything else.
///
/// # Errors
/// A fault when a statement fails.
pub async fn reconcile_operations(shop: &Shop) -> Result<usize, Fault> {
    let mut conn = shop.db.primary().await?;
    let stale = store::stale(&mut conn, PATIENCE, PER_ROUND).await?;
    let refunds = refused::overdue(&mut conn, AFTER_REFUSAL, PER_ROUND).await?;
    let again = refunds.into_iter().map(|id| (id, OperationKind::Refund));
    let jobs: Vec<Job> = stale
        .into_iter()
        .chain(again)
        .map(|(operation, kind)| job(operation, kind))
        .collect();
    if !jobs.is_empty() {
        failpoint::hit("reconcile.before_enqueue");
        jobs::bring_again(&mut conn, &jobs).await?;
        failpoint::hit("reconcile.after_enqueue");
    }
    Ok(jobs.len())
}

/// The job that sees to an operation.
pub(super) fn job(operation: uuid::Uuid, kind: OperationKind) -> Job {
    match kind {
        OperationKind::Charge => Job::SettlePayment { operation },
        OperationKind::Cancel => Job::CancelPayment { operation },
        OperationKind::Refund => Job::RefundPayment { operation },
    }
}

/// From where the provider's list of changed charges is read on.
///
/// # Errors
/// A fault when a statement fails.
pub async fn position(shop: &Shop, provider: &str) -> Result<Position, Fault> {
    let mut conn = shop.db.primary().await?;
    unapplied::position(&mut conn, provider, shop.clock.now()).await
}

/// Notes that all charges up to this cursor were dealt with.
///
/// # Errors
/// A fault when the statement fails.
pub async fn advance(shop: &Shop, provider: &str, from: &Position, to: &str) -> Result<(), Fault> {
    let mut conn = shop.db.primary().await?;
    unapplied::advance(&mut conn, provider, (from, to), shop.clock.now()).await
}

/// Sets a report aside for a person.
///
/// # Errors
/// A fault when the statement fails.
pub async fn set_aside(shop: &Shop, provider: &str, what: &Unapplied) -> Result<(), Fault> {
    let reason = what.reason.as_str();
    tracing::error!(provider, reference = what.reference, payment = ?what.payment, reason, detail = what.detail, "a payment report cannot be applied and waits for a person");
    let mut conn = shop.db.primary().await?;
    unapplied::set_aside(&mut conn, provider, what, shop.clock.now()).await
}

/// Applies a report in a transaction of its own; what cannot be applied is set aside, so that nothing behind it waits. Answers
/// whether it was applied.
///
/// # Errors
/// A fault when it could not even be set aside: then nothing works, and it is to be tried again.
pub async fn apply(shop: &Shop, provider: &str, report: Report) -> Result<bool, Fault> {
    let told = Told {
        provider: provider.to_owned(),
        report,
        source: Source::Reconcile,
        webhook: None,
    };
    let (reason, detail) = match settle_payment(shop, &told).await {
        Ok(_settled) => {
            let mut conn = shop.db.primary().await?;
            let charge = (provider, told.report.reference.as_str());
            let now = shop.clock.now();
            unapplied::resolve(&mut conn, charge, Resolution::Applied, now).await?;
            return Ok(true);
        }
        Err(Failure::Refused(UnknownPayment)) => {
            let detail = "money moved for a payment that is not this shop's";
            (Reason::UnknownPayment, detail.to_owned())
        }
        Err(Failure::Broken(fault)) => (Reason::Rejected, fault.chain()),
    };
    let report = serde_json::to_value(&told.report);
    let what = Unapplied {
        reference: told.report.reference.clone(),
        payment: Some(told.report.payment),
        reason,
        detail,
        report: report.map_err(|error| Fault::other("write a payment report", error))?,
    };
    set_aside(shop, provider, &what).await?;
    Ok(false)
}

/// The reports that were refused before and are worth another try by now.
///
/// # Errors
/// A fault when the statement fails.
pub async fn due(shop: &Shop, provider: &str) -> Result<Vec<Report>, Fault> {
    let mut conn = shop.db.primary().await?;
    unapplied::due(&mut conn, provider).await
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

/// The same without what was set aside, which a person sees elsewhere or has seen to.
///
/// # Errors
/// A fault when a statement fails.
pub async fn unseen(
    shop: &Shop,
    provider: &str,
    reports: Vec<Report>,
) -> Result<Vec<Report>, Fault> {
    let mut news = news(shop, provider, reports).await?;
    let names: Vec<&str> = news
        .iter()
        .map(|report| report.reference.as_str())
        .collect();
    let mut conn = shop.db.primary().await?;
    let seen = unapplied::set_aside_among(&mut conn, provider, &names).await?;
    news.retain(|report| !seen.contains(&report.reference));
    Ok(news)
}
