//! Leaving Redis alone for a while after it failed, so that requests do not queue up behind it.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Asks Redis, unless it has just failed.
pub(super) struct Breaker {
    patience: Duration,
    born: Instant,
    /// Milliseconds after `born` before which Redis is not asked again.
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
    pub(super) async fn ask<T>(&self, ask: impl Future<Output = Option<T>>) -> Option<T> {
        let age = millis(self.born.elapsed());
        if age < self.asleep_until.load(Ordering::Relaxed) {
            return None;
        }
        let answer = tokio::time::timeout(self.patience, ask).await;
        let answer = answer.ok().flatten();
        if answer.is_none() {
            let until = millis(self.born.elapsed() + PAUSE);
            if self.asleep_until.swap(until, Ordering::Relaxed) <= age {
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
