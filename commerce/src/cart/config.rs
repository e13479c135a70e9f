//! How much may be bought at once.

use super::{MAX_LINES, MAX_QUANTITY};
use crate::config::Reader;

/// Limits of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderConfig {
    /// The most pieces of all lines together.
    pub most_pieces: i64,
}

impl Default for OrderConfig {
    fn default() -> Self {
        Self {
            most_pieces: i64::from(MAX_QUANTITY),
        }
    }
}

impl OrderConfig {
    /// Reads the limits.
    pub fn read(reader: &mut Reader) -> Self {
        let Self { most_pieces } = Self::default();
        let most_pieces = reader.parsed("ORDER_MAX_QUANTITY", most_pieces);
        let most = i64::try_from(MAX_LINES).unwrap_or(i64::MAX) * i64::from(MAX_QUANTITY);
        if !(1..=most).contains(&most_pieces) {
            reader.fault(
                "ORDER_MAX_QUANTITY",
                format!("must be between 1 and {most}"),
            );
        }
        Self { most_pieces }
    }
}
