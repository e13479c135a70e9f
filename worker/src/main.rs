//! The job runner.

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs the jobs that the API leaves behind.
#[derive(Parser)]
#[command(name = "worker")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run jobs until told to stop.
    Run {
        /// Only these queues, separated by commas; otherwise `WORKER_QUEUES`, otherwise all.
        #[arg(long)]
        queues: Option<String>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Two TLS libraries' worth of defaults would otherwise be guessed between at first use.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    match Cli::parse().command {
        Command::Run { queues } => worker::run::run(queues).await,
    }
}
