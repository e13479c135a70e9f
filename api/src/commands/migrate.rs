//! `api migrate`: bring the schema up to date.

use commerce::db::migrate;

use crate::config::ApiConfig;

/// Applies what is missing and says what it was.
pub(super) async fn run(config: &ApiConfig) -> anyhow::Result<()> {
    let common = &config.common;
    let applied = migrate::run(&common.migration_url).await?;
    for name in &applied {
        tracing::info!(migration = name, "applied");
    }
    if applied.is_empty() {
        tracing::info!("the schema is up to date");
    }
    // One role that does everything needs no connection to tell it from itself.
    let has_two = common.migration_url != common.direct_url;
    if has_two
        && let Some(role) =
            migrate::run_time_role(&common.migration_url, &common.direct_url).await?
    {
        migrate::grant(&common.migration_url, &role).await?;
        tracing::info!(role, "may do what serving needs");
    }
    Ok(())
}
