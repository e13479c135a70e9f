//! Answers other than the page that was asked for.

use commerce::kernel::Fault;
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};

/// The answer when a page cannot be shown: a refusal, or another place to go.
#[derive(Debug)]
pub(super) struct Turned(Box<Response>);

/// A page, or what is answered in its place.
pub(super) type Answer = Result<Response, Turned>;

impl Turned {
    /// Another page of ours; asked for with GET, whatever was sent.
    pub(super) fn to(path: &str) -> Self {
        Self(Box::new(go(path)))
    }
}

impl From<Response> for Turned {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<Fault> for Turned {
    /// 503, without asking the database for the shop's name: it may be what is away.
    fn from(fault: Fault) -> Self {
        tracing::error!(
            error = fault.chain(),
            "a page of the checkout could not be made"
        );
        super::view::unavailable().into()
    }
}

/// Sends the browser to a page of ours.
pub(super) fn go(path: &str) -> Response {
    StatusCode::SEE_OTHER
        .with_header(header::LOCATION, path)
        .with_header(header::CACHE_CONTROL, "no-store")
        .with_header(header::REFERRER_POLICY, "no-referrer")
        .into_response()
}

/// What is sent in the end.
pub(super) fn settle(answer: Answer) -> Response {
    answer.unwrap_or_else(|Turned(response)| *response)
}
