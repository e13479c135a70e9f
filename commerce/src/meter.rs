//! What one request or job costs: SQL statements and the time spent waiting for them.
//!
//! The meter is a task-local. Work that moves to another task goes through [`spawn`], which takes
//! the meter, the trace and the tracing span along; without it statement counts would silently
//! read zero.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use tracing::Instrument;

tokio::task_local! {
    static METER: Arc<Meter>;
}

/// Counters of one request or job.
#[derive(Debug, Default)]
pub struct Meter {
    statements: AtomicU64,
    database_micros: AtomicU64,
}

impl Meter {
    /// SQL statements sent, without `BEGIN`, `COMMIT` and savepoints.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Time between sending statements and having their answers, added up.
    pub fn database_time(&self) -> Duration {
        Duration::from_micros(self.database_micros.load(Ordering::Relaxed))
    }
}

/// Runs `work` with a fresh meter and returns both; what it counted is added to the caller's meter.
pub async fn measure<T>(work: impl Future<Output = T>) -> (T, Arc<Meter>) {
    let meter = Arc::new(Meter::default());
    let answer = METER.scope(Arc::clone(&meter), work).await;
    let _nobody_outside = METER.try_with(|outer| {
        outer
            .statements
            .fetch_add(meter.statements(), Ordering::Relaxed);
        let micros = meter.database_micros.load(Ordering::Relaxed);
        outer.database_micros.fetch_add(micros, Ordering::Relaxed);
    });
    (answer, meter)
}

/// Starts `work` on a task of its own that goes on counting on the caller's meter, trace and span.
pub fn spawn<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let work = work.in_current_span();
    let trace = crate::trace::Trace::current();
    let work = async move {
        match trace {
            Some(trace) => trace.scope(work).await,
            None => work.await,
        }
    };
    match METER.try_with(Arc::clone) {
        Ok(meter) => tokio::spawn(METER.scope(meter, work)),
        Err(_) => tokio::spawn(work),
    }
}

/// Counts the statements of one connection on the meter of whoever uses it.
#[derive(Default)]
pub(crate) struct CountStatements {
    started: Option<Instant>,
}

impl Instrumentation for CountStatements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.started = Some(Instant::now()),
            InstrumentationEvent::FinishQuery { query, .. } => {
                let waited = self
                    .started
                    .take()
                    .map(|at| at.elapsed())
                    .unwrap_or_default();
                if is_transaction_control(&query.to_string()) {
                    return;
                }
                let _outside_a_request = METER.try_with(|meter| {
                    meter.statements.fetch_add(1, Ordering::Relaxed);
                    let micros = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
                    meter.database_micros.fetch_add(micros, Ordering::Relaxed);
                });
            }
            _ => {}
        }
    }
}

fn is_transaction_control(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"]
        .iter()
        .any(|word| sql.starts_with(word))
}
