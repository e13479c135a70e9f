//! Connections, transactions, and the one way to run hand-written SQL.

mod columns;
pub mod fragment;
pub mod keyset;
pub mod migrate;
pub mod sql;

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as SqlError};
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};
use futures_util::FutureExt;

use crate::kernel::{Failure, Fault, failpoint};
use crate::meter::CountStatements;

/// A connection to PostgreSQL.
pub type Conn = AsyncPgConnection;

/// A connection on loan from a pool.
pub type Pooled<'a> = PooledConnection<'a, Conn>;

/// How often a transaction is tried when PostgreSQL asks for another try.
const TRIES: u32 = 4;

/// Sizes and limits of the pools.
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// The primary, with credentials.
    pub url: String,
    /// A read replica, for reads that may be a moment behind.
    pub replica_url: Option<String>,
    /// Connections of one pool.
    pub pool_size: u32,
    /// How long a caller waits for a connection.
    pub acquire_timeout: Duration,
    /// PostgreSQL's `statement_timeout`, in milliseconds.
    pub statement_timeout_ms: u32,
}

/// The database: a pool on the primary and, if configured, one on a replica.
#[derive(Clone)]
pub struct Db {
    primary: Pool<Conn>,
    replica: Option<Pool<Conn>>,
}

impl Db {
    /// Sets the pools up; connections are made when they are first needed.
    ///
    /// # Errors
    /// [`Fault::Other`] when a pool cannot be built.
    pub async fn connect(config: &DbConfig) -> Result<Self, Fault> {
        let primary = pool(&config.url, config).await?;
        let replica = match &config.replica_url {
            Some(url) => Some(pool(url, config).await?),
            None => None,
        };
        Ok(Self { primary, replica })
    }

    /// A connection for reading public data; a replica's when there is one.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is free in time.
    pub async fn read(&self) -> Result<Pooled<'_>, Fault> {
        checkout(self.replica.as_ref().unwrap_or(&self.primary)).await
    }

    /// A connection to the primary, outside a transaction: for reads that must see the caller's
    /// own writes, and for single statements.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is free in time.
    pub async fn primary(&self) -> Result<Pooled<'_>, Fault> {
        checkout(&self.primary).await
    }

    /// Whether the primary answers.
    pub async fn is_up(&self) -> bool {
        match self.primary().await {
            Ok(mut conn) => conn.batch_execute("SELECT 1").await.is_ok(),
            Err(_) => false,
        }
    }

    /// Runs `work` in one transaction and commits it; an error of either kind rolls it back.
    ///
    /// A serialization failure or deadlock is tried again, so `work` may run more than once and
    /// must do nothing outside the connection.
    ///
    /// # Errors
    /// Whatever `work` answers, or [`Failure::Broken`].
    pub async fn write<T, R, F>(&self, work: F) -> Result<T, Failure<R>>
    where
        F: for<'r> Work<&'r mut Conn, Result<T, Failure<R>>, Fut: Send> + Clone,
    {
        let mut tries = 1;
        loop {
            let mut conn = checkout(&self.primary).await?;
            let before_commit = || failpoint::hit("write.before_commit");
            match bracket(&mut conn, work.clone(), before_commit).await {
                Err(Failure::Broken(Fault::Database(error)))
                    if tries < TRIES && asks_for_retry(&error) =>
                {
                    tries += 1;
                }
                Ok(value) => {
                    failpoint::hit("write.after_commit");
                    return Ok(value);
                }
                failed => return failed,
            }
        }
    }
}

/// What [`Db::write`] runs: an `async` closure over a connection, whose future may change threads.
pub trait Work<A, R>: AsyncFnOnce(A) -> R + FnOnce(A) -> <Self as Work<A, R>>::Fut {
    /// The closure's future.
    type Fut: Future<Output = R>;
}

impl<F, A, Fut, R> Work<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// Runs `work` in a transaction of its own, or in a savepoint when one is open on the connection.
///
/// Slices use it for the step of a transaction that may be refused by a constraint; everybody
/// else goes through [`Db::write`].
///
/// # Errors
/// Whatever `work` answers, after rolling back.
pub async fn transaction<T, R, F>(conn: &mut Conn, work: F) -> Result<T, Failure<R>>
where
    F: for<'r> Work<&'r mut Conn, Result<T, Failure<R>>, Fut: Send>,
{
    bracket(conn, work, || ()).await
}

async fn bracket<T, R, F>(conn: &mut Conn, work: F, before_commit: fn()) -> Result<T, Failure<R>>
where
    F: for<'r> Work<&'r mut Conn, Result<T, Failure<R>>, Fut: Send>,
{
    AnsiTransactionManager::begin_transaction(conn).await?;
    match work(conn).await {
        Ok(value) => {
            before_commit();
            AnsiTransactionManager::commit_transaction(conn).await?;
            Ok(value)
        }
        Err(failure) => {
            // The answer is the first failure; a connection that cannot roll back is discarded.
            let _discarded = AnsiTransactionManager::rollback_transaction(conn).await;
            Err(failure)
        }
    }
}

async fn checkout(pool: &Pool<Conn>) -> Result<Pooled<'_>, Fault> {
    pool.get()
        .await
        .map_err(|error| Fault::Unavailable(Box::new(error)))
}

async fn pool(url: &str, config: &DbConfig) -> Result<Pool<Conn>, Fault> {
    let statement_timeout = config.statement_timeout_ms;
    let mut manager = ManagerConfig::<Conn>::default();
    // A connection that died in the pool is found out by its first statement; asking before every
    // use would cost a round trip each time.
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |url| {
        let url = url.to_owned();
        async move {
            let mut conn = Conn::establish(&url).await?;
            // Our statements read by key or walk an index, whatever they are asked for: planning
            // them anew for each bind, as PostgreSQL does for arrays, costs more than running them.
            let limits = format!(
                "SET statement_timeout = {statement_timeout}; SET lock_timeout = '2s'; \
                 SET idle_in_transaction_session_timeout = '15s'; SET timezone = 'UTC'; SET jit = off; \
                 SET plan_cache_mode = force_generic_plan"
            );
            conn.batch_execute(&limits)
                .await
                .map_err(|error| diesel::ConnectionError::BadConnection(error.to_string()))?;
            conn.set_instrumentation(CountStatements::default());
            Ok(conn)
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, manager);
    Pool::builder()
        .max_size(config.pool_size)
        .connection_timeout(config.acquire_timeout)
        .test_on_check_out(false)
        .build(manager)
        .await
        .map_err(|error| Fault::other("set up the connection pool", error))
}

fn asks_for_retry(error: &SqlError) -> bool {
    match error {
        SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        SqlError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            info.message().contains("deadlock detected")
        }
        _ => false,
    }
}

/// The name of the constraint that refused a statement, if one did.
#[must_use]
pub fn violated_constraint(error: &SqlError) -> Option<&str> {
    match error {
        SqlError::DatabaseError(_, info) => info.constraint_name(),
        _ => None,
    }
}
