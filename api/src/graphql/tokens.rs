//! Storefront access tokens that this process has seen, so that a request need not ask the database.
//!
//! A token that is revoked is answered for as long as it is remembered; one that was just made is
//! known at once, unless somebody tried it before.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use commerce::Shop;
use commerce::access::{self, AccessToken};
use commerce::kernel::{Fault, Secret};

/// For how long a token, or that there is no such token, is remembered.
const REMEMBERED: TimeDelta = TimeDelta::seconds(10);

/// Tokens that are remembered; an attacker's guesses beyond it push each other out.
const MOST: usize = 10_000;

/// What is known of one text.
struct Known {
    token: Option<AccessToken>,
    at: DateTime<Utc>,
}

/// The tokens that were seen, by the digest of their text.
#[derive(Default)]
pub(super) struct Tokens {
    seen: Mutex<HashMap<Vec<u8>, Known>>,
}

impl Tokens {
    /// The token with this text, unless it is revoked.
    pub(super) async fn find(
        &self,
        shop: &Shop,
        text: &Secret,
    ) -> Result<Option<AccessToken>, Fault> {
        let (digest, now) = (text.digest(), shop.clock.now());
        if let Some(known) = self.locked().get(&digest)
            && (now - known.at).abs() < REMEMBERED
        {
            return Ok(known.token.clone());
        }
        let mut conn = shop.db.primary().await?;
        let token = access::find(&mut conn, &digest).await?;
        drop(conn);
        let mut seen = self.locked();
        if seen.len() >= MOST {
            seen.retain(|_, known| (now - known.at).abs() < REMEMBERED);
        }
        if seen.len() >= MOST {
            seen.retain(|_, known| known.token.is_some());
        }
        if seen.len() < MOST {
            seen.insert(
                digest,
                Known {
                    token: token.clone(),
                    at: now,
                },
            );
        }
        Ok(token)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Known>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
