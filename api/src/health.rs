//! Whether this process lives, and whether it can serve.

use commerce::Shop;
use commerce::db::Health;
use poem::http::header::CONNECTION;
use poem::http::{HeaderValue, StatusCode, Version};
use poem::web::{Data, Json};
use poem::{IntoResponse, Response, handler};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Set once the process has been told to stop: it finishes what it has and wants nothing new.
#[derive(Clone, Debug, Default)]
pub struct Draining(CancellationToken);

impl Draining {
    /// From now on `/readyz` sends traffic elsewhere.
    pub fn begin(&self) {
        self.0.cancel();
    }

    fn is_on(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Done once the process has been told to stop.
    pub(crate) async fn begun(&self) {
        self.0.cancelled().await;
    }

    /// While the process drains, an answer tells its client to send the next request elsewhere, on a new
    /// connection. HTTP/2 has no such header; there the server itself says so.
    pub(crate) fn say_goodbye(&self, version: Version, response: &mut Response) {
        let upgrades = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if self.is_on() && version <= Version::HTTP_11 && !upgrades {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
    }
}

/// `GET /livez`: the process answers; nothing else is looked at.
#[handler]
pub(crate) fn livez() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /readyz`: 200 when the database answers and has every migration, 503 otherwise and while
/// draining.
///
/// Redis or the replica away only degrades: everything that matters works without them.
#[handler]
pub(crate) async fn readyz(shop: Data<&Shop>, draining: Data<&Draining>) -> Response {
    if draining.is_on() {
        return unready("draining");
    }
    match shop.db.health().await {
        Health::Ready => {}
        Health::Behind => return unready("migrations missing"),
        Health::Away => return unready("database unavailable"),
    }
    let redis = if shop.kv.is_up().await {
        "ok"
    } else {
        "unavailable"
    };
    let mut found = json!({ "status": "ok", "redis": redis });
    if let Some(replica) = shop.db.replica_health() {
        found["replica"] = replica.words().into();
    }
    Json(found).into_response()
}

fn unready(why: &str) -> Response {
    Json(json!({ "status": why }))
        .with_status(StatusCode::SERVICE_UNAVAILABLE)
        .with_header("retry-after", "2")
        .into_response()
}
