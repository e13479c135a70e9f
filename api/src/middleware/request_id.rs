//! The name of a request: in logs, in masked errors and in the answer.

use commerce::kernel::id::ordered_uuid;
use poem::http::{HeaderMap, HeaderName, HeaderValue};

/// The header, in requests and answers.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A name that is harmless to log and to send back.
pub(super) struct RequestId(HeaderValue);

/// Takes the caller's name for the request where it is harmless, or makes one. Afterwards the
/// header says which, for everybody within.
pub(super) fn settle(headers: &mut HeaderMap) -> RequestId {
    if let Some(given) = headers.get(HEADER)
        && is_harmless(given.as_bytes())
    {
        return RequestId(given.clone());
    }
    let made = ordered_uuid().to_string();
    let made = HeaderValue::try_from(made).unwrap_or(HeaderValue::from_static("-"));
    headers.insert(HEADER, made.clone());
    RequestId(made)
}

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("-")
    }

    pub(super) fn decorate(&self, headers: &mut HeaderMap) {
        headers.insert(HEADER, self.0.clone());
    }
}

/// Long names and control characters could be used to write false log lines.
fn is_harmless(id: &[u8]) -> bool {
    (1..=64).contains(&id.len())
        && id
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}
