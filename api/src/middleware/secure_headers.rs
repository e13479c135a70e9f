//! Headers that tell a browser to be careful with our answers.

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What every answer says; a page that says something of its own keeps it.
pub(super) struct SecureHeaders {
    set: Vec<(HeaderName, HeaderValue)>,
}

/// For JSON, which nothing may be loaded by and which may not be framed. Other origins may read
/// it, as far as CORS lets them.
const ALWAYS: [(&str, &str); 10] = [
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("origin-agent-cluster", "?1"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-frame-options", "DENY"),
    ("x-permitted-cross-domain-policies", "none"),
    // The filter of old browsers could be turned against a page.
    ("x-xss-protection", "0"),
];

/// A year, for every name below ours.
const HSTS: &str = "max-age=31536000; includeSubDomains";

impl SecureHeaders {
    /// `https`: clients reach us by TLS, and shall not try anything else.
    pub(super) fn new(https: bool) -> Self {
        let mut set: Vec<_> = ALWAYS
            .iter()
            .map(|&(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect();
        if https {
            let hsts = HeaderValue::from_static(HSTS);
            set.push((header::STRICT_TRANSPORT_SECURITY, hsts));
        }
        Self { set }
    }

    pub(super) fn decorate(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.set {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}
