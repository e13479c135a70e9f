//! From GraphQL answers to an HTTP response.

use std::collections::BTreeMap;

use async_graphql::{Response as Answer, ServerError, Value};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};
use schema::errors::UNAVAILABLE;
use serde::Serialize;

use super::execute::Done;
use super::gate::THROTTLED;

/// The media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/json`: 200 for whatever GraphQL answered.
    Json,
    /// `application/graphql-response+json`: the status says whether the operation was run.
    Graphql,
}

/// An answer as it is written.
#[derive(Serialize)]
struct Wire<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl<'a> Wire<'a> {
    /// An operation that was not run has errors without a path and no data at all.
    fn of(answer: &'a Answer) -> Self {
        let was_run = answer.errors.is_empty() || answer.errors.iter().any(|e| !e.path.is_empty());
        Self {
            errors: &answer.errors,
            data: was_run.then_some(&answer.data),
            extensions: &answer.extensions,
        }
    }
}

impl Format {
    /// What the client wants; JSON unless it names the other.
    pub(super) fn wanted(request: &Request) -> Self {
        let named = |text: &str| text.contains("application/graphql-response+json");
        if accepts(request).is_some_and(named) {
            Self::Graphql
        } else {
            Self::Json
        }
    }

    /// Whether the client takes one of the two.
    pub(super) fn acceptable(request: &Request) -> bool {
        let known = [
            "application/graphql-response+json",
            "application/json",
            "application/*",
            "*/*",
        ];
        accepts(request).is_none_or(|text| {
            let mut kinds = text
                .split(',')
                .map(|kind| kind.split(';').next().unwrap_or("").trim());
            kinds.any(|kind| kind.is_empty() || known.contains(&kind))
        })
    }

    /// The response to operations that were read.
    pub(super) fn response(self, done: &Done) -> Response {
        let wires: Vec<Wire<'_>> = done
            .answers
            .iter()
            .map(|(_, answer)| Wire::of(answer))
            .collect();
        let body = match wires.as_slice() {
            [single] if !done.batch => serde_json::to_vec(single),
            list => serde_json::to_vec(list),
        };
        let Ok(body) = body else {
            return self.body(StatusCode::INTERNAL_SERVER_ERROR, Vec::new());
        };
        let mut response = self.body(self.status(&wires), body);
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        if let Some(account) = &done.account {
            account.decorate(response.headers_mut());
        }
        response
    }

    fn status(self, wires: &[Wire<'_>]) -> StatusCode {
        if wires.iter().all(nothing_was_available) {
            StatusCode::SERVICE_UNAVAILABLE
        } else if self == Self::Graphql && wires.iter().all(|wire| has_code(wire, THROTTLED)) {
            StatusCode::TOO_MANY_REQUESTS
        } else if self == Self::Graphql && wires.iter().any(|wire| wire.data.is_none()) {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        }
    }

    /// A response with this media type.
    pub(super) fn body(self, status: StatusCode, body: Vec<u8>) -> Response {
        let kind = match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Graphql => "application/graphql-response+json; charset=utf-8",
        };
        Response::builder()
            .status(status)
            .content_type(kind)
            .body(body)
    }
}

fn accepts(request: &Request) -> Option<&str> {
    request.headers().get(header::ACCEPT)?.to_str().ok()
}

/// Whether the database was away and no field has a value: then the client may simply ask again.
fn nothing_was_available(wire: &Wire<'_>) -> bool {
    let nothing = match wire.data {
        Some(Value::Object(fields)) => fields.values().all(|value| *value == Value::Null),
        _ => true,
    };
    nothing && has_code(wire, UNAVAILABLE)
}

/// Whether an error of this code is among the answer's.
fn has_code(wire: &Wire<'_>, code: &str) -> bool {
    wire.errors.iter().any(|error| {
        let values = error.extensions.as_ref();
        values.and_then(|values| values.get("code")) == Some(&Value::from(code))
    })
}
