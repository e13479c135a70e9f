//! Which pages of other origins may call the storefront endpoint from a browser.
//!
//! Never with credentials: a storefront's identity is in headers and arguments that its own script
//! sets, so there is nothing that another page could borrow.

use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::surface::Surface;
use crate::config::Origins;

/// Answers preflights and marks answers.
pub(super) struct Cors {
    origins: Origins,
}

/// What the contract's clients send. The private token is missing on purpose: it belongs on
/// servers, and a browser that sends it should fail early.
const REQUEST_HEADERS: &str = "accept, authorization, content-type, content-language, \
    custom-storefront-request-group-id, shopify-storefront-id, shopify-storefront-s, \
    shopify-storefront-y, traceparent, tracestate, x-request-id, x-sdk-variant, \
    x-sdk-variant-source, x-sdk-version, x-shopify-client-ip, \
    x-shopify-storefront-access-token, x-shopify-uniquetoken, x-shopify-visittoken";

const ANSWER_HEADERS: &str =
    "x-request-id, server-timing, retry-after, ratelimit, ratelimit-policy";

/// How long a browser may remember a preflight; two hours is the longest that one respects.
const REMEMBER: &str = "7200";

const TIMING: HeaderName = HeaderName::from_static("timing-allow-origin");

/// Another page's origin, and what is answered to it.
pub(super) enum Origin {
    Allowed(HeaderValue),
    Unknown,
}

impl Cors {
    pub(super) fn new(origins: &Origins) -> Self {
        Self {
            origins: origins.clone(),
        }
    }

    /// What to say about origins; `None` on parts of the server that other pages have no business with.
    pub(super) fn origin(&self, surface: Surface, headers: &HeaderMap) -> Option<Origin> {
        if surface != Surface::Storefront {
            return None;
        }
        match (&self.origins, headers.get(header::ORIGIN)) {
            (Origins::Any, None) => None,
            (Origins::Any, Some(_)) => Some(Origin::Allowed(HeaderValue::from_static("*"))),
            (Origins::Listed(listed), Some(origin)) if listed.contains(origin) => {
                Some(Origin::Allowed(origin.clone()))
            }
            (Origins::Listed(_), _) => Some(Origin::Unknown),
        }
    }

    /// The answer to a browser that asks before it calls.
    pub(super) fn preflight(&self, surface: Surface, request: &Request) -> Option<Response> {
        let asks = request.method() == Method::OPTIONS
            && surface == Surface::Storefront
            && request.headers().contains_key(header::ORIGIN)
            && request
                .headers()
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if !asks {
            return None;
        }
        let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        if let Some(Origin::Allowed(_)) = self.origin(surface, request.headers()) {
            let answers = [
                (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
                (header::ACCESS_CONTROL_MAX_AGE, REMEMBER),
            ];
            for (name, value) in answers {
                let value = HeaderValue::from_static(value);
                response.headers_mut().insert(name, value);
            }
        }
        Some(response)
    }

    /// Marks the answer. Whoever keeps it on the way is told that it depends on the origin, also where there
    /// is none: given to a page of another origin it would lack what the browser asks for.
    pub(super) fn decorate(&self, origin: Option<Origin>, headers: &mut HeaderMap) {
        if (origin.is_some() && matches!(self.origins, Origins::Listed(_))) || may_be_kept(headers)
        {
            vary(headers);
        }
        if let Some(Origin::Allowed(origin)) = origin {
            let exposed = HeaderValue::from_static(ANSWER_HEADERS);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
            headers.insert(TIMING, origin.clone());
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
}

/// Whether a cache on the way may keep the answer: whatever does not forbid it (RFC 9111, section 3).
fn may_be_kept(headers: &HeaderMap) -> bool {
    let mut rules = headers.get_all(header::CACHE_CONTROL).iter();
    !rules.any(|rule| {
        let rule = String::from_utf8_lossy(rule.as_bytes()).to_ascii_lowercase();
        rule.contains("no-store")
    })
}

fn vary(headers: &mut HeaderMap) {
    let told = headers.get_all(header::VARY).iter().any(|names| {
        let names = String::from_utf8_lossy(names.as_bytes()).to_ascii_lowercase();
        let mut names = names.split(',').map(str::trim);
        names.any(|name| name == "origin" || name == "*")
    });
    if !told {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}
