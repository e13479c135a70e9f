//! What a caller learns when something goes wrong.
//!
//! Expected outcomes are data (nulls, `userErrors`). An error of the request itself is made by
//! [`invalid_argument`] or the engine and shown. Everything else reaches a resolver's `?` as an error
//! with a source (a `Fault` first of all): `mask` logs it once and shows only that it happened.

use std::fmt::Display;
use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions, ServerError};
use commerce::kernel::Fault;

/// The code of a masked error.
pub const INTERNAL: &str = "INTERNAL_SERVER_ERROR";
/// The code of an error in what the caller sent.
pub const INVALID: &str = "INVALID_ARGUMENT";
/// The code of a document that is larger than a limit allows.
pub const LIMIT: &str = "LIMIT_EXCEEDED";
/// The code of an operation that costs more than it may.
pub const TOO_DEAR: &str = "MAX_COST_EXCEEDED";
/// The code of a masked error that may be gone a moment later.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// What is said of a string that cannot be stored, after its place.
const NULL_CHARACTER: &str = "contains the character U+0000, which cannot be stored.";

/// A fault that several resolvers share because they waited for the same batch.
#[derive(Clone, Debug)]
pub struct SharedFault(pub Arc<Fault>);

impl Display for SharedFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An error that tells the caller what is wrong with an argument.
pub fn invalid_argument(what: impl Display) -> Error {
    Error::new(what.to_string()).extend_with(|_, e| e.set("code", INVALID))
}

/// Whether an error is ours, and not the caller's.
pub(crate) fn is_ours(error: &ServerError) -> bool {
    let shared = error.source::<SharedFault>().map(|shared| &*shared.0);
    let fault = shared.or(error.source::<Fault>());
    error.source.is_some() && !fault.is_some_and(Fault::is_null_character)
}

/// Hides the errors that are ours, after logging each once. `place` is where the request has the character U+0000.
pub(crate) fn mask(errors: &mut [ServerError], request_id: &str, place: Option<&str>) {
    let mut logged: Vec<*const Fault> = Vec::new();
    for error in errors.iter_mut().filter(|error| error.source.is_some()) {
        let shared = error.source::<SharedFault>().map(|shared| &*shared.0);
        let fault = shared.or(error.source::<Fault>());
        if fault.is_some_and(Fault::is_null_character) {
            let mut extensions = ErrorExtensionValues::default();
            extensions.set("code", INVALID);
            error.message = format!("{} {NULL_CHARACTER}", place.unwrap_or("A string"));
            error.extensions = Some(extensions);
            error.source = None;
            continue;
        }
        if !fault.is_some_and(|fault| logged.contains(&std::ptr::from_ref(fault))) {
            let what = fault.map_or_else(|| error.message.clone(), Fault::chain);
            tracing::error!(request_id, path = ?error.path, error = %what, "a resolver failed");
        }
        logged.extend(fault.map(std::ptr::from_ref));
        let code = match fault {
            Some(Fault::Unavailable(_)) => UNAVAILABLE,
            _ => INTERNAL,
        };
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", code);
        extensions.set("requestId", request_id);
        error.message =
            "something went wrong on our side; try again, or quote the request id".into();
        error.extensions = Some(extensions);
        error.source = None;
    }
}
