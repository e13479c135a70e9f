//! How many of something one address may have at the same time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The limit, and what addresses have.
pub(crate) struct AddressLimit {
    most: usize,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One thing that an address has, until it is dropped.
pub(crate) struct Held {
    network: IpAddr,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl AddressLimit {
    /// `most` for each address; `None` where 0 says that there is no limit.
    pub(crate) fn new(most: usize) -> Option<Self> {
        (most > 0).then(|| Self {
            most,
            held: Arc::default(),
        })
    }

    /// One more for an address, if it may have it.
    pub(crate) fn enter(&self, network: IpAddr) -> Option<Held> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(held);
        Some(Held {
            network,
            held: Arc::clone(&self.held),
        })
    }

    /// The most that one address may have.
    pub(crate) fn most(&self) -> usize {
        self.most
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_and_no_more_is_remembered() {
        assert!(AddressLimit::new(0).is_none());
        let limit = AddressLimit::new(2).unwrap();
        let (one, other) = (
            IpAddr::from([198, 51, 100, 1]),
            IpAddr::from([198, 51, 100, 2]),
        );
        let (first, second) = (limit.enter(one).unwrap(), limit.enter(one).unwrap());
        assert!(limit.enter(one).is_none());
        let theirs = limit.enter(other).unwrap();
        drop(first);
        let third = limit.enter(one).unwrap();
        assert!(limit.enter(one).is_none());
        drop((second, third, theirs));
        assert!(limit.held.lock().unwrap().is_empty());
    }
}
