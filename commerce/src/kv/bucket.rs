//! Buckets of points: each caller has one, it fills up at a steady rate, and what a caller asks for is
//! taken out of it. All processes share them through Redis.
//!
//! A process leases points: it takes a hundredth of a bucket more than it needs, spends that without
//! asking again, and puts what is given back onto the lease. Leases are small beside their bucket, so
//! what processes hold between them does not matter; what a caller leaves unused goes back after a
//! moment. While Redis is away each process fills buckets of its own; a bucket is never simply open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Kv;
use super::breaker::Breaker;

/// The size of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Points that it holds at most; at least 1.
    pub capacity: u32,
    /// Points that come back every second; at least 1.
    pub per_second: u32,
}

/// Where a caller stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether the points were taken.
    pub allowed: bool,
    /// Points that are left.
    pub available: u64,
    /// When refused: how long to wait until there are as many as were asked for. When allowed:
    /// until the bucket is full again.
    pub wait: Duration,
    /// Whether all processes share the bucket; not while Redis is away.
    pub shared: bool,
}

/// Buckets by key; cheap to clone.
#[derive(Clone)]
pub struct Buckets {
    inner: Arc<Inner>,
}

struct Inner {
    kv: Kv,
    prefix: String,
    breaker: Breaker,
    script: redis::Script,
    purses: Mutex<Purses>,
}

/// What a process holds.
#[derive(Default)]
struct Purses {
    by_key: HashMap<String, Purse>,
    /// When leases of callers who have gone were last given back.
    swept: i64,
}

/// What a process holds of one caller's points. Times are milliseconds.
struct Purse {
    size: Size,
    /// Points that were taken out of the bucket and not yet spent.
    lease: u64,
    /// What the bucket had when it was last asked.
    seen: Level,
    /// The bucket of this process, for as long as Redis is away.
    own: Level,
    /// Whether it is.
    away: bool,
    touched: i64,
}

/// How full a bucket is, in thousandths of a point so that no fraction is lost, and when.
#[derive(Clone, Copy)]
struct Level {
    thousandths: u64,
    at: i64,
}

/// Purses that are kept; beyond it, those of callers who have gone are dropped.
const PURSES: usize = 20_000;

/// For how long a lease waits for its caller's next request, in milliseconds.
const IDLE: i64 = 1_000;

/// A lease is the bucket's capacity divided by this, and up to three leases stay in the process.
const LEASE: u32 = 100;

/// Keys: the bucket. Arguments: capacity, points a second, the time in milliseconds, points to give
/// back, points to take, points to lease. The bucket is a hash of its level in thousandths and the
/// time of it. A clock that lags behind takes from the level as it is. Answers the points taken
/// (nothing, or what is wanted and as much of the lease as leaves others three quarters), and the
/// points left.
const TAKE: &str = "
    local capacity, rate, now = ARGV[1] * 1000, tonumber(ARGV[2]), tonumber(ARGV[3])
    local held = redis.call('HMGET', KEYS[1], 'level', 'at')
    local level, at = tonumber(held[1] or capacity), tonumber(held[2] or now)
    if now > at then
      level = math.min(capacity, level + (now - at) * rate)
      at = now
    end
    level = math.min(capacity, level + ARGV[4] * 1000)
    local taken = 0
    if level >= ARGV[5] * 1000 then
      local spare = math.floor((level / 1000 - ARGV[5]) / 4)
      taken = ARGV[5] + math.min(tonumber(ARGV[6]), spare)
      level = level - taken * 1000
    end
    redis.call('HSET', KEYS[1], 'level', level, 'at', at)
    redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate) + 60000)
    return {taken, math.floor(level / 1000)}";

impl Buckets {
    /// Keeps buckets under `prefix`; a decision waits for Redis no longer than `patience`.
    #[must_use]
    pub fn new(kv: Kv, prefix: &str, patience: Duration) -> Self {
        let inner = Inner {
            kv,
            prefix: prefix.to_owned(),
            breaker: Breaker::new(patience, "each process fills buckets of its own"),
            script: redis::Script::new(TAKE),
            purses: Mutex::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Takes `points` out of the bucket of `key` at `now`, if it has as many.
    pub async fn take(&self, key: &str, size: Size, points: u64, now: DateTime<Utc>) -> Standing {
        let now = now.timestamp_millis();
        self.sweep(now);
        let held = match self.inner.locked().spend_lease(key, size, points, now) {
            Ok(standing) => return standing,
            Err(held) => held,
        };
        let lease = u64::from(size.capacity / LEASE);
        let wish = Wish {
            give: held,
            take: points,
            lease,
        };
        let answer = self.inner.ask(key, size, wish, now).await;
        self.inner.locked().note(key, size, wish, answer, now)
    }

    /// Gives back what was taken and not needed.
    pub fn give_back(&self, key: &str, size: Size, points: u64, now: DateTime<Utc>) {
        let now = now.timestamp_millis();
        let over = self.inner.locked().give_back(key, size, points, now);
        if over > 0 {
            self.return_later(vec![(key.to_owned(), size, over)], now);
        }
    }

    /// Gives back the leases of callers who have gone.
    fn sweep(&self, now: i64) {
        let gone = self.inner.locked().gone(now);
        if !gone.is_empty() {
            self.return_later(gone, now);
        }
    }

    /// Puts leases back without keeping anybody waiting. Lost when Redis is away, which does no
    /// harm: buckets fill up by themselves.
    fn return_later(&self, leases: Vec<(String, Size, u64)>, now: i64) {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            for (key, size, give) in leases {
                let wish = Wish {
                    give,
                    take: 0,
                    lease: 0,
                };
                if let Some((_, left)) = inner.ask(&key, size, wish, now).await
                    && let Some(purse) = inner.locked().by_key.get_mut(&key)
                {
                    purse.seen = Level {
                        thousandths: left.saturating_mul(1000),
                        at: now,
                    };
                }
            }
        });
    }
}

/// What is done to a bucket in one round trip.
#[derive(Clone, Copy)]
struct Wish {
    give: u64,
    take: u64,
    lease: u64,
}

impl Inner {
    fn locked(&self) -> MutexGuard<'_, Purses> {
        self.purses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Points taken and points left.
    async fn ask(&self, key: &str, size: Size, wish: Wish, now: i64) -> Option<(u64, u64)> {
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            self.script
                .key(format!("{}:{key}", self.prefix))
                .arg(size.capacity.max(1))
                .arg(size.per_second.max(1))
                .arg(now)
                .arg(wish.give)
                .arg(wish.take)
                .arg(wish.lease)
                .invoke_async(&mut *conn)
                .await
                .ok()
        };
        self.breaker.ask(ask).await
    }
}

impl Purses {
    /// Spends from the lease; otherwise takes the lease out, to be put back on the way.
    fn spend_lease(
        &mut self,
        key: &str,
        size: Size,
        points: u64,
        now: i64,
    ) -> Result<Standing, u64> {
        let purse = self.purse(key, size, now);
        if purse.lease < points || points == 0 {
            return Err(std::mem::take(&mut purse.lease));
        }
        purse.lease -= points;
        let available = purse.seen.filled(size, now).points() + purse.lease;
        Ok(Standing::allowed(size, available, true))
    }

    /// What came of asking Redis; `None` when it is away.
    fn note(
        &mut self,
        key: &str,
        size: Size,
        wish: Wish,
        answer: Option<(u64, u64)>,
        now: i64,
    ) -> Standing {
        let purse = self.purse(key, size, now);
        purse.away = answer.is_none();
        let Some((taken, left)) = answer else {
            return purse.take_own(wish, now);
        };
        purse.seen = Level {
            thousandths: left.saturating_mul(1000),
            at: now,
        };
        // If Redis goes away, this process goes on from here.
        purse.own = purse.seen;
        if taken < wish.take {
            return Standing::refused(size, wish.take, left, true);
        }
        purse.lease = purse.lease.saturating_add(taken - wish.take);
        Standing::allowed(size, left.saturating_add(purse.lease), true)
    }

    /// Puts points onto the lease; answers those that are too many for it.
    fn give_back(&mut self, key: &str, size: Size, points: u64, now: i64) -> u64 {
        let purse = self.purse(key, size, now);
        if purse.away {
            purse.own.give(size, points, now);
            return 0;
        }
        purse.lease = purse.lease.saturating_add(points);
        let keep = u64::from(size.capacity / LEASE) * 3;
        let over = purse.lease.saturating_sub(keep);
        purse.lease -= over;
        over
    }

    /// Takes out the leases of callers who have gone, every so often.
    fn gone(&mut self, now: i64) -> Vec<(String, Size, u64)> {
        if now.saturating_sub(self.swept) < IDLE && self.by_key.len() < PURSES {
            return Vec::new();
        }
        self.swept = now;
        let mut gone = Vec::new();
        self.by_key.retain(|key, purse| {
            let idle = now.saturating_sub(purse.touched) >= IDLE;
            if idle && purse.lease > 0 {
                gone.push((key.clone(), purse.size, std::mem::take(&mut purse.lease)));
            }
            !idle || !purse.is_full(now)
        });
        if self.by_key.len() >= PURSES {
            // So many callers within a second are an attack from many addresses; forgetting them
            // bounds our memory, which matters more.
            self.by_key.clear();
        }
        gone
    }

    fn purse(&mut self, key: &str, size: Size, now: i64) -> &mut Purse {
        if !self.by_key.contains_key(key) {
            let full = Level::full(size, now);
            let purse = Purse {
                size,
                lease: 0,
                seen: full,
                own: full,
                away: false,
                touched: now,
            };
            self.by_key.insert(key.to_owned(), purse);
        }
        #[expect(clippy::expect_used, reason = "it was put in just now")]
        let purse = self.by_key.get_mut(key).expect("a purse");
        purse.touched = now;
        purse.size = size;
        purse
    }
}

impl Purse {
    /// Takes from the bucket of this process.
    fn take_own(&mut self, wish: Wish, now: i64) -> Standing {
        self.own = self.own.filled(self.size, now);
        let available = self.own.points();
        if available < wish.take {
            return Standing::refused(self.size, wish.take, available, false);
        }
        self.own.thousandths -= wish.take.saturating_mul(1000);
        Standing::allowed(self.size, self.own.points(), false)
    }

    /// Whether nothing is lost with it: its own bucket would be full again.
    fn is_full(&self, now: i64) -> bool {
        self.own.filled(self.size, now).points() >= u64::from(self.size.capacity)
    }
}

impl Level {
    fn full(size: Size, at: i64) -> Self {
        Self {
            thousandths: u64::from(size.capacity) * 1000,
            at,
        }
    }

    fn filled(self, size: Size, now: i64) -> Self {
        let elapsed = u64::try_from(now.saturating_sub(self.at)).unwrap_or(0);
        let gain = elapsed.saturating_mul(size.per_second.into());
        let most = u64::from(size.capacity) * 1000;
        Self {
            thousandths: self.thousandths.saturating_add(gain).min(most),
            at: self.at.max(now),
        }
    }

    fn give(&mut self, size: Size, points: u64, now: i64) {
        *self = self.filled(size, now);
        let most = u64::from(size.capacity) * 1000;
        self.thousandths = self
            .thousandths
            .saturating_add(points.saturating_mul(1000))
            .min(most);
    }

    fn points(self) -> u64 {
        self.thousandths / 1000
    }
}

impl Standing {
    /// The standing after points were given back.
    #[must_use]
    pub fn with(self, size: Size, points: u64) -> Self {
        Self::allowed(size, self.available.saturating_add(points), self.shared)
    }

    fn allowed(size: Size, available: u64, shared: bool) -> Self {
        let available = available.min(size.capacity.into());
        let missing = u64::from(size.capacity) - available;
        Self {
            allowed: true,
            available,
            wait: time_for(size, missing),
            shared,
        }
    }

    fn refused(size: Size, wanted: u64, available: u64, shared: bool) -> Self {
        let missing = wanted.saturating_sub(available).max(1);
        Self {
            allowed: false,
            available,
            wait: time_for(size, missing),
            shared,
        }
    }
}

/// How long it takes until so many points have come back.
fn time_for(size: Size, points: u64) -> Duration {
    let millis = points
        .saturating_mul(1000)
        .div_ceil(size.per_second.max(1).into());
    Duration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Secret;

    const SIZE: Size = Size {
        capacity: 100,
        per_second: 10,
    };

    fn away() -> Buckets {
        let nobody = Secret::new("redis://127.0.0.1:1".to_owned());
        let buckets = Buckets::new(Kv::connect(&nobody).unwrap(), "test", Duration::ZERO);
        // Redis is never asked: what is left is a pure function of the times given.
        buckets.inner.breaker.sleep();
        buckets
    }

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_000_000 + millis).unwrap()
    }

    #[tokio::test]
    async fn without_redis_a_process_has_buckets_of_its_own() {
        let buckets = away();
        let take = async |key, points, millis| buckets.take(key, SIZE, points, at(millis)).await;
        let first = take("a", 60, 0).await;
        assert_eq!(
            (first.allowed, first.available, first.shared),
            (true, 40, false)
        );
        assert_eq!(first.wait, Duration::from_secs(6));
        let refused = take("a", 41, 0).await;
        assert_eq!((refused.allowed, refused.available), (false, 40));
        assert_eq!(refused.wait, Duration::from_millis(100));
        assert!(!take("a", 41, 99).await.allowed);
        assert!(take("a", 41, 100).await.allowed);
        assert_eq!(take("b", 1, 100).await.available, 99);
        assert_eq!(take("a", 1, 60_000).await.available, 99);
    }

    #[tokio::test]
    async fn what_is_given_back_can_be_taken_again() {
        let buckets = away();
        assert!(buckets.take("a", SIZE, 100, at(0)).await.allowed);
        buckets.give_back("a", SIZE, 90, at(0));
        assert_eq!(buckets.take("a", SIZE, 91, at(0)).await.available, 90);
        assert_eq!(buckets.take("a", SIZE, 90, at(0)).await.available, 0);
        buckets.give_back("a", SIZE, 1_000, at(0));
        assert_eq!(buckets.take("a", SIZE, 1, at(0)).await.available, 99);
    }
}
