//! What an import tells the operator, on standard error.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use commerce::catalog::import::Refusal;
use commerce::flows::import_catalog::{Counts, Observer};

/// Rows between two lines where there is no terminal.
const ROWS: u64 = 5_000;

/// Time between two updates of a terminal's line.
const PAUSE: Duration = Duration::from_millis(100);

/// Speaks about one file.
pub(super) struct Progress {
    file: String,
    is_terminal: bool,
    started: Instant,
    last: Instant,
    last_rows: u64,
}

impl Progress {
    pub(super) fn new(file: &str) -> Self {
        let now = Instant::now();
        Self {
            file: file.to_owned(),
            is_terminal: std::io::stderr().is_terminal(),
            started: now,
            last: now,
            last_rows: 0,
        }
    }

    /// Says what has become of the file.
    pub(super) fn finish(&mut self, counts: &Counts) {
        let line = summary(counts);
        self.say(&format!(
            "{}: {line} ({} rows/s)",
            self.file,
            self.rate(counts)
        ));
    }

    /// Writes a line of its own, over the one that is being updated.
    fn say(&self, line: &str) {
        let clear = if self.is_terminal { "\r\x1b[K" } else { "" };
        let _nobody_reads = writeln!(std::io::stderr(), "{clear}{line}");
    }

    fn rate(&self, counts: &Counts) -> u128 {
        u128::from(counts.rows) * 1000 / self.started.elapsed().as_millis().max(1)
    }
}

impl Observer for Progress {
    fn ignored(&mut self, column: &str) {
        self.say(&format!("{}:1: {column}: the column is ignored", self.file));
    }

    fn refused(&mut self, refusal: &Refusal) {
        self.say(&format!("{}:{refusal}", self.file));
    }

    fn warned(&mut self, warning: &Refusal) {
        self.say(&format!("{}:{warning} (warning)", self.file));
    }

    fn progress(&mut self, counts: &Counts) {
        let products = counts.created + counts.updated + counts.unchanged + counts.refused;
        let line = format!(
            "{}: {} of {} rows, {products} products, {} rows/s",
            self.file,
            counts.rows,
            counts.total_rows,
            self.rate(counts)
        );
        if self.is_terminal && self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            let _nobody_reads = write!(std::io::stderr(), "\r\x1b[K{line}");
        } else if !self.is_terminal && counts.rows - self.last_rows >= ROWS {
            self.last_rows = counts.rows;
            self.say(&line);
        }
    }
}

/// The counts in a sentence.
pub(super) fn summary(counts: &Counts) -> String {
    let mut summary = format!(
        "{} rows: {} products created, {} updated, {} unchanged, {} refused; {} variants, {} images, {} warnings",
        counts.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.refused,
        counts.variants,
        counts.images,
        counts.warnings
    );
    if counts.cut > 0 {
        summary.push_str(&format!(
            "; {} descriptions lost markup: {} elements, {} attributes",
            counts.cut, counts.elements, counts.attributes
        ));
    }
    summary
}
