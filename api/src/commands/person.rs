//! `api person` exports or erases the personal data of one person.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Subcommand;
use commerce::customer::person::{self, PersonRefusal};
use commerce::kernel::Failure;

use super::export;

/// Commands about personal data.
#[derive(Subcommand, Debug)]
pub enum Person {
    /// Write all that is kept about a person as JSON.
    Export {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// The file to write, which must not exist; standard output when left out.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Erase a person: names, addresses, e-mail addresses and telephone numbers become a marker; amounts stay.
    Erase {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// Who wants it; recorded with the erasure.
        #[arg(long)]
        by: String,
    },
}

/// Runs the command with the database role of `url`; the outcome of an erasure goes to standard error.
///
/// # Errors
/// In words for the operator.
pub async fn run(url: &str, command: &Person) -> anyhow::Result<()> {
    match command {
        Person::Export { email, output } => {
            let found = person::export(url, email).await.map_err(words)?;
            let mut out = export::open(output.as_deref())?;
            serde_json::to_writer_pretty(&mut *out, &found)?;
            out.flush()?;
            Ok(())
        }
        Person::Erase { email, by } => {
            ensure!(!by.trim().is_empty(), "--by must not be empty");
            let erased = person::erase(url, email, by).await.map_err(words)?;
            eprintln!("erasure {}: {}", erased.person, erased.counts);
            Ok(())
        }
    }
}

fn words(failure: Failure<PersonRefusal>) -> anyhow::Error {
    match failure {
        Failure::Refused(refusal) => refusal.into(),
        Failure::Broken(fault) => fault.into(),
    }
}
