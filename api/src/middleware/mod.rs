//! What happens around every route, one concern in each file; [`Edge`] puts them in order.
//!
//! ```text
//! request id, trace → client address → preflight → head → limit per address → body → shedding → time-out → the routes
//!   ← compression ← errors and panics as JSON ← CORS ← secure headers ← HEAD has no body ← one line, one metric
//! ```

mod arrival;
mod client_ip;
mod compression;
mod cors;
mod errors;
mod flat_limit;
mod forwarded;
mod head;
mod names;
mod observe;
mod request_id;
mod secure_headers;
mod shed;
mod surface;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use commerce::Shop;
use commerce::trace::Trace;
use futures_util::FutureExt;
use poem::http::header;
use poem::{Endpoint, Request, Response};
use tracing::Instrument;

pub use self::client_ip::ClientIp;
pub(crate) use self::errors::{Problem, whole_seconds};
pub(crate) use self::flat_limit::{LIMIT, POLICY};
pub(crate) use self::forwarded::finding as forwarding_finding;
pub(crate) use self::head::WithHead;
pub(crate) use self::observe::Operation;

use self::arrival::Arrival;
use self::client_ip::Resolver;
use self::compression::Compression;
use self::cors::Cors;
use self::flat_limit::FlatLimit;
use self::forwarded::Forwarded;
use self::observe::Visit;
use self::secure_headers::SecureHeaders;
use self::shed::Shed;
use self::surface::Surface;
use crate::config::EdgeConfig;
use crate::health::Draining;

/// The routes with everything that stands around them. It never answers with an error: whatever
/// goes wrong within is a response.
pub struct Edge<E> {
    routes: E,
    clients: Resolver,
    forwarded: Option<Forwarded>,
    cors: Cors,
    secure: SecureHeaders,
    limit: Option<FlatLimit>,
    arrival: Arrival,
    shed: Shed,
    compression: Compression,
    timeout: Duration,
    draining: Draining,
}

impl<E: Endpoint<Output = Response>> Edge<E> {
    /// Puts the edge around `routes`.
    pub fn around(routes: E, config: &EdgeConfig, shop: &Shop, draining: Draining) -> Arc<Self> {
        Arc::new(Self {
            routes,
            clients: Resolver::new(&config.proxies),
            forwarded: Forwarded::new(config, shop),
            cors: Cors::new(&config.origins),
            secure: SecureHeaders::new(config.https),
            limit: FlatLimit::new(config, shop),
            arrival: Arrival::new(config.limits),
            shed: Shed::new(config.concurrency, config.concurrency_per_address),
            compression: Compression::new(config.compression),
            timeout: config.timeout,
            draining,
        })
    }

    /// Lets a request in, or says why not.
    async fn admit(
        &self,
        surface: Surface,
        ip: ClientIp,
        mut request: Request,
    ) -> Result<Response, Problem> {
        let encoding = self.compression.wanted(request.headers());
        let quota = match (&self.limit, surface) {
            (None, _) | (_, Surface::Health) => None,
            (Some(limit), _) => Some(limit.admit(ip).await?),
        };
        // From before its body is there: one who sends many slowly takes from nobody else.
        let _own = self.shed.enter_own(surface, ip)?;
        if surface == Surface::Storefront {
            // Before and after: a body that nobody has time for need not be sent.
            drop(self.shed.enter(surface)?);
            self.arrival.body(&mut request).await?;
        }
        let _place = self.shed.enter(surface)?;
        let answer = self.routes.call(request);
        let answer = match surface {
            // The endpoint ends late requests itself, because it has to write their line.
            Surface::Storefront | Surface::Health => answer.await,
            Surface::Other => tokio::time::timeout(self.timeout, answer)
                .await
                .map_err(|_late| Problem::late())?,
        };
        let mut response = answer.unwrap_or_else(errors::answer);
        errors::explain(&mut response);
        // What others may be given on the way says nothing of one address.
        let shared = response.headers().get(header::CACHE_CONTROL);
        let shared = shared.is_some_and(|rule| rule.as_bytes().starts_with(b"public"));
        if let Some(quota) = quota.filter(|_| !shared) {
            quota.decorate(response.headers_mut());
        }
        Ok(self.compression.apply(encoding, response).await)
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let surface = Surface::of(request.uri().path());
        let version = request.version();
        // Before anything of ours is added to it.
        let arrived = self.arrival.check_head(surface, request.headers());
        let id = request_id::settle(request.headers_mut());
        let given = request.header("traceparent");
        let (trace, parent) = Trace::after_stranger(given);
        let ip = self.clients.client(&request);
        request.set_data(ip);
        if let Some(forwarded) = &self.forwarded
            && let Some(ignored) = self.clients.ignored(&request)
        {
            forwarded.note(ignored);
        }
        let visit = Visit::begin(&request, surface, ip, (trace, parent));
        let only_head = head::begin(&mut request);
        let origin = self.cors.origin(surface, request.headers());
        let mut response = match self.cors.preflight(surface, &request) {
            Some(answer) => answer,
            None => {
                let work = async {
                    arrived?;
                    self.admit(surface, ip, request).await
                };
                let work = AssertUnwindSafe(work).catch_unwind();
                let (request_id, trace_id) = (id.as_str(), trace.id());
                let span = tracing::info_span!("request", request_id, trace_id);
                match trace.scope(work).instrument(span).await {
                    Ok(Ok(response)) => response,
                    Ok(Err(problem)) => problem.response(),
                    Err(_panic) => {
                        tracing::error!(
                            request_id = id.as_str(),
                            trace_id = trace.id(),
                            "a request panicked"
                        );
                        Problem::internal().response()
                    }
                }
            }
        };
        errors::sign(&mut response, id.as_str());
        self.cors.decorate(origin, response.headers_mut());
        self.secure.decorate(response.headers_mut());
        id.decorate(response.headers_mut());
        if only_head {
            head::end(&mut response).await;
        }
        self.draining.say_goodbye(version, &mut response);
        visit.end(&response, id.as_str());
        Ok(response)
    }
}
