//! Everything that goes wrong outside GraphQL, as JSON in GraphQL's shape, so that a client has
//! one way to read errors.

use std::time::Duration;

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{Error, Response};
use schema::errors::LIMIT;
use serde_json::json;

/// Why there is no ordinary answer.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// A limit that was gone over, by its name.
    limit: Option<(&'static str, usize)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// An answer whose body still has to be written, once the request's id is known.
#[derive(Clone)]
struct Unsigned {
    code: &'static str,
    message: String,
    limit: Option<(&'static str, usize)>,
}

impl Problem {
    /// A problem that lies in the request.
    pub(crate) fn plain(status: StatusCode, code: &'static str, message: String) -> Self {
        let (limit, headers) = (None, Vec::new());
        Self {
            status,
            code,
            message,
            limit,
            headers,
        }
    }

    /// A request that goes over a limit; the words say what to do.
    pub(super) fn over(
        status: StatusCode,
        limit: &'static str,
        most: usize,
        message: String,
    ) -> Self {
        Self {
            limit: Some((limit, most)),
            ..Self::plain(status, LIMIT, message)
        }
    }

    /// A problem that is gone after a while.
    pub(crate) fn passing(
        status: StatusCode,
        code: &'static str,
        message: String,
        retry: Duration,
    ) -> Self {
        Self {
            headers: vec![(header::RETRY_AFTER, whole_seconds(retry).into())],
            ..Self::plain(status, code, message)
        }
    }

    /// The same with more headers.
    pub(super) fn with(mut self, headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// The request ran out of time.
    pub(super) fn late() -> Self {
        let message = "the request took too long and was given up; try again".to_owned();
        let second = Duration::from_secs(1);
        Self::passing(StatusCode::SERVICE_UNAVAILABLE, "TIMEOUT", message, second)
    }

    /// A defect of ours, about which the caller learns nothing.
    pub(super) fn internal() -> Self {
        let message = "something went wrong on our side; try again, or quote the request id";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::plain(status, "INTERNAL_SERVER_ERROR", message.to_owned())
    }

    /// What a route or the router failed with.
    fn of(error: &Error) -> Self {
        let (code, message) = Self::words(error.status(), || error.to_string());
        if error.status().is_server_error() {
            tracing::error!(%error, "a route failed");
        }
        Self::plain(error.status(), code, message)
    }

    /// What a caller is told about a status; `own` is the route's own word on bad input.
    fn words(status: StatusCode, own: impl FnOnce() -> String) -> (&'static str, String) {
        match status {
            StatusCode::NOT_FOUND => (
                "NOT_FOUND",
                "nothing is here; the GraphQL endpoint is /graphql".to_owned(),
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "METHOD_NOT_ALLOWED",
                "this method is not answered here; use GET for pages, POST for GraphQL".to_owned(),
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "PAYLOAD_TOO_LARGE",
                "the body is too large; send less at once".to_owned(),
            ),
            status if status.is_client_error() => ("BAD_REQUEST", own()),
            _ => {
                let Self { code, message, .. } = Self::internal();
                (code, message)
            }
        }
    }

    /// The answer, still without the request's id.
    pub(crate) fn response(self) -> Response {
        let mut response = Response::builder().status(self.status).finish();
        response.headers_mut().extend(self.headers);
        response.set_data(Unsigned {
            code: self.code,
            message: self.message,
            limit: self.limit,
        });
        response
    }
}

/// Rounded up: who comes back earlier is refused again.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis().div_ceil(1000))
        .unwrap_or(u64::MAX)
        .max(1)
}

/// A route's failure as an answer: its own, where it made one.
pub(super) fn answer(error: Error) -> Response {
    if error.is_from_response() {
        error.into_response()
    } else {
        Problem::of(&error).response()
    }
}

/// Gives words to a failure that a route answered with a bare status.
pub(super) fn explain(response: &mut Response) {
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if is_failure && response.data::<Unsigned>().is_none() && take_if_empty(response) {
        let reason = || {
            status
                .canonical_reason()
                .unwrap_or("refused")
                .to_lowercase()
        };
        let (code, message) = Problem::words(status, reason);
        let limit = None;
        response.set_data(Unsigned {
            code,
            message,
            limit,
        });
    }
}

fn take_if_empty(response: &mut Response) -> bool {
    let body = response.take_body();
    let empty = body.is_empty();
    response.set_body(body);
    empty
}

/// Writes the body of an answer that a [`Problem`] made.
pub(super) fn sign(response: &mut Response, request_id: &str) {
    let Some(unsigned) = response.extensions_mut().remove::<Unsigned>() else {
        return;
    };
    let Unsigned {
        code,
        message,
        limit,
    } = unsigned;
    let mut extensions = json!({ "code": code, "requestId": request_id });
    if let Some((limit, most)) = limit {
        extensions["limit"] = limit.into();
        extensions["maximum"] = most.into();
    }
    let body = json!({ "errors": [{ "message": message, "extensions": extensions }] });
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.set_body(body.to_string());
}
