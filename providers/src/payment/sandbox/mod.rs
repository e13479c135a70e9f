//! The sandbox: a payment provider for development and tests, which moves no money.
//!
//! It is a process of its own (`api sandbox`) with its own ledger; this is the client's side, and
//! the wire format that both sides share. Which card does what stands in docs/sandbox.md.

mod client;
mod signature;
pub mod wire;

pub use client::{Sandbox, SandboxConfig};
pub use signature::{SIGNATURE_HEADER, sign};
