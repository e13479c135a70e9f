//! `api prices`: what variants cost in single markets, in and out as CSV.

use std::io::Read;
use std::path::PathBuf;

use clap::Subcommand;
use commerce::Shop;
use commerce::catalog::store::quantities::Imported;
use commerce::flows::import_prices::{export_prices, import_prices};

use super::{export, sheet};

/// What to do about prices.
#[derive(Subcommand, Debug)]
pub enum Prices {
    /// Sell variants at the prices of a CSV's rows in the markets that they name.
    Import {
        /// The CSV, with the columns `Market`, `SKU`, `From`, `Price` and `Compare At Price`.
        file: PathBuf,
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
        Prices::Import { file } => {
            let (name, mut source) = sheet::open(file)?;
            let mut text = Vec::new();
            source.read_to_end(&mut text)?;
            let Imported {
                changed,
                unchanged,
                refusals,
            } = import_prices(shop, &text).await?;
            let done = format!("{changed} prices changed, {unchanged} unchanged");
            sheet::tell(&name, &[], &refusals, &done);
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
