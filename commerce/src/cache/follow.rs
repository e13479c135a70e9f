//! Follows the notices of the triggers, for as long as the process lives.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{Nullable, Text, Timestamptz};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{FutureExt, StreamExt};
use metrics::{counter, gauge};
use tokio::time::{Instant, timeout};

use super::{Freshness, Snapshot, Touched};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Clock, Fault};

/// How often the database is asked whether it is still there.
const BEAT: Duration = Duration::from_millis(500);

/// How soon after the last question it is asked again because something was touched.
const SOONEST: Duration = Duration::from_millis(25);

/// How long a new connection is waited for, and the pause before the next try.
const CONNECT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(250);

/// Follows what is changed and tells `freshness`; ends only with its task.
///
/// The connection must be direct: behind a pooler in transaction mode LISTEN is lost. While there is
/// none, `freshness` says that it does not hear.
pub async fn follow(direct_url: String, freshness: Freshness, clock: Clock) {
    let hears = gauge!("cartwright_cache_hears");
    counter!("cartwright_cache_changes_total").increment(0);
    loop {
        hears.set(0);
        let error = match timeout(CONNECT, connect(&direct_url, &freshness)).await {
            Ok(Ok(conn)) => {
                hears.set(1);
                hear(conn, &freshness, &clock).await
            }
            Ok(Err(fault)) => fault,
            Err(_late) => Fault::Unavailable("no connection in time".into()),
        };
        freshness.end();
        tracing::warn!(
            error = error.chain(),
            "changes are not heard of; nothing is answered from the cache"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

async fn connect(url: &str, freshness: &Freshness) -> Result<Conn, Fault> {
    let mut conn = Conn::establish(url)
        .await
        .map_err(|error| Fault::Unavailable(Box::new(error)))?;
    conn.batch_execute("SET timezone = 'UTC'; SET jit = off; LISTEN cache")
        .await?;
    // Asked after LISTEN has taken effect: whatever ends later is heard.
    let query = sql_query(
        "SELECT pg_current_snapshot()::text, \
         (SELECT system_identifier FROM pg_control_system()) || '.' || \
         (SELECT timeline_id FROM pg_control_checkpoint()) || '.' || \
         (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    let (begin, realm): (String, String) = cached::<(Text, Text), _>(query)
        .get_result(&mut conn)
        .await?;
    freshness.begin(realm, snapshot(&begin)?);
    Ok(conn)
}

/// Hears notices until the connection is lost; answers how.
async fn hear(mut conn: Conn, freshness: &Freshness, clock: &Clock) -> Fault {
    tracing::info!("changes are heard of");
    loop {
        let asked = Instant::now();
        let answer = timeout(freshness.holds_for() / 2, beat(&mut conn, freshness, clock)).await;
        match answer {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return fault,
            Err(_late) => return Fault::Unavailable("the connection does not answer".into()),
        }
        match notices(&mut conn, freshness, asked + BEAT).await {
            Ok(true) => tokio::time::sleep_until(asked + SOONEST).await,
            Ok(false) => {}
            Err(fault) => return fault,
        }
    }
}

/// Waits for notices until `deadline` and takes in those that have come; whether there were any.
async fn notices(conn: &mut Conn, freshness: &Freshness, deadline: Instant) -> Result<bool, Fault> {
    let mut notices = std::pin::pin!(conn.notifications_stream());
    let mut next = match tokio::time::timeout_at(deadline, notices.next()).await {
        Ok(first) => Some(first),
        Err(_nothing) => return Ok(false),
    };
    while let Some(notice) = next {
        match notice {
            Some(Ok(notice)) => {
                counter!("cartwright_cache_changes_total").increment(1);
                freshness.heard(&read(&notice.payload));
            }
            Some(Err(error)) => return Err(Fault::Unavailable(Box::new(error))),
            None => return Err(Fault::Unavailable("the connection was closed".into())),
        }
        next = notices.next().now_or_never();
    }
    Ok(true)
}

/// `TRANSACTION TAG,TAG…`; what cannot be read concerns everything.
fn read(payload: &str) -> Touched {
    let (transaction, list) = payload.split_once(' ').unwrap_or(("", "*"));
    match transaction.parse() {
        Ok(transaction) => Touched::read(transaction, list),
        Err(_) => Touched::read(u64::MAX - 1, "*"),
    }
}

/// Asks how far the database is, and when it is going to show something by the clock alone.
async fn beat(conn: &mut Conn, freshness: &Freshness, clock: &Clock) -> Result<(), Fault> {
    let asked = freshness.ask();
    let query = sql_query(
        "SELECT pg_current_snapshot()::text, least(\
         (SELECT min(published_at) FROM products WHERE published_at > $1), \
         (SELECT min(published_at) FROM collections WHERE published_at > $1), \
         (SELECT min(published_at) FROM articles WHERE published_at > $1), \
         (SELECT min(published_at) FROM pages WHERE published_at > $1))",
    )
    .bind::<Timestamptz, _>(clock.now());
    let (seen, next): (String, Option<DateTime<Utc>>) =
        cached::<(Text, Nullable<Timestamptz>), _>(query)
            .get_result(conn)
            .await?;
    let next = next.unwrap_or(DateTime::<Utc>::MAX_UTC);
    freshness.beat(&asked, snapshot(&seen)?, next);
    Ok(())
}

/// What the caller's transaction has touched so far, to be told to [`Freshness::touch`] after commit.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn touched(conn: &mut Conn) -> Result<Touched, Fault> {
    let query = sql_query(
        "SELECT coalesce(pg_current_xact_id_if_assigned()::text, '0'), \
         coalesce(current_setting('cartwright.touched', true), '')",
    );
    let (transaction, list): (String, String) =
        cached::<(Text, Text), _>(query).get_result(conn).await?;
    Ok(Touched::read(transaction.parse().unwrap_or(0), &list))
}

fn snapshot(text: &str) -> Result<Snapshot, Fault> {
    text.parse()
        .map_err(|error| Fault::other(format!("read the snapshot `{text}`"), error))
}
