//! Attempts that run out of time. Stock is given back only when no money can arrive any more: at
//! once when no provider was asked, otherwise when the provider says that it called the charge off.

use std::convert::Infallible;

use uuid::Uuid;

use crate::checkout::{self, State};
use crate::db::Conn;
use crate::jobs::{self, Job};
use crate::kernel::id::ordered_uuid;
use crate::kernel::{Failure, Fault, Outcome, failpoint};
use crate::payment::{OperationKind, store};
use crate::shop::Shop;

/// How many attempts are looked up at once.
const PER_PAGE: i64 = 200;
/// How many pages one sweep looks through at most: those that cannot be ended stay, and must not fill it.
const PAGES: usize = 50;

/// Ends attempts that are out of time, each in a transaction of its own; answers how many. Several
/// sweeps may run at once. One that cannot be ended does not keep those behind it waiting.
///
/// # Errors
/// A fault when a statement fails, once all were tried; what was ended stays so.
pub async fn expire_attempts(shop: &Shop) -> Result<usize, Fault> {
    let (mut ended, mut broken, mut after) = (0, None, None);
    for _ in 0..PAGES {
        let overdue = {
            let mut conn = shop.db.primary().await?;
            checkout::store::overdue(&mut conn, after, PER_PAGE).await?
        };
        let Some(last) = overdue.last() else {
            break;
        };
        after = Some(*last);
        for attempt in overdue {
            match expire_one(shop, attempt.id).await {
                Ok(expired) => ended += usize::from(expired),
                Err(fault) => broken = Some(fault),
            }
        }
    }
    broken.map_or(Ok(ended), Err)
}

/// Ends one attempt in a transaction of its own; answers whether it was out of time.
async fn expire_one(shop: &Shop, attempt: Uuid) -> Result<bool, Fault> {
    let expired: Outcome<bool, Infallible> = shop
        .db
        .write(async |conn: &mut Conn| {
            let expired = expire(shop, conn, attempt).await?;
            failpoint::hit("expire.before_commit");
            Ok(expired)
        })
        .await;
    failpoint::hit("expire.after_commit");
    expired.map_err(Failure::fault).inspect_err(|fault| {
        let error = fault.chain();
        tracing::error!(%attempt, error, "an attempt that is out of time cannot be ended");
    })
}

async fn expire(shop: &Shop, conn: &mut Conn, attempt: Uuid) -> Result<bool, Fault> {
    let now = shop.clock.now();
    let locked = checkout::store::lock_overdue(conn, attempt).await?;
    if locked.is_none() {
        return Ok(false);
    }
    if store::withdraw(conn, attempt, now).await? {
        checkout::store::let_go(conn, attempt).await?;
        checkout::store::set_state(conn, attempt, State::Expired, None, now).await?;
        return Ok(true);
    }
    checkout::store::set_state(conn, attempt, State::Expiring, None, now).await?;
    let (payment, amount) = store::of_attempt(conn, attempt).await?;
    let what = store::Request {
        kind: OperationKind::Cancel,
        amount_minor: amount,
        by_merchant: false,
    };
    if let Some(operation) = store::request(conn, ordered_uuid(), payment, what, now).await? {
        jobs::enqueue(conn, &Job::CancelPayment { operation }).await?;
    }
    Ok(true)
}
