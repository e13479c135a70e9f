//! The routes, and the life of the server from start to drained.

use std::time::Duration;

use anyhow::Context;
use commerce::Shop;
use poem::listener::TcpListener;
use poem::{Endpoint, EndpointExt, Route, get, post};

use crate::config::{ApiConfig, EdgeConfig};
use crate::demo;
use crate::graphiql;
use crate::graphql;
use crate::health::{self, Draining};
use crate::mailbox;
use crate::middleware::Edge;
use crate::{pages, webhooks};

/// Everything that is served, for one shop.
pub fn app(shop: Shop, draining: Draining, edge: &EdgeConfig) -> impl Endpoint + Clone + use<> {
    let routes = Route::new()
        .at("/livez", get(health::livez))
        .at("/readyz", get(health::readyz))
        .at("/demo/:file", get(demo::picture))
        .nest("/graphiql", graphiql::routes(&shop.settings.payment));
    let routes = routes.at("/webhooks/:provider", post(webhooks::receive));
    let routes = pages::routes(routes);
    let routes = match &edge.mailbox {
        Some(mailbox) => routes.nest("/mailbox", mailbox::routes(mailbox.clone())),
        None => routes,
    };
    let routes = graphql::routes(routes, edge, &shop);
    let payment: webhooks::Payment = providers::payment::connect(&shop.settings.payment)
        .inspect_err(|error| tracing::error!(%error, "webhooks are not taken"))
        .unwrap_or_default();
    let routes = routes.data(payment).data(shop.clone()).data(draining);
    Edge::around(routes.map_to_response(), edge, &shop)
}

/// Serves until SIGTERM or Ctrl-C, then finishes what is running.
///
/// # Errors
/// When the address cannot be listened on, or the server breaks.
pub async fn serve(config: &ApiConfig, shop: Shop) -> anyhow::Result<()> {
    let draining = Draining::default();
    let app = app(shop, draining.clone(), &config.edge);
    tracing::info!(address = %config.listen, "listening");
    poem::Server::new(TcpListener::bind(config.listen))
        .run_with_graceful_shutdown(
            app,
            stop_signal(draining),
            Some(config.common.shutdown_grace),
        )
        .await
        .with_context(|| format!("serve on {}", config.listen))?;
    tracing::info!("drained");
    Ok(())
}

/// How long `/readyz` says no before connections are refused, so that balancers notice.
const PROPAGATION: Duration = Duration::from_millis(500);

async fn stop_signal(draining: Draining) {
    until_stopped().await;
    tracing::info!("stopping: no new work is taken");
    draining.begin();
    tokio::time::sleep(PROPAGATION).await;
}

/// Done at SIGTERM or Ctrl-C.
pub(crate) async fn until_stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}
