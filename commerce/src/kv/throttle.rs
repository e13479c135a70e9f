//! Slowing down whoever tries too often, together with all other processes.
//!
//! A [`Brake`] makes each further try of one key wait longer, and forgets when it is told that the
//! tries were honest. A [`Bucket`] lets so many tries through in a window, each of which can be given
//! back. Both count before the outcome is known, so that tries at the same moment count, too. While
//! Redis is away each process counts for itself; neither is ever simply open.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Kv;
use super::breaker::Breaker;

/// How tries of one key are slowed down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brake {
    /// Tries without a pause between them; at least 1.
    pub free: u32,
    /// The pause after the last free try; it doubles with each further one.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// For how long tries are remembered after the latest.
    pub memory: Duration,
}

/// How many tries of one key are let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Tries in one window; at least 1.
    pub limit: u32,
    /// The window.
    pub window: Duration,
}

/// Counts tries by key.
pub struct Throttle {
    kv: Kv,
    prefix: String,
    breaker: Breaker,
    scripts: Scripts,
    local: Mutex<HashMap<String, State>>,
}

struct Scripts {
    brake: redis::Script,
    fill: redis::Script,
    give_back: redis::Script,
}

/// What is remembered of a key. Times are milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// Tries of a brake.
    tries: u32,
    /// Before then, a brake refuses; a bucket is empty.
    until: i64,
    /// When it is forgotten.
    forgotten: i64,
}

/// Keys that are remembered locally.
const LOCAL_KEYS: usize = 50_000;

/// All keys wait for the one that waits longest; then each counts the try. Arguments: the time, and
/// for each key how many tries are free; then the first and longest pause and the memory.
const BRAKE: &str = "
    local now = tonumber(ARGV[1])
    local wait = 0
    for _, key in ipairs(KEYS) do
      wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or '0') - now)
    end
    if wait > 0 then return wait end
    local n = #KEYS
    for place, key in ipairs(KEYS) do
      local over = redis.call('HINCRBY', key, 'tries', 1) - tonumber(ARGV[1 + place])
      if over >= 0 then
        local pause = math.min(tonumber(ARGV[n + 2]) * 2 ^ math.min(over, 30), tonumber(ARGV[n + 3]))
        redis.call('HSET', key, 'until', string.format('%d', now + pause))
      end
      redis.call('PEXPIRE', key, ARGV[n + 4])
    end
    return 0";

/// Arguments: the time, what one try takes, and the window.
const FILL: &str = "
    local now, step, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local level = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
    if level + step > now + window then return level + step - now - window end
    redis.call('SET', KEYS[1], string.format('%d', level + step), 'PX', window)
    return 0";

const GIVE_BACK: &str = "
    if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECRBY', KEYS[1], ARGV[1]) end
    return 0";

impl Throttle {
    /// Counts under `prefix`; a caller waits for Redis no longer than `patience`.
    #[must_use]
    pub fn new(kv: Kv, prefix: &str, patience: Duration) -> Self {
        Self {
            kv,
            prefix: prefix.to_owned(),
            breaker: Breaker::new(patience, "tries are counted by each process for itself"),
            scripts: Scripts {
                brake: redis::Script::new(BRAKE),
                fill: redis::Script::new(FILL),
                give_back: redis::Script::new(GIVE_BACK),
            },
            local: Mutex::default(),
        }
    }

    /// Counts one try of all these keys, each with its number of free tries; or says how long to
    /// wait because of one of them, and counts nothing. Keys share a part in braces.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn brake(
        &self,
        keys: &[(String, u32)],
        brake: Brake,
        now: DateTime<Utc>,
    ) -> Result<(), Duration> {
        let mut call = self.scripts.brake.prepare_invoke();
        for (key, _) in keys {
            call.key(self.name(key));
        }
        call.arg(now.timestamp_millis());
        for (_, free) in keys {
            call.arg(*free);
        }
        call.arg(millis(brake.first))
            .arg(millis(brake.longest))
            .arg(millis(brake.memory));
        let wait = match self.ask(&call).await {
            Some(wait) => wait,
            None => self.brake_locally(keys, brake, now.timestamp_millis()),
        };
        waited(wait)
    }

    /// Forgets the tries of keys.
    pub async fn forget(&self, keys: &[String]) {
        let names: Vec<String> = keys.iter().map(|key| self.name(key)).collect();
        {
            let mut local = self.locked();
            for key in keys {
                local.remove(key);
            }
        }
        let mut call = redis::cmd("DEL");
        call.arg(names);
        // A try too many is remembered while Redis is away: it costs a pause, no more.
        let _away = self.command::<i64>(&call).await;
    }

    /// Remembers a key for so long.
    pub async fn mark(&self, key: &str, memory: Duration, now: DateTime<Utc>) {
        let state = State {
            forgotten: now.timestamp_millis() + millis(memory),
            ..State::default()
        };
        {
            let mut local = self.locked();
            make_room(&mut local, now.timestamp_millis());
            local.insert(key.to_owned(), state);
        }
        let mut call = redis::cmd("SET");
        call.arg(self.name(key))
            .arg(1)
            .arg("PX")
            .arg(millis(memory));
        let _away = self.command::<()>(&call).await;
    }

    /// Whether a key is remembered.
    pub async fn is_marked(&self, key: &str, now: DateTime<Utc>) -> bool {
        let mut call = redis::cmd("EXISTS");
        call.arg(self.name(key));
        match self.command::<i64>(&call).await {
            Some(found) => found == 1,
            None => {
                let local = self.locked();
                local
                    .get(key)
                    .is_some_and(|state| state.forgotten > now.timestamp_millis())
            }
        }
    }

    /// Counts one try, or says how long to wait until there is room for it.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn fill(
        &self,
        key: &str,
        bucket: Bucket,
        now: DateTime<Utc>,
    ) -> Result<(), Duration> {
        let (step, window) = sizes(bucket);
        let mut call = self.scripts.fill.prepare_invoke();
        call.key(self.name(key))
            .arg(now.timestamp_millis())
            .arg(step)
            .arg(window);
        let wait = match self.ask(&call).await {
            Some(wait) => wait,
            None => self.fill_locally(key, bucket, now.timestamp_millis()),
        };
        waited(wait)
    }

    /// Takes one counted try back.
    pub async fn give_back(&self, key: &str, bucket: Bucket) {
        let (step, _) = sizes(bucket);
        if let Some(state) = self.locked().get_mut(key) {
            state.until -= step;
        }
        let mut call = self.scripts.give_back.prepare_invoke();
        call.key(self.name(key)).arg(step);
        let _away = self.ask(&call).await;
    }

    fn name(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    async fn ask(&self, call: &redis::ScriptInvocation<'_>) -> Option<i64> {
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            call.invoke_async::<i64>(&mut *conn).await.ok()
        };
        self.breaker.ask(ask).await
    }

    async fn command<T: redis::FromRedisValue>(&self, call: &redis::Cmd) -> Option<T> {
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            call.query_async::<T>(&mut *conn).await.ok()
        };
        self.breaker.ask(ask).await
    }

    /// The same as [`BRAKE`].
    fn brake_locally(&self, keys: &[(String, u32)], brake: Brake, now: i64) -> i64 {
        let mut local = self.locked();
        make_room(&mut local, now);
        let known = |local: &HashMap<String, State>, key: &str| {
            let state = local.get(key).copied().unwrap_or_default();
            if state.forgotten > now {
                state
            } else {
                State::default()
            }
        };
        let waits = keys.iter().map(|(key, _)| known(&local, key).until - now);
        let wait = waits.max().unwrap_or(0);
        if wait > 0 {
            return wait;
        }
        for (key, free) in keys {
            let mut state = known(&local, key);
            state.tries = state.tries.saturating_add(1);
            if let Some(over) = state.tries.checked_sub(*free) {
                let pause = millis(brake.first).saturating_mul(1 << over.min(30));
                state.until = now + pause.min(millis(brake.longest));
            }
            state.forgotten = now + millis(brake.memory);
            local.insert(key.clone(), state);
        }
        0
    }

    /// The same as [`FILL`].
    fn fill_locally(&self, key: &str, bucket: Bucket, now: i64) -> i64 {
        let (step, window) = sizes(bucket);
        let mut local = self.locked();
        make_room(&mut local, now);
        let state = local.entry(key.to_owned()).or_default();
        let level = state.until.max(now) + step;
        if level > now + window {
            return level - now - window;
        }
        *state = State {
            tries: 0,
            until: level,
            forgotten: now + window,
        };
        0
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bounds the memory: what is over goes first, and under an attack everything.
fn make_room(local: &mut HashMap<String, State>, now: i64) {
    if local.len() >= LOCAL_KEYS {
        local.retain(|_, state| state.forgotten > now);
        if local.len() >= LOCAL_KEYS {
            local.clear();
        }
    }
}

fn waited(wait: i64) -> Result<(), Duration> {
    match u64::try_from(wait) {
        Ok(0) | Err(_) => Ok(()),
        Ok(wait) => Err(Duration::from_millis(wait)),
    }
}

/// What one try takes of the window, and the window.
fn sizes(bucket: Bucket) -> (i64, i64) {
    let window = millis(bucket.window).max(1);
    ((window / i64::from(bucket.limit.max(1))).max(1), window)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRAKE: Brake = Brake {
        free: 3,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(4),
        memory: Duration::from_secs(600),
    };

    fn away() -> Throttle {
        let nobody = crate::kernel::Secret::new("redis://127.0.0.1:1".to_owned());
        let throttle = Throttle::new(Kv::connect(&nobody).unwrap(), "test", Duration::ZERO);
        throttle.breaker.sleep();
        throttle
    }

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_000_000 + millis).unwrap()
    }

    #[tokio::test]
    async fn pauses_grow_and_are_forgotten() {
        let throttle = away();
        let keys = [("a".to_owned(), BRAKE.free)];
        let hit = async |millis| {
            let wait = throttle.brake(&keys, BRAKE, at(millis)).await;
            wait.err().map_or(0, |wait| wait.as_millis())
        };
        for _ in 0..3 {
            assert_eq!(hit(0).await, 0);
        }
        assert_eq!(hit(0).await, 1_000);
        assert_eq!((hit(1_000).await, hit(1_001).await), (0, 1_999));
        assert_eq!((hit(3_000).await, hit(3_000).await), (0, 4_000));
        assert_eq!((hit(7_000).await, hit(7_000).await), (0, 4_000));
        throttle.forget(&["a".to_owned()]).await;
        assert_eq!(hit(7_000).await, 0);
        for _ in 0..2 {
            assert_eq!(hit(7_000).await, 0);
        }
        assert_eq!((hit(7_000).await, hit(607_001).await), (1_000, 0));
    }

    #[tokio::test]
    async fn a_bucket_empties_by_and_by() {
        let throttle = away();
        let bucket = Bucket {
            limit: 2,
            window: Duration::from_secs(10),
        };
        let hit = async |millis| {
            let wait = throttle.fill("a", bucket, at(millis)).await;
            wait.err().map_or(0, |wait| wait.as_millis())
        };
        assert_eq!((hit(0).await, hit(0).await, hit(0).await), (0, 0, 5_000));
        throttle.give_back("a", bucket).await;
        assert_eq!((hit(0).await, hit(4_000).await), (0, 1_000));
        assert_eq!((hit(5_000).await, hit(5_000).await), (0, 5_000));
    }
}
