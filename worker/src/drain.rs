//! Doing all due jobs here and now, one after another: for tests and for commands.

use commerce::Shop;
use commerce::jobs::{self, Finished, QUEUES, Verdict};
use commerce::kernel::id::ordered_uuid;
use commerce::kernel::{Fault, failpoint};
use tokio_util::sync::CancellationToken;

use crate::Env;
use crate::attempt::{Handle, attempt};

/// One job that [`drain`] ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drained {
    /// The row.
    pub id: i64,
    /// The kind.
    pub kind: String,
    /// What came of this attempt.
    pub verdict: Verdict,
}

/// Runs due jobs, and those they enqueue, until none is due, in the order a worker would.
///
/// Retries and snoozes wait for their time by the database's clock. Schedules do not tick.
///
/// # Errors
/// [`Fault`] when the database fails; a job that fails is a verdict.
pub async fn drain(env: &Env) -> Result<Vec<Drained>, Fault> {
    drain_with(&env.shop, env).await
}

/// Like [`drain`], with other handlers.
///
/// # Errors
/// [`Fault`] when the database fails.
pub async fn drain_with(shop: &Shop, handler: &dyn Handle) -> Result<Vec<Drained>, Fault> {
    let name = format!("drain-{}-{}", std::process::id(), ordered_uuid().simple());
    let queues: Vec<String> = QUEUES.iter().map(|queue| (*queue).to_owned()).collect();
    let never = CancellationToken::new();
    let mut drained = Vec::new();
    loop {
        let claimed = {
            let mut conn = shop.db.primary().await?;
            jobs::claim(&mut conn, &name, &queues, 1).await?
        };
        let Some(job) = claimed.into_iter().next() else {
            return Ok(drained);
        };
        failpoint::hit("job.claimed");
        let verdict = attempt(handler, &shop.clock, &job, &never).await;
        drained.push(Drained {
            id: job.id,
            kind: job.kind.clone(),
            verdict: verdict.clone(),
        });
        let finished = Finished { job, verdict };
        failpoint::hit("job.before_finish");
        let mut conn = shop.db.primary().await?;
        jobs::finish(&mut conn, &name, &[finished]).await?;
        failpoint::hit("job.after_finish");
    }
}
