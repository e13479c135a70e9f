//! Waking the fetchers, one of which looks after each queue.

use std::sync::Arc;

use tokio::sync::Notify;

/// What wakes all fetchers of a worker.
#[derive(Clone)]
pub(crate) struct Wake(Arc<[Arc<Notify>]>);

impl Wake {
    /// For so many fetchers.
    pub(crate) fn of(fetchers: usize) -> Self {
        Self((0..fetchers).map(|_| Arc::default()).collect())
    }

    /// What each fetcher waits for.
    pub(crate) fn each(&self) -> impl Iterator<Item = Arc<Notify>> {
        self.0.iter().cloned()
    }

    /// Has each of them look for jobs, now or when it is done with what it does.
    pub(crate) fn all(&self) {
        for fetcher in self.0.iter() {
            fetcher.notify_one();
        }
    }
}
