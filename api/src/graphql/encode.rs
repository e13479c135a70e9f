//! From GraphQL answers to an HTTP response.

use std::collections::BTreeMap;

use async_graphql::{Response as Answer, ServerError, Value};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};
use schema::errors::UNAVAILABLE;
use serde::Serialize;

use super::answers::Found;
use super::execute::{Done, Reply};
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

/// An answer that is written out.
pub(super) struct Part {
    text: Vec<u8>,
    was_run: bool,
    fate: Fate,
}

/// Why there may be nothing in an answer.
#[derive(PartialEq, Eq)]
enum Fate {
    Answered,
    Unavailable,
    Throttled,
}

impl Part {
    /// Its bytes.
    pub(super) fn length(&self) -> u64 {
        u64::try_from(self.text.len()).unwrap_or(u64::MAX)
    }

    pub(super) fn of(reply: &Reply) -> Option<Self> {
        match &reply.found {
            Found::Made(answer) => {
                let wire = Wire::of(answer);
                let fate = if !reply.wrote && nothing_was_available(&wire) {
                    Fate::Unavailable
                } else if has_code(&wire, THROTTLED) {
                    Fate::Throttled
                } else {
                    Fate::Answered
                };
                Some(Self {
                    text: serde_json::to_vec(&wire).ok()?,
                    was_run: wire.data.is_some(),
                    fate,
                })
            }
            Found::Kept(kept, _) => {
                let mut text = Vec::with_capacity(kept.data.len() + 256);
                text.extend_from_slice(b"{\"data\":");
                text.extend_from_slice(&kept.data);
                if let Some(cost) = &reply.cost {
                    text.extend_from_slice(b",\"extensions\":{\"cost\":");
                    serde_json::to_writer(&mut text, cost).ok()?;
                    text.push(b'}');
                }
                text.push(b'}');
                Some(Self {
                    text,
                    was_run: true,
                    fate: Fate::Answered,
                })
            }
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
    pub(super) fn response(self, done: &mut Done) -> Response {
        let replies = done.replies.iter_mut();
        let parts = replies.map(|reply| reply.part.take().or_else(|| Part::of(reply)));
        let parts: Option<Vec<Part>> = parts.collect();
        let Some(mut parts) = parts else {
            return self.body(StatusCode::INTERNAL_SERVER_ERROR, Vec::new());
        };
        let status = self.status(&parts);
        let body = match parts.as_mut_slice() {
            [single] if !done.batch => std::mem::take(&mut single.text),
            list => {
                let texts: Vec<&[u8]> = list.iter().map(|part| part.text.as_slice()).collect();
                [&b"["[..], &texts.join(&b','), b"]"].concat()
            }
        };
        let mut response = self.body(status, body);
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        if let Some(account) = &done.account {
            account.decorate(response.headers_mut());
        }
        response
    }

    fn status(self, parts: &[Part]) -> StatusCode {
        if parts.iter().all(|part| part.fate == Fate::Unavailable) {
            StatusCode::SERVICE_UNAVAILABLE
        } else if self == Self::Graphql && parts.iter().all(|part| part.fate == Fate::Throttled) {
            StatusCode::TOO_MANY_REQUESTS
        } else if self == Self::Graphql && parts.iter().any(|part| !part.was_run) {
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

/// Whether the database was away or too busy and no field has a value: then the client may simply ask again, if
/// nothing was written.
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
