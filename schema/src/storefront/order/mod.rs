//! Orders, seen by the customer whose they are.

pub mod discount;
pub mod fulfillment;
pub mod line;
pub mod node;
pub mod status;

pub use node::{Order, OrderConnection, OrderCount};
