//! What every command is handed. It holds no payment or mail provider: a provider must never be
//! reachable from inside a transaction.

use std::sync::Arc;

use crate::config::{CommonConfig, Profile};
use crate::db::Db;
use crate::kernel::{Clock, Fault};
use crate::kv::Kv;
use crate::payment::PaymentConfig;

/// The shop's data and surroundings; cheap to clone.
#[derive(Clone)]
pub struct Shop {
    /// PostgreSQL.
    pub db: Db,
    /// Redis.
    pub kv: Kv,
    /// The current time.
    pub clock: Clock,
    /// Settings of this process.
    pub settings: Arc<Settings>,
}

/// Settings that rules need.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What kind of installation this is.
    pub profile: Profile,
    /// Where this server is reached from outside, without a trailing slash.
    pub public_url: String,
    /// Who takes the money.
    pub payment: PaymentConfig,
}

impl Shop {
    /// Sets the connections up, by configuration.
    ///
    /// # Errors
    /// A [`Fault`] when a pool cannot be built.
    pub async fn open(config: &CommonConfig) -> Result<Self, Fault> {
        Ok(Self {
            db: Db::connect(&config.db).await?,
            kv: Kv::connect(&config.redis_url)?,
            clock: Clock::system(),
            settings: Arc::new(Settings {
                profile: config.profile,
                public_url: config.public_url.clone(),
                payment: config.payment.clone(),
            }),
        })
    }
}
