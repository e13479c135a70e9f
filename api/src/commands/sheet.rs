//! What operators are told about the rows of a CSV that is imported.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, bail};
use commerce::db::Run;
use commerce::kernel::sheet::Refusal;

/// A file that is imported, and what it is called in messages.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn open(path: &Path) -> anyhow::Result<(String, File)> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("{name}: the file cannot be opened"))?;
    Ok((name, file))
}

/// Says on standard error which columns and rows of a file were left out, and what was done with the others.
pub(super) fn tell(name: &str, ignored: &[String], refusals: &[Refusal], done: &str) {
    for column in ignored {
        eprintln!("{name}: column `{column}` means nothing to the shop and is left out");
    }
    for refusal in refusals {
        eprintln!("{name}:{refusal}");
    }
    eprintln!("{name}: {done}, {} reasons against rows", refusals.len());
}

/// Says on standard error what is unusual about a file.
pub(super) fn warn(name: &str, notes: &[Refusal]) {
    for note in notes {
        eprintln!("{name}:{note} (warning)");
    }
}

/// Whether what an import writes is kept.
pub(super) fn run(dry_run: bool) -> Run {
    if dry_run { Run::Dry } else { Run::Real }
}

/// What an import has done, or would do.
pub(super) fn said(dry_run: bool, done: &str) -> String {
    if dry_run {
        format!("dry run, nothing is changed: {done}")
    } else {
        done.to_owned()
    }
}

/// Fails when rows were refused.
///
/// # Errors
/// With their number.
pub(super) fn settle(refused: usize) -> anyhow::Result<()> {
    if refused > 0 {
        bail!("{refused} reasons against rows; everything else is imported");
    }
    Ok(())
}
