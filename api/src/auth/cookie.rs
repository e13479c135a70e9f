//! The refresh token as a browser keeps it, and which pages may make a browser send it.

use chrono::TimeDelta;
use commerce::kernel::Secret;
use poem::http::{HeaderMap, HeaderValue, header};

/// The prefix makes browsers keep it for this host alone, over TLS, for every path (RFC 6265bis).
const NAME: &str = "__Host-refresh";

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// The token in the request's cookies.
pub(super) fn read(headers: &HeaderMap) -> Option<Secret> {
    let lines = headers.get_all(header::COOKIE).iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let value = pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == NAME && !value.is_empty()).then_some(value)
    })?;
    Some(Secret::new(value))
}

/// Has the browser keep the token for so long.
pub(super) fn keep(token: &Secret, lifetime: TimeDelta) -> Option<HeaderValue> {
    let seconds = lifetime.num_seconds().max(0);
    let text = format!("{NAME}={}; Max-Age={seconds}; {ATTRIBUTES}", token.reveal());
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Has the browser forget it.
pub(super) fn forget() -> HeaderValue {
    HeaderValue::from_static("__Host-refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// Whether the request comes from a page of this very origin, or from no page at all: what a browser
/// says of itself, which a page cannot change. The cookie's SameSite is the other half.
pub(crate) fn is_from_ourselves(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    match text("origin") {
        None => true,
        Some(origin) => url::Url::parse(public_url)
            .is_ok_and(|own| own.origin().ascii_serialization() == origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn only_our_own_cookie_is_read() {
        let token = |line| read(&headers(&[("cookie", line)])).map(|s| s.reveal().to_owned());
        assert_eq!(token("a=b; __Host-refresh=abc"), Some("abc".to_owned()));
        assert_eq!(
            token("refresh=abc; x__Host-refresh=y; __Host-refresh="),
            None
        );
    }

    #[test]
    fn other_pages_are_told_from_our_own() {
        let own = |pairs: &[_]| is_from_ourselves(&headers(pairs), "https://shop.example");
        assert!(own(&[]));
        assert!(own(&[
            ("origin", "https://shop.example"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(!own(&[("origin", "https://evil.example")]));
        assert!(!own(&[("origin", "null")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
    }
}
