//! `/livez` and `/readyz`, for whoever keeps the process running.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use commerce::Shop;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Answers on `listener` for ever. `draining` makes the worker unready.
pub async fn serve(listener: TcpListener, shop: Shop, draining: CancellationToken) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: leave time for some to be freed.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (shop, draining) = (shop.clone(), draining.clone());
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                let (shop, draining) = (shop.clone(), draining.clone());
                async move { Ok::<_, Infallible>(answer(request.uri().path(), &shop, &draining).await) }
            });
            let _client_went_away = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(5))
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(path: &str, shop: &Shop, draining: &CancellationToken) -> Response<Full<Bytes>> {
    let (status, body) = match path {
        "/livez" => (StatusCode::OK, r#"{"status":"ok"}"#),
        "/readyz" if draining.is_cancelled() => {
            (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"draining"}"#)
        }
        "/readyz" => match tokio::time::timeout(Duration::from_secs(2), shop.db.is_up()).await {
            Ok(true) => (StatusCode::OK, r#"{"status":"ok"}"#),
            _ => (
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"status":"database unavailable"}"#,
            ),
        },
        _ => (StatusCode::NOT_FOUND, r#"{"status":"not found"}"#),
    };
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    let json = hyper::header::HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, json);
    response
}
