//! The limit of one address, and what is sent away when everything is busy.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use api::config::EdgeConfig;
use api::health::Draining;
use api::middleware::Edge;
use commerce::config::Profile;
use commerce::kernel::Secret;
use commerce::kernel::id::ordered_uuid;
use commerce::kv::Kv;
use commerce::kv::limiter::Quota;
use poem::http::StatusCode;
use poem::test::{TestClient, TestResponse};
use poem::{Endpoint, Request, Response};
use serde_json::json;
use tests::TestApp;
use tokio::sync::Barrier;

/// Three requests in so long a time that no test sees its end.
const QUOTA: Quota = Quota {
    limit: 3,
    window: Duration::from_hours(24 * 36_500),
};

fn edge() -> EdgeConfig {
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.per_address = Some(QUOTA);
    edge.key_prefix = format!("test-{}", ordered_uuid());
    edge.patience = Duration::from_secs(60);
    edge.proxies.trusted = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    edge
}

async fn from(client: &TestClient<impl Endpoint>, address: &str) -> TestResponse {
    let body = json!({ "query": "{ publicApiVersions { handle } }" });
    let request = client.post("/graphql").body_json(&body);
    request.header("x-forwarded-for", address).send().await
}

fn remaining(response: &TestResponse) -> String {
    let line = response.0.headers()["ratelimit"].to_str().unwrap();
    line.split(';').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn two_processes_share_the_limit_of_an_address() {
    let app = TestApp::new().await;
    let edge = edge();
    let (one, other) = (app.process(&edge), app.process(&edge));
    assert_eq!(remaining(&from(&one, "198.51.100.1").await), "r=2");
    assert_eq!(remaining(&from(&other, "198.51.100.1").await), "r=1");
    assert_eq!(remaining(&from(&one, "198.51.100.1").await), "r=0");
    for client in [&other, &one] {
        let refused = from(client, "198.51.100.1").await;
        refused.assert_status(StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(remaining(&refused), "r=0");
        refused.assert_header("ratelimit-policy", "\"address\";q=3;w=3153600000");
        let wait = refused.0.headers()["retry-after"].to_str().unwrap();
        assert!(wait.parse::<u64>().unwrap() > 0, "{wait}");
        let body: serde_json::Value = refused.0.into_body().into_json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "THROTTLED");
    }
    assert_eq!(remaining(&from(&other, "198.51.100.2").await), "r=2");
}

#[tokio::test]
async fn health_is_never_limited_and_a_limit_of_nothing_costs_nothing() {
    let app = TestApp::new().await;
    let client = app.process(&edge());
    for _ in 0..5 {
        let response = client.get("/livez").send().await;
        response.assert_status_is_ok();
        assert!(!response.0.headers().contains_key("ratelimit"));
    }
    let response = from(&app.client, "198.51.100.1").await;
    assert!(!response.0.headers().contains_key("ratelimit"));
}

#[tokio::test]
async fn without_redis_each_process_keeps_the_limit_for_itself() {
    let mut app = TestApp::new().await;
    app.shop.kv = Kv::connect(&Secret::new("redis://127.0.0.1:1".to_owned())).unwrap();
    let edge = edge();
    let (one, other) = (app.process(&edge), app.process(&edge));
    for client in [&one, &other] {
        for left in ["r=2", "r=1", "r=0"] {
            assert_eq!(remaining(&from(client, "198.51.100.1").await), left);
        }
        let refused = from(client, "198.51.100.1").await;
        refused.assert_status(StatusCode::TOO_MANY_REQUESTS);
    }
}

/// Holds a request until the test comes, and panics for those who ask for it.
struct Routes(Arc<Barrier>);

impl Endpoint for Routes {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        match request.uri().path() {
            "/graphql" => {
                self.0.wait().await;
                self.0.wait().await;
            }
            "/panics" => panic!("the test asked for it"),
            "/never" => std::future::pending().await,
            _ => {}
        }
        Ok(Response::builder().body("done"))
    }
}

async fn around_routes(edge: EdgeConfig) -> (TestApp, Arc<Barrier>, TestClient<Arc<Edge<Routes>>>) {
    let app = TestApp::new().await;
    let barrier = Arc::new(Barrier::new(2));
    let routes = Edge::around(
        Routes(Arc::clone(&barrier)),
        &edge,
        &app.shop,
        Draining::default(),
    );
    (app, barrier, TestClient::new(routes))
}

#[tokio::test]
async fn a_full_house_sends_away_at_once_and_lets_in_again() {
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.concurrency = 1;
    let (_app, barrier, client) = around_routes(edge).await;
    let client = Arc::new(client);
    for _ in 0..2 {
        let inside = tokio::spawn({
            let client = Arc::clone(&client);
            async move { client.post("/graphql").send().await.0.status() }
        });
        barrier.wait().await;
        let refused = client
            .post("/graphql")
            .header("origin", "https://a.example")
            .send()
            .await;
        refused.assert_status(StatusCode::SERVICE_UNAVAILABLE);
        refused.assert_header("retry-after", "1");
        refused.assert_header("access-control-allow-origin", "*");
        let body: serde_json::Value = refused.0.into_body().into_json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "OVERLOADED");
        client.get("/livez").send().await.assert_status_is_ok();
        barrier.wait().await;
        assert_eq!(inside.await.unwrap(), StatusCode::OK);
    }
}

#[tokio::test]
async fn requests_at_work_are_counted_by_the_clients_address_behind_a_proxy() {
    let mut edge = edge();
    edge.per_address = None;
    edge.concurrency_per_address = 1;
    let (_app, barrier, client) = around_routes(edge).await;
    let client = Arc::new(client);
    let status = async |path: &str, address: &str| {
        let request = client.get(path).header("x-forwarded-for", address);
        request.send().await
    };
    let inside = tokio::spawn({
        let client = Arc::clone(&client);
        async move {
            let request = client.post("/graphql");
            let request = request.header("x-forwarded-for", "2001:db8:1:2::1");
            request.send().await.0.status()
        }
    });
    barrier.wait().await;
    // The same network of IPv6, whatever is asked for.
    let refused = status("/page", "2001:db8:1:2:ffff::9").await;
    refused.assert_status(StatusCode::TOO_MANY_REQUESTS);
    refused.assert_header("retry-after", "1");
    let body: serde_json::Value = refused.0.into_body().into_json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "THROTTLED");
    let message = "one address may have 1 requests at work at once; try again in a second";
    assert_eq!(body["errors"][0]["message"], message);
    status("/page", "2001:db8:1:3::1")
        .await
        .assert_status_is_ok();
    status("/livez", "2001:db8:1:2::1")
        .await
        .assert_status_is_ok();
    barrier.wait().await;
    assert_eq!(inside.await.unwrap(), StatusCode::OK);
    status("/page", "2001:db8:1:2::1")
        .await
        .assert_status_is_ok();
}

#[tokio::test]
async fn a_panic_is_a_masked_error_and_the_server_goes_on() {
    let edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    let (_app, _, client) = around_routes(edge).await;
    let response = client
        .get("/panics")
        .header("x-request-id", "r-9")
        .send()
        .await;
    response.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    response.assert_header("x-request-id", "r-9");
    let extensions = json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": "r-9" });
    let message = "something went wrong on our side; try again, or quote the request id";
    response
        .assert_json(json!({ "errors": [{ "message": message, "extensions": extensions }] }))
        .await;
    client.get("/").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.timeout = Duration::ZERO;
    let (_app, _, client) = around_routes(edge).await;
    let response = client.get("/never").send().await;
    response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    response.assert_header("retry-after", "1");
    let body: serde_json::Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "TIMEOUT");
}
