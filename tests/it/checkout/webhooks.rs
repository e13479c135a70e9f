//! Webhooks: duplicated, shuffled, forged and unknown.

use providers::payment::sandbox::sign;
use serde_json::Value;
use tests::sandbox::card;
use tests::till::Till;

#[tokio::test]
async fn duplicates_in_any_order_change_nothing() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::NOTIFIED).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    let mut bodies = till.sandbox.webhooks().await;
    assert_eq!(bodies.len(), 2);
    bodies.extend(bodies.clone());
    bodies.reverse();
    for body in &bodies {
        assert_eq!(till.deliver(body).await, 200);
    }
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    let done = "SELECT count(*) FROM webhook_inbox WHERE processed_at IS NOT NULL";
    assert_eq!(till.app.count(done).await, 2);
}

#[tokio::test]
async fn what_the_provider_did_not_sign_is_refused_and_not_kept() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::NOTIFIED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let body = till.sandbox.webhooks().await.remove(0);
    let now = till.app.shop.clock.now();
    let old = sign(
        &till.sandbox.secret,
        &body,
        now - chrono::TimeDelta::minutes(6),
    );
    let of_another = sign(&till.sandbox.secret, b"{}", now);
    for signature in ["", "t=1,v1=00", &old, &of_another] {
        assert_eq!(
            till.deliver_signed(&body, signature).await,
            400,
            "{signature}"
        );
    }
    assert_eq!(till.deliver(b"not json").await, 400);
    let kept = "SELECT count(*) FROM webhook_inbox";
    assert_eq!(till.app.count(kept).await, 0);
    let elsewhere = till.app.client.post("/webhooks/nobody").send().await;
    assert_eq!(elsewhere.0.status(), 404);
}

#[tokio::test]
async fn an_event_of_an_unknown_payment_waits() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::NOTIFIED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let body = till.sandbox.webhooks().await.remove(0);
    let mut event: Value = serde_json::from_slice(&body).unwrap();
    event["charge"]["payment"] = "00000000-0000-7000-8000-000000000000".into();
    let body = serde_json::to_vec(&event).unwrap();
    assert_eq!(till.deliver(&body).await, 200);
    till.drain().await;
    let waiting = "SELECT count(*) FROM webhook_inbox i JOIN jobs j ON j.kind = 'process_webhook' \
                   WHERE i.processed_at IS NULL AND j.state = 'retryable'";
    assert_eq!(till.app.count(waiting).await, 1);
}
