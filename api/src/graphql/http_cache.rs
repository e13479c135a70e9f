//! What browsers and caches on the way are told about keeping an answer (RFC 9111), and the answer to
//! one who has it already (RFC 9110, section 13).
//!
//! Only a GET is anything to them, as of persisted queries. A public answer says how long caches on
//! the way may keep it: nobody tells those of changes, so it is a matter of seconds. Browsers ask each
//! time, which costs a 304. All other answers are kept by nobody.

use std::time::Duration;

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Body, Request, Response};

use super::caller::PRIVATE;
use super::encode::Format;
use super::kept::Kept;

/// What the answer depends on beside its address, as far as the endpoint itself goes. A shop may demand
/// a public token.
const VARY: &str = "accept, x-shopify-storefront-access-token";

/// What the request says about it.
pub(super) struct Asking {
    /// Whether the answer may be one that everybody gets.
    pub(super) anonymous: bool,
    pub(super) is_get: bool,
    /// Whether others may be given the answer on the way: not what a private token has bought.
    shareable: bool,
    known: Option<String>,
}

impl Asking {
    pub(super) fn of(request: &Request) -> Self {
        let headers = request.headers();
        let known = headers.get(header::IF_NONE_MATCH);
        Self {
            anonymous: !headers.contains_key(header::AUTHORIZATION),
            is_get: request.method() == Method::GET,
            shareable: !headers.contains_key(PRIVATE),
            known: known.and_then(|tags| tags.to_str().ok().map(str::to_owned)),
        }
    }

    /// Whether the client has the answer of this name.
    fn has(&self, etag: &str) -> bool {
        self.known.as_deref().is_some_and(|known| {
            let tags = known.split(',').map(str::trim);
            tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag))
                .any(|tag| tag == "*" || tag == etag)
        })
    }

    /// Marks the answer; `public` is the one that everybody gets, and when it was last known to be right.
    pub(super) fn mark(
        &self,
        response: &mut Response,
        format: Format,
        public: Option<(&Kept, Duration)>,
        most: Duration,
    ) {
        let public =
            public.filter(|_| self.is_get && self.shareable && response.status() == StatusCode::OK);
        let Some((kept, age)) = public else {
            let never = HeaderValue::from_static("no-store");
            response.headers_mut().insert(header::CACHE_CONTROL, never);
            return;
        };
        let seconds = u64::from(kept.max_age).min(most.as_secs());
        let rule = match seconds {
            0 => "public, no-cache".to_owned(),
            seconds => format!("public, max-age=0, s-maxage={seconds}, must-revalidate"),
        };
        // The two media types are two representations.
        let etag = match format {
            Format::Json => format!("\"{}\"", kept.etag),
            Format::Graphql => format!("\"{}-g\"", kept.etag),
        };
        let has_it = self.has(&etag);
        let headers = response.headers_mut();
        put(headers, header::CACHE_CONTROL, rule);
        put(headers, header::AGE, age.as_secs().to_string());
        put(headers, header::ETAG, etag);
        headers.append(header::VARY, HeaderValue::from_static(VARY));
        if has_it {
            headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            headers.remove(header::CONTENT_TYPE);
            response.set_status(StatusCode::NOT_MODIFIED);
            response.set_body(Body::empty());
        }
    }
}

fn put(headers: &mut HeaderMap, name: header::HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
