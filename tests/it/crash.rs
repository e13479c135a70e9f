//! Real processes that are killed at named places, or stopped, in the middle of a purchase.
//!
//! `bin/test` builds `api` and `worker` first; to run these tests alone, build the binaries before.

mod carts;
mod import;
pub(crate) mod stage;
mod stop;
mod walks;
