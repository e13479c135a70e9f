//! Making connections: bounded in time, with limits set, and cut when the pulse says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio_postgres::NoTls;

use super::pulse::Pulse;
use super::{Conn, DbConfig};
use crate::kernel::Fault;
use crate::meter::CountStatements;

/// Reads an address, and sets what finds out that the other machine is gone.
///
/// # Errors
/// [`Fault::Inconsistent`] when it cannot be read; its text does not repeat the address.
pub(super) fn settings(url: &str) -> Result<tokio_postgres::Config, Fault> {
    let mut settings: tokio_postgres::Config = url.parse().map_err(|_has_the_password| {
        Fault::Inconsistent("the database URL cannot be read".to_owned())
    })?;
    settings
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(10));
    Ok(settings)
}

/// A pool whose connections are made when they are first needed. Those to a replica have replayed as much as it is
/// known to have: one that was restarted may show less for a while.
///
/// # Errors
/// As [`settings`].
pub(super) async fn pool(
    url: &str,
    config: &DbConfig,
    pulse: &Pulse,
    replayed: Option<&Arc<AtomicU64>>,
) -> Result<Pool<Conn>, Fault> {
    let settings = settings(url)?;
    let (patience, pulse) = (config.acquire_timeout, pulse.clone());
    let replayed = replayed.cloned();
    // Our statements read by key or walk an index, whatever they are asked for: planning them anew
    // for each bind, as PostgreSQL does for arrays, costs more than running them.
    let limits = format!(
        "SET statement_timeout = {}; SET lock_timeout = '2s'; \
         SET idle_in_transaction_session_timeout = '15s'; SET timezone = 'UTC'; SET jit = off; \
         SET plan_cache_mode = force_generic_plan",
        config.statement_timeout_ms
    );
    let mut manager = ManagerConfig::<Conn>::default();
    // Only looks whether the connection is known to be closed: asking the server before every use
    // would cost a round trip each time.
    manager.recycling_method = RecyclingMethod::CustomFunction(Box::new(|conn| {
        let broken = conn.is_broken();
        let verdict = if broken {
            Err(diesel::result::Error::BrokenTransactionManager)
        } else {
            Ok(())
        };
        std::future::ready(verdict).boxed()
    }));
    manager.custom_setup = Box::new(move |_url| {
        let mut begin = limits.clone();
        if let Some(replayed) = &replayed {
            begin.push_str(&shows(replayed.load(Ordering::Acquire)));
        }
        let link = link(settings.clone(), begin, pulse.clone());
        async move {
            let late = |_| ConnectionError::BadConnection("no answer in time".to_owned());
            tokio::time::timeout(patience, link).await.map_err(late)?
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, manager);
    Pool::builder()
        .max_size(config.pool_size)
        .connection_timeout(config.acquire_timeout)
        .test_on_check_out(true)
        .build(manager)
        .await
        .map_err(|error| Fault::other("set up the connection pool", error))
}

/// Refuses a server that is no replica, or has not replayed so much.
fn shows(replayed: u64) -> String {
    format!(
        "; DO $$ BEGIN IF NOT pg_is_in_recovery() OR pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') < {replayed} \
         THEN RAISE EXCEPTION 'the replica shows less than before'; END IF; END $$"
    )
}

async fn link(
    settings: tokio_postgres::Config,
    limits: String,
    pulse: Pulse,
) -> ConnectionResult<Conn> {
    let mut cuts = pulse.cuts();
    let failed = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let (client, connection) = settings
        .connect(NoTls)
        .await
        .map_err(|error| failed(&error))?;
    tokio::spawn(async move {
        tokio::select! {
            // The statement that waits learns why.
            _ended = connection => {}
            _cut = cuts.changed() => {}
        }
    });
    let mut conn = Conn::try_from(client).await?;
    conn.batch_execute(&limits)
        .await
        .map_err(|error| failed(&error))?;
    conn.set_instrumentation(CountStatements::default());
    Ok(conn)
}
