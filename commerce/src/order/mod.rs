//! Orders: what was bought, for how much, and where it goes.
//!
//! Owns `orders`, `order_lines`, parcels, refunds and cancellations. An order is made by completing an attempt,
//! or carried along from another shop; what it says of goods and prices never changes.

pub mod cancellations;
pub mod carried;
mod document;
pub mod fulfillments;
pub mod idempotency;
mod model;
pub mod of_customer;
pub mod operator;
pub mod reads;
mod refund_plan;
pub mod refunds;
pub mod sheet;

pub use model::{Order, OrderLine};

use crate::kernel::Secret;

/// Where whoever has the key sees the order; `public_url` has no trailing slash.
#[must_use]
pub fn status_url(public_url: &str, order: i64, key: &Secret) -> String {
    format!("{public_url}/orders/{order}/{}", key.reveal())
}
