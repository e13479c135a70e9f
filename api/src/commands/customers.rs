//! `api customers`: accounts, in and out as CSV.

use std::path::PathBuf;

use clap::Subcommand;
use commerce::Shop;
use commerce::customer::ImportedCustomers;
use commerce::customer::commands::{export_customers, import_customers_in};

use super::{export, sheet};

/// What to do about customers.
#[derive(Subcommand, Debug)]
pub enum Customers {
    /// Make customers what the rows of CSVs say; a customer is known by the e-mail address.
    Import {
        /// Customer CSVs, imported one after the other.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all customers as a CSV that can be imported again.
    Export {
        /// The file to write, which must not exist; standard output when left out.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
}

/// Does it; what came of it is said on standard error.
///
/// # Errors
/// In words for the operator; when a row is refused, after importing everything else.
pub async fn run(shop: &Shop, command: &Customers) -> anyhow::Result<()> {
    match command {
        Customers::Import { files, dry_run } => import(shop, files, *dry_run).await,
        Customers::Export { output } => {
            let mut out = export::open(output.as_deref())?;
            let count = export_customers(shop, &mut *out).await?;
            out.flush()?;
            eprintln!("{count} customers");
            Ok(())
        }
    }
}

async fn import(shop: &Shop, files: &[PathBuf], dry_run: bool) -> anyhow::Result<()> {
    let mut refused = 0;
    for path in files {
        let (name, file) = sheet::open(path)?;
        let ImportedCustomers {
            created,
            updated,
            unchanged,
            ignored,
            refusals,
            notes,
        } = import_customers_in(sheet::run(dry_run), shop, file).await?;
        let done = format!("{created} customers created, {updated} updated, {unchanged} unchanged");
        sheet::warn(&name, &notes);
        sheet::tell(&name, &ignored, &refusals, &sheet::said(dry_run, &done));
        refused += refusals.len();
    }
    sheet::settle(refused)
}
