//! The memory that large answers have together: while they are made, and until they are read.
//!
//! A large answer takes a place while it is made, and each body that is finished takes room until its client has read it.
//! Both count as a client's share, so that one who reads slowly stands in nobody else's way. The order is always the same:
//! share, place, room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use schema::places::{Place, Places};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Large answers that are made at the same time.
const PLACES: usize = 3;

/// KiB of bodies that are finished and not read yet.
const BODIES: u32 = 32 * 1024;

/// KiB of those, and of what is made, that one client address may have.
const SHARE: u32 = 16 * 1024;

/// Bodies that are not longer take no room.
const SMALL: usize = 64 * 1024;

/// Clients that are known before those are forgotten that have nothing.
const CLIENTS: usize = 1_024;

/// What large answers take.
pub(super) struct Memory {
    places: Arc<Semaphore>,
    bodies: Arc<Semaphore>,
    shares: Mutex<HashMap<String, Weak<Semaphore>>>,
    /// KiB of the longest answer.
    longest: u32,
}

/// The room of a body.
pub(super) struct Room {
    _share: OwnedSemaphorePermit,
    _body: OwnedSemaphorePermit,
}

/// A body with its room.
struct Held {
    body: Bytes,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Memory {
    /// Room for answers of up to `longest` bytes.
    pub(super) fn new(longest: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            bodies: Arc::new(Semaphore::new(size(BODIES))),
            shares: Mutex::default(),
            longest: kib(longest).min(SHARE),
        }
    }

    /// The places that a client of this address may have.
    pub(super) fn places(&self, client: &str) -> Places {
        Places {
            all: Arc::clone(&self.places),
            share: self.share(client),
            size: self.longest,
        }
    }

    fn share(&self, client: &str) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(client).and_then(Weak::upgrade) {
            return share;
        }
        if shares.len() >= CLIENTS {
            shares.retain(|_, share| share.strong_count() > 0);
        }
        let share = Arc::new(Semaphore::new(size(SHARE)));
        shares.insert(client.to_owned(), Arc::downgrade(&share));
        share
    }

    /// Waits for the room of a body of so many bytes; `None` where it needs none. What was made at a place has its share
    /// already.
    pub(super) async fn room(
        &self,
        client: &str,
        bytes: usize,
        place: Option<Place>,
    ) -> Option<Room> {
        if bytes <= SMALL {
            return None;
        }
        let kib = kib(bytes);
        let (mut share, place) = match place {
            Some(place) => {
                let (share, place) = place.into_parts();
                (share, Some(place))
            }
            None => {
                let share = self.share(client);
                (share.acquire_many_owned(kib.min(SHARE)).await.ok()?, None)
            }
        };
        let over = share.num_permits().saturating_sub(size(kib));
        drop(share.split(over));
        let body = Arc::clone(&self.bodies);
        let body = body.acquire_many_owned(kib.min(BODIES)).await.ok()?;
        drop(place);
        Some(Room {
            _share: share,
            _body: body,
        })
    }
}

impl Room {
    /// The body, which keeps its room until it was read.
    pub(super) fn hold(self, body: Bytes) -> Bytes {
        Bytes::from_owner(Held { body, _room: self })
    }
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

fn size(kib: u32) -> usize {
    usize::try_from(kib).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Poll;

    #[tokio::test]
    async fn a_body_keeps_its_room_until_it_is_dropped() {
        let memory = Memory::new(5_000_000);
        assert!(memory.room("a", SMALL, None).await.is_none());
        let place = memory.places("a").place().await;
        assert_eq!(memory.places.available_permits(), PLACES - 1);
        let room = memory.room("a", 1024 * 1024, place).await.unwrap();
        assert_eq!(memory.places.available_permits(), PLACES);
        let share = memory.share("a");
        assert_eq!(share.available_permits(), size(SHARE) - 1024);
        let body = room.hold(Bytes::from_static(b"{}"));
        let sent = body.slice(1..);
        drop(body);
        assert_eq!(memory.bodies.available_permits(), size(BODIES) - 1024);
        drop(sent);
        assert_eq!(memory.bodies.available_permits(), size(BODIES));
        assert_eq!(share.available_permits(), size(SHARE));
    }

    #[tokio::test]
    async fn who_has_all_of_a_share_stands_in_nobody_s_way() {
        let memory = Memory::new(5_000_000);
        let mut held = Vec::new();
        for _ in 0..3 {
            let place = memory.places("a").place().await;
            held.push(memory.room("a", 5_000_000, place).await.unwrap());
        }
        let waits = memory.places("a");
        let mut more = Box::pin(waits.place());
        let now = std::future::poll_fn(|cx| Poll::Ready(more.as_mut().poll(cx))).await;
        assert!(now.is_pending());
        assert!(memory.places("b").place().await.is_some());
        held.pop();
        assert!(more.await.is_some());
    }
}
