//! `api import FILE…`: bring merchants' product CSVs into the catalogue, and shop files into the shop.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use commerce::Shop;
use commerce::content::identity::time_zone;
use commerce::content::store::shop_currency;
use commerce::flows::arrange_shop::arrange_shop_in;
use commerce::flows::import_catalog::{Counts, import_catalog_in};
use commerce::flows::settle_currency::settle_currency;
use commerce::kernel::{Currency, Failure};

use super::progress::{Progress, summary};
use super::sheet;
use crate::shop_file::ShopFile;

/// What to import.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// Product CSVs, and shop files that end in `.json`, imported one after the other.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// What the amounts are in; the shop's currency when left out. Founds the shop when there is none.
    #[arg(long)]
    pub currency: Option<Currency>,
    /// Say what would be done, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Imports the files; every row that is refused is named on standard error.
///
/// # Errors
/// When a row was refused or a file could not be read, after importing everything else; when the
/// currency is not the shop's; when the database fails.
pub async fn run(shop: &Shop, args: &ImportArgs) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    let mut refused = 0;
    for path in &args.files {
        let name = path.display().to_string();
        if is_shop_file(path) {
            match import_shop_file(shop, path, args.dry_run).await {
                Ok(()) if args.dry_run => {
                    eprintln!(
                        "{name}: dry run, nothing is changed: the shop can be as the file says"
                    );
                }
                Ok(()) => eprintln!("{name}: the shop is as the file says"),
                Err(error) => {
                    eprintln!("{name}: {error:#}");
                    refused += 1;
                }
            }
            continue;
        }
        let currency = match args.dry_run {
            false => settle(shop, args.currency).await?,
            true => held_currency(shop, args.currency).await?,
        };
        let mut progress = Progress::new(&name);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                eprintln!("{name}: the file cannot be opened: {error}");
                refused += 1;
                continue;
            }
        };
        let run = sheet::run(args.dry_run);
        let imported = import_catalog_in(run, shop, file, currency, &mut progress).await?;
        if args.dry_run {
            eprintln!("{name}: dry run, nothing is changed");
        }
        progress.finish(&imported);
        counts = counts.plus(imported);
    }
    if args.files.len() > 1 {
        eprintln!("together {}", summary(&counts));
    }
    if counts.refusals + refused > 0 {
        anyhow::bail!(
            "{} reasons against rows, {refused} files that were left out; everything else {}",
            counts.refusals,
            if args.dry_run {
                "could be imported"
            } else {
                "is imported"
            }
        );
    }
    Ok(counts)
}

async fn settle(shop: &Shop, wanted: Option<Currency>) -> anyhow::Result<Currency> {
    match settle_currency(shop, wanted).await {
        Ok(currency) => Ok(currency),
        Err(Failure::Refused(refusal)) => Err(refusal.into()),
        Err(Failure::Broken(fault)) => Err(fault.into()),
    }
}

fn is_shop_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// The currency of a dry run: the shop's, because none is founded or changed.
async fn held_currency(shop: &Shop, wanted: Option<Currency>) -> anyhow::Result<Currency> {
    let held = shop_currency(&mut *shop.db.primary().await?).await?;
    let held = held.context("there is no shop yet, so that nothing can be tried on it")?;
    ensure!(
        wanted.is_none_or(|wanted| wanted == held),
        "the shop sells in {held}: what a change of its currency would do cannot be tried"
    );
    Ok(held)
}

/// Makes the shop what the file says, or leaves it as it is.
async fn import_shop_file(shop: &Shop, path: &Path, dry_run: bool) -> anyhow::Result<()> {
    let text = fs::read_to_string(path).context("the file cannot be read")?;
    let file = ShopFile::read(&text)?;
    let mut conn = shop.db.primary().await?;
    let (held, zone) = (shop_currency(&mut conn).await?, time_zone(&mut conn).await?);
    drop(conn);
    let arrangement = file.in_zone(zone).arrangement(held)?;
    let work = arrange_shop_in(sheet::run(dry_run), shop, &arrangement);
    Ok(shop.db.alone(work).await?)
}
