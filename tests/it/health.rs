//! `/livez` and `/readyz`.

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
