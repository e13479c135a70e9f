//! The migrations, compiled in, so that one binary carries its own schema.

use std::collections::HashSet;
use std::time::Duration;

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::result::{DatabaseErrorKind, Error as SqlError};
use diesel_async::{AsyncConnection, AsyncMigrationHarness};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use crate::kernel::Fault;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// How long a migration waits for a table that somebody reads. Whoever comes after it waits behind
/// it, so it is less than anybody notices; then it gives way and is tried again.
const WAIT_FOR_LOCK: &str = "SET lock_timeout = '200ms'";
/// A migration outside a transaction builds an index beside writers: nobody waits for it, and it may wait.
const WAIT_AS_LONG_AS_IT_TAKES: &str = "SET lock_timeout = 0";
/// What a build of this index that was cut off left behind, which is in the way of the next.
const CUT_OFF: &str = "SELECT format('DROP INDEX CONCURRENTLY %s', indexrelid::regclass) FROM pg_index \
    WHERE indexrelid = to_regclass($1) AND NOT indisvalid";
/// How long who migrates waits before asking again whether another has finished.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// The pause in which those who waited behind a migration are served.
const GIVE_WAY: Duration = Duration::from_millis(800);
/// How often a migration is tried: a reader may take about ten minutes.
const TRIES: u32 = 600;

/// Applies what is missing and returns the names of what was applied.
///
/// Two processes may call this at once: an advisory lock lets one wait for the other. A migration
/// that meets a long transaction gives way and is tried again, so that nobody waits behind it. One whose
/// `metadata.toml` says `run_in_transaction = false` is a single `CREATE INDEX CONCURRENTLY` of the index that it is called
/// after, which blocks no writer. Needs a runtime with several threads, because the migrations themselves are synchronous.
///
/// # Errors
/// [`Fault::Unavailable`] without a connection, [`Fault::Other`] when a migration fails.
pub async fn run(url: &str) -> Result<Vec<String>, Fault> {
    let mut conn = connect(url).await?;
    take_turn(&mut conn).await?;
    let mut applied = Vec::new();
    let mut tries = 0;
    let failed = |error| Fault::other("apply the migrations", error);
    loop {
        let mut harness = AsyncMigrationHarness::new(conn);
        let Some(next) = next(&mut harness).map_err(failed)? else {
            return Ok(applied);
        };
        conn = harness.into_inner();
        prepare(&mut conn, &next).await?;
        harness = AsyncMigrationHarness::new(conn);
        match apply_next(&mut harness) {
            Ok(Some(version)) => {
                applied.push(version);
                tries = 0;
            }
            Ok(None) => return Ok(applied),
            // Diesel does not keep PostgreSQL's code.
            Err(error) if tries < TRIES && error.to_string().contains("lock timeout") => {
                if tries == 0 {
                    tracing::warn!("a migration waits for a long transaction to end");
                }
                tries += 1;
                tokio::time::sleep(GIVE_WAY).await;
            }
            Err(error) => return Err(failed(error)),
        }
        conn = harness.into_inner();
    }
}

/// A migration that is missing.
struct Next {
    name: String,
    in_transaction: bool,
}

type Harness = AsyncMigrationHarness<Conn>;

/// The first migration that is missing.
fn next(harness: &mut Harness) -> diesel::migration::Result<Option<Next>> {
    let pending = harness.pending_migrations(MIGRATIONS)?;
    Ok(pending.first().map(|next| Next {
        name: next.name().to_string(),
        in_transaction: next.metadata().run_in_transaction(),
    }))
}

/// Applies the first migration that is missing, in a transaction of its own unless it says otherwise. Answers its version.
fn apply_next(harness: &mut Harness) -> diesel::migration::Result<Option<String>> {
    let pending = harness.pending_migrations(MIGRATIONS)?;
    let Some(next) = pending.first() else {
        return Ok(None);
    };
    Ok(Some(harness.run_migration(next.as_ref())?.to_string()))
}

/// Waits until nobody else migrates. It asks again and again, because a statement that waited would be a transaction, and
/// who builds an index waits for all of those.
async fn take_turn(conn: &mut Conn) -> Result<(), Fault> {
    use diesel_async::RunQueryDsl;
    loop {
        let query = diesel::sql_query("SELECT pg_try_advisory_lock(4720179)");
        let query = super::sql::cached::<diesel::sql_types::Bool, _>(query);
        if query.get_result(conn).await? {
            return Ok(());
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

/// Says how long a migration waits for locks, and clears away what is in the way of one that builds an index.
async fn prepare(conn: &mut Conn, next: &Next) -> Result<(), Fault> {
    use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
    if next.in_transaction {
        return Ok(conn.batch_execute(WAIT_FOR_LOCK).await?);
    }
    conn.batch_execute(WAIT_AS_LONG_AS_IT_TAKES).await?;
    let index = next.name.split_once('_').map_or("", |(_, index)| index);
    let query = diesel::sql_query(CUT_OFF).bind::<diesel::sql_types::Text, _>(index);
    let query = super::sql::cached::<diesel::sql_types::Text, _>(query);
    let left: Vec<String> = query.load(conn).await?;
    for statement in left {
        conn.batch_execute(&statement).await?;
    }
    Ok(())
}

/// The role that serves requests, where it is another than the one that migrates.
///
/// # Errors
/// A [`Fault`] when one of them cannot connect.
pub async fn run_time_role(
    migration_url: &str,
    run_time_url: &str,
) -> Result<Option<String>, Fault> {
    let migrates = role(&mut connect(migration_url).await?).await?;
    let serves = role(&mut connect(run_time_url).await?).await?;
    Ok(Some(serves).filter(|serves| *serves != migrates))
}

async fn role(conn: &mut Conn) -> Result<String, Fault> {
    use diesel_async::RunQueryDsl;
    let query = diesel::sql_query("SELECT current_user::text");
    let query = super::sql::cached::<diesel::sql_types::Text, _>(query);
    Ok(query.get_result(conn).await?)
}

/// Grants a role what serving requests needs, and no more.
///
/// # Errors
/// As [`run`].
pub async fn grant(url: &str, role: &str) -> Result<(), Fault> {
    use diesel_async::RunQueryDsl;
    let query = diesel::sql_query("SELECT grant_run_time($1::name)");
    let query = query.bind::<diesel::sql_types::Text, _>(role);
    query.execute(&mut connect(url).await?).await?;
    Ok(())
}

/// Takes every migration back, newest first. Only tests call this.
///
/// # Errors
/// As [`run`].
pub async fn revert_all(url: &str) -> Result<(), Fault> {
    let mut harness = AsyncMigrationHarness::new(connect(url).await?);
    harness
        .revert_all_migrations(MIGRATIONS)
        .map(|_| ())
        .map_err(|error| Fault::other("revert the migrations", error))
}

/// The names of migrations that this binary carries and the database lacks.
///
/// # Errors
/// As [`run`].
pub async fn pending(url: &str) -> Result<Vec<String>, Fault> {
    // Diesel's own list makes its table if it is not there, which a role that only serves may not.
    let applied = applied(&mut connect(url).await?).await?;
    let known: Result<Vec<Box<dyn Migration<Pg>>>, _> = MIGRATIONS.migrations();
    let known = known.map_err(|error| Fault::other("list the migrations", error))?;
    let mut missing: Vec<String> = known
        .iter()
        .filter(|one| !applied.contains(&one.name().version().to_string()))
        .map(|one| one.name().to_string())
        .collect();
    missing.sort();
    Ok(missing)
}

/// Lists the versions that were applied.
pub(super) const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations";

/// Whether every migration of this binary is among the applied versions. More may be applied: a
/// release runs on its successor's schema.
pub(super) fn is_complete<'a>(applied: impl Iterator<Item = &'a str>) -> bool {
    let applied: HashSet<&str> = applied.collect();
    let known: Result<Vec<Box<dyn Migration<Pg>>>, _> = MIGRATIONS.migrations();
    known.is_ok_and(|known| {
        let mut versions = known.iter().map(|one| one.name().version().to_string());
        versions.all(|version| applied.contains(version.as_str()))
    })
}

/// Asks whether every migration of this binary is applied.
///
/// # Errors
/// [`Fault`] when the statement fails for another reason than that nothing was ever applied.
pub(super) async fn all_applied(conn: &mut Conn) -> Result<bool, Fault> {
    let applied = applied(conn).await?;
    Ok(is_complete(applied.iter().map(String::as_str)))
}

/// The versions that were applied; none where nothing ever was.
async fn applied(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    use diesel_async::RunQueryDsl;
    let query = super::sql::cached::<diesel::sql_types::Text, _>(diesel::sql_query(APPLIED));
    match query.load::<String>(conn).await {
        Ok(applied) => Ok(applied),
        Err(SqlError::DatabaseError(DatabaseErrorKind::Unknown, info))
            if info.message().contains("does not exist") =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(error.into()),
    }
}

async fn connect(url: &str) -> Result<Conn, Fault> {
    Conn::establish(url)
        .await
        .map_err(|error| Fault::Unavailable(Box::new(error)))
}
