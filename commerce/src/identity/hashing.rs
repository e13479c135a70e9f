//! Passwords: Argon2id at OWASP's parameters, off the threads that serve everybody else.
//!
//! One hash takes 19 MiB and some twenty milliseconds of a core, so only a few are computed at once
//! and the rest wait their turn; a crowd that signs in slows itself down and nobody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::kernel::Fault;

/// OWASP's password storage cheat sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes that may wait; beyond it a caller had better come back later.
const MAX_WAITING: usize = 512;

/// A hash that no password has, computed with for accounts that do not exist: it takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$CHXyWAMeCu4jOVpiQHVTvQ$eoGj6go2XiA6QC7c6EtNxA3pumA3T+zvgJc+v9j+r1s";

/// Computes and compares password hashes.
pub struct Hasher {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// How a password compares with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It is another one, or nothing is stored.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, and the hash was made with weaker parameters than are used now.
    Outdated,
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// Computes on half of the machine's cores at most, so that the other half answers.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            places: Arc::new(Semaphore::new((cores / 2).max(1))),
            waiting: AtomicUsize::new(0),
        }
    }

    /// The hash to store for a password, with a salt of its own.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] while too many wait.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        let password = password.to_owned();
        self.compute(move || {
            let mut salt = [0u8; 16];
            getrandom::fill(&mut salt).map_err(|e| Fault::other("draw a salt", e.to_string()))?;
            let hash: PasswordHash = argon2()?
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(|e| Fault::other("hash a password", e.to_string()))?;
            Ok(hash.to_string())
        })
        .await?
    }

    /// Compares a password with what is stored. Without anything stored it takes as long.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] while too many wait.
    pub async fn compare(&self, password: &str, stored: Option<&str>) -> Result<Match, Fault> {
        let (password, is_known) = (password.to_owned(), stored.is_some());
        let stored = stored.unwrap_or(NOBODY).to_owned();
        self.compute(move || {
            let hash = PasswordHash::new(&stored)
                .map_err(|e| Fault::other("read a password's hash", e.to_string()))?;
            let is_same = argon2()?
                .verify_password(password.as_bytes(), &hash)
                .is_ok();
            Ok(match is_same && is_known {
                false => Match::Wrong,
                true if is_outdated(&hash) => Match::Outdated,
                true => Match::Right,
            })
        })
        .await?
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let _counted = Waiting::enter(&self.waiting)?;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|error| Fault::Unavailable(Box::new(error)))?;
        // The place goes along: a caller who gives up leaves the hash running, and it still counts.
        let computed = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        computed
            .await
            .map_err(|error| Fault::other("compute a password's hash", error))
    }
}

/// One who waits or computes, until dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self, Fault> {
        let entered = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(Fault::Unavailable(
                "too many passwords are being checked".into(),
            ));
        }
        Ok(entered)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn params() -> Result<Params, Fault> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|e| Fault::other("set the parameters of Argon2", e.to_string()))
}

fn argon2() -> Result<Argon2<'static>, Fault> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params()?))
}

fn is_outdated(hash: &PasswordHash) -> bool {
    let Ok(made_with) = Params::try_from(hash) else {
        return true;
    };
    hash.algorithm.as_str() != "argon2id"
        || made_with.m_cost() < MEMORY_KIB
        || made_with.t_cost() < PASSES
        || made_with.p_cost() < LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let hasher = Hasher::new();
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(hash, hasher.hash("correct horse").await.unwrap());
        let compare = |password, stored| hasher.compare(password, stored);
        assert_eq!(
            compare("correct horse", Some(&hash)).await.unwrap(),
            Match::Right
        );
        assert_eq!(
            compare("correct hors", Some(&hash)).await.unwrap(),
            Match::Wrong
        );
        assert_eq!(compare("correct horse", None).await.unwrap(), Match::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_weaker_parameters_is_told() {
        let weak = Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, weak);
        let hash: PasswordHash = weak
            .hash_password_with_salt(b"pw", b"0123456789abcdef")
            .unwrap();
        let found = Hasher::new().compare("pw", Some(&hash.to_string())).await;
        assert_eq!(found.unwrap(), Match::Outdated);
    }

    #[test]
    fn nobody_has_a_hash_of_todays_parameters() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert!(!is_outdated(&nobody));
        assert_eq!(Params::try_from(&nobody).unwrap().m_cost(), MEMORY_KIB);
        assert_eq!(Params::try_from(&nobody).unwrap().t_cost(), PASSES);
    }

    #[tokio::test]
    async fn those_who_wait_are_counted_out_again() {
        let hasher = Hasher::new();
        hasher.waiting.store(MAX_WAITING, Ordering::Relaxed);
        let refused = hasher.hash("pw").await;
        assert!(matches!(refused, Err(Fault::Unavailable(_))));
        assert_eq!(hasher.waiting.load(Ordering::Relaxed), MAX_WAITING);
        hasher.waiting.store(0, Ordering::Relaxed);
        assert!(hasher.hash("pw").await.is_ok());
        assert_eq!(hasher.waiting.load(Ordering::Relaxed), 0);
    }
}
