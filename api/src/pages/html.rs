//! The frame of every page, and the one way text gets into it.

use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};

/// Names the style in the policy.
const STYLE_SOURCE: &str = "'sha256-/7UVKB3iirwiwtRYdptgjRFOXdlpZ/mRs+ufgbPuRbs='";

/// The whole style; [`STYLE_SOURCE`] is its hash.
pub(super) const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2.5rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.75rem;line-height:1.25}h2{font-size:1.25rem}small{color:#666}pre{white-space:pre-wrap}\
table{width:100%;border-collapse:collapse}td,th{padding:.375rem 0;text-align:left;vertical-align:top}\
td+td,th+th{padding-left:1rem;text-align:right;white-space:nowrap}\
tfoot td{border-top:1px solid #ccc}tfoot tr:last-child{font-weight:bold}\
iframe{width:100%;height:34rem;border:1px solid #ccc}button{font:inherit;padding:.25rem 1rem}";

/// Text as HTML shows it.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Nothing is loaded: the style stands in the page. `forms` says where forms may lead, `frames` what
/// may be framed, both in the words of a policy.
fn policy(forms: &str, frames: &str) -> String {
    format!(
        "default-src 'none'; img-src data:; style-src {STYLE_SOURCE}; frame-src {frames}; \
         base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    )
}

/// A page; `body` is HTML already.
pub(super) fn page(title: &str, body: &str) -> Response {
    answer(title, body, policy("'none'", "'none'"))
}

/// A page with frames of ours in it.
pub(crate) fn framing_page(title: &str, body: &str) -> Response {
    answer(title, body, policy("'none'", "'self'"))
}

/// A page with a form whose answers lead to `forms`.
pub(crate) fn form_page(title: &str, body: &str, forms: &str) -> Response {
    answer(title, body, policy(forms, "'none'"))
}

fn answer(title: &str, body: &str, policy: String) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\">\
         <style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    );
    html.with_content_type("text/html; charset=utf-8")
        .with_header(header::CONTENT_SECURITY_POLICY, policy)
        .with_header(header::CACHE_CONTROL, "no-store")
        .with_header(header::REFERRER_POLICY, "no-referrer")
        .with_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .into_response()
}

/// 404, the same for what does not exist and for a wrong key.
pub(super) fn not_found() -> Response {
    page("Not found", "<p>There is nothing here.</p>")
        .with_status(StatusCode::NOT_FOUND)
        .into_response()
}

/// 503, for a page whose data cannot be read now.
pub(super) fn unavailable(fault: &commerce::kernel::Fault) -> Response {
    tracing::error!(error = fault.chain(), "a page could not be made");
    page(
        "Not now",
        "<p>Something went wrong on our side. Try again.</p>",
    )
    .with_status(StatusCode::SERVICE_UNAVAILABLE)
    .into_response()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_exactly_our_style() {
        let digest = Sha256::digest(STYLE);
        let hash = base64::engine::general_purpose::STANDARD.encode(digest);
        assert_eq!(STYLE_SOURCE, format!("'sha256-{hash}'"));
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
    }
}
