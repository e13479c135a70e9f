//! Automatic persisted queries: a client sends a document's hash, and the document itself only when it
//! is not known. The protocol is Apollo's
//! (<https://www.apollographql.com/docs/apollo-server/performance/apq>): `extensions.persistedQuery` with
//! `version: 1` and `sha256Hash`, by GET as well as by POST.
//!
//! Known documents are in this process first, and in Redis for all. A document that is lost is sent
//! again, so neither has to last: one is kept for a short while, once an operation of it was run, and a
//! caller has a quota of bytes that they may have kept.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Request as Operation, ServerError};
use commerce::Shop;
use commerce::kernel::Clock;
use commerce::kv::bucket::{Buckets, Size};
use commerce::kv::store::Store;
use metrics::counter;
use moka::sync::Cache;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::config::CacheConfig;

/// The SHA-256 of a document.
pub(super) type Hash = [u8; 32];

/// Documents that clients may name.
pub(super) struct Persisted {
    texts: Cache<Hash, Arc<str>>,
    store: Arc<Store>,
    /// Longer documents are not kept.
    longest: usize,
    /// How long a document is kept before it has to be sent again.
    time: Duration,
    quotas: Buckets,
    /// Bytes that one caller may have kept, filled up again in `time`.
    quota: Size,
    clock: Clock,
}

/// The code of a hash that is not known; clients then send the document.
const NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
/// The code of a document that does not have its hash.
const MISMATCH: &str = "PERSISTED_QUERY_HASH_MISMATCH";

impl Persisted {
    /// Keeps documents of `longest` bytes at most; names in Redis begin with `prefix`.
    pub(super) fn new(config: &CacheConfig, longest: usize, shop: &Shop, prefix: &str) -> Self {
        for result in ["hit", "shared", "unknown", "over_quota"] {
            count(result, 0);
        }
        let seconds = u32::try_from(config.persisted_time.as_secs()).unwrap_or(u32::MAX);
        let quota = Size {
            capacity: config.persisted_bytes_per_caller,
            per_second: config.persisted_bytes_per_caller.div_ceil(seconds.max(1)),
        };
        let quotas = format!("{prefix}:document-quota");
        let prefix = format!("{prefix}:document");
        let warning = "persisted documents are known to each process for itself";
        let store = Store::new(shop.kv.clone(), &prefix, config.patience, warning);
        Self {
            texts: Cache::builder()
                .max_capacity(config.document_bytes)
                .time_to_live(config.persisted_time)
                .weigher(|_, text: &Arc<str>| u32::try_from(text.len() + 100).unwrap_or(u32::MAX))
                .build(),
            store: Arc::new(store),
            longest,
            time: config.persisted_time,
            quotas: Buckets::new(shop.kv.clone(), &quotas, config.patience),
            quota,
            clock: shop.clock.clone(),
        }
    }

    /// Bytes of those in this process, roughly.
    pub(super) fn bytes(&self) -> u64 {
        self.texts.run_pending_tasks();
        self.texts.weighted_size()
    }

    /// Puts in the document that a request names, or checks the one that it brings.
    pub(super) async fn resolve(
        &self,
        operation: &mut Operation,
        hash: Hash,
    ) -> Result<(), ServerError> {
        if !operation.query.is_empty() {
            return if Hash::from(Sha256::digest(&operation.query)) == hash {
                Ok(())
            } else {
                Err(error(
                    MISMATCH,
                    "`sha256Hash` is not the SHA-256 of `query`",
                ))
            };
        }
        match self.find(hash).await {
            Some(text) => {
                text.as_ref().clone_into(&mut operation.query);
                Ok(())
            }
            // The words are the protocol's: some clients go by them.
            None => {
                count("unknown", 1);
                Err(error(NOT_FOUND, "PersistedQueryNotFound"))
            }
        }
    }

    async fn find(&self, hash: Hash) -> Option<Arc<str>> {
        if let Some(text) = self.texts.get(&hash) {
            count("hit", 1);
            return Some(text);
        }
        let stored = self.store.get(&hex::encode(hash)).await?;
        let text = String::from_utf8(stored).ok()?;
        // Whoever can write to Redis shall not choose what others run.
        if text.len() > self.longest || Hash::from(Sha256::digest(&text)) != hash {
            return None;
        }
        count("shared", 1);
        Some(self.keep(hash, &text))
    }

    fn keep(&self, hash: Hash, text: &str) -> Arc<str> {
        let text: Arc<str> = text.into();
        self.texts.insert(hash, Arc::clone(&text));
        text
    }

    /// Remembers a document that a caller brought with its hash, now that an operation of it was run.
    pub(super) async fn remember(&self, hash: Hash, text: &str, caller: &str) {
        if text.len() > self.longest || self.texts.contains_key(&hash) {
            return;
        }
        let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let now = self.clock.now();
        let standing = self.quotas.take(caller, self.quota, bytes, now).await;
        if !standing.allowed {
            count("over_quota", 1);
            return;
        }
        let text = self.keep(hash, text);
        let (store, time) = (Arc::clone(&self.store), self.time);
        tokio::spawn(async move {
            store.put(&hex::encode(hash), text.as_bytes(), time).await;
        });
    }
}

/// The hash that a request's `extensions` name.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn named(extensions: &Value) -> Result<Option<Hash>, &'static str> {
    let Some(named) = extensions
        .get("persistedQuery")
        .filter(|named| !named.is_null())
    else {
        return Ok(None);
    };
    if named.get("version").and_then(Value::as_u64) != Some(1) {
        return Err("`extensions.persistedQuery.version` must be 1");
    }
    let mut hash = Hash::default();
    let text = named.get("sha256Hash").and_then(Value::as_str);
    let read = text.is_some_and(|text| hex::decode_to_slice(text, &mut hash).is_ok());
    let wrong = "`extensions.persistedQuery.sha256Hash` must be a SHA-256 in 64 hexadecimal digits";
    read.then_some(Some(hash)).ok_or(wrong)
}

fn error(code: &str, message: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

fn count(result: &'static str, by: u64) {
    counter!("cartwright_cache_persisted_total", "result" => result).increment(by);
}
