//! One attempt at one job: with a time limit, with panics caught, and with one line in the log.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use commerce::jobs::{Claimed, Job, Verdict};
use commerce::kernel::{Clock, Fault};
use commerce::meter::{self, Meter};
use commerce::trace::{Role, Span, Trace};
use futures_util::FutureExt;
use metrics::{counter, histogram};
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
    let (trace, asked_by) = Trace::after(claimed.trace.as_deref());
    let step = Span::begin(trace, asked_by, Role::Consumer);
    let trace_id = trace.id();
    let span = tracing::info_span!(
        "job",
        id = claimed.id,
        kind = %claimed.kind,
        attempt = claimed.attempt,
        trace_id
    );
    let waited = (clock.now() - claimed.run_at).to_std().unwrap_or_default();
    let started = Instant::now();
    let work = async {
        tokio::select! {
            verdict = limited(handler, claimed) => verdict,
            () = abandon.cancelled() => Verdict::HandBack,
        }
    };
    let work = trace.scope(meter::measure(work.instrument(span)));
    let (verdict, cost) = work.await;
    let ran = Ran {
        claimed,
        verdict: &verdict,
        cost: &cost,
        took: started.elapsed(),
        waited,
    };
    ran.log(&trace_id);
    ran.count();
    ran.tell(step);
    verdict
}

/// What one attempt was, for everybody who wants to know.
struct Ran<'a> {
    claimed: &'a Claimed,
    verdict: &'a Verdict,
    cost: &'a Meter,
    took: Duration,
    waited: Duration,
}

impl Ran<'_> {
    /// Writes the line.
    fn log(&self, trace_id: &str) {
        let ms = millis(self.took);
        let waited_ms = millis(self.waited);
        let db_ms = millis(self.cost.database_time());
        let statements = self.cost.statements();
        let outcome = self.verdict.word();
        let (id, kind) = (self.claimed.id, self.claimed.kind.as_str());
        let attempt = self.claimed.attempt;
        // What a schedule brings every few seconds is worth a line only when it did not go well.
        let is_routine = self
            .claimed
            .job()
            .is_ok_and(|job| job.spec().every.is_some());
        match self.verdict {
            Verdict::Retry { why, .. } | Verdict::KeepTrying { why } | Verdict::Discard { why } => {
                tracing::warn!(
                    id, kind, attempt, trace_id, outcome, ms, waited_ms, statements, db_ms, why,
                    "job"
                )
            }
            _ if is_routine => tracing::debug!(
                id, kind, attempt, trace_id, outcome, ms, waited_ms, statements, db_ms, "job"
            ),
            _ => tracing::info!(
                id, kind, attempt, trace_id, outcome, ms, waited_ms, statements, db_ms, "job"
            ),
        }
    }

    /// Adds to the figures.
    fn count(&self) {
        let labels = [("kind", self.claimed.kind.clone())];
        histogram!("cartwright_job_seconds", &labels).record(self.took);
        histogram!("cartwright_job_statements", &labels).record(self.cost.statements() as f64);
        let queue = self.claimed.queue.clone();
        histogram!("cartwright_job_wait_seconds", "queue" => queue).record(self.waited);
        let [kind] = labels;
        let labels = [kind, ("outcome", self.verdict.word().to_owned())];
        counter!("cartwright_jobs_finished_total", &labels).increment(1);
    }

    /// Ends the span.
    fn tell(&self, step: Span) {
        let failed = matches!(
            self.verdict,
            Verdict::Retry { .. } | Verdict::KeepTrying { .. } | Verdict::Discard { .. }
        );
        step.end(failed, || {
            let attempt = u64::try_from(self.claimed.attempt).unwrap_or_default();
            let attributes = vec![
                ("cartwright.attempt", attempt.into()),
                ("cartwright.outcome", self.verdict.word().into()),
                ("cartwright.statements", self.cost.statements().into()),
            ];
            (format!("job {}", self.claimed.kind), attributes)
        });
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
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
