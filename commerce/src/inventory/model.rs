//! What is known about a variant's stock.

use serde::Serialize;

/// A count of one variant at one location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StockCount {
    /// The variant.
    pub variant_id: i64,
    /// The location.
    pub location_id: i64,
    /// Units on the shelf; `None` keeps the last count, or 0 when there is none.
    pub on_hand: Option<i32>,
}
