//! `api import FILE…`: bring merchants' product CSVs into the catalogue.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use commerce::Shop;
use commerce::flows::import_catalog::{Counts, import_catalog};
use commerce::flows::settle_currency::settle_currency;
use commerce::kernel::{Currency, Failure};

use super::progress::{Progress, summary};

/// What to import.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// Product CSVs, imported one after the other.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// What the amounts are in; the shop's currency when left out. Founds the shop when there is none.
    #[arg(long)]
    pub currency: Option<Currency>,
}

/// Imports the files; every row that is refused is named on standard error.
///
/// # Errors
/// When a row was refused or a file could not be read, after importing everything else; when the
/// currency is not the shop's; when the database fails.
pub async fn run(shop: &Shop, args: &ImportArgs) -> anyhow::Result<Counts> {
    let currency = match settle_currency(shop, args.currency).await {
        Ok(currency) => currency,
        Err(Failure::Refused(refusal)) => return Err(refusal.into()),
        Err(Failure::Broken(fault)) => return Err(fault.into()),
    };
    let mut counts = Counts::default();
    let mut unreadable = 0;
    for path in &args.files {
        let name = path.display().to_string();
        let mut progress = Progress::new(&name);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                eprintln!("{name}: the file cannot be opened: {error}");
                unreadable += 1;
                continue;
            }
        };
        let imported = import_catalog(shop, file, currency, &mut progress).await?;
        progress.finish(&imported);
        counts = counts.plus(imported);
    }
    if args.files.len() > 1 {
        eprintln!("together {}", summary(&counts));
    }
    if counts.refusals + unreadable > 0 {
        anyhow::bail!(
            "{} reasons against rows, {unreadable} files that cannot be opened; everything else is imported",
            counts.refusals
        );
    }
    Ok(counts)
}
