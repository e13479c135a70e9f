//! Work that is done later, by a worker: what kinds there are, and the table they wait in.
//!
//! Owns `jobs` and `job_schedules`. A job is enqueued on the caller's connection, so it exists if
//! and only if the caller's transaction commits. It runs at least once: whatever a job does must
//! be harmless when done twice. Handlers live in the `worker` crate.

mod enqueue;
mod kinds;

pub use enqueue::{enqueue, enqueue_all, enqueue_at};
pub use kinds::{Job, QUEUES, SPECS, Spec, Unreadable};
