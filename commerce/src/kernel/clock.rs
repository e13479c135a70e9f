//! Time as a parameter: everything goes by the database's clock.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// An answer that took longer says too little of the moment it was given, once there is a better one.
const SLOW: Duration = Duration::from_millis(250);
/// A machine's clock that is this far from the database's needs somebody to look at it.
pub const WRONG_CLOCK: TimeDelta = TimeDelta::seconds(5);

/// Digits of a second that are kept.
const MICROS: u16 = 6;

/// When the database's clock was read, and what it said.
type Reading = (Instant, DateTime<Utc>);

/// Where the current time comes from.
///
/// All processes of a shop go by the clock of its database. From the first time it was read on, its time
/// is carried on by the machine's monotonic clock, which nobody sets; until then it is the machine's.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// The database's time, and when it was read.
    read: Arc<RwLock<Option<Reading>>>,
}

impl Clock {
    /// The system's time, until the database's is known.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The current time in UTC, cut to microseconds, PostgreSQL's resolution.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.database()
            .unwrap_or_else(of_machine)
            .trunc_subsecs(MICROS)
    }

    /// Goes by the database's clock from now on: it said `time` between these moments.
    pub fn follow(&self, time: DateTime<Utc>, asked: Instant, answered: Instant) {
        let took = answered.saturating_duration_since(asked);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        if took <= SLOW || read.is_none() {
            *read = Some((asked + took / 2, time));
        }
    }

    /// How far the machine's clock is ahead of the database's; `None` while that was never read.
    #[must_use]
    pub fn offset(&self) -> Option<TimeDelta> {
        self.database().map(|time| of_machine() - time)
    }

    fn database(&self) -> Option<DateTime<Utc>> {
        let read = *self.read.read().unwrap_or_else(PoisonError::into_inner);
        let (at, time) = read?;
        let passed = TimeDelta::from_std(at.elapsed()).ok()?;
        time.checked_add_signed(passed)
    }
}

fn of_machine() -> DateTime<Utc> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_databases_time_is_carried_on_and_a_slow_answer_changes_nothing() {
        let clock = Clock::system();
        assert_eq!(clock.offset(), None);
        let start = Instant::now();
        let time = of_machine() - TimeDelta::hours(3);
        let time = DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap();
        clock.follow(time, start, start);
        let passed = clock.clone().now() - time;
        let most = TimeDelta::from_std(start.elapsed()).unwrap();
        assert!((TimeDelta::zero()..=most).contains(&passed), "{passed}");
        // The two clocks of a machine are not read at one moment, and one of them may be set.
        let offset = clock.offset().unwrap() - TimeDelta::hours(3);
        assert_eq!(offset.num_minutes(), 0);
        clock.follow(
            time + TimeDelta::hours(1),
            start,
            start + Duration::from_secs(1),
        );
        assert!(clock.now() < time + TimeDelta::hours(1));
    }
}
