//! A database that falls silent, hangs up, or was never migrated.

use std::time::Duration;

use api::config::EdgeConfig;
use commerce::config::Profile;
use commerce::db::{Db, DbConfig};
use poem::http::StatusCode;
use poem::test::TestResponse;
use serde_json::json;
use tests::proxy::{Mood, Proxy};
use tests::{TestApp, TestDatabase};

use super::soon;

/// So long that only the pulse can have ended a wait.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// An application whose database is behind a proxy and watched.
async fn watched() -> (TestApp, Proxy) {
    let mut app = TestApp::new().await;
    let mut url = url::Url::parse(&app.database.url).unwrap();
    let server = (url.host_str().unwrap(), url.port().unwrap_or(5432));
    let proxy = Proxy::before(format!("{}:{}", server.0, server.1)).await;
    url.set_ip_host(proxy.address.ip()).unwrap();
    url.set_port(Some(proxy.address.port())).unwrap();
    let config = DbConfig {
        url: url.to_string(),
        replica_url: None,
        replica_max_lag: Duration::from_secs(5),
        pool_size: 4,
        acquire_timeout: NEVER,
        statement_timeout_ms: 0,
        patience: Duration::from_secs(1),
    };
    app.shop.db = Db::connect(&config).await.unwrap();
    app.shop.db.watch(&app.shop.clock).unwrap();
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.timeout = NEVER;
    app.client = app.process(&edge);
    until(&app, StatusCode::OK).await;
    (app, proxy)
}

/// Asks until `/readyz` answers so.
async fn until(app: &TestApp, status: StatusCode) {
    soon(async {
        while app.client.get("/readyz").send().await.0.status() != status {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

/// A request that needs the database.
async fn ask(app: &TestApp) -> TestResponse {
    let query = json!({ "query": "{ shop { name } }" });
    let request = app.client.post("/graphql").body_json(&query);
    soon(request.send()).await
}

/// Asks until ten answers in a row are whole; whatever is not must be sent away politely. On a busy
/// machine the database may miss a beat without being away.
async fn assert_answered(app: &TestApp) {
    let mut in_a_row = 0;
    soon(async {
        while in_a_row < 10 {
            let answer = ask(app).await;
            if answer.0.status() == StatusCode::OK {
                let body: serde_json::Value = answer.0.into_body().into_json().await.unwrap();
                assert_eq!(body["errors"], json!(null), "{body}");
                in_a_row += 1;
            } else {
                assert_come_again(&answer);
                in_a_row = 0;
            }
        }
    })
    .await;
}

fn assert_come_again(answer: &TestResponse) {
    answer.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    let retry = answer.0.headers().get("retry-after");
    assert_eq!(retry.and_then(|v| v.to_str().ok()), Some("1"));
}

#[tokio::test]
async fn while_the_database_is_silent_requests_are_sent_away_and_afterwards_answered() {
    let (app, proxy) = watched().await;
    assert_answered(&app).await;
    for _ in 0..2 {
        proxy.turn(Mood::Silent);
        // These wait on connections that look whole; nothing but the pulse ends that.
        let stuck = [
            ask(&app),
            ask(&app),
            ask(&app),
            ask(&app),
            ask(&app),
            ask(&app),
        ];
        for answer in futures_util::future::join_all(stuck).await {
            assert_come_again(&answer);
        }
        until(&app, StatusCode::SERVICE_UNAVAILABLE).await;
        app.client.get("/livez").send().await.assert_status_is_ok();
        assert_come_again(&ask(&app).await);
        proxy.turn(Mood::Open);
        until(&app, StatusCode::OK).await;
        assert_answered(&app).await;
    }
}

#[tokio::test]
async fn a_database_that_hung_up_is_found_again() {
    let (app, proxy) = watched().await;
    assert_answered(&app).await;
    proxy.turn(Mood::Closed);
    until(&app, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_come_again(&ask(&app).await);
    proxy.turn(Mood::Open);
    until(&app, StatusCode::OK).await;
    assert_answered(&app).await;
}

#[tokio::test]
async fn connections_that_the_server_ended_are_not_handed_out_again() {
    let app = TestApp::new().await;
    assert_answered(&app).await;
    app.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    // The news travel on the connection itself, and a statement may be faster: then it is sent away,
    // and its connection with it.
    assert_answered(&app).await;
}

#[tokio::test]
async fn without_its_migrations_a_process_is_alive_and_not_ready() {
    let app = TestApp::on(TestDatabase::empty().await).await;
    let unready = app.client.get("/readyz").send().await;
    unready.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    unready
        .assert_json(json!({ "status": "migrations missing" }))
        .await;
    app.client.get("/livez").send().await.assert_status_is_ok();
    app.shop.db.watch(&app.shop.clock).unwrap();
    let behind = async {
        while app.shop.db.health().await != commerce::db::Health::Behind {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(behind).await;
}
