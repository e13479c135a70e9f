//! What is remembered of a request: one line, and the figures for Prometheus.

use std::time::{Duration, Instant};

use commerce::trace::{Role, Span, Trace};
use metrics::{counter, gauge, histogram};
use poem::http::Method;
use poem::{Request, Response};

use super::client_ip::ClientIp;
use super::names;
use super::surface::Surface;

/// Set on an answer by the GraphQL endpoint, which has written its line itself.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// The operation's name as the client wrote it, or what stands in its place.
    pub(crate) name: String,
    /// Whether the answer has errors.
    pub(crate) failed: bool,
    /// SQL statements.
    pub(crate) statements: u64,
    /// What it waited for the database.
    pub(crate) database: Duration,
}

/// A request that is being answered. Dropped without an end, the client has gone away.
pub(super) struct Visit {
    surface: Surface,
    client: ClientIp,
    method: Method,
    path: String,
    started: Instant,
    span: Option<Span>,
}

const IN_FLIGHT: &str = "cartwright_http_requests_in_flight";

impl Visit {
    /// `trace` is the request's step, and the caller's that it goes on from.
    pub(super) fn begin(
        request: &Request,
        surface: Surface,
        client: ClientIp,
        (trace, parent): (Trace, Option<Trace>),
    ) -> Self {
        gauge!(IN_FLIGHT).increment(1);
        Self {
            surface,
            client,
            method: request.method().clone(),
            path: loggable(surface, request.uri().path()),
            started: Instant::now(),
            span: Some(Span::begin(trace, parent, Role::Server)),
        }
    }

    pub(super) fn end(mut self, response: &Response, request_id: &str) {
        let took = self.started.elapsed();
        let status = response.status().as_u16();
        let operation = response.data::<Operation>();
        if operation.is_none() {
            let ms = took.as_millis();
            let (method, path) = (&self.method, self.path.as_str());
            let trace_id = self.span.as_ref().map(|span| span.step.id());
            // Pages and probes are many and dull; an endpoint's refusal is worth its line.
            if self.surface == Surface::Storefront && *method != Method::OPTIONS {
                tracing::info!(
                    request_id,
                    trace_id,
                    status,
                    ms,
                    "{method} {path} {status} {ms}ms"
                );
            } else {
                tracing::debug!(
                    request_id,
                    trace_id,
                    status,
                    ms,
                    "{method} {path} {status} {ms}ms"
                );
            }
        }
        let failed = match operation {
            Some(operation) => operation.failed,
            None => status >= 400,
        };
        let labels = [
            ("surface", self.surface.name().to_owned()),
            ("operation", self.label(operation)),
            ("status", status.to_string()),
            ("errors", if failed { "yes" } else { "no" }.to_owned()),
        ];
        histogram!("cartwright_http_request_seconds", &labels[..2]).record(took);
        counter!("cartwright_http_requests_total", &labels).increment(1);
        if let Some(operation) = operation {
            histogram!("cartwright_request_statements", &labels[1..2])
                .record(operation.statements as f64);
            histogram!("cartwright_request_database_seconds", &labels[1..2])
                .record(operation.database);
        }
        // Probes are many, and nobody follows them.
        if let Some(span) = self.span.take_if(|_| self.surface != Surface::Health) {
            self.tell(span, operation, (status, request_id));
        }
    }

    /// The operation as a label.
    fn label(&self, operation: Option<&Operation>) -> String {
        let Some(operation) = operation else {
            return "-".to_owned();
        };
        names::label(&operation.name, operation.failed, self.client.network())
    }

    /// Ends the request's span.
    fn tell(&self, span: Span, operation: Option<&Operation>, (status, id): (u16, &str)) {
        let broken = status >= 500 || operation.is_some_and(|operation| operation.failed);
        span.end(broken, || {
            let method = names::method(&self.method);
            let mut attributes = vec![
                ("http.request.method", method.into()),
                ("http.response.status_code", u64::from(status).into()),
                ("cartwright.request_id", id.into()),
            ];
            let Some(operation) = operation else {
                // Where nothing is, the path is a stranger's choice.
                let path = if status == 404 { "other" } else { &self.path };
                return (format!("{method} {path}"), attributes);
            };
            let waited = u64::try_from(operation.database.as_micros()).unwrap_or(u64::MAX);
            attributes.push(("cartwright.statements", operation.statements.into()));
            attributes.push(("cartwright.database_us", waited.into()));
            (operation.name.clone(), attributes)
        });
    }
}

/// A path as far as it may stand in a log: the rest of a page's address may be the secret that
/// opens it, and the query may be anything.
fn loggable(surface: Surface, path: &str) -> String {
    match surface {
        Surface::Storefront | Surface::Health => path.chars().take(60).collect(),
        Surface::Other => {
            let mut parts = path.splitn(3, '/').skip(1);
            let first: String = parts.next().unwrap_or("").chars().take(60).collect();
            let rest = if parts.next().is_some() { "/…" } else { "" };
            format!("/{first}{rest}")
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1);
    }
}
