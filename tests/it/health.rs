//! `/livez` and `/readyz`.

use api::config::EdgeConfig;
use api::health::Draining;
use commerce::config::Profile;
use poem::EndpointExt;
use poem::http::Method;
use poem::test::TestClient;
use tests::TestApp;

#[tokio::test]
async fn a_running_process_is_alive_and_ready() {
    let app = TestApp::new().await;
    app.client.get("/livez").send().await.assert_status_is_ok();
    let ready = app.client.get("/readyz").send().await;
    ready.assert_status_is_ok();
    ready
        .assert_json(serde_json::json!({ "status": "ok", "redis": "ok" }))
        .await;
}

#[tokio::test]
async fn a_draining_process_closes_its_connections_with_every_kind_of_answer() {
    let app = TestApp::new().await;
    let edge = EdgeConfig::of_profile(Profile::Development, &app.shop.settings.public_url);
    let draining = Draining::default();
    let process = api::server::app(app.shop.clone(), draining.clone(), &edge);
    let client = TestClient::new(process.map_to_response().boxed());
    let kinds = [
        (Method::GET, "/livez", ""),
        (Method::GET, "/readyz", ""),
        (Method::GET, "/nowhere", ""),
        (Method::POST, "/livez", ""),
        (Method::POST, "/graphql", "{"),
        (Method::POST, "/graphql", r#"{"query":"{ shop { name } }"}"#),
    ];
    for drains in [false, true] {
        if drains {
            draining.begin();
        }
        let mut answered = Vec::new();
        for (method, path, body) in &kinds {
            let request = client.request(method.clone(), *path);
            let request = request.content_type("application/json").body(*body);
            let answer = request.send().await.0;
            let closes = answer.headers().get("connection");
            let closes = closes.is_some_and(|value| value == "close");
            assert_eq!(closes, drains, "{method} {path} {body}");
            answered.push(answer.status().as_u16());
        }
        let ready = if drains { 503 } else { 200 };
        assert_eq!(answered[..3], [200, ready, 404]);
        assert_eq!(answered[5], 200);
    }
}
