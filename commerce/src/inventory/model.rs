//! What is known about a variant's stock.

use serde::Serialize;

/// A backorder limit that means: sell on when empty.
pub const WITHOUT_LIMIT: i32 = i32::MAX;

/// A count of one variant at one location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StockCount {
    /// The variant.
    pub variant_id: i64,
    /// Units on the shelf; `None` keeps the last count, or 0 when there is none.
    pub on_hand: Option<i32>,
    /// Units that may be sold beyond the shelf: 0 or [`WITHOUT_LIMIT`].
    pub backorder_limit: i32,
}
