//! The operator's commands, one file each.

mod migrate;

use clap::{Parser, Subcommand};
use commerce::Shop;
use commerce::config::Reader;
use commerce::kernel::failpoint;

use crate::config::ApiConfig;
use crate::server;

/// The Cartwright API server and its tools.
#[derive(Debug, Parser)]
#[command(name = "api", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the storefront API.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
}

/// Runs one command to its end.
///
/// # Errors
/// Whatever went wrong, in words for the operator.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let config = ApiConfig::read(Reader::from_environment())?;
    commerce::telemetry::init(config.common.log_format, &config.common.log_filter);
    if let Some(name) = &config.common.failpoint {
        failpoint::arm(name).map_err(anyhow::Error::msg)?;
    }
    match cli.command {
        Command::Serve => server::serve(&config, Shop::open(&config.common).await?).await,
        Command::Migrate => migrate::run(&config).await,
    }
}
