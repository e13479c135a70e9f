//! Jobs that keep the tables small and derived data fresh.

use commerce::jobs::{self, Verdict};
use commerce::kernel::Fault;

use crate::Env;

pub(crate) async fn expire_carts(_env: &Env) -> Result<Verdict, Fault> {
    Ok(Verdict::Done)
}

pub(crate) async fn refresh_best_sellers(_env: &Env) -> Result<Verdict, Fault> {
    Ok(Verdict::Done)
}

/// Batch after batch; what one run does not reach, the next one does.
pub(crate) async fn clean_jobs(env: &Env) -> Result<Verdict, Fault> {
    let now = env.shop.clock.now();
    for _ in 0..20 {
        let mut conn = env.shop.db.primary().await?;
        let (_deleted, all) = jobs::clean(&mut conn, now).await?;
        if all {
            break;
        }
    }
    Ok(Verdict::Done)
}
