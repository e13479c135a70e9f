//! What every command is handed. It holds no payment or mail provider: a provider must never be
//! reachable from inside a transaction.

use std::sync::Arc;

use crate::cache::Freshness;
use crate::cart::OrderConfig;
use crate::checkout::SubmissionLimits;
use crate::config::{CommonConfig, Profile};
use crate::customer::AccountConfig;
use crate::db::Db;
use crate::identity::Guard;
use crate::kernel::{Clock, Fault};
use crate::kv::Kv;
use crate::payment::PaymentConfig;
use crate::retention::Retention;

/// The shop's data and surroundings; cheap to clone.
#[derive(Clone)]
pub struct Shop {
    /// PostgreSQL.
    pub db: Db,
    /// Redis.
    pub kv: Kv,
    /// The current time.
    pub clock: Clock,
    /// Hashes passwords and slows down whoever guesses them.
    pub guard: Arc<Guard>,
    /// What this process knows of changes to what is shown.
    pub freshness: Freshness,
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
    /// How people come to an account.
    pub accounts: AccountConfig,
    /// How much may be bought at once.
    pub orders: OrderConfig,
    /// How often somebody may try to pay.
    pub submissions: SubmissionLimits,
    /// Retention periods of carts, jobs and webhook bodies.
    pub retention: Retention,
}

impl Shop {
    /// Sets the connections up, by configuration, and the clock by the database's.
    ///
    /// # Errors
    /// A [`Fault`] when a pool cannot be built.
    pub async fn open(config: &CommonConfig) -> Result<Self, Fault> {
        let kv = Kv::connect(&config.redis_url)?;
        let guard = Guard::new(kv.clone(), &config.key_prefix, config.accounts.guard);
        let (db, clock) = (Db::connect(&config.db).await?, Clock::system());
        db.set_clock(&clock).await?;
        Ok(Self {
            db,
            kv,
            clock,
            guard: Arc::new(guard),
            freshness: Freshness::default(),
            settings: Arc::new(Settings {
                profile: config.profile,
                public_url: config.public_url.clone(),
                payment: config.payment.clone(),
                accounts: config.accounts.clone(),
                orders: config.orders,
                submissions: config.submissions,
                retention: config.retention,
            }),
        })
    }
}
