//! Places among the large answers that are made at the same time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where the places of large answers are had.
#[derive(Clone, Debug)]
pub struct Places {
    /// Those of all.
    pub all: Arc<Semaphore>,
    /// What one client may have of the memory, in permits.
    pub share: Arc<Semaphore>,
    /// What one large answer takes of that.
    pub size: u32,
}

/// A place among large answers.
#[derive(Debug)]
pub struct Place {
    share: OwnedSemaphorePermit,
    place: OwnedSemaphorePermit,
}

impl Place {
    /// What it takes of its client's share, and of the places of all.
    pub fn into_parts(self) -> (OwnedSemaphorePermit, OwnedSemaphorePermit) {
        (self.share, self.place)
    }
}

impl Places {
    /// Waits for a place; `None` never, but for semaphores that are closed. The share comes first, so that a client
    /// who has none left does not stand in the others' way.
    pub async fn place(&self) -> Option<Place> {
        let share = Arc::clone(&self.share).acquire_many_owned(self.size).await;
        let place = Arc::clone(&self.all).acquire_owned().await;
        Some(Place {
            share: share.ok()?,
            place: place.ok()?,
        })
    }

    /// A place that is free.
    pub(crate) fn free(&self) -> Option<Place> {
        let share = Arc::clone(&self.share).try_acquire_many_owned(self.size);
        let place = Arc::clone(&self.all).try_acquire_owned();
        Some(Place {
            share: share.ok()?,
            place: place.ok()?,
        })
    }
}
