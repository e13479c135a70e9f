//! What keeps cached answers right: which answers a change concerns, and who hears of it when.
//!
//! An answer carries [`Tag`]s, one for each thing that it was made of. Triggers on every table that
//! answers are made of notify the tags of what a statement changed; PostgreSQL hands notices out at
//! commit, in the order of the commits, and never after a rollback. So it does not matter who writes:
//! the api, the worker, the importer or an operator with `psql`.
//!
//! Each api process follows the notices ([`follow()`]) and remembers when each tag was last touched
//! ([`Freshness`]). While it cannot hear them it says so, and nothing cached is shown.
//!
//! Two kinds of time are compared, neither of them a clock:
//! - within a process a count of touches: an answer made after touch 17 is right as long as none of its
//!   tags was touched later;
//! - between processes the transactions that a reader had seen ([`Snapshot`]): an answer is right if it
//!   was made from a snapshot that shows the last touch of each of its tags. Notices come in the order in
//!   which commits become visible, so who sees the last touch sees all before it.

mod follow;
mod freshness;
mod shared;
mod snapshot;
mod tag;

pub use self::follow::{follow, touched};
pub use self::freshness::{Freshness, Moment, Touched};
pub use self::shared::SharedStore;
pub use self::snapshot::Snapshot;
pub use self::tag::Tag;
