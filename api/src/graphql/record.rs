//! One line for each request, and the headers that tell the client the same.

use std::time::Duration;

use commerce::kernel::id::ordered_uuid;
use commerce::meter::Meter;
use commerce::trace::Trace;
use poem::http::HeaderValue;
use poem::{Request, Response};

use super::answers::Found;
use super::decode::Refusal;
use super::execute::Done;
use crate::middleware::Operation;

/// What the line says beside figures; never a variable, an address or a text of the document.
pub(super) struct Record {
    what: String,
    /// The operation's name in metrics.
    label: String,
    errors: usize,
    /// What the caches had to do with it.
    cache: &'static str,
}

impl Record {
    /// The operations that were run.
    pub(super) fn of(done: &Done) -> Self {
        let names = done.replies.iter().map(|reply| match &reply.operation {
            Some(operation) => {
                let name = operation.name.as_deref().unwrap_or("-");
                let name: String = name.chars().take(80).collect();
                format!("{} {name}", operation.kind.name())
            }
            None => "unreadable -".to_owned(),
        });
        Self {
            what: names.collect::<Vec<_>>().join(", "),
            label: label(done),
            errors: done
                .replies
                .iter()
                .map(|reply| match &reply.found {
                    Found::Made(answer) => answer.errors.len(),
                    Found::Kept(..) => 0,
                })
                .sum(),
            cache: done.cache(),
        }
    }

    /// A request that was refused before any operation.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        Self {
            what: format!(
                "refused: {}",
                refusal.what.chars().take(120).collect::<String>()
            ),
            label: "(refused)".to_owned(),
            errors: 1,
            cache: "-",
        }
    }

    /// Writes the line and the headers.
    pub(super) fn finish(self, response: &mut Response, meter: &Meter, took: Duration, id: &str) {
        let status = response.status().as_u16();
        let (statements, db) = (meter.statements(), meter.database_time());
        let (ms, db_ms) = (took.as_millis(), db.as_millis());
        tracing::info!(
            request_id = id,
            trace_id = Trace::current().map(Trace::id),
            status,
            ms,
            statements,
            db_ms,
            errors = self.errors,
            cache = self.cache,
            "{} {status} {ms}ms [statements: {statements}, db: {db_ms}ms, cache: {}]",
            self.what,
            self.cache
        );
        response.set_data(Operation {
            name: self.label,
            failed: self.errors > 0,
            statements,
            database: db,
        });
        let timing = format!(
            "total;dur={}, db;dur={};desc=\"statements={statements}\"",
            milliseconds(took),
            milliseconds(db)
        );
        for (name, value) in [("x-request-id", id), ("server-timing", &timing)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

fn label(done: &Done) -> String {
    match done.replies.as_slice() {
        [single] => match &single.operation {
            Some(operation) => match operation.name.as_deref() {
                Some(name) => name.chars().take(80).collect(),
                None => "(anonymous)".to_owned(),
            },
            None => "(unreadable)".to_owned(),
        },
        _ => "(batch)".to_owned(),
    }
}

/// With one decimal place.
fn milliseconds(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The caller's `x-request-id`, where it is harmless, or a new one.
pub(super) fn request_id(request: &Request) -> String {
    let given = request.header("x-request-id").filter(|id| {
        let harmless = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        (1..=64).contains(&id.len()) && id.bytes().all(harmless)
    });
    given.map_or_else(|| ordered_uuid().to_string(), ToOwned::to_owned)
}
