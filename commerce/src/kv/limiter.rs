//! Counting what a caller does in a window of time, together with all other processes.
//!
//! The window slides: what the caller did in the window before counts by the share of it that is
//! still in view, so nobody gets twice the limit around a boundary. Refused tries are not counted.
//! One round trip to Redis, atomic. While Redis is away each process counts for itself; a limit is
//! never simply open.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Kv;
use super::breaker::{Breaker, millis};

/// How much is allowed in how much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Tries that are allowed in one window; at least 1.
    pub limit: u32,
    /// The window; at least a millisecond.
    pub window: Duration,
}

/// The answer to one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the try is allowed, and so was counted.
    pub allowed: bool,
    /// How many more tries would be allowed now.
    pub remaining: u32,
    /// When refused: how long to wait until a try can succeed. When allowed: until the window has
    /// moved on.
    pub wait: Duration,
    /// Whether all processes share the count; not while Redis is away.
    pub shared: bool,
}

/// Counts tries by key.
pub struct Limiter {
    kv: Kv,
    prefix: String,
    breaker: Breaker,
    script: redis::Script,
    local: Mutex<HashMap<String, Count>>,
}

/// Keys that are remembered locally; beyond it, those of past windows are forgotten.
const LOCAL_KEYS: usize = 20_000;

/// Keys: this window's and the last one's counter. Arguments: limit, window and time since the
/// window began, both in milliseconds. Answers whether it is allowed, and both counters.
const TRY: &str = "
    local now = tonumber(redis.call('GET', KEYS[1]) or '0')
    local before = tonumber(redis.call('GET', KEYS[2]) or '0')
    local window = tonumber(ARGV[2])
    if before * (window - ARGV[3]) + (now + 1) * window > ARGV[1] * window then
      return {0, now, before}
    end
    redis.call('INCR', KEYS[1])
    if now == 0 then redis.call('PEXPIRE', KEYS[1], 2 * window) end
    return {1, now + 1, before}";

impl Limiter {
    /// Counts under `prefix`; a decision waits for Redis no longer than `patience`.
    #[must_use]
    pub fn new(kv: Kv, prefix: &str, patience: Duration) -> Self {
        Self {
            kv,
            prefix: prefix.to_owned(),
            breaker: Breaker::new(patience, "each process counts requests for itself"),
            script: redis::Script::new(TRY),
            local: Mutex::default(),
        }
    }

    /// Counts one try of `key` at `now`, if the quota allows it.
    pub async fn hit(&self, key: &str, quota: Quota, now: DateTime<Utc>) -> Decision {
        let moment = Moment::of(quota, now);
        if let Some(count) = self.ask_redis(key, &moment).await {
            return moment.decide(count, true);
        }
        moment.decide(self.count_locally(key, &moment), false)
    }

    async fn ask_redis(&self, key: &str, moment: &Moment) -> Option<Count> {
        // The braces put both keys into one slot of a cluster.
        let name = |number: i64| format!("{}:{{{key}}}:{number}", self.prefix);
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            self.script
                .key(name(moment.number))
                .key(name(moment.number - 1))
                .arg(moment.limit)
                .arg(moment.window)
                .arg(moment.elapsed)
                .invoke_async::<(u8, u64, u64)>(&mut *conn)
                .await
                .ok()
        };
        let answer = self.breaker.ask(ask).await;
        answer.map(|(allowed, now, before)| Count {
            number: moment.number,
            now,
            before,
            allowed: allowed == 1,
        })
    }

    fn count_locally(&self, key: &str, moment: &Moment) -> Count {
        let mut counts = self.locked();
        if counts.len() >= LOCAL_KEYS && !counts.contains_key(key) {
            counts.retain(|_, count| count.number == moment.number);
            if counts.len() >= LOCAL_KEYS {
                // So many callers in one window are an attack from many addresses; forgetting
                // them all bounds our memory, which matters more.
                counts.clear();
            }
        }
        let count = counts.entry(key.to_owned()).or_default();
        count.move_to(moment.number);
        count.allowed = moment.allows(count);
        count.now += u64::from(count.allowed);
        *count
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, Count>> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tries of one key, in the window `number` and the one before it.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    number: i64,
    now: u64,
    before: u64,
    allowed: bool,
}

impl Count {
    fn move_to(&mut self, number: i64) {
        self.before = match number - self.number {
            0 => return,
            1 => self.now,
            _ => 0,
        };
        self.now = 0;
        self.number = number;
    }
}

/// A point in time, seen by a quota. Times are milliseconds.
struct Moment {
    limit: u64,
    window: u64,
    number: i64,
    elapsed: u64,
}

impl Moment {
    fn of(quota: Quota, now: DateTime<Utc>) -> Self {
        let window = millis(quota.window).max(1);
        let signed = i64::try_from(window).unwrap_or(i64::MAX);
        let now = now.timestamp_millis();
        Self {
            limit: u64::from(quota.limit.max(1)),
            window,
            number: now.div_euclid(signed),
            elapsed: now.rem_euclid(signed).unsigned_abs(),
        }
    }

    /// The same sum as in the script.
    fn allows(&self, count: &Count) -> bool {
        self.weight(count) + self.window <= self.limit * self.window
    }

    /// Tries in view, in units of a window's milliseconds, so that no fraction is lost.
    fn weight(&self, count: &Count) -> u64 {
        count.before * (self.window - self.elapsed) + count.now * self.window
    }

    fn decide(&self, count: Count, shared: bool) -> Decision {
        let free = (self.limit * self.window).saturating_sub(self.weight(&count)) / self.window;
        let wait = if count.allowed {
            self.window - self.elapsed
        } else {
            self.wait(&count)
        };
        Decision {
            allowed: count.allowed,
            remaining: u32::try_from(free).unwrap_or(u32::MAX),
            wait: Duration::from_millis(wait),
            shared,
        }
    }

    /// How long until a try is allowed, if nothing else happens.
    fn wait(&self, count: &Count) -> u64 {
        // How far into a window a try fits beside `now`, after `before` in the window before it.
        let fits = |before: u64, now: u64| {
            let room = (self.limit - 1).checked_sub(now)? * self.window;
            Some(self.window.saturating_sub(room.checked_div(before)?))
        };
        match fits(count.before, count.now) {
            Some(at) => at.saturating_sub(self.elapsed).max(1),
            None => self.window - self.elapsed + fits(count.now, 0).unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota {
        limit: 4,
        window: Duration::from_secs(60),
    };

    fn away() -> Limiter {
        let nobody = crate::kernel::Secret::new("redis://127.0.0.1:1".to_owned());
        let kv = Kv::connect(&nobody).unwrap();
        let limiter = Limiter::new(kv, "test", Duration::ZERO);
        // Redis is never asked: what is left is a pure function of the times given.
        limiter.breaker.sleep();
        limiter
    }

    async fn hit(limiter: &Limiter, key: &str, second: i64) -> Decision {
        let at = DateTime::from_timestamp(6_000 + second, 0).unwrap();
        limiter.hit(key, QUOTA, at).await
    }

    #[tokio::test]
    async fn the_window_slides() {
        let limiter = away();
        for left in [3, 2, 1, 0] {
            let decision = hit(&limiter, "a", 0).await;
            assert_eq!((decision.allowed, decision.remaining), (true, left));
            assert!(!decision.shared);
        }
        let refused = hit(&limiter, "a", 30).await;
        assert_eq!((refused.allowed, refused.remaining), (false, 0));
        // At 75 s, a quarter of the first window has gone out of view.
        assert_eq!(refused.wait, Duration::from_secs(45));
        assert!(!hit(&limiter, "a", 74).await.allowed);
        assert!(hit(&limiter, "a", 75).await.allowed);
        assert!(!hit(&limiter, "a", 75).await.allowed);
        assert_eq!(hit(&limiter, "a", 75).await.wait, Duration::from_secs(15));
        assert!(hit(&limiter, "a", 90).await.allowed);
        assert_eq!(hit(&limiter, "b", 90).await.remaining, 3);
    }

    #[tokio::test]
    async fn a_caller_who_comes_back_much_later_starts_afresh() {
        let limiter = away();
        for _ in 0..5 {
            hit(&limiter, "a", 0).await;
        }
        assert_eq!(hit(&limiter, "a", 180).await.remaining, 3);
    }
}
