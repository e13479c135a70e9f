//! Runs the jobs that requests leave behind.
//!
//! apalis drives the handlers; our own `jobs` table is its storage, reached only through
//! `commerce::jobs`. [`Worker`] is the running thing, [`drain`] does all due jobs inline for
//! tests and commands. A job's life: `fetch` claims → `backend` hands it to apalis → `attempt` runs
//! it through `dispatch` → `finish` writes the verdict down; `keeper` does everything by the clock.

mod attempt;
mod backend;
mod concurrency;
pub mod config;
mod dispatch;
mod drain;
mod env;
mod fetch;
mod finish;
mod handlers;
pub mod health;
mod held;
mod http;
mod keeper;
pub mod run;
mod runtime;
mod wake;

pub use attempt::Handle;
pub use concurrency::Concurrency;
pub use config::{Timing, WorkerConfig};
pub use drain::{Drained, drain, drain_with};
pub use env::{Env, Providers};
pub use runtime::Worker;
