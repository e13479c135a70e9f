//! Two changes of one cart at the same moment.

use std::sync::Arc;

use serde_json::json;
use tests::TestApp;
use tokio::sync::Barrier;

use super::{add, cart_with, quantities, read, variant};

#[tokio::test]
async fn concurrent_adds_meet_in_one_line() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([])).await;
    let barrier = Arc::new(Barrier::new(6));
    let adds = (1..=6).map(|quantity| {
        let (app, cart, cup, barrier) = (&app, &cart, &cup, Arc::clone(&barrier));
        async move {
            barrier.wait().await;
            add(
                app,
                cart,
                json!([{ "merchandiseId": cup, "quantity": quantity }]),
            )
            .await
        }
    });
    for payload in futures_util::future::join_all(adds).await {
        assert_eq!(payload["userErrors"], json!([]));
    }
    let answer = read(&app, &cart, super::FIELDS).await;
    assert_eq!(quantities(&answer.data()["cart"]), [21]);
}

#[tokio::test]
async fn concurrent_adds_never_exceed_the_stock() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", Some(5)).await;
    let cart = cart_with(&app, json!([])).await;
    let barrier = Arc::new(Barrier::new(4));
    let adds = (0..4).map(|_| {
        let (app, cart, cup, barrier) = (&app, &cart, &cup, Arc::clone(&barrier));
        async move {
            barrier.wait().await;
            add(app, cart, json!([{ "merchandiseId": cup, "quantity": 2 }])).await
        }
    });
    let payloads = futures_util::future::join_all(adds).await;
    let warned = payloads
        .iter()
        .filter(|p| p["warnings"] != json!([]))
        .count();
    assert_eq!(warned, 2, "the third and the fourth were cut down");
    let answer = read(&app, &cart, super::FIELDS).await;
    assert_eq!(quantities(&answer.data()["cart"]), [5]);
}
