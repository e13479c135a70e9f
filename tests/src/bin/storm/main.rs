//! Buyers in a storm: `bin/storm` kills processes with -9 while these go on buying.
//!
//! `storm buy` runs the buyers and writes down every order that was acknowledged to one of them;
//! `storm verify` then looks for each of them, and for its one charge and its one mail.
//! `storm rush` is another crowd, of `bin/rush`: all of them want the same few things at the same moment.

#![expect(clippy::print_stdout, reason = "it reports to an operator")]

mod buy;
mod rush;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Buy, again and again, whatever happens to the servers.
    Buy(buy::Options),
    /// Submit many carts at the same moment for few units, and measure how long everybody waits.
    Rush(rush::Options),
    /// Check that nothing that was acknowledged is lost, doubled or stuck.
    Verify {
        /// What `buy` wrote.
        #[arg(long)]
        acknowledged: PathBuf,
        /// Where the mails are.
        #[arg(long)]
        mailbox: PathBuf,
        /// The sandbox provider's ledger.
        #[arg(long)]
        ledger: PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Buy(options) => buy::run(options).await,
        Command::Rush(options) => rush::run(options).await,
        Command::Verify {
            acknowledged,
            mailbox,
            ledger,
        } => verify::run(&acknowledged, &mailbox, &ledger).await,
    }
}
