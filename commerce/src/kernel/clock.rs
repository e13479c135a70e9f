//! Time as a parameter: production reads the system clock, tests move their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Where the current time comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds added to the system time; only tests ever change it.
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The current time in UTC, cut to microseconds, PostgreSQL's resolution.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the system clock"
        )]
        let now = Utc::now().timestamp_micros();
        let shifted = now.saturating_add(self.offset.load(Ordering::Relaxed));
        DateTime::from_timestamp_micros(shifted).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Moves this clock, and every clone of it, forwards by `by`.
    pub fn advance(&self, by: TimeDelta) {
        self.offset
            .fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_move_together() {
        let clock = Clock::system();
        let other = clock.clone();
        let before = other.now();
        clock.advance(TimeDelta::hours(1));
        assert!(other.now() - before >= TimeDelta::hours(1));
    }
}
