//! `api inventory`: what lies where, in and out as CSV.

use std::path::PathBuf;

use clap::Subcommand;
use commerce::Shop;
use commerce::flows::import_inventory::{ImportedInventory, export_inventory, import_inventory_in};

use super::{export, sheet};

/// What to do about stock.
#[derive(Subcommand, Debug)]
pub enum Inventory {
    /// Make stock what the rows of inventory CSVs say, one row for each variant and location.
    Import {
        /// Inventory CSVs, imported one after the other.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write what lies where as a CSV that can be imported again.
    Export {
        /// The file to write, which must not exist; standard output when left out.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
}

/// Runs the command; its result is printed on standard error.
///
/// # Errors
/// In words for the operator; when a row is refused, after importing everything else.
pub async fn run(shop: &Shop, command: &Inventory) -> anyhow::Result<()> {
    match command {
        Inventory::Import { files, dry_run } => import(shop, files, *dry_run).await,
        Inventory::Export { output } => {
            let mut out = export::open(output.as_deref())?;
            let count = export_inventory(shop, &mut *out).await?;
            out.flush()?;
            eprintln!("{count} variants");
            Ok(())
        }
    }
}

async fn import(shop: &Shop, files: &[PathBuf], dry_run: bool) -> anyhow::Result<()> {
    let mut refused = 0;
    for path in files {
        let (name, file) = sheet::open(path)?;
        let ImportedInventory {
            changed,
            removed,
            unchanged,
            ignored,
            refusals,
            notes,
        } = import_inventory_in(sheet::run(dry_run), shop, file).await?;
        let done = format!("{changed} levels changed, {removed} removed, {unchanged} unchanged");
        sheet::warn(&name, &notes);
        sheet::tell(&name, &ignored, &refusals, &sheet::said(dry_run, &done));
        refused += refusals.len();
    }
    sheet::settle(refused)
}
