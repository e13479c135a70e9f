//! The steps around a call to a provider: before it, and when it was not answered.

use uuid::Uuid;

use super::settle_payment::give_back_owed;
use crate::checkout;
use crate::db::Conn;
use crate::jobs::{self, Job};
use crate::kernel::{Failure, Fault, Outcome, failpoint};
use crate::payment::{Errand, InboxKey, inbox, store};
use crate::shop::Shop;

/// Notes that the provider is asked from now on, and says what to ask; `None` when there is
/// nothing to ask any more.
///
/// # Errors
/// A fault when the statement fails.
pub async fn begin_errand(shop: &Shop, operation: Uuid) -> Result<Option<Errand>, Fault> {
    let mut conn = shop.db.primary().await?;
    store::begin(&mut conn, operation, shop.clock.now()).await
}

/// Notes that the provider said nothing certain: the money may have moved.
///
/// # Errors
/// A fault when the statement fails.
pub async fn errand_unanswered(shop: &Shop, operation: Uuid, why: &str) -> Result<(), Fault> {
    let mut conn = shop.db.primary().await?;
    store::mark_unknown(&mut conn, operation, why, shop.clock.now()).await
}

/// Notes how a refund ended, once, with the provider's words when it refused; its facts are settled before. What was taken too much meanwhile is asked for now: while
/// a provider gives something back, nothing else is asked of it.
///
/// # Errors
/// A fault when the statement fails.
pub async fn refund_answered(
    shop: &Shop,
    errand: &Errand,
    refusal: Option<&str>,
) -> Result<(), Fault> {
    let answered: Outcome<(), std::convert::Infallible> = shop
        .db
        .write(async |conn: &mut Conn| {
            let now = shop.clock.now();
            checkout::store::lock_for_payment(conn, errand.payment).await?;
            if store::end(conn, errand.operation, refusal, now).await? {
                give_back_owed(conn, errand.payment, now).await?;
            }
            Ok(())
        })
        .await;
    answered.map_err(Failure::fault)
}

/// Keeps a verified webhook and enqueues the work on it, in one commit. A second delivery of the
/// same event changes nothing.
///
/// # Errors
/// A fault when a statement fails.
pub async fn receive_webhook(
    shop: &Shop,
    key: &InboxKey,
    kind: &str,
    body: &[u8],
) -> Result<(), Fault> {
    let received: Outcome<(), std::convert::Infallible> = shop
        .db
        .write(async |conn: &mut Conn| {
            if inbox::keep(conn, key, kind, body, shop.clock.now()).await? {
                let job = Job::ProcessWebhook {
                    provider: key.provider.clone(),
                    event_id: key.event_id.clone(),
                };
                jobs::enqueue(conn, &job).await?;
            }
            failpoint::hit("webhook.before_commit");
            Ok(())
        })
        .await;
    received.map_err(Failure::fault)?;
    failpoint::hit("webhook.after_commit");
    Ok(())
}

/// The body of a webhook that has not been acted on.
///
/// # Errors
/// A fault when the statement fails.
pub async fn open_webhook(shop: &Shop, key: &InboxKey) -> Result<Option<Vec<u8>>, Fault> {
    inbox::open(&mut *shop.db.primary().await?, key).await
}

/// Notes that nothing had to be done about a webhook.
///
/// # Errors
/// A fault when the statement fails.
pub async fn webhook_done(shop: &Shop, key: &InboxKey) -> Result<(), Fault> {
    inbox::done(&mut *shop.db.primary().await?, key, shop.clock.now()).await
}
