//! Reads merchants' product CSVs, product by product.
//!
//! Rules, beside the meaning of the columns:
//! - The rows of a handle make one product wherever they stand in the file; its own fields come from
//!   the first of them. A first pass counts the rows of each handle, so that the second holds only
//!   products whose rows have not all come: one at a time, unless the file mixes them.
//! - A product is imported when all its rows are good, and otherwise left as it was; every refused
//!   row is reported with its line, column and reason.
//! - A column that is missing leaves its value as it is, and is blank for what is new; a blank cell clears it.

mod cells;
mod columns;
mod images;
mod measure;
mod options;
mod product;
mod reader;
mod resolve;
mod variants;

pub use crate::kernel::sheet::Refusal;
pub(crate) use columns::{Column, Columns, current_heading};
pub use product::{Parsed, parse};
pub use reader::{Group, ProductReader, Unreadable};
pub(crate) use resolve::{Held, is_whole, resolve};
