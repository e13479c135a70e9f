//! Connections to Redis that know when they are of no use any more.
//!
//! bb8-redis makes the connections, but takes every one of them for a good one: after a restart of Redis
//! its pool would hand out dead connections until they are old. Here a connection is thrown away after a
//! failure of the network, and when an answer was not waited for: it may be black-holed. With it go all
//! that were made before, so that a Redis that is back is found at once and not dead connection by dead
//! connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bb8::{ManageConnection, PooledConnection, RunError};
use bb8_redis::RedisConnectionManager;
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{Cmd, Pipeline, RedisError, RedisFuture, Value};

/// Connections on loan.
#[derive(Clone)]
pub(super) struct Links {
    pool: bb8::Pool<Maker>,
    generation: Arc<AtomicU64>,
}

/// Connections at once.
const MOST: u32 = 16;

impl Links {
    /// Whoever takes one waits for it no longer than `patience`.
    pub(super) fn new(url: &str, patience: Duration) -> Result<Self, RedisError> {
        let generation = Arc::new(AtomicU64::new(0));
        let maker = Maker {
            redis: RedisConnectionManager::new(url)?,
            generation: Arc::clone(&generation),
        };
        let pool = bb8::Pool::builder()
            .max_size(MOST)
            .connection_timeout(patience)
            .test_on_check_out(false)
            .build_unchecked(maker);
        Ok(Self { pool, generation })
    }

    /// What the pool holds and how long callers waited for it.
    pub(super) fn state(&self) -> bb8::State {
        self.pool.state()
    }

    /// A connection that nothing is known against.
    pub(super) async fn get(&self) -> Result<PooledConnection<'_, Maker>, RunError<RedisError>> {
        loop {
            let mut link = self.pool.get().await?;
            if link.generation == self.generation.load(Ordering::Relaxed) {
                return Ok(link);
            }
            link.doubtful = true;
        }
    }
}

/// Makes connections.
#[derive(Clone)]
pub(super) struct Maker {
    redis: RedisConnectionManager,
    generation: Arc<AtomicU64>,
}

impl ManageConnection for Maker {
    type Connection = Link;
    type Error = RedisError;

    async fn connect(&self) -> Result<Link, RedisError> {
        let generation = self.generation.load(Ordering::Relaxed);
        let inner = self.redis.connect().await?;
        Ok(Link {
            inner,
            generation,
            doubtful: false,
        })
    }

    async fn is_valid(&self, link: &mut Link) -> Result<(), RedisError> {
        self.redis.is_valid(&mut link.inner).await
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        if link.doubtful {
            // Only the first of a generation ends it.
            let (is, order) = (link.generation, Ordering::Relaxed);
            let _others_did = self.generation.compare_exchange(is, is + 1, order, order);
        }
        link.doubtful
    }
}

/// A connection.
pub(super) struct Link {
    inner: MultiplexedConnection,
    /// How many times connections had turned out bad when it was made.
    generation: u64,
    /// Whether an answer failed to come, or is waited for still.
    doubtful: bool,
}

/// Whether the connection is good although the command failed: Redis itself refused it.
fn is_alive<T>(answer: &Result<T, RedisError>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => {
            !error.is_unrecoverable_error() && !error.is_io_error() && !error.is_timeout()
        }
    }
}

impl ConnectionLike for Link {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            self.doubtful = true;
            let answer = self.inner.req_packed_command(cmd).await;
            self.doubtful = !is_alive(&answer);
            answer
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            self.doubtful = true;
            let answer = self.inner.req_packed_commands(cmd, offset, count).await;
            self.doubtful = !is_alive(&answer);
            answer
        })
    }

    fn get_db(&self) -> i64 {
        self.inner.get_db()
    }
}
