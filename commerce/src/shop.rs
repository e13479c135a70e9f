//! What every command is handed. It holds no payment or mail provider: a provider must never be
//! reachable from inside a transaction.

use std::sync::Arc;

use crate::db::Db;
use crate::kernel::Clock;

/// The shop's data and surroundings; cheap to clone.
#[derive(Clone)]
pub struct Shop {
    /// PostgreSQL.
    pub db: Db,
    /// The current time.
    pub clock: Clock,
    /// Settings of this process.
    pub settings: Arc<Settings>,
}

/// Settings that rules need.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where this server is reached from outside, without a trailing slash.
    pub public_url: String,
}
