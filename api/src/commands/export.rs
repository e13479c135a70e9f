//! `api export products`: the catalogue as a CSV that `api import` reads.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use commerce::Shop;
use commerce::content;
use commerce::flows::export_catalog::{Headings, export_products_as};

/// What to export.
#[derive(Subcommand, Debug)]
pub enum Export {
    /// All products with their variants, pictures and stock, as a product CSV.
    Products {
        /// The file to write, which must not exist; standard output when left out.
        #[arg(long, short)]
        output: Option<PathBuf>,
        /// Whether columns have the headings that such files have had for long, or those of today.
        #[arg(long, value_enum, default_value_t)]
        headings: HeadingsArg,
    },
}

/// The headings of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum HeadingsArg {
    /// Such as `Variant SKU`.
    #[default]
    Older,
    /// Such as `SKU`.
    Current,
}

/// Writes it; how much there was is said on standard error.
///
/// # Errors
/// In words for the operator.
pub async fn run(shop: &Shop, command: &Export) -> anyhow::Result<()> {
    let Export::Products { output, headings } = command;
    let headings = match headings {
        HeadingsArg::Older => Headings::Older,
        HeadingsArg::Current => Headings::Current,
    };
    let currency = content::store::shop_currency(&mut *shop.db.primary().await?).await?;
    let currency = currency.context("there is no shop yet; import a catalogue first")?;
    let mut out = open(output.as_deref())?;
    let count = export_products_as(shop, currency, headings, &mut *out).await?;
    out.flush()?;
    eprintln!("{count} products");
    Ok(())
}

/// Where an export goes: a new file, or standard output.
///
/// # Errors
/// When the file exists or cannot be made.
pub(super) fn open(output: Option<&Path>) -> anyhow::Result<Box<dyn Write + Send>> {
    Ok(match output {
        Some(path) => {
            let file = File::create_new(path);
            let file = file.with_context(|| format!("{} cannot be made", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(io::stdout()),
    })
}
