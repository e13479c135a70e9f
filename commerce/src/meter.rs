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
    writes: AtomicU64,
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

/// How often whatever runs here has written so far: transactions that were committed, or may have been, and writing
/// statements outside of any. Whoever only reads opens no transaction.
#[must_use]
pub fn writes() -> u64 {
    let writes = METER.try_with(|meter| meter.writes.load(Ordering::Relaxed));
    writes.unwrap_or_default()
}

/// Counts a write that the statement does not show: one of a function of the database.
pub fn wrote() {
    let _outside_a_request = METER.try_with(|meter| meter.writes.fetch_add(1, Ordering::Relaxed));
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
        let writes = meter.writes.load(Ordering::Relaxed);
        outer.writes.fetch_add(writes, Ordering::Relaxed);
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
    /// Whether a transaction is open.
    in_transaction: bool,
}

impl CountStatements {
    /// Notes what a statement that succeeded did, and whether it was the end of a transaction. A commit that failed
    /// may have taken place all the same.
    fn note(&mut self, sql: &str, failed: bool) {
        let has_written = if sql.starts_with("BEGIN") {
            self.in_transaction = true;
            false
        } else if sql.starts_with("COMMIT") {
            std::mem::take(&mut self.in_transaction)
        } else if sql.starts_with("ROLLBACK") && !sql.starts_with("ROLLBACK TO") {
            self.in_transaction = false;
            false
        } else {
            !failed && !self.in_transaction && is_writing(sql)
        };
        if has_written {
            wrote();
        }
    }
}

impl Instrumentation for CountStatements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.started = Some(Instant::now()),
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                let waited = self
                    .started
                    .take()
                    .map(|at| at.elapsed())
                    .unwrap_or_default();
                let sql = query.to_string();
                self.note(&sql, error.is_some());
                if is_transaction_control(&sql) {
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

/// Whether a statement may write; what it writes may stand in a part of it.
fn is_writing(sql: &str) -> bool {
    ["INSERT ", "UPDATE ", "DELETE "].iter().any(|word| {
        let mut found = sql.match_indices(word);
        // Rows may be locked `FOR UPDATE` and `FOR NO KEY UPDATE`.
        found.any(|(at, _)| {
            let before = sql[..at].trim_end();
            !before.ends_with("FOR") && !before.ends_with("KEY")
        })
    })
}

fn is_transaction_control(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"]
        .iter()
        .any(|word| sql.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many writes these statements are, each with whether it failed.
    async fn writes_of(statements: &[(&str, bool)]) -> u64 {
        let work = async {
            let mut counted = CountStatements::default();
            for (sql, failed) in statements {
                counted.note(sql, *failed);
            }
            writes()
        };
        measure(work).await.0
    }

    #[tokio::test]
    async fn what_was_committed_was_written() {
        let insert = ("INSERT INTO carts VALUES (1)", false);
        let (begin, commit) = (("BEGIN", false), ("COMMIT", false));
        assert_eq!(writes_of(&[begin, insert, commit]).await, 1);
        assert_eq!(writes_of(&[begin, insert, ("COMMIT", true)]).await, 1);
        assert_eq!(writes_of(&[begin, insert, ("ROLLBACK", false)]).await, 0);
        // A function may write what its name does not show.
        let function = ("SELECT note_all_products()", false);
        assert_eq!(writes_of(&[begin, function, commit]).await, 1);
        assert_eq!(writes_of(&[("SELECT 1", false)]).await, 0);
        assert_eq!(writes_of(&[insert]).await, 1);
        assert_eq!(
            writes_of(&[("INSERT INTO carts VALUES (1)", true)]).await,
            0
        );
        let locked = ("SELECT id FROM carts FOR UPDATE OF c", false);
        assert_eq!(writes_of(&[locked]).await, 0);
        let inside = (
            "WITH n AS (UPDATE carts SET note = '' RETURNING id) SELECT id FROM n",
            false,
        );
        assert_eq!(writes_of(&[inside]).await, 1);
    }
}
