//! `api prices`: what variants cost in single markets, in and out as CSV.

use std::io::Read;
use std::path::PathBuf;

use clap::Subcommand;
use commerce::Shop;
use commerce::catalog::store::quantities::Imported;
use commerce::flows::import_prices::{export_prices, import_prices_in};

use super::{export, sheet};

/// What to do about prices.
#[derive(Subcommand, Debug)]
pub enum Prices {
    /// Sell variants at the prices of a CSV's rows in the markets that they name.
    Import {
        /// The CSV, with the columns `Market`, `SKU`, `From`, `Price` and `Compare At Price`.
        file: PathBuf,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the prices that markets have of their own as a CSV that can be imported again.
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
pub async fn run(shop: &Shop, command: &Prices) -> anyhow::Result<()> {
    match command {
        Prices::Import { file, dry_run } => {
            let (name, mut source) = sheet::open(file)?;
            let mut text = Vec::new();
            source.read_to_end(&mut text)?;
            let Imported {
                changed,
                unchanged,
                refusals,
                notes,
            } = import_prices_in(sheet::run(*dry_run), shop, &text).await?;
            let done = format!("{changed} prices changed, {unchanged} unchanged");
            sheet::warn(&name, &notes);
            sheet::tell(&name, &[], &refusals, &sheet::said(*dry_run, &done));
            sheet::settle(refusals.len())?;
        }
        Prices::Export { output } => {
            let mut out = export::open(output.as_deref())?;
            let count = export_prices(shop, &mut *out).await?;
            out.flush()?;
            eprintln!("{count} stock keeping units");
        }
    }
    Ok(())
}
