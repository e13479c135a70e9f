//! What a person has a provider asked for once more: a refund that it refused, money that no order was made of, and an attempt
//! that waits for an answer which does not come.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::reconcile::{self, job};
use super::settle_payment::{give_back_owed, request_refund};
use crate::checkout::{self, State};
use crate::db::Conn;
use crate::jobs::{self, Job};
use crate::kernel::id::ordered_uuid;
use crate::kernel::{Failure, Money, Outcome};
use crate::payment::unapplied::{self, Resolution};
use crate::payment::{OperationKind, refused, store};
use crate::shop::Shop;

/// Why a provider is not asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// Nothing has this name.
    #[error("There is no such {0}.")]
    Unknown(&'static str),
    /// The operation has an outcome that does not change any more.
    #[error("The operation is over.")]
    Over,
    /// One refund of a payment is asked for at a time.
    #[error("Another refund of this payment is under way; try again when it is done.")]
    Busy,
    /// The merchant asked for money of the same payment since: it may have been the same wish.
    #[error(
        "Another refund of this order was asked for since; refund the order again if this one is still due."
    )]
    Superseded,
    /// The money was given back in another way.
    #[error("Nothing of this payment is left to be given back.")]
    NotOwed,
    /// Only an attempt that is being called off is released.
    #[error(
        "The attempt is not expiring; only an attempt that waits to be called off can be released."
    )]
    NotExpiring,
}

/// Opens a refund that the provider refused, so that it is asked for again under its own key, if the money is still owed.
///
/// # Errors
/// [`NotAsked`], or a fault of the database's.
pub async fn reopen_refund(shop: &Shop, operation: Uuid) -> Outcome<(), NotAsked> {
    shop.db
        .write(async |conn: &mut Conn| {
            let now = shop.clock.now();
            match reopen(conn, operation, now).await {
                // Whoever asked for it did so for nothing, which is to last.
                Err(Failure::Refused(NotAsked::NotOwed)) => Ok(Err(NotAsked::NotOwed)),
                other => other.map(Ok),
            }
        })
        .await
        .and_then(|opened| opened.map_err(Failure::Refused))
}

async fn reopen(conn: &mut Conn, operation: Uuid, now: DateTime<Utc>) -> Outcome<(), NotAsked> {
    let refuse = |why| Err(Failure::Refused(why));
    let Some(refund) = refused::find(conn, operation).await? else {
        return refuse(NotAsked::Over);
    };
    let locked = checkout::store::lock_for_payment(conn, refund.payment).await?;
    // Once more, as it is now that nobody else can change it.
    let (Some(locked), Some(refund)) = (locked, refused::find(conn, operation).await?) else {
        return refuse(NotAsked::Over);
    };
    if refund.is_busy {
        return refuse(NotAsked::Busy);
    }
    if refund.is_superseded {
        return refuse(NotAsked::Superseded);
    }
    let left = if refund.by_merchant {
        locked.captured_minor - locked.refunded_minor
    } else {
        store::owed(conn, refund.payment).await?.minor
    };
    if left < refund.amount_minor {
        if !refund.by_merchant {
            refused::drop_it(conn, operation, now).await?;
            give_back_owed(conn, refund.payment, now).await?;
        }
        return refuse(NotAsked::NotOwed);
    }
    refused::reopen(conn, operation, now).await?;
    Ok(())
}

/// Has the provider asked again about an operation without an outcome, or for a refund that it refused.
///
/// # Errors
/// [`NotAsked`], or a fault of the database's.
pub async fn ask_again(shop: &Shop, operation: Uuid) -> Outcome<OperationKind, NotAsked> {
    let found = {
        let mut conn = shop.db.primary().await?;
        store::kind(&mut conn, operation).await?
    };
    let Some((kind, is_open)) = found else {
        return Err(Failure::Refused(NotAsked::Unknown("operation")));
    };
    if !is_open {
        reopen_refund(shop, operation).await?;
    }
    let mut conn = shop.db.primary().await?;
    jobs::bring_again(&mut conn, &[job(operation, kind)]).await?;
    Ok(kind)
}

/// Has the provider give back what was taken of a payment beyond what its order costs: everything, where there is no order.
///
/// # Errors
/// [`NotAsked`], or a fault of the database's.
pub async fn return_money(shop: &Shop, payment: Uuid) -> Outcome<Money, NotAsked> {
    shop.db
        .write(async |conn: &mut Conn| {
            let now = shop.clock.now();
            let refuse = |why| Err(Failure::Refused(why));
            let Some(locked) = checkout::store::lock_for_payment(conn, payment).await? else {
                return refuse(NotAsked::Unknown("payment"));
            };
            let owed = store::owed(conn, payment).await?.minor;
            if owed < 1 {
                let is_busy = store::is_refunding(conn, payment).await?;
                return refuse(if is_busy {
                    NotAsked::Busy
                } else {
                    NotAsked::NotOwed
                });
            }
            // What was refused is asked for under its own key, lest it be given back twice.
            for operation in refused::of_payment(conn, payment).await? {
                match reopen(conn, operation, now).await {
                    Ok(()) => {
                        let again = Job::RefundPayment { operation };
                        jobs::bring_again(conn, &[again]).await?;
                        return Ok(Money::new(owed, locked.amount.currency));
                    }
                    Err(Failure::Refused(NotAsked::NotOwed)) => {}
                    Err(failure) => return Err(failure),
                }
            }
            if !store::is_refunding(conn, payment).await? {
                request_refund(conn, payment, (owed, false), now).await?;
            }
            Ok(Money::new(owed, locked.amount.currency))
        })
        .await
}

/// Gives back what an attempt holds whose provider does not say whether it was called off. It is asked on: should money arrive
/// after all, it becomes an order or goes back.
///
/// # Errors
/// [`NotAsked`], or a fault of the database's.
pub async fn release_attempt(shop: &Shop, attempt: Uuid) -> Outcome<(), NotAsked> {
    shop.db
        .write(async |conn: &mut Conn| {
            let now = shop.clock.now();
            let refuse = |why| Err(Failure::Refused(why));
            let Some((payment, amount_minor)) = store::find_of_attempt(conn, attempt).await? else {
                return refuse(NotAsked::Unknown("attempt"));
            };
            let locked = checkout::store::lock_for_payment(conn, payment).await?;
            if locked.is_none_or(|locked| locked.state != State::Expiring) {
                return refuse(NotAsked::NotExpiring);
            }
            tracing::warn!(%attempt, "an attempt is released by a person before its provider has answered");
            checkout::store::let_go(conn, attempt).await?;
            checkout::store::release(conn, attempt, now).await?;
            let what = store::Request {
                kind: OperationKind::Cancel,
                amount_minor,
                by_merchant: false,
            };
            if let Some(operation) = store::request(conn, ordered_uuid(), payment, what, now).await? {
                jobs::enqueue(conn, &Job::CancelPayment { operation }).await?;
            }
            Ok(())
        })
        .await
}

/// What is set aside is applied once more, because a person has seen to what was in its way.
///
/// # Errors
/// [`NotAsked`], or a fault of the database's.
pub async fn apply_report(shop: &Shop, id: i64) -> Outcome<bool, NotAsked> {
    let found = {
        let mut conn = shop.db.primary().await?;
        unapplied::waiting(&mut conn, Some(id)).await?
    };
    let Some(waiting) = found.into_iter().next() else {
        return Err(Failure::Refused(NotAsked::Unknown("report")));
    };
    match unapplied::read(waiting.report) {
        Ok(report) => Ok(reconcile::apply(shop, &waiting.provider, report).await?),
        Err(_) => Ok(false),
    }
}

/// Ends the waiting of a report that a person has seen to in another way.
///
/// # Errors
/// [`NotAsked`], or a fault of the database's.
pub async fn dismiss_report(shop: &Shop, id: i64) -> Outcome<(), NotAsked> {
    let mut conn = shop.db.primary().await?;
    let Some(waiting) = unapplied::waiting(&mut conn, Some(id))
        .await?
        .into_iter()
        .next()
    else {
        return Err(Failure::Refused(NotAsked::Unknown("report")));
    };
    let charge = (waiting.provider.as_str(), waiting.reference.as_str());
    let now = shop.clock.now();
    unapplied::resolve(&mut conn, charge, Resolution::Dismissed, now).await?;
    Ok(())
}
