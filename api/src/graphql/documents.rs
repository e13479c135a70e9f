//! Documents that were read before: parsed once, and validated once for the same variables.
//!
//! The engine's validation looks at the values of variables, so that a document was valid once says
//! nothing of other values. What was valid with the same values is valid again, and runs on an engine
//! that skips the rules (docs/adr).

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::ExecutableDocument;
use metrics::counter;
use moka::sync::Cache;

use super::key::Key;

/// The documents that are kept.
pub(super) struct Documents {
    parsed: Cache<Box<str>, Arc<ExecutableDocument>>,
    valid: Cache<Key, ()>,
}

/// How many times the bytes of a text a parsed document takes, roughly.
const SWELLS: usize = 20;

/// Operations with their variables that are known to be valid.
const MOST_VALID: u64 = 100_000;

/// The steps that are saved, in metrics.
const PARSED: &str = "parsed";
const VALIDATED: &str = "validated";

impl Documents {
    /// Keeps so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        for step in [PARSED, VALIDATED] {
            count(step, true, 0);
            count(step, false, 0);
        }
        Self {
            parsed: Cache::<Box<str>, Arc<ExecutableDocument>>::builder()
                .max_capacity(bytes)
                .weigher(|text, _| u32::try_from(text.len() * SWELLS + 200).unwrap_or(u32::MAX))
                .build(),
            valid: Cache::new(MOST_VALID),
        }
    }

    /// Bytes of parsed documents, roughly.
    pub(super) fn bytes(&self) -> u64 {
        self.parsed.run_pending_tasks();
        self.parsed.weighted_size()
    }

    /// Puts the parsed document into a request whose text is known.
    pub(super) fn put_into(&self, request: &mut Request) {
        let known = self.parsed.get(request.query.as_str());
        count(PARSED, known.is_some(), 1);
        if let Some(document) = known {
            request.set_parsed_query(ExecutableDocument::clone(&document));
        }
    }

    /// Remembers the document of a request that was found within the limits.
    pub(super) fn remember(&self, request: &mut Request) {
        if self.parsed.contains_key(request.query.as_str()) {
            return;
        }
        let text = request.query.clone().into_boxed_str();
        if let Ok(document) = request.parsed_query() {
            self.parsed.insert(text, Arc::new(document.clone()));
        }
    }

    /// Whether an operation was valid with these variables before.
    pub(super) fn is_valid(&self, key: &Key) -> bool {
        let known = self.valid.contains_key(key);
        count(VALIDATED, known, 1);
        known
    }

    /// Remembers that it was.
    pub(super) fn was_valid(&self, key: Key) {
        self.valid.insert(key, ());
    }
}

fn count(step: &'static str, known: bool, by: u64) {
    let result = if known { "hit" } else { "miss" };
    counter!("cartwright_cache_documents_total", "step" => step, "result" => result).increment(by);
}
