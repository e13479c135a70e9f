//! The GraphQL endpoint: `/graphql`, and `/api/<version>/graphql.json` for storefronts that were
//! written for the contract.
//!
//! Follows the GraphQL-over-HTTP draft: 200 for everything that GraphQL answered when the client
//! wants `application/json`, 400 for requests that could not be run when it wants
//! `application/graphql-response+json`.

mod caller;
mod decode;
mod encode;
mod execute;
mod gate;
mod limits;
mod record;
mod tokens;

use std::sync::Arc;
use std::time::Instant;

use commerce::{Shop, meter};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{EndpointExt, Request, Response, Route, handler};
use schema::storefront::Schema;

pub use self::caller::{Budgets, TokenRule};
pub use self::gate::Budget;
pub use self::limits::Limits;

use self::caller::Caller;
use self::decode::Refusal;
use self::encode::Format;
use self::execute::Errand;
use self::gate::Gate;
use self::record::Record;
use self::tokens::Tokens;
use crate::config::EdgeConfig;

/// What the handler works with.
struct Gateway {
    schema: Schema,
    limits: Limits,
    budgets: Budgets,
    gate: Gate,
    tokens: Tokens,
}

/// Adds the endpoint to the routes.
pub fn routes(routes: Route, config: &EdgeConfig, shop: &Shop) -> Route {
    let gateway = Arc::new(Gateway {
        schema: schema::storefront::build(),
        limits: config.limits,
        budgets: config.budgets,
        gate: Gate::new(shop, &config.key_prefix, config.patience),
        tokens: Tokens::default(),
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

async fn serve(request: &Request, body: poem::Body, gateway: &Gateway, shop: &Shop) -> Response {
    let started = Instant::now();
    let id = record::request_id(request);
    let format = Format::wanted(request);
    let work = async {
        let caller = Caller::of(request, gateway, shop).await?;
        let incoming = decode::decode(request, body, &gateway.limits).await?;
        let errand = Errand {
            caller: &caller,
            shop,
            request_id: &id,
            method: request.method(),
        };
        execute::execute(incoming, gateway, &errand).await
    };
    let work = meter::measure(tokio::time::timeout(gateway.limits.time, work));
    let (outcome, meter) = work.await;
    let outcome = outcome.unwrap_or_else(|_late| {
        let what = "the request took too long and was given up; try again";
        Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, what))
    });
    let (mut response, record) = match outcome {
        Ok(done) => (format.response(&done), Record::of(&done)),
        Err(refusal) => (refusal.respond(format), Record::refused(&refusal)),
    };
    record.finish(&mut response, &meter, started.elapsed(), &id);
    response
}
