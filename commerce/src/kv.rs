//! Redis: what may be lost. Money and identity never depend on it.

mod breaker;
pub mod bucket;
pub mod limiter;
mod link;
pub mod store;
pub mod throttle;

use std::time::Duration;

use redis::AsyncCommands;

use self::link::Links;
use crate::kernel::{Fault, Secret};

/// A pool of connections to Redis; cheap to clone.
#[derive(Clone)]
pub struct Kv {
    pool: Links,
}

/// How long a caller waits for Redis before going on without it.
const PATIENCE: Duration = Duration::from_millis(250);

impl Kv {
    /// Sets the pool up; connections are made when they are first needed.
    ///
    /// # Errors
    /// [`Fault::Other`] when the URL cannot be read.
    pub fn connect(url: &Secret) -> Result<Self, Fault> {
        Self::connect_within(url, PATIENCE)
    }

    /// As [`Kv::connect`], for callers who wait for a connection so long.
    ///
    /// # Errors
    /// [`Fault::Other`] when the URL cannot be read.
    pub fn connect_within(url: &Secret, patience: Duration) -> Result<Self, Fault> {
        let pool = Links::new(url.reveal(), patience)
            .map_err(|error| Fault::other("read the Redis URL", error))?;
        Ok(Self { pool })
    }

    /// What the pool holds and how long callers waited for it.
    #[must_use]
    pub fn pool(&self) -> bb8::State {
        self.pool.state()
    }

    /// How many bytes Redis may hold and what it evicts beyond, in its own words; `None` when it does not say.
    pub async fn memory(&self) -> Option<(u64, String)> {
        let ask = async {
            let mut conn = self.pool.get().await.ok()?;
            let mut info = redis::cmd("INFO");
            let info: redis::InfoDict = info.arg("memory").query_async(&mut *conn).await.ok()?;
            Some((info.get("maxmemory")?, info.get("maxmemory_policy")?))
        };
        tokio::time::timeout(PATIENCE, ask).await.ok().flatten()
    }

    /// Whether Redis answers in time.
    pub async fn is_up(&self) -> bool {
        let ask = async {
            let mut conn = self.pool.get().await.ok()?;
            conn.ping::<String>().await.ok()
        };
        matches!(tokio::time::timeout(PATIENCE, ask).await, Ok(Some(_)))
    }
}
