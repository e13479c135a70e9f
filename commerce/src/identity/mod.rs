//! How people prove who they are, without knowing whose data it is about: passwords, bearer tokens
//! and their keys, and the brake on guessing.
//!
//! Nothing here is stored by this module and nothing is printed: secrets are hashed, passwords with
//! Argon2id, random tokens with SHA-256. A failure says as little as the caller may know.

pub mod bearer;
mod caller;
mod ed25519;
mod guard;
mod hashing;
pub mod keys;

pub use caller::{Caller, MAILS_PER_REQUEST};
pub use guard::{Guard, GuardConfig, Stop, Try};
pub use hashing::{Hasher, Match};
