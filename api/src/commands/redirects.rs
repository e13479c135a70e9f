//! `api redirects`: paths that lead elsewhere, in and out as CSV.

use std::fs::File;
use std::path::PathBuf;

use clap::Subcommand;
use commerce::Shop;
use commerce::content::redirects::{self, Imported};
use commerce::db::Run;
use commerce::kernel::Failure;

use super::{export, sheet};

/// What to do about redirects.
#[derive(Subcommand, Debug)]
pub enum Redirects {
    /// Make paths lead where the rows of a CSV say; a row without a target takes its path away.
    Import {
        /// The CSV, with the columns `Redirect from` and `Redirect to`.
        file: PathBuf,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all redirects as a CSV that can be imported again.
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
pub async fn run(shop: &Shop, command: &Redirects) -> anyhow::Result<()> {
    match command {
        Redirects::Import { file, dry_run } => {
            let (name, source) = sheet::open(file)?;
            let Imported {
                created,
                updated,
                removed,
                unchanged,
                refusals,
                notes,
            } = import(shop, source, sheet::run(*dry_run)).await?;
            let done = format!(
                "{created} redirects created, {updated} updated, {removed} removed, {unchanged} unchanged"
            );
            sheet::warn(&name, &notes);
            sheet::tell(&name, &[], &refusals, &sheet::said(*dry_run, &done));
            sheet::settle(refusals.len())?;
        }
        Redirects::Export { output } => {
            let mut out = export::open(output.as_deref())?;
            let mut conn = shop.db.primary().await?;
            let count = redirects::export(&mut conn, &mut *out).await?;
            out.flush()?;
            eprintln!("{count} redirects");
        }
    }
    Ok(())
}

/// All rows in one transaction.
async fn import(shop: &Shop, mut source: File, run: Run) -> anyhow::Result<Imported> {
    use std::io::Read;
    let mut text = Vec::new();
    source.read_to_end(&mut text)?;
    let now = shop.clock.now();
    let work = async {
        let done = shop
            .db
            .write_in(run, async |conn| {
                Ok(redirects::import(conn, text.as_slice(), now).await?)
            })
            .await;
        done.map_err(Failure::fault)
    };
    Ok(shop.db.alone(work).await?)
}
