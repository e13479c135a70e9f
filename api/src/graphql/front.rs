//! The shortest way to an answer that is kept: by the bytes of the request.
//!
//! Storefronts send the same bytes again and again. What they ask for, once found out, need not be
//! parsed, checked and priced anew; whether the answer is right, and whether its caller has the points, is
//! asked each time.

use std::sync::Arc;

use moka::sync::Cache;
use schema::operation::Operation;

use super::key::Key;

/// A request that was read before, and whose answer everybody gets.
pub(super) struct Prepared {
    pub(super) operation: Arc<Operation>,
    pub(super) key: Key,
}

/// Requests that were read before, by their bytes.
pub(super) struct Front(Cache<Box<[u8]>, Arc<Prepared>>);

/// What a prepared request takes beside its bytes, roughly.
const BESIDE: usize = 2_000;

impl Front {
    /// Keeps so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let cache = Cache::<Box<[u8]>, Arc<Prepared>>::builder()
            .max_capacity(bytes)
            .weigher(|bytes, _| u32::try_from(bytes.len() + BESIDE).unwrap_or(u32::MAX));
        Self(cache.build())
    }

    /// Bytes of them, roughly.
    pub(super) fn bytes(&self) -> u64 {
        self.0.run_pending_tasks();
        self.0.weighted_size()
    }

    pub(super) fn get(&self, bytes: &[u8]) -> Option<Arc<Prepared>> {
        self.0.get(bytes)
    }

    pub(super) fn put(&self, bytes: Vec<u8>, prepared: Prepared) {
        self.0.insert(bytes.into(), Arc::new(prepared));
    }
}
