//! Payments: what we asked a provider for, and what it told us.
//!
//! Owns `payments`, `payment_operations`, `payment_facts`, `webhook_inbox`, `payment_cursors` and `unapplied_payment_reports`. Facts are only ever
//! added; the sums of a payment follow them by trigger. A provider's silence is never taken for
//! a refusal: money may have moved.

mod config;
pub mod inbox;
mod model;
pub mod operations;
pub mod refused;
pub mod store;
pub mod unapplied;

pub use config::{PaymentConfig, sandbox_secret};
pub use inbox::InboxKey;
pub use model::{CardFingerprint, Decline, DeclineCode, Fact, FactKind, Progress, Report, Source};
pub use store::{Errand, OperationKind};
