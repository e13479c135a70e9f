//! Attempts to buy a cart: what was accepted, and how far it has come.
//!
//! Owns `checkout_attempts` and `payment_cards`. An attempt's snapshot is never changed and nothing in it is computed
//! again: the buyer pays what was shown. The same token always names the same attempt, and at
//! most one attempt of a cart is alive.

pub mod cards;
mod limits;
mod model;
mod rules;
pub mod store;

pub use limits::{SubmissionLimits, Submitter, wait_until};
pub use model::{Attempt, AttemptKey, LAST_UNITS, LIFETIME, RefundReason, Snapshot, State};
pub use rules::{Situation, Step, decide};
