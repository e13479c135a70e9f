//! Automatic persisted queries: a client sends a document's hash, and the document itself only when it
//! is not known. The protocol is Apollo's
//! (<https://www.apollographql.com/docs/apollo-server/performance/apq>): `extensions.persistedQuery` with
//! `version: 1` and `sha256Hash`, by GET as well as by POST.
//!
//! Known documents are in this process first, and in Redis for all. A document that is lost is sent
//! again, so neither has to last.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Request as Operation, ServerError};
use commerce::Shop;
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
}

/// How long a document that nobody sends again is kept in Redis.
const TIME: Duration = Duration::from_hours(30 * 24);

/// The code of a hash that is not known; clients then send the document.
const NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
/// The code of a document that does not have its hash.
const MISMATCH: &str = "PERSISTED_QUERY_HASH_MISMATCH";

impl Persisted {
    /// Keeps documents of `longest` bytes at most; names in Redis begin with `prefix`.
    pub(super) fn new(config: &CacheConfig, longest: usize, shop: &Shop, prefix: &str) -> Self {
        for result in ["hit", "shared", "unknown"] {
            count(result, 0);
        }
        let prefix = format!("{prefix}:document");
        let warning = "persisted documents are known to each process for itself";
        let store = Store::new(shop.kv.clone(), &prefix, config.patience, warning);
        Self {
            texts: Cache::builder()
                .max_capacity(config.document_bytes)
                .weigher(|_, text: &Arc<str>| u32::try_from(text.len() + 100).unwrap_or(u32::MAX))
                .build(),
            store: Arc::new(store),
            longest,
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

    /// Remembers a document that a request brought with its hash, now that it has been found good.
    pub(super) fn remember(&self, hash: Hash, text: &str) {
        if text.len() > self.longest || self.texts.contains_key(&hash) {
            return;
        }
        let text = self.keep(hash, text);
        let store = Arc::clone(&self.store);
        tokio::spawn(async move {
            store.put(&hex::encode(hash), text.as_bytes(), TIME).await;
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
