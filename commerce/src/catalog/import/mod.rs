//! Reads merchants' product CSVs, product by product.
//!
//! Rules, beside the meaning of the columns:
//! - The rows of a handle make one product wherever they stand in the file; its own fields come from
//!   the first of them. A first pass counts the rows of each handle, so that the second holds only
//!   products whose rows have not all come: one at a time, unless the file mixes them.
//! - A product is imported when all its rows are good, and otherwise left as it was; every refused
//!   row is reported with its line, column and reason.
//! - A column that is missing counts as blank.

mod cells;
mod columns;
mod images;
mod lines;
mod options;
mod product;
mod reader;
mod variants;

pub use product::{Parsed, parse};
pub use reader::{Group, ProductReader, Unreadable};

use std::fmt;

/// Something about one row (or the header, line 1) that a merchant should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The column's heading; empty when the row as a whole is meant.
    pub column: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Refusal {
    pub(crate) fn new(line: u64, column: &str, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: column.to_owned(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Refusal {
    /// `line: column: reason`; the caller puts the file before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        f.write_str(&self.reason)
    }
}
