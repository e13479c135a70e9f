//! Transaction B: what a provider says becomes what is true. The one way for answers, webhooks
//! and reconciliation, so that it does not matter which of them comes first, or twice.
//!
//! Taken money always ends as an order or as a refund that is under way, in the same commit.

use chrono::{DateTime, SubsecRound as _, Utc};
use uuid::Uuid;

use super::place_order::{CannotHold, hold};
use crate::checkout::store::Locked;
use crate::checkout::{self, RefundReason, Situation, State, Step, decide};
use crate::db::{self, Conn};
use crate::jobs::{self, Job};
use crate::kernel::id::ordered_uuid;
use crate::kernel::{Failure, Fault, Money, Outcome, failpoint};
use crate::payment::{
    self, Fact, FactKind, InboxKey, OperationKind, Progress, Report, Source, store,
};
use crate::shop::Shop;

/// A report, and how it came to us.
#[derive(Clone, Debug)]
pub struct Told {
    /// The provider's name.
    pub provider: String,
    /// What it says.
    pub report: Report,
    /// How it came to us.
    pub source: Source,
    /// The webhook that brought it, which is done with it.
    pub webhook: Option<InboxKey>,
}

/// What the report came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is this order, since now or before.
    Order(i64),
    /// The attempt is over and no money is kept.
    Closed,
    /// The money is being given back.
    GivenBack,
    /// Money may still come.
    Waiting,
}

/// The provider speaks of a payment that we do not have, or do not have yet.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownPayment;

/// Makes a report true.
///
/// # Errors
/// [`UnknownPayment`] for a payment that we do not have; a fault otherwise. Both are worth
/// another try.
pub async fn settle_payment(shop: &Shop, told: &Told) -> Outcome<Settled, UnknownPayment> {
    let settled = shop
        .db
        .write(async |conn: &mut Conn| {
            let settled = settle(conn, told, shop.clock.now()).await?;
            failpoint::hit("settle.before_commit");
            Ok(settled)
        })
        .await?;
    failpoint::hit("settle.after_commit");
    Ok(settled)
}

async fn settle(
    conn: &mut Conn,
    told: &Told,
    now: DateTime<Utc>,
) -> Outcome<Settled, UnknownPayment> {
    let report = &told.report;
    let Some(locked) = checkout::store::lock_for_payment(conn, report.payment).await? else {
        return Err(Failure::Refused(UnknownPayment));
    };
    if let Some(card) = report.card.as_ref().filter(|_| !locked.has_card) {
        let card = card.of_provider(&told.provider);
        checkout::cards::remember(conn, locked.id, &card, now).await?;
    }
    let captured_minor = add_facts(conn, told, &locked, now).await?;
    let situation = Situation {
        state: locked.state,
        amount: locked.amount,
        captured: captured(report, &locked, captured_minor),
        is_paid: captured_minor > 0,
        cart_is_open: locked.cart_is_open,
        is_stale: is_stale(told, &locked),
    };
    let step = decide(&situation, &report.progress);
    let settled = if step == Step::Nothing && situation.is_stale && !situation.is_paid {
        // An outdated report ends no operation.
        Settled::Waiting
    } else {
        take(conn, &locked, report, &step, captured_minor, now).await?
    };
    if let Some(webhook) = &told.webhook {
        payment::inbox::done(conn, webhook, now).await?;
    }
    Ok(settled)
}

/// Whether the provider told something later before. What it answers to a question of ours, and can never take back, is
/// not outrun by what it told of its own accord.
fn is_stale(told: &Told, locked: &Locked) -> bool {
    let is_final = matches!(
        told.report.progress,
        Progress::Declined(_) | Progress::Canceled
    );
    let as_of = as_of(&told.report);
    let is_older = as_of.is_some() && as_of < locked.reported_at;
    is_older && !(is_final && told.source != Source::Webhook)
}

/// When the charge came to be as the report says, as exactly as it is kept.
fn as_of(report: &Report) -> Option<DateTime<Utc>> {
    report.as_of.map(|at| at.trunc_subsecs(6))
}

/// Stores what is new, and answers what has been taken in all.
async fn add_facts(
    conn: &mut Conn,
    told: &Told,
    locked: &Locked,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let report = &told.report;
    let mut facts = report.facts.clone();
    if let Progress::Declined(_) = report.progress
        && !is_stale(told, locked)
    {
        facts.push(Fact {
            kind: FactKind::Declined,
            amount: Money::zero(locked.amount.currency),
            reference: report.operation.to_string(),
            occurred_at: now,
            operation: Some(report.operation),
        });
    }
    let is_named = locked.reference.is_some() || report.reference.is_empty();
    let as_of = as_of(report);
    if !is_named || as_of > locked.reported_at {
        store::note_report(conn, report.payment, &report.reference, as_of).await?;
    }
    if facts.is_empty() {
        return Ok(locked.captured_minor);
    }
    let from = (told.provider.as_str(), told.source);
    let added = store::add_facts(conn, report.payment, from, &facts, now).await?;
    let new = added.iter().filter(|(kind, _)| *kind == FactKind::Captured);
    Ok(locked.captured_minor + new.map(|(_, minor)| minor).sum::<i64>())
}

/// What was taken, if all of it was in the currency of the attempt.
fn captured(report: &Report, locked: &Locked, minor: i64) -> Option<Money> {
    let currency = locked.amount.currency;
    let is_ours =
        |fact: &&Fact| fact.kind != FactKind::Captured || fact.amount.currency == currency;
    let all_ours = report.facts.iter().filter(is_ours).count() == report.facts.len();
    all_ours.then_some(Money::new(minor, currency))
}

async fn take(
    conn: &mut Conn,
    locked: &Locked,
    report: &Report,
    step: &Step,
    captured_minor: i64,
    now: DateTime<Utc>,
) -> Result<Settled, Fault> {
    const ASKED: &[OperationKind] = &[OperationKind::Charge, OperationKind::Cancel];
    let payment = report.payment;
    match step {
        Step::Complete => Ok(Settled::Order(complete(conn, locked.id, now).await?)),
        Step::CompleteLate => match hold_again(conn, locked).await {
            Ok(()) => Ok(Settled::Order(complete(conn, locked.id, now).await?)),
            Err(Failure::Refused(why)) => {
                give_back(conn, locked, payment, (captured_minor, why), now).await
            }
            Err(Failure::Broken(fault)) => Err(fault),
        },
        Step::GiveBack(why) => give_back(conn, locked, payment, (captured_minor, *why), now).await,
        Step::GiveBackExcess => {
            give_back_owed(conn, payment, now).await?;
            Ok(Settled::GivenBack)
        }
        Step::Fail(decline) => {
            checkout::store::let_go(conn, locked.id).await?;
            checkout::store::set_state(conn, locked.id, State::Failed, Some(decline), now).await?;
            let code = decline.code.as_str();
            store::close(conn, payment, &ASKED[..1], Some(code), now).await?;
            store::close(conn, payment, &ASKED[1..], None, now).await?;
            Ok(Settled::Closed)
        }
        Step::Expire => {
            checkout::store::let_go(conn, locked.id).await?;
            checkout::store::abandon(conn, locked.id, now).await?;
            store::close(conn, payment, &ASKED[..1], Some("canceled"), now).await?;
            store::close(conn, payment, &ASKED[1..], None, now).await?;
            Ok(Settled::Closed)
        }
        Step::RequireAction(url) => {
            checkout::store::require_action(conn, locked.id, url, now).await?;
            Ok(Settled::Waiting)
        }
        Step::Wait => {
            checkout::store::set_state(conn, locked.id, State::Processing, None, now).await?;
            Ok(Settled::Waiting)
        }
        Step::Nothing => nothing(conn, locked, report, now).await,
    }
}

/// The attempt stays as it is; what was asked of the provider may be answered by now.
async fn nothing(
    conn: &mut Conn,
    locked: &Locked,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<Settled, Fault> {
    if locked.state.is_live() {
        return Ok(Settled::Waiting);
    }
    if let Progress::Captured | Progress::Declined(_) | Progress::Canceled = report.progress {
        let kinds = [OperationKind::Charge, OperationKind::Cancel];
        let failure = (report.progress != Progress::Captured).then_some("closed");
        store::close(conn, report.payment, &kinds, failure, now).await?;
    }
    Ok(Settled::Closed)
}

/// Makes the order and enqueues what follows from it; answers its id.
pub(super) async fn complete(
    conn: &mut Conn,
    attempt: Uuid,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let (order_id, number) = checkout::store::complete(conn, attempt, now).await?;
    jobs::enqueue(conn, &Job::SendOrderConfirmation { order_id }).await?;
    tracing::info!(%attempt, order_id, number, "order placed");
    Ok(order_id)
}

/// Holds again what an attempt had let go of, in a savepoint of its own.
async fn hold_again(conn: &mut Conn, locked: &Locked) -> Outcome<(), RefundReason> {
    if checkout::store::has_live(conn, locked.cart_id).await? {
        // The buyer is paying for the same cart once more.
        return Err(Failure::Refused(RefundReason::AlreadyBought));
    }
    let snapshot = checkout::store::snapshot(conn, locked.id).await?;
    let attempt = locked.id;
    let held: Outcome<(), CannotHold> = db::transaction(conn, async move |conn: &mut Conn| {
        hold(conn, attempt, &snapshot).await
    })
    .await;
    held.map_err(|failure| failure.map_refusal(|_| RefundReason::Late))
}

/// Ends the attempt and gives back all that was taken.
async fn give_back(
    conn: &mut Conn,
    locked: &Locked,
    payment: Uuid,
    (captured_minor, why): (i64, RefundReason),
    now: DateTime<Utc>,
) -> Result<Settled, Fault> {
    if locked.state != State::RefundDue {
        let accepted_minor = locked.amount.minor;
        let why_not = why.as_str();
        tracing::warn!(attempt = %locked.id, %payment, captured_minor, accepted_minor, why_not, "money came that no order can be made of");
        checkout::store::let_go(conn, locked.id).await?;
        checkout::store::refund_due(conn, locked.id, why, now).await?;
    }
    let asked = [OperationKind::Charge, OperationKind::Cancel];
    store::close(conn, payment, &asked, None, now).await?;
    give_back_owed(conn, payment, now).await?;
    Ok(Settled::GivenBack)
}

/// Asks the provider to give back what was taken too much, unless it is giving something back just now: then
/// [`super::payment_errands::refund_answered`] asks again.
pub(super) async fn give_back_owed(
    conn: &mut Conn,
    payment: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let owed = store::owed(conn, payment).await?;
    request_refund(conn, payment, (owed.minor - owed.refused, false), now).await
}

/// Asks the provider to give so much back, by itself or because the merchant says so, unless it is giving
/// something back just now.
pub(super) async fn request_refund(
    conn: &mut Conn,
    payment: Uuid,
    (amount_minor, by_merchant): (i64, bool),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if amount_minor < 1 {
        return Ok(());
    }
    let what = store::Request {
        kind: OperationKind::Refund,
        amount_minor,
        by_merchant,
    };
    let added = store::request(conn, ordered_uuid(), payment, what, now).await?;
    if let Some(operation) = added {
        jobs::enqueue(conn, &Job::RefundPayment { operation }).await?;
    }
    Ok(())
}
