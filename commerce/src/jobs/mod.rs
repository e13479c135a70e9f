//! Work that is done later, by a worker: what kinds there are, and the table they wait in.
//!
//! Owns `jobs` and `job_schedules`. A job is enqueued on the caller's connection, so it exists if
//! and only if the caller's transaction commits. It runs at least once: whatever a job does must
//! be harmless when done twice. Handlers live in the `worker` crate.

mod enqueue;
mod figures;
mod kinds;
mod listen;
mod model;
mod retention;
mod schedule;
mod store;

pub use enqueue::{bring_again, enqueue, enqueue_all, enqueue_at};
pub use figures::{Figure, WATCHED_STATES, figures};
pub use kinds::{Job, QUEUES, SPECS, Spec, Unreadable};
pub use listen::Listener;
pub use model::{Claimed, DeadLetter, Finished, Rescued, Verdict};
pub use retention::{clean, dead_letters, revive};
pub use schedule::tick;
pub use store::{claim, finish, heartbeat, rescue};
