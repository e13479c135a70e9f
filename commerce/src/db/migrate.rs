//! The migrations, compiled in, so that one binary carries its own schema.

use diesel_async::{AsyncConnection, AsyncMigrationHarness};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use crate::kernel::Fault;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Applies what is missing and returns the names of what was applied.
///
/// Two processes may call this at once: an advisory lock lets one wait for the other. Needs a
/// runtime with several threads, because the migrations themselves are synchronous.
///
/// # Errors
/// [`Fault::Unavailable`] without a connection, [`Fault::Other`] when a migration fails.
pub async fn run(url: &str) -> Result<Vec<String>, Fault> {
    use diesel_async::SimpleAsyncConnection;
    let mut conn = connect(url).await?;
    conn.batch_execute("SELECT pg_advisory_lock(4720179)")
        .await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| Fault::other("apply the migrations", error))?;
    Ok(applied.iter().map(ToString::to_string).collect())
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
    let mut harness = AsyncMigrationHarness::new(connect(url).await?);
    let pending = harness
        .pending_migrations(MIGRATIONS)
        .map_err(|error| Fault::other("list the migrations", error))?;
    Ok(pending
        .iter()
        .map(|migration| migration.name().to_string())
        .collect())
}

async fn connect(url: &str) -> Result<Conn, Fault> {
    Conn::establish(url)
        .await
        .map_err(|error| Fault::Unavailable(Box::new(error)))
}
