//! The storefront API server and the operator's commands.

use clap::Parser;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Two TLS libraries' worth of defaults would otherwise be guessed between at first use.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    api::commands::run(api::commands::Cli::parse()).await
}
