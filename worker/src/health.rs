//! `/livez` and `/readyz`, for whoever keeps the process running, and `/metrics` for Prometheus.

use bytes::Bytes;
use commerce::Shop;
use commerce::db::Health;
use commerce::telemetry::metrics;
use hyper::StatusCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::http::{self, Reply};

/// Answers probes on `listener` for ever. `draining` makes the worker unready.
pub async fn serve(listener: TcpListener, shop: Shop, draining: CancellationToken) {
    http::serve(listener, move |path| {
        let (shop, draining) = (shop.clone(), draining.clone());
        async move {
            let reply = probe(&path, &shop, &draining).await;
            Reply {
                last: draining.is_cancelled(),
                ..reply
            }
        }
    })
    .await;
}

/// Answers scrapes on `listener` for ever.
pub async fn serve_metrics(listener: TcpListener, shop: Shop) {
    http::serve(listener, move |path| {
        let shop = shop.clone();
        async move {
            match path.as_str() {
                "/metrics" => Reply {
                    status: StatusCode::OK,
                    kind: metrics::KIND,
                    body: Bytes::from(metrics::scrape(&shop)),
                    last: false,
                },
                _ => Reply::not_found(),
            }
        }
    })
    .await;
}

async fn probe(path: &str, shop: &Shop, draining: &CancellationToken) -> Reply {
    let unready = |body| Reply::state(StatusCode::SERVICE_UNAVAILABLE, body);
    let ready = || Reply::state(StatusCode::OK, r#"{"status":"ok"}"#);
    match path {
        "/livez" => ready(),
        "/readyz" if draining.is_cancelled() => unready(r#"{"status":"draining"}"#),
        "/readyz" => match shop.db.health().await {
            Health::Ready => ready(),
            Health::Behind => unready(r#"{"status":"migrations missing"}"#),
            Health::Away => unready(r#"{"status":"database unavailable"}"#),
        },
        _ => Reply::not_found(),
    }
}
