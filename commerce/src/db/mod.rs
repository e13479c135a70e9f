//! Connections, transactions, and the one way to run hand-written SQL.

mod columns;
pub(crate) mod fold;
pub mod fragment;
pub mod import_lock;
pub mod keyset;
mod link;
pub mod migrate;
mod pulse;
mod replica;
pub mod sql;

use std::sync::Arc;
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as SqlError};
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager,
};
use tokio::sync::{Semaphore, SemaphorePermit};

pub use self::pulse::Health;
pub use self::replica::ReplicaHealth;

use self::pulse::{Probe, Pulse};
use self::replica::Replica;
use crate::cache::{Freshness, Snapshot};
use crate::kernel::{Clock, Failure, Fault, Secret, failpoint};

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
    /// How far a replica that is read may be behind.
    pub replica_max_lag: Duration,
    /// Connections of one pool.
    pub pool_size: u32,
    /// How long a caller waits for a connection.
    pub acquire_timeout: Duration,
    /// PostgreSQL's `statement_timeout`, in milliseconds.
    pub statement_timeout_ms: u32,
    /// How long a watched primary may take to answer before it counts as away.
    pub patience: Duration,
}

/// Whether what a transaction writes is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// It is committed.
    Real,
    /// It is rolled back: only what would come of it is wanted.
    Dry,
}

/// The database: a pool on the primary and, if configured, one on a replica.
#[derive(Clone)]
pub struct Db {
    primary: Pool<Conn>,
    replica: Option<Replica>,
    url: Secret,
    patience: Duration,
    pulse: Pulse,
    /// Places of those who submit carts.
    submissions: Arc<Semaphore>,
    submission_line: Arc<Semaphore>,
    acquire_timeout: Duration,
}

impl Db {
    /// Sets the pools up; connections are made when they are first needed.
    ///
    /// # Errors
    /// [`Fault::Other`] when a pool cannot be built.
    pub async fn connect(config: &DbConfig) -> Result<Self, Fault> {
        let pulse = Pulse::new();
        let primary = link::pool(&config.url, config, &pulse, None).await?;
        let replica = match &config.replica_url {
            Some(url) => Some(Replica::new(url, config).await?),
            None => None,
        };
        Ok(Self {
            primary,
            replica,
            url: Secret::new(config.url.clone()),
            patience: config.patience,
            pulse,
            submissions: Arc::new(Semaphore::new(submissions(config.pool_size))),
            submission_line: Arc::new(Semaphore::new(SUBMISSION_LINE)),
            acquire_timeout: config.acquire_timeout,
        })
    }

    /// Looks after the primary from now on, until every clone is dropped: when it stops answering for
    /// as long as [`DbConfig::patience`] says, statements that wait for it fail, and connections are
    /// refused at once until it answers again. `clock` goes by the primary's time.
    ///
    /// # Errors
    /// [`Fault`] when its address cannot be read.
    pub fn watch(&self, clock: &Clock) -> Result<(), Fault> {
        let settings = link::settings(self.url.reveal())?;
        let beat = self.pulse.clone();
        tokio::spawn(beat.beat(settings, self.patience, clock.clone()));
        Ok(())
    }

    /// Sets `clock` by the primary's time, where it answers and has every migration.
    ///
    /// # Errors
    /// [`Fault`] when its address cannot be read.
    pub async fn set_clock(&self, clock: &Clock) -> Result<(), Fault> {
        let settings = link::settings(self.url.reveal())?;
        let mut probe = Probe::new(settings, clock.clone());
        let _away_or_behind = probe.look(self.patience).await;
        Ok(())
    }

    /// What is known of the primary; asked now, with two seconds to answer, unless it is watched.
    pub async fn health(&self) -> Health {
        if let Some(known) = self.pulse.health() {
            return known;
        }
        let asked = async {
            let mut conn = self.primary().await?;
            migrate::all_applied(&mut conn).await
        };
        match tokio::time::timeout(Duration::from_secs(2), asked).await {
            Ok(Ok(true)) => Health::Ready,
            Ok(Ok(false)) => Health::Behind,
            _ => Health::Away,
        }
    }

    /// Done when the primary stops answering, at once when it does not answer now.
    pub async fn lost(&self) {
        self.pulse.lost().await;
    }

    /// What the pools hold and how long callers waited for them, by the pool's name.
    #[must_use]
    pub fn pools(&self) -> Vec<(&'static str, bb8::State)> {
        let replica = self.replica.as_ref();
        let replica = replica.map(|replica| ("replica", replica.pool.state()));
        std::iter::once(("primary", self.primary.state()))
            .chain(replica)
            .collect()
    }

    /// Looks after the replica from now on, until every clone is dropped; before, it is not read. It has to show
    /// what `freshness` has heard of.
    ///
    /// # Errors
    /// [`Fault`] when the primary's address cannot be read.
    pub fn watch_replica(&self, freshness: &Freshness) -> Result<(), Fault> {
        if let Some(replica) = &self.replica {
            let primary = link::settings(self.url.reveal())?;
            tokio::spawn(replica.clone().check(primary, freshness.clone()));
        }
        Ok(())
    }

    /// What is known of the replica; `None` when there is none.
    #[must_use]
    pub fn replica_health(&self) -> Option<ReplicaHealth> {
        self.replica.as_ref().map(Replica::health)
    }

    /// Looks at the replica now; `None` when there is none.
    ///
    /// # Errors
    /// [`Fault`] when the primary's address cannot be read.
    pub async fn examine_replica(&self) -> Result<Option<ReplicaHealth>, Fault> {
        let Some(replica) = &self.replica else {
            return Ok(None);
        };
        let primary = link::settings(self.url.reveal())?;
        Ok(Some(replica.examine(primary).await))
    }

    /// What the replica shows at least, while it may be read.
    #[must_use]
    pub fn replica_shows(&self, freshness: &Freshness) -> Option<Arc<Snapshot>> {
        self.replica.as_ref()?.shows(freshness)
    }

    /// A connection to the replica, for reading what is public; `None` when it must not be read now, or has none
    /// soon. What is read may fail where the primary's would not: it is to be read again there
    /// ([`Db::doubt_replica`]).
    pub async fn replica(&self, freshness: &Freshness) -> Option<Pooled<'_>> {
        let conn = match &self.replica {
            Some(replica) => replica.conn(freshness).await,
            None => None,
        };
        replica::count_read(if conn.is_some() { "replica" } else { "primary" });
        conn
    }

    /// A read on the replica failed and is asked again on the primary. The replica is not read until it was looked at.
    pub fn doubt_replica(&self) {
        if let Some(replica) = &self.replica {
            metrics::counter!("cartwright_replica_fallbacks_total").increment(1);
            replica.doubt();
        }
    }

    /// A connection to the primary, outside a transaction: for reads that must see the caller's
    /// own writes, and for single statements.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is free in time.
    pub async fn primary(&self) -> Result<Pooled<'_>, Fault> {
        self.checkout(&self.primary).await
    }

    /// A place among those who submit carts. There are fewer than connections, so that submissions that wait for each
    /// other's stock leave some to everybody else, above all to those who ask what became of theirs. Only so many wait for
    /// a place, for the same reason: whoever waits is one of the requests that a process works on.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is free in time, or too many wait already.
    pub async fn submission(&self) -> Result<SemaphorePermit<'_>, Fault> {
        let in_line = self.submission_line.try_acquire();
        let _in_line = in_line.map_err(|full| Fault::Unavailable(Box::new(full)))?;
        let place = tokio::time::timeout(self.acquire_timeout, self.submissions.acquire()).await;
        match place {
            Ok(place) => place.map_err(|closed| Fault::Unavailable(Box::new(closed))),
            Err(late) => Err(Fault::Unavailable(Box::new(late))),
        }
    }

    async fn checkout<'a>(&self, pool: &'a Pool<Conn>) -> Result<Pooled<'a>, Fault> {
        if self.pulse.is_away() {
            return Err(away());
        }
        tokio::select! {
            biased;
            conn = pool.get() => conn.map_err(|error| Fault::Unavailable(Box::new(error))),
            () = self.pulse.lost() => Err(away()),
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
        self.write_in(Run::Real, work).await
    }

    /// As [`Db::write`], but a dry run is rolled back once `work` has answered and no deferred constraint refuses it.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_in<T, R, F>(&self, run: Run, work: F) -> Result<T, Failure<R>>
    where
        F: for<'r> Work<&'r mut Conn, Result<T, Failure<R>>, Fut: Send> + Clone,
    {
        let mut tries = 1;
        loop {
            let mut conn = self.checkout(&self.primary).await?;
            let before_commit = || failpoint::hit("write.before_commit");
            match bracket(&mut conn, work.clone(), (run, before_commit)).await {
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

/// How many submissions wait for a place at most: half of the requests that a process works on at once by default.
const SUBMISSION_LINE: usize = 256;

/// Of a pool's connections, how many submissions may hold: all but a quarter.
fn submissions(pool_size: u32) -> usize {
    let others = pool_size.div_ceil(4);
    usize::try_from(pool_size.saturating_sub(others)).map_or(1, |places| places.max(1))
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
    bracket(conn, work, (Run::Real, || ())).await
}

async fn bracket<T, R, F>(
    conn: &mut Conn,
    work: F,
    (run, before_commit): (Run, fn()),
) -> Result<T, Failure<R>>
where
    F: for<'r> Work<&'r mut Conn, Result<T, Failure<R>>, Fut: Send>,
{
    AnsiTransactionManager::begin_transaction(conn).await?;
    match work(conn).await {
        Ok(value) if run == Run::Dry => {
            let checked = conn.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await;
            AnsiTransactionManager::rollback_transaction(conn).await?;
            checked?;
            Ok(value)
        }
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

fn away() -> Fault {
    Fault::Unavailable("it does not answer".into())
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
