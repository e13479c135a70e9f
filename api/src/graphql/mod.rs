//! The GraphQL endpoint: `/graphql`, and `/api/<version>/graphql.json` for storefronts that were
//! written for the contract.
//!
//! Follows the GraphQL-over-HTTP draft: 200 for everything that GraphQL answered when the client
//! wants `application/json`, 400 for requests that could not be run when it wants
//! `application/graphql-response+json`.

mod answers;
mod caller;
mod decode;
mod documents;
mod encode;
mod execute;
mod flights;
mod front;
mod gate;
mod http_cache;
mod kept;
mod key;
mod limits;
mod memory;
mod persisted;
mod record;
mod tokens;

use std::sync::Arc;
use std::time::{Duration, Instant};

use commerce::telemetry::metrics::before_scrape;
use commerce::{Shop, meter};
use metrics::gauge;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{EndpointExt, Request, Response, Route, handler};
use schema::storefront::Schema;

pub use self::caller::{Budgets, TokenRule};
pub use self::gate::Budget;
pub use self::limits::Limits;

use self::answers::Answers;
use self::caller::Caller;
use self::decode::Refusal;
use self::documents::Documents;
use self::encode::Format;
use self::execute::{Done, Errand};
use self::front::Front;
use self::gate::Gate;
use self::http_cache::Asking;
use self::memory::Memory;
use self::persisted::Persisted;
use self::record::Record;
use self::tokens::Tokens;
use crate::config::EdgeConfig;

/// What the handler works with.
struct Gateway {
    schema: Schema,
    limits: Limits,
    budgets: Budgets,
    gate: Gate,
    memory: Memory,
    tokens: Tokens,
    /// Runs what is known to be valid, and so without validating it.
    trusting: Schema,
    documents: Documents,
    front: Front,
    answers: Option<Answers>,
    persisted: Persisted,
    /// How long caches on the way may keep an answer at most.
    on_the_way: Duration,
}

impl Gateway {
    /// Tells how much the caches hold.
    fn tell_sizes(&self) {
        let answers = self.answers.as_ref().map_or(0, Answers::bytes);
        for (cache, bytes) in [
            ("answers", answers),
            ("documents", self.documents.bytes()),
            ("requests", self.front.bytes()),
            ("persisted", self.persisted.bytes()),
        ] {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            gauge!("cartwright_cache_bytes", "cache" => cache).set(bytes);
        }
    }
}

/// Adds the endpoint to the routes.
pub fn routes(routes: Route, config: &EdgeConfig, shop: &Shop) -> Route {
    // Who may not read the schema is not helped to guess it either.
    let schema = if config.limits.document.introspection {
        schema::storefront::build()
    } else {
        schema::storefront::build_without_suggestions()
    };
    let gateway = Arc::new(Gateway {
        schema,
        limits: config.limits,
        budgets: config.budgets,
        gate: Gate::new(
            shop,
            &config.key_prefix,
            config.patience,
            config.limits.document,
        ),
        memory: Memory::new(config.limits.document.response_bytes),
        tokens: Tokens::default(),
        trusting: schema::storefront::build_trusting(),
        documents: Documents::new(config.caches.document_bytes),
        front: Front::new(config.caches.document_bytes),
        answers: Answers::new(&config.caches, shop, &config.key_prefix),
        persisted: Persisted::new(
            &config.caches,
            config.limits.document.document_bytes,
            shop,
            &config.key_prefix,
        ),
        on_the_way: config.caches.on_the_way,
    });
    let looked_at = Arc::downgrade(&gateway);
    before_scrape(move || {
        if let Some(gateway) = looked_at.upgrade() {
            gateway.tell_sizes();
        }
    });
    routes
        .at("/graphql", plain.data(Arc::clone(&gateway)))
        .at("/api/:version/graphql.json", versioned.data(gateway))
}

#[handler]
async fn plain(
    request: &Request,
    body: poem::Body,
    gateway: Data<&Arc<Gateway>>,
    shop: Data<&Shop>,
) -> Response {
    serve(request, body, &gateway, &shop).await
}

#[handler]
async fn versioned(
    request: &Request,
    body: poem::Body,
    Path(version): Path<String>,
    gateway: Data<&Arc<Gateway>>,
    shop: Data<&Shop>,
) -> Response {
    if is_version(&version) {
        serve(request, body, &gateway, &shop).await
    } else {
        let what = format!("`{version}` is not an API version; use one such as 2026-04");
        Refusal::new(StatusCode::NOT_FOUND, what).respond(Format::Json)
    }
}

/// `2026-04` and the like, or `unstable`: one schema stands behind all of them.
fn is_version(text: &str) -> bool {
    match text.as_bytes() {
        [b'2', b'0', y1, y2, b'-', m1, m2] => [y1, y2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        other => other == b"unstable",
    }
}

/// The refusal of a request whose time is over. It invites to try again only where nothing was written.
fn late(wrote: bool) -> Refusal {
    if wrote {
        let what = "the request took too long and was given up; some of its changes were made";
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, what)
    } else {
        let what = "the request took too long and was given up; try again";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, what)
    }
}

async fn serve(request: &Request, body: poem::Body, gateway: &Gateway, shop: &Shop) -> Response {
    let started = Instant::now();
    let id = record::request_id(request);
    let format = Format::wanted(request);
    let asking = Asking::of(request);
    let work = async {
        let caller = Caller::of(request, gateway, shop).await?;
        let raw = decode::read(request, body, &gateway.limits).await?;
        let errand = Errand {
            caller: &caller,
            shop,
            request_id: &id,
            method: request.method(),
            asking: &asking,
        };
        let done = match execute::kept(&raw, gateway, &errand).await {
            Some(done) => done,
            None => execute::execute(raw, gateway, &errand).await?,
        };
        Ok((done, caller.client()))
    };
    let work = async {
        let outcome = tokio::time::timeout(gateway.limits.time, work).await;
        (outcome, meter::writes() > 0)
    };
    let ((outcome, wrote), meter) = meter::measure(work).await;
    let outcome = outcome.unwrap_or_else(|_late| Err(late(wrote)));
    let outcome = match outcome {
        Ok((mut done, client)) => {
            let record = Record::of(&done);
            let response = write(&mut done, format, gateway, &client, wrote).await;
            response.map(|response| (response, done, record))
        }
        Err(refusal) => Err(refusal),
    };
    let (mut response, record) = match outcome {
        Ok((mut response, done, record)) => {
            let public = done.public().map(|kept| (kept, shop.freshness.lag()));
            asking.mark(&mut response, format, public, gateway.on_the_way);
            (response, record)
        }
        Err(refusal) => {
            let mut response = refusal.respond(format);
            asking.mark(&mut response, format, None, gateway.on_the_way);
            (response, Record::refused(&refusal))
        }
    };
    record.finish(&mut response, &meter, started.elapsed(), &id);
    response
}

/// The response, for whose body there is room until its client has read it. What was written is answered in any case.
async fn write(
    done: &mut Done,
    format: Format,
    gateway: &Gateway,
    client: &str,
    wrote: bool,
) -> Result<Response, Refusal> {
    let place = done.place.take();
    // A kept answer is not copied before there is room for the copy.
    let (length, mut response) = match done.public() {
        Some(kept) => (kept.data.len(), None),
        None => {
            let mut response = format.response(done);
            let body = response.take_body().into_bytes().await.unwrap_or_default();
            (body.len(), Some((response, body)))
        }
    };
    let room = gateway.memory.room(client, length, place);
    let room = match tokio::time::timeout(gateway.limits.time, room).await {
        Ok(room) => room,
        Err(_late) if wrote => None,
        Err(_late) => return Err(late(false)),
    };
    let (mut response, body) = match response.take() {
        Some(made) => made,
        None => {
            let mut response = format.response(done);
            let body = response.take_body().into_bytes().await.unwrap_or_default();
            (response, body)
        }
    };
    let body = match room {
        Some(room) => room.hold(body),
        None => body,
    };
    response.set_body(body);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::header;

    #[test]
    fn a_late_request_that_wrote_is_not_invited_to_try_again() {
        let format = Format::wanted(&Request::default());
        let response = late(false).respond(format);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
        let response = late(true).respond(format);
        assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
        assert!(!response.headers().contains_key(header::RETRY_AFTER));
    }
}
