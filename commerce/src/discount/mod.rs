//! Discounts: what they take off, for whom and how often. Owns `discounts`, their codes, targets and
//! customers, and who used them.
//!
//! What a discount does to a price is [`crate::pricing`]'s; here is what the merchant says of it, and that it
//! is not used more often than that.

pub mod draft;
pub mod sheet;
pub mod store;
pub mod uses;

use sha2::{Digest, Sha256};

/// By what a buyer is known again: SHA-256 of the e-mail address in lower case.
#[must_use]
pub fn email_hash(email: &str) -> Vec<u8> {
    Sha256::digest(email.trim().to_lowercase().as_bytes()).to_vec()
}
