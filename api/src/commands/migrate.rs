//! `api migrate`: bring the schema up to date.

use commerce::db::migrate;

use crate::config::ApiConfig;

/// Applies what is missing and says what it was.
pub(super) async fn run(config: &ApiConfig) -> anyhow::Result<()> {
    let applied = migrate::run(&config.common.direct_url).await?;
    for name in &applied {
        tracing::info!(migration = name, "applied");
    }
    if applied.is_empty() {
        tracing::info!("the schema is up to date");
    }
    Ok(())
}
