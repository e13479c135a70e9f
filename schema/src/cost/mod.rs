//! What operations cost: known before anything is read, and again when the answer is there.
//!
//! [`Plan::of`] walks the selected operation alone, in time that grows with the document and not with
//! what its fragments unfold to. Nothing else prices an operation.

mod plan;
mod table;
#[cfg(test)]
mod tests;
mod types;

pub use self::plan::Plan;
pub(crate) use self::table::whole;
pub use self::types::Types;
