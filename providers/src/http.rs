//! The one way HTTP clients are made here.

use std::time::Duration;

pub use reqwest::Client;

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
