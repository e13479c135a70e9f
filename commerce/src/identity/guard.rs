//! The brake on guessing passwords, and on filling mailboxes.
//!
//! Tries are counted for the account from one network, for the account from everywhere, and for the
//! network. Nobody is locked out for good: pauses have an end, a network from which the customer has
//! signed in before is not held up by strangers elsewhere, and a new password by mail ends all of it.
//! Accounts that do not exist are braked just the same.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Hasher;
use crate::kernel::Id;
use crate::kernel::id::Customer;
use crate::kv::Kv;
use crate::kv::throttle::{Brake, Bucket, Throttle};

/// How much one network may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardConfig {
    /// Failed sign-ins from one network in ten minutes; the same again of sign-ups and of requests
    /// for a new password.
    pub tries_per_network: u32,
    /// How long a caller waits for Redis to count a try.
    pub patience: Duration,
}

impl Default for GuardConfig {
    fn default() -> Self {
        Self {
            tries_per_network: 100,
            patience: Duration::from_millis(100),
        }
    }
}

/// Hashes passwords and slows down whoever guesses them.
pub struct Guard {
    /// Computes the hashes.
    pub hasher: Hasher,
    throttle: Throttle,
    config: GuardConfig,
}

/// Too many tries: not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// How long to wait.
    pub wait: Duration,
}

/// A try that was let through and counted as a wrong one until it turns out right.
#[derive(Debug)]
pub struct Try {
    account: String,
    pair: String,
    place: String,
    network: String,
}

const MINUTE: Duration = Duration::from_secs(60);

/// Wrong passwords of one account from one network without a pause.
const FREE_FROM_ONE: u32 = 5;
/// Wrong passwords of one account from everywhere without a pause.
const FREE_FROM_ALL: u32 = 10;

const PAUSES: Brake = Brake {
    free: FREE_FROM_ONE,
    first: Duration::from_secs(30),
    longest: Duration::from_secs(15 * 60),
    memory: Duration::from_secs(24 * 60 * 60),
};

/// For how long a network from which the customer signed in is known.
const KNOWN: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Mails that one address is sent on request.
const MAILS: Bucket = Bucket {
    limit: 5,
    window: Duration::from_secs(60 * 60),
};

/// New passwords and new e-mail addresses that one customer may ask for.
const CHANGES: Bucket = Bucket {
    limit: 5,
    window: Duration::from_secs(60 * 60),
};

/// Sign-ins of one account from one network, right passwords and wrong ones: each takes a hash.
const SIGN_INS: Bucket = Bucket {
    limit: 20,
    window: Duration::from_secs(10 * 60),
};

impl Guard {
    /// Counts under `prefix`.
    #[must_use]
    pub fn new(kv: Kv, prefix: &str, config: GuardConfig) -> Self {
        Self {
            hasher: Hasher::new(),
            throttle: Throttle::new(kv, &format!("{prefix}:guard"), config.patience),
            config,
        }
    }

    /// Lets a sign-in try through, before its password is looked at.
    ///
    /// # Errors
    /// [`Stop`] for a right password, too.
    pub async fn admit_sign_in(
        &self,
        email: &str,
        network: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Try, Stop> {
        let who = name_of(email);
        let tried = Try {
            account: format!("{{{who}}}:all"),
            pair: format!("{{{who}}}:{network}"),
            place: format!("{{{who}}}:{network}:known"),
            network: format!("sign-in:{network}"),
        };
        self.fill(&tried.network, now).await?;
        let mut keys = vec![(tried.pair.clone(), FREE_FROM_ONE)];
        if !self.throttle.is_marked(&tried.place, now).await {
            keys.push((tried.account.clone(), FREE_FROM_ALL));
        }
        let braked = self.throttle.brake(&keys, PAUSES, now).await;
        braked.map_err(|wait| Stop { wait })?;
        // Only what gets here takes a hash.
        let hashes = format!("{{{who}}}:{network}:hashes");
        let filled = self.throttle.fill(&hashes, SIGN_INS, now).await;
        filled.map_err(|wait| Stop { wait })?;
        Ok(tried)
    }

    /// The try was right: it and those before it count no more.
    pub async fn succeeded(&self, tried: &Try, now: DateTime<Utc>) {
        let keys = [tried.account.clone(), tried.pair.clone()];
        self.throttle.forget(&keys).await;
        self.throttle.give_back(&tried.network, self.bucket()).await;
        self.throttle.mark(&tried.place, KNOWN, now).await;
    }

    /// The customer has a new password by a link in a mail: strangers' tries hold nobody up.
    pub async fn forgive(&self, email: &str, network: IpAddr) {
        let who = name_of(email);
        let keys = [format!("{{{who}}}:all"), format!("{{{who}}}:{network}")];
        self.throttle.forget(&keys).await;
    }

    /// Lets a sign-up through.
    ///
    /// # Errors
    /// [`Stop`] when the network has made too many.
    pub async fn admit_sign_up(&self, network: IpAddr, now: DateTime<Utc>) -> Result<(), Stop> {
        self.fill(&format!("sign-up:{network}"), now).await
    }

    /// Lets a request for a new password through, whoever it is for.
    ///
    /// # Errors
    /// [`Stop`] when the network has made too many.
    pub async fn admit_recovery(&self, network: IpAddr, now: DateTime<Utc>) -> Result<(), Stop> {
        self.fill(&format!("recover:{network}"), now).await
    }

    /// Lets a customer set a new password or ask for a new e-mail address.
    ///
    /// # Errors
    /// [`Stop`] when the customer has done so too often.
    pub async fn admit_change(
        &self,
        customer: Id<Customer>,
        now: DateTime<Utc>,
    ) -> Result<(), Stop> {
        let key = format!("change:{}", customer.value);
        let filled = self.throttle.fill(&key, CHANGES, now).await;
        filled.map_err(|wait| Stop { wait })
    }

    /// Whether the address may be sent one more mail that anybody can ask for. The caller must
    /// not show the difference.
    pub async fn may_mail(&self, email: &str, now: DateTime<Utc>) -> bool {
        let key = format!("mail:{}", name_of(email));
        self.throttle.fill(&key, MAILS, now).await.is_ok()
    }

    async fn fill(&self, key: &str, now: DateTime<Utc>) -> Result<(), Stop> {
        let filled = self.throttle.fill(key, self.bucket(), now).await;
        filled.map_err(|wait| Stop { wait })
    }

    fn bucket(&self) -> Bucket {
        Bucket {
            limit: self.config.tries_per_network,
            window: 10 * MINUTE,
        }
    }
}

/// An account's name in Redis: no address stands there.
fn name_of(email: &str) -> String {
    hex::encode(&Sha256::digest(email.trim().to_lowercase())[..16])
}
