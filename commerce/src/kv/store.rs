//! Values that may be lost, kept for all processes.

use std::time::Duration;

use redis::AsyncCommands;

use super::Kv;
use super::breaker::Breaker;

/// Values under names that share a beginning. While Redis is away nothing is found and nothing kept.
pub struct Store {
    kv: Kv,
    prefix: String,
    breaker: Breaker,
}

impl Store {
    /// Keeps values under `prefix`; nobody waits for Redis longer than `patience`.
    #[must_use]
    pub fn new(kv: Kv, prefix: &str, patience: Duration, warning: &'static str) -> Self {
        Self {
            kv,
            prefix: prefix.to_owned(),
            breaker: Breaker::new(patience, warning),
        }
    }

    /// The value of `name`, if it is there and Redis answers in time. One round trip.
    pub async fn get(&self, name: &str) -> Option<Vec<u8>> {
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            let name = format!("{}:{name}", self.prefix);
            // The outer one says whether Redis answered, the inner one what.
            conn.get::<_, Option<Vec<u8>>>(name).await.ok()
        };
        self.breaker.ask(ask).await.flatten()
    }

    /// Keeps a value for `time`, at least a second. One round trip.
    pub async fn put(&self, name: &str, value: &[u8], time: Duration) {
        let ask = async {
            let mut conn = self.kv.pool.get().await.ok()?;
            let name = format!("{}:{name}", self.prefix);
            let seconds = time.as_secs().max(1);
            conn.set_ex::<_, _, ()>(name, value, seconds).await.ok()
        };
        let _kept_or_not = self.breaker.ask(ask).await;
    }
}
