//! Buying a cart: pressing "pay", and following what comes of it.

mod attempt;
mod codes;
mod submit;

pub use attempt::CheckoutQuery;
pub use codes::{CompletionErrorCode, SubmissionErrorCode};
pub use submit::CheckoutMutation;
