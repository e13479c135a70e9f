//! Leaving Redis alone for a while after it failed, so that requests do not queue up behind it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Asks Redis, unless it has just failed.
pub(super) struct Breaker {
    patience: Duration,
    born: Instant,
    /// Milliseconds after `born` before which Redis is not asked again; 0 while it answers.
    asleep_until: AtomicU64,
    /// What is said when it fails.
    warning: &'static str,
}

/// For how long it is left alone.
const PAUSE: Duration = Duration::from_secs(1);

impl Breaker {
    /// Waits for an answer no longer than `patience`.
    pub(super) fn new(patience: Duration, warning: &'static str) -> Self {
        Self {
            patience,
            born: Instant::now(),
            asleep_until: AtomicU64::new(0),
            warning,
        }
    }

    /// The answer; `None` when Redis is away, slow or left alone.
    ///
    /// After a failure one caller in each [`PAUSE`] asks, and the others go on without an answer until
    /// that one has got his: so a Redis that swallows everything costs hardly anybody its patience.
    pub(super) async fn ask<T>(&self, ask: impl Future<Output = Option<T>>) -> Option<T> {
        let age = millis(self.born.elapsed());
        let until = self.asleep_until.load(Ordering::Relaxed);
        if age < until {
            return None;
        }
        let next = millis(self.born.elapsed() + PAUSE);
        let (order, to) = (Ordering::Relaxed, &self.asleep_until);
        if until != 0 && to.compare_exchange(until, next, order, order).is_err() {
            return None;
        }
        let answer = tokio::time::timeout(self.patience, ask).await;
        let answer = answer.ok().flatten();
        if answer.is_some() {
            if until != 0 {
                to.store(0, order);
                tracing::info!("Redis is back");
            }
        } else {
            let next = millis(self.born.elapsed() + PAUSE);
            if to.swap(next, order) == 0 {
                tracing::warn!("Redis is away; {}", self.warning);
            }
        }
        answer
    }

    /// Never asks.
    #[cfg(test)]
    pub(super) fn sleep(&self) {
        self.asleep_until.store(u64::MAX, Ordering::Relaxed);
    }
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
