//! `api quantities`: in which numbers variants are sold, and for how much, in and out as CSV.

use std::io::Read;
use std::path::PathBuf;

use clap::Subcommand;
use commerce::Shop;
use commerce::catalog::store::quantities::{self, Imported};
use commerce::flows::import_quantities::import_quantities_in;

use super::{export, sheet};

/// What to do about numbers.
#[derive(Subcommand, Debug)]
pub enum Quantities {
    /// Sell variants in the numbers and at the prices of a CSV's rows, and of nothing else.
    Import {
        /// The CSV, with the columns `SKU`, `Minimum`, `Maximum`, `Increment`, `From` and `Price`.
        file: PathBuf,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the numbers and prices of all variants that have some as a CSV that can be imported again.
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
pub async fn run(shop: &Shop, command: &Quantities) -> anyhow::Result<()> {
    match command {
        Quantities::Import { file, dry_run } => {
            let (name, mut source) = sheet::open(file)?;
            let mut text = Vec::new();
            source.read_to_end(&mut text)?;
            let imported = import_quantities_in(sheet::run(*dry_run), shop, &text).await?;
            let Imported {
                changed,
                unchanged,
                refusals,
                notes,
            } = imported;
            let done = format!("{changed} variants changed, {unchanged} unchanged");
            sheet::warn(&name, &notes);
            sheet::tell(&name, &[], &refusals, &sheet::said(*dry_run, &done));
            sheet::settle(refusals.len())?;
        }
        Quantities::Export { output } => {
            let mut out = export::open(output.as_deref())?;
            let mut conn = shop.db.primary().await?;
            let count = quantities::export(&mut conn, &mut *out).await?;
            out.flush()?;
            eprintln!("{count} stock keeping units");
        }
    }
    Ok(())
}
