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
/// The pause in which those who waited behind a migration are served.
const GIVE_WAY: Duration = Duration::from_millis(800);
/// How often a migration is tried: a reader may take about ten minutes.
const TRIES: u32 = 600;

/// Applies what is missing and returns the names of what was applied.
///
/// Two processes may call this at once: an advisory lock lets one wait for the other. A migration
/// that meets a long transaction gives way and is tried again, so that nobody waits behind it. Needs a
/// runtime with several threads, because the migrations themselves are synchronous.
///
/// # Errors
/// [`Fault::Unavailable`] without a connection, [`Fault::Other`] when a migration fails.
pub async fn run(url: &str) -> Result<Vec<String>, Fault> {
    use diesel_async::SimpleAsyncConnection;
    let mut conn = connect(url).await?;
    conn.batch_execute("SELECT pg_advisory_lock(4720179)")
        .await?;
    conn.batch_execute(WAIT_FOR_LOCK).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let mut applied = Vec::new();
    let mut tries = 0;
    loop {
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
            Err(error) => return Err(Fault::other("apply the migrations", error)),
        }
    }
}

/// Applies the first migration that is missing, in a transaction of its own. Answers its version.
fn apply_next(
    harness: &mut AsyncMigrationHarness<Conn>,
) -> diesel::migration::Result<Option<String>> {
    let pending = harness.pending_migrations(MIGRATIONS)?;
    let Some(next) = pending.first() else {
        return Ok(None);
    };
    Ok(Some(harness.run_migration(next.as_ref())?.to_string()))
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
