//! Jobs that keep the tables small and derived data fresh.

use chrono::TimeDelta;
use commerce::catalog::{best_sellers, companions, rules};
use commerce::checkout::cards;
use commerce::jobs::{self, Verdict};
use commerce::kernel::Fault;
use commerce::payment::inbox;
use commerce::search::lexicon;

use crate::Env;

/// Carts that one transaction forgets.
const CARTS_AT_ONCE: i64 = 500;

/// Tokens, links, sessions and notices that one statement forgets, of each.
const ROWS_AT_ONCE: i64 = 2_000;

/// How long it is known which card an attempt was paid with; a day of them is counted.
const CARDS_KEPT: TimeDelta = TimeDelta::days(2);

/// How far back a sale counts for the order "best selling".
const BEST_SELLING_DAYS: i64 = 90;

/// Batch after batch; what one run does not reach, the next one does.
pub(crate) async fn expire_carts(env: &Env) -> Result<Verdict, Fault> {
    for _ in 0..20 {
        let forgotten = commerce::cart::commands::forget_expired(&env.shop, CARTS_AT_ONCE).await?;
        if forgotten == 0 {
            break;
        }
    }
    Ok(Verdict::Done)
}

/// Counts anew the sales of the last months, what was bought together, and the words of the shop; has all products
/// looked at for the collections by rules, in case a change was made beside their triggers.
pub(crate) async fn refresh_best_sellers(env: &Env) -> Result<Verdict, Fault> {
    let since = env.shop.clock.now() - TimeDelta::days(BEST_SELLING_DAYS);
    let mut conn = env.shop.db.primary().await?;
    best_sellers::refresh(&mut conn, since).await?;
    companions::refresh(&mut conn, since).await?;
    lexicon::refresh(&mut conn).await?;
    rules::note_all(&mut conn).await?;
    Ok(Verdict::Done)
}

/// Jobs that ended, cards that count no more, and bodies of webhooks that were acted on; batch after batch, and what one run does not reach, the
/// next one does.
pub(crate) async fn clean_jobs(env: &Env) -> Result<Verdict, Fault> {
    let (now, kept) = (env.shop.clock.now(), env.shop.settings.retention);
    for _ in 0..20 {
        let mut conn = env.shop.db.primary().await?;
        let (_deleted, all) = jobs::clean(&mut conn, &kept).await?;
        if all {
            break;
        }
    }
    for _ in 0..20 {
        let mut conn = env.shop.db.primary().await?;
        if cards::forget(&mut conn, now - CARDS_KEPT, ROWS_AT_ONCE).await? == 0 {
            break;
        }
    }
    for _ in 0..20 {
        let mut conn = env.shop.db.primary().await?;
        if inbox::empty_bodies(&mut conn, now - kept.webhooks, ROWS_AT_ONCE).await? == 0 {
            break;
        }
    }
    Ok(Verdict::Done)
}

/// Batch after batch; what one run does not reach, the next one does.
pub(crate) async fn forget_sign_ins(env: &Env) -> Result<Verdict, Fault> {
    for _ in 0..20 {
        let forgotten = commerce::customer::commands::forget_ended(&env.shop, ROWS_AT_ONCE).await?;
        if forgotten == 0 {
            break;
        }
    }
    Ok(Verdict::Done)
}

/// Batch after batch; what one run does not reach, the next one does.
pub(crate) async fn fill_collections(env: &Env) -> Result<Verdict, Fault> {
    for _ in 0..50 {
        let mut conn = env.shop.db.primary().await?;
        if !rules::fill_from_changes(&mut conn).await? {
            break;
        }
    }
    Ok(Verdict::Done)
}
