//! `api discounts`: what the shop gives for less, in and out as CSV.

use std::fmt::Write as _;
use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use commerce::Shop;
use commerce::content::identity::time_zone;
use commerce::discount::sheet;
use commerce::flows::import_discounts::{Imported, export_discounts, import_discounts_in};

use super::sheet as rows;

/// What to do about discounts.
#[derive(Subcommand, Debug)]
pub enum Discounts {
    /// Make discounts what the rows of CSVs say; a discount is known by its title.
    Import {
        /// Discount CSVs, imported one after the other.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print all discounts as a CSV that can be imported again.
    Export,
    /// Print all discounts, and how often each was used.
    List,
}

/// Does it, and says what came of it.
///
/// # Errors
/// In words for the operator; when a row is refused, after importing everything else.
pub async fn run(shop: &Shop, command: &Discounts) -> anyhow::Result<String> {
    match command {
        Discounts::Import { files, dry_run } => import(shop, files, *dry_run).await,
        Discounts::Export => {
            let (listed, currency) = export_discounts(shop).await?;
            let drafts: Vec<_> = listed.into_iter().map(|listed| listed.draft).collect();
            let mut out = Vec::new();
            let zone = time_zone(&mut *shop.db.primary().await?).await?;
            sheet::write(&mut out, &drafts, currency, zone)?;
            Ok(String::from_utf8(out)?)
        }
        Discounts::List => list(shop).await,
    }
}

async fn import(shop: &Shop, files: &[PathBuf], dry_run: bool) -> anyhow::Result<String> {
    let mut report = String::new();
    let mut refused = 0;
    for path in files {
        let name = path.display().to_string();
        let file =
            File::open(path).with_context(|| format!("{name}: the file cannot be opened"))?;
        let Imported {
            created,
            updated,
            unchanged,
            refusals,
            notes,
        } = import_discounts_in(rows::run(dry_run), shop, file).await?;
        rows::warn(&name, &notes);
        for refusal in &refusals {
            eprintln!("{name}:{refusal}");
        }
        refused += refusals.len();
        let done = format!("{created} discounts created, {updated} updated, {unchanged} unchanged");
        let done = rows::said(dry_run, &done);
        writeln!(
            report,
            "{name}: {done}, {} reasons against rows",
            refusals.len()
        )?;
    }
    if refused > 0 {
        eprint!("{report}");
        bail!("{refused} reasons against rows; everything else is imported");
    }
    Ok(report)
}

async fn list(shop: &Shop) -> anyhow::Result<String> {
    let (listed, _) = export_discounts(shop).await?;
    let zone = time_zone(&mut *shop.db.primary().await?).await?;
    let mut report = String::new();
    for discount in listed {
        let draft = &discount.draft;
        let limit = draft
            .usage_limit
            .map_or("any number".to_owned(), |n| n.to_string());
        let codes = match draft.codes.as_slice() {
            [] => "automatic".to_owned(),
            codes => codes.join(", "),
        };
        let state = if draft.active { "active" } else { "off" };
        let ends = draft
            .ends_at
            .map(|at| format!("  until {}", zone.write_end(at)));
        writeln!(
            report,
            "{:>4}  {state:<8}used {} of {limit:<12}{}  ({codes}){}",
            discount.id,
            discount.used,
            draft.title,
            ends.unwrap_or_default(),
        )?;
    }
    if report.is_empty() {
        report.push_str("no discounts yet; see `api discounts import --help`\n");
    }
    Ok(report)
}
