//! `api keys`: keys that sign bearer tokens.

use clap::Subcommand;
use commerce::identity::keys::generate_pem;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Print a new signing key, for `JWT_SIGNING_KEY`.
    Generate,
}

pub(super) fn run(command: &KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Generate => super::print(&generate_pem()?),
    }
}
