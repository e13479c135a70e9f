//! The one way HTTP clients are made here.

use std::time::Duration;

use commerce::trace::{Attribute, Span};
pub use reqwest::Client;
use reqwest::{RequestBuilder, Response};

/// A client that gives up after `timeout`, follows no redirect and uses no proxy.
///
/// # Errors
/// When TLS cannot be set up.
pub fn client(timeout: Duration) -> Result<Client, reqwest::Error> {
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(2)))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}

/// Sends a request as a step of the caller's trace, which the receiver is told of by `traceparent`.
/// `name` says what is asked for, in words of our own.
///
/// # Errors
/// When there is no answer.
pub async fn send(request: RequestBuilder, name: &'static str) -> reqwest::Result<Response> {
    let span = Span::outgoing();
    let answer = request.header("traceparent", span.step.to_string());
    let answer = answer.send().await;
    let status = answer.as_ref().ok().map(|answer| answer.status());
    let failed = status.is_none_or(|status| status.is_client_error() || status.is_server_error());
    span.end(failed, || {
        let status = status.map(|status| u64::from(status.as_u16()));
        let status = status.map(|status| ("http.response.status_code", Attribute::from(status)));
        (name.to_owned(), status.into_iter().collect())
    });
    answer
}
