//! The storefront API server and the operator's commands.

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Two TLS libraries' worth of defaults would otherwise be guessed between at first use.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    match api::commands::run(api::commands::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
