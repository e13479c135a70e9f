//! The shortest way to an answer that is kept: by the bytes of the request.
//!
//! Storefronts send the same bytes again and again. What they ask for, once found out, need not be
//! parsed, checked and priced anew; whether the answer is right, and whether its caller has the points, is
//! asked each time.

use std::sync::Arc;

use moka::sync::Cache;
use schema::operation::Operation;

use super::decode::{Kind, Raw};
use super::key::Key;

/// A request that was read before, and whose answer everybody gets.
pub(super) struct Prepared {
    pub(super) operation: Arc<Operation>,
    pub(super) key: Key,
}

/// Requests that were read before, by their bytes. The bytes of an address mean something else than the
/// same bytes as a body, so that the two never meet.
pub(super) struct Front {
    addresses: Requests,
    bodies: Requests,
}

type Requests = Cache<Box<[u8]>, Arc<Prepared>>;

/// What a prepared request takes beside its bytes, roughly.
const BESIDE: usize = 2_000;

impl Front {
    /// Keeps so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let half = || {
            let cache = Requests::builder()
                .max_capacity(bytes / 2)
                .weigher(|bytes, _| u32::try_from(bytes.len() + BESIDE).unwrap_or(u32::MAX));
            cache.build()
        };
        Self {
            addresses: half(),
            bodies: half(),
        }
    }

    /// Bytes of them, roughly.
    pub(super) fn bytes(&self) -> u64 {
        let sizes = [&self.addresses, &self.bodies].map(|requests| {
            requests.run_pending_tasks();
            requests.weighted_size()
        });
        sizes.iter().sum()
    }

    pub(super) fn get(&self, raw: &Raw) -> Option<Arc<Prepared>> {
        self.of(raw)?.get(raw.bytes.as_slice())
    }

    /// Keeps a request, unless it is of the kind that hardly anybody sends.
    pub(super) fn put(&self, raw: Raw, prepared: Prepared) {
        if let Some(requests) = self.of(&raw) {
            requests.insert(raw.bytes.into(), Arc::new(prepared));
        }
    }

    fn of(&self, raw: &Raw) -> Option<&Requests> {
        match raw.kind {
            Kind::Address => Some(&self.addresses),
            Kind::Json => Some(&self.bodies),
            Kind::Document => None,
        }
    }
}
