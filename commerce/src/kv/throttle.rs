//! Slowing down whoever tries too often, together with all other processes.
//!
//! A [`Brake`] makes each further try of one key wait longer, and forgets when it is told that the
//! tries were honest. A [`Bucket`] lets so many tries through in a window, each of which can be given
//! back. Both count before the outcome is known, so that tries at the same moment count, too. While
//! Redis is away each process counts for itself; neither is ever simply open.
//!
//! Counts survive a Redis that evicts. What is counted lives longer there than any value of a cache, so that
//! `volatile-ttl` evicts those first; and a process remembers what it saw of a key last and gives it back to a Redis
//! that has lost it.

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
    forget: redis::Script,
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

/// How long a count lives in Redis at least: longer than any value of a cache. A longer life does no harm, because
/// what is kept are times.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// All keys wait for the one that waits longest; then each counts the try. Arguments: the time; for each key how many
/// tries are free, and the tries and the end of the pause that the process remembers, which count where Redis has
/// nothing; then the first and longest pause, the memory, and how long a key is kept. Answers the wait, and the tries,
/// the end of the pause and the end of the memory of each key.
const BRAKE: &str = "
    local now, n = tonumber(ARGV[1]), #KEYS
    local first, longest = tonumber(ARGV[3 * n + 2]), tonumber(ARGV[3 * n + 3])
    local memory, kept = tonumber(ARGV[3 * n + 4]), tonumber(ARGV[3 * n + 5])
    local tries, ends, gone, wait = {}, {}, {}, 0
    for place, key in ipairs(KEYS) do
      local held = redis.call('HMGET', key, 'tries', 'until', 'gone')
      if held[1] then
        tries[place], ends[place] = tonumber(held[1]), tonumber(held[2] or '0')
        gone[place] = tonumber(held[3] or '0')
        if gone[place] > 0 and gone[place] <= now then tries[place], ends[place] = 0, 0 end
      else
        tries[place], ends[place] = tonumber(ARGV[3 * place]), tonumber(ARGV[3 * place + 1])
        gone[place] = now + memory
      end
      wait = math.max(wait, ends[place] - now)
    end
    local answer = {math.max(wait, 0)}
    for place, key in ipairs(KEYS) do
      if wait <= 0 then
        tries[place] = tries[place] + 1
        local over = tries[place] - tonumber(ARGV[3 * place - 1])
        if over >= 0 then ends[place] = now + math.min(first * 2 ^ math.min(over, 30), longest) end
        gone[place] = now + memory
      end
      redis.call('HSET', key, 'tries', string.format('%d', tries[place]),
        'until', string.format('%d', ends[place]), 'gone', string.format('%d', gone[place]))
      redis.call('PEXPIRE', key, string.format('%d', math.max(memory, kept)))
      answer[3 * place - 1], answer[3 * place], answer[3 * place + 1] = tries[place], ends[place], gone[place]
    end
    return answer";

/// Says that the tries of keys were honest, also to processes that remember them.
const FORGET: &str = "
    for _, key in ipairs(KEYS) do
      redis.call('HSET', key, 'tries', 0, 'until', 0, 'gone', 0)
      redis.call('PEXPIRE', key, ARGV[1])
    end
    return 0";

/// Arguments: the time, what one try takes, the window, the level that the process remembers, which counts where Redis
/// has nothing, and how long the key is kept. Answers the wait and the level.
const FILL: &str = "
    local now, step, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local level = math.max(tonumber(redis.call('GET', KEYS[1]) or ARGV[4]), now)
    local wait = math.max(level + step - now - window, 0)
    if wait == 0 then level = level + step end
    redis.call('SET', KEYS[1], string.format('%d', level), 'PX', string.format('%d', math.max(window, ARGV[5])))
    return {wait, level}";

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
                forget: redis::Script::new(FORGET),
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
        let now = now.timestamp_millis();
        let mut call = self.scripts.brake.prepare_invoke();
        for (key, _) in keys {
            call.key(self.name(key));
        }
        call.arg(now);
        for (key, free) in keys {
            let own = self.remembered(key, now);
            call.arg(*free).arg(own.tries).arg(own.until);
        }
        call.arg(millis(brake.first))
            .arg(millis(brake.longest))
            .arg(millis(brake.memory))
            .arg(millis(KEPT));
        let wait = match self.ask::<Vec<i64>>(&call).await.as_deref() {
            Some([wait, states @ ..]) => {
                let states = states.chunks_exact(3);
                let states = keys.iter().zip(states).map(|((key, _), state)| {
                    let state = State {
                        tries: u32::try_from(state[0]).unwrap_or(u32::MAX),
                        until: state[1],
                        forgotten: state[2],
                    };
                    (key.as_str(), state)
                });
                self.remember(states, now);
                *wait
            }
            _ => self.brake_locally(keys, brake, now),
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
        let mut call = self.scripts.forget.prepare_invoke();
        for name in names {
            call.key(name);
        }
        call.arg(millis(KEPT));
        // A try too many is remembered while Redis is away: it costs a pause, no more.
        let _away = self.ask::<i64>(&call).await;
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
        let own = || self.remembered(key, now.timestamp_millis()) != State::default();
        self.command::<i64>(&call).await == Some(1) || own()
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
        let now = now.timestamp_millis();
        let (step, window) = sizes(bucket);
        let mut call = self.scripts.fill.prepare_invoke();
        call.key(self.name(key))
            .arg(now)
            .arg(step)
            .arg(window)
            .arg(self.remembered(key, now).until)
            .arg(millis(KEPT));
        let wait = match self.ask::<(i64, i64)>(&call).await {
            Some((wait, level)) => {
                let state = State {
                    tries: 0,
                    until: level,
                    forgotten: level,
                };
                self.remember([(key, state)], now);
                wait
            }
            None => self.fill_locally(key, bucket, now),
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
        let _away = self.ask::<i64>(&call).await;
    }

    /// What this process saw of a key last.
    fn remembered(&self, key: &str, now: i64) -> State {
        let state = self.locked().get(key).copied().unwrap_or_default();
        if state.forgotten > now {
            state
        } else {
            State::default()
        }
    }

    fn remember<'k>(&self, states: impl IntoIterator<Item = (&'k str, State)>, now: i64) {
        let mut local = self.locked();
        make_room(&mut local, now);
        for (key, state) in states {
            local.insert(key.to_owned(), state);
        }
    }

    fn name(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    async fn ask<T: redis::FromRedisValue>(&self, call: &redis::ScriptInvocation<'_>) -> Option<T> {
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            call.invoke_async::<T>(&mut *conn).await.ok()
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
