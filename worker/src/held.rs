//! The jobs this process holds, for as long as it holds them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use commerce::jobs::Claimed;
use tokio::sync::OwnedSemaphorePermit;

/// Ids of the held jobs: what heartbeats are sent for.
#[derive(Clone, Default)]
pub(crate) struct Registry(Arc<Mutex<HashSet<i64>>>);

impl Registry {
    /// The ids, sorted.
    pub(crate) fn ids(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = self.lock().iter().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// Holds a claimed job until the answer is dropped; the place it takes is freed with it.
    pub(crate) fn hold(&self, job: Claimed, place: OwnedSemaphorePermit) -> Held {
        self.lock().insert(job.id);
        Held {
            job,
            registry: self.clone(),
            _place: place,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claimed job and its place among those that may run at once.
pub(crate) struct Held {
    pub(crate) job: Claimed,
    registry: Registry,
    _place: OwnedSemaphorePermit,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.job.id);
    }
}
