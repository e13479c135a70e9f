//! The routes, and the life of the server from start to drained.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use commerce::identity::bearer::Authority;
use commerce::signals::Stop;
use commerce::telemetry::metrics;
use commerce::{Shop, cache, watchdog};
use poem::http::Version;
use poem::listener::{Acceptor, AcceptorExt, BoxAcceptor, Listener, TcpListener};
use poem::web::Data;
use poem::{Endpoint, EndpointExt, Response, Route, get, handler, post};

use crate::checkout;
use crate::config::{ApiConfig, EdgeConfig};
use crate::connections::{self, Certificate, Encrypted, Patience};
use crate::demo;
use crate::graphiql;
use crate::graphql;
use crate::health::{self, Draining};
use crate::mailbox;
use crate::middleware::{Edge, WithHead};
use crate::{auth, pages, webhooks};

/// How often the files of the certificate are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Everything that is served, for one shop.
pub fn app(shop: Shop, draining: Draining, edge: &EdgeConfig) -> impl Endpoint + Clone + use<> {
    let routes = Route::new()
        .at("/livez", get(health::livez))
        .at("/readyz", get(health::readyz))
        .at("/demo/:file", get(demo::picture));
    let routes = if edge.graphiql {
        routes.nest("/graphiql", graphiql::routes(&shop.settings.payment))
    } else {
        routes
    };
    let routes = routes.at("/webhooks/:provider", post(webhooks::receive));
    let routes = auth::routes(checkout::routes(pages::routes(routes)));
    let authority = Authority::new(edge.signing.ring(), &shop.settings.public_url);
    let routes = match &edge.mailbox {
        Some(mailbox) => routes.nest("/mailbox", mailbox::routes(mailbox.clone())),
        None => routes,
    };
    let routes = graphql::routes(routes, edge, &shop);
    let payment: webhooks::Payment = providers::payment::connect(&shop.settings.payment)
        .inspect_err(|error| tracing::error!(%error, "webhooks are not taken"))
        .unwrap_or_default();
    let routes = routes.data(payment).data(authority);
    let routes = routes.data(shop.clone()).data(draining.clone());
    Edge::around(routes.map_to_response(), edge, &shop, draining)
}

/// Serves until SIGTERM or Ctrl-C, then finishes what is running: `/readyz` says no, requests are
/// still taken for as long as balancers need to notice, then no more, and those that run are given
/// their time.
///
/// # Errors
/// When an address cannot be listened on.
pub async fn serve(config: &ApiConfig, shop: Shop) -> anyhow::Result<()> {
    let draining = Draining::default();
    let stop = Stop::listen()?;
    shop.db.watch(&shop.clock)?;
    watchdog::start();
    if let Some(address) = config.metrics {
        serve_metrics(address, shop.clone()).await?;
    }
    shop.db.watch_replica(&shop.freshness)?;
    if let Some(address) = config.health {
        serve_health(address, shop.clone(), draining.clone()).await?;
    }
    // The replica is read while it shows what is heard of.
    if config.edge.caches.answers || shop.db.replica_health().is_some() {
        let (freshness, clock) = (shop.freshness.clone(), shop.clock.clone());
        tokio::spawn(cache::follow(
            config.common.direct_url.clone(),
            freshness,
            clock,
        ));
    }
    let listener = listen(config).await?;
    let app = app(shop, draining.clone(), &config.edge);
    let tls = config.tls.is_some();
    tracing::info!(address = %config.listen, tls, "listening");
    connections::shared_server(listener, config.connections, config.per_address.clone())
        .draining(draining.clone())
        .run_until(
            app,
            told(stop, draining, config.common.shutdown_delay),
            config.common.shutdown_grace,
        )
        .await;
    tracing::info!("drained");
    Ok(())
}

/// Encrypts connections where there is a certificate.
async fn listen(config: &ApiConfig) -> anyhow::Result<BoxAcceptor> {
    let certificate = match &config.tls {
        Some(files) => Some(Certificate::load(files.clone()).await?),
        None => None,
    };
    let listener = TcpListener::bind(config.listen).into_acceptor().await;
    let listener = listener.with_context(|| format!("listen on {}", config.listen))?;
    let Some(certificate) = certificate else {
        return Ok(listener.boxed());
    };
    certificate.watch(LOOK);
    Ok(Encrypted::new(listener, certificate)?.boxed())
}

async fn told(mut stop: Stop, draining: Draining, delay: Duration) {
    stop.told().await;
    stop.or_at_once();
    tracing::info!("stopping: no new work is wanted");
    draining.begin();
    tokio::time::sleep(delay).await;
}

/// Answers Prometheus, at an address that the public must not reach.
async fn serve_metrics(address: SocketAddr, shop: Shop) -> anyhow::Result<()> {
    metrics::start("api")?;
    let acceptor = TcpListener::bind(address)
        .into_acceptor()
        .await
        .with_context(|| format!("listen on API_METRICS_LISTEN {address}"))?;
    let routes = Route::new().at("/metrics", get(scrape)).data(shop);
    serve_aside(acceptor, routes.map_to_response());
    Ok(())
}

/// Answers probes at an address of their own, where nobody else takes the connections: by HTTP, also where
/// others have to use TLS.
async fn serve_health(address: SocketAddr, shop: Shop, draining: Draining) -> anyhow::Result<()> {
    let acceptor = TcpListener::bind(address)
        .into_acceptor()
        .await
        .with_context(|| format!("listen on API_HEALTH_LISTEN {address}"))?;
    let routes = Route::new()
        .at("/livez", get(health::livez))
        .at("/readyz", get(health::readyz))
        .data(shop)
        .data(draining.clone());
    let routes = routes.map_to_response().after(move |answer| {
        let draining = draining.clone();
        async move {
            let mut answer: Response = answer?;
            draining.say_goodbye(Version::HTTP_11, &mut answer);
            Ok::<_, poem::Error>(answer)
        }
    });
    serve_aside(acceptor, routes);
    Ok(())
}

/// Serves beside the public address until the process ends.
fn serve_aside<E>(acceptor: impl Acceptor + 'static, routes: E)
where
    E: Endpoint<Output = Response> + 'static,
{
    tokio::spawn(connections::server(acceptor, Patience::for_probes()).run(WithHead(routes)));
}

#[handler]
fn scrape(shop: Data<&Shop>) -> Response {
    Response::builder()
        .content_type(metrics::KIND)
        .body(metrics::scrape(&shop))
}
