//! Buying a cart: pressing "pay", and following what comes of it.

pub mod attempt;
pub mod codes;
pub mod submit;

pub use attempt::CheckoutQuery;
pub use codes::{CompletionErrorCode, SubmissionErrorCode};
pub use submit::CheckoutMutation;
