//! One attempt at one job: with a time limit, with panics caught, and with one line in the log.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use commerce::jobs::{Claimed, Job, Verdict};
use commerce::kernel::{Clock, Fault};
use commerce::meter;
use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Does jobs. [`crate::Env`] is the real one.
#[async_trait::async_trait]
pub trait Handle: Send + Sync + 'static {
    /// Does one job. A [`Fault`] means trying again after the kind's pause.
    async fn handle(&self, job: Job) -> Result<Verdict, Fault>;

    /// How long one attempt at `job` may take.
    fn limit(&self, job: &Job) -> Duration {
        job.spec().timeout
    }
}

/// Runs a claimed job to a verdict; when `abandon` is called first, the job is handed back.
pub(crate) async fn attempt(
    handler: &dyn Handle,
    clock: &Clock,
    claimed: &Claimed,
    abandon: &CancellationToken,
) -> Verdict {
    let span = tracing::info_span!(
        "job",
        id = claimed.id,
        kind = %claimed.kind,
        attempt = claimed.attempt
    );
    let waited = (clock.now() - claimed.run_at).num_milliseconds().max(0);
    let started = Instant::now();
    let work = async {
        tokio::select! {
            verdict = limited(handler, claimed) => verdict,
            () = abandon.cancelled() => Verdict::HandBack,
        }
    };
    let (verdict, cost) = meter::measure(work.instrument(span)).await;
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let db_ms = u64::try_from(cost.database_time().as_millis()).unwrap_or(u64::MAX);
    let why = match &verdict {
        Verdict::Retry { why, .. } | Verdict::Discard { why } => why.as_str(),
        _ => "",
    };
    let statements = cost.statements();
    let outcome = verdict.word();
    let (id, kind, number) = (claimed.id, claimed.kind.as_str(), claimed.attempt);
    // What a schedule brings every few seconds is worth a line only when it did not go well.
    let is_routine = claimed.job().is_ok_and(|job| job.spec().every.is_some());
    macro_rules! line {
        ($level:ident $(, $why:ident)?) => {
            tracing::$level!(
                id, kind, attempt = number, outcome, ms, waited_ms = waited, statements, db_ms,
                $($why,)?
                "job"
            )
        };
    }
    match (why.is_empty(), is_routine) {
        (false, _) => line!(warn, why),
        (true, false) => line!(info),
        (true, true) => line!(debug),
    }
    verdict
}

async fn limited(handler: &dyn Handle, claimed: &Claimed) -> Verdict {
    let job = match claimed.job() {
        Ok(job) => job,
        // A worker of the next release may know it; this one leaves it alone for a while.
        Err(error) => return Verdict::retry(error.to_string()),
    };
    let limit = handler.limit(&job);
    let work = AssertUnwindSafe(handler.handle(job)).catch_unwind();
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(Ok(verdict))) => verdict,
        Ok(Ok(Err(fault))) => Verdict::retry(fault.chain()),
        Ok(Err(panic)) => Verdict::retry(format!("panicked: {}", message(panic.as_ref()))),
        Err(_) => Verdict::retry(format!("took longer than {} ms", limit.as_millis())),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
