//! Webhooks: duplicated, shuffled, forged and unknown.

use chrono::{DateTime, TimeDelta, Utc};
use providers::payment::sandbox::sign;
use serde_json::{Value, json};
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
async fn an_event_of_somebody_elses_payment_ends_quietly() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::NOTIFIED).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    let mut event = event(&till, 0).await;
    event["charge"]["payment"] = "00000000-0000-7000-8000-000000000000".into();
    deliver(&till, &event).await;
    let done = "SELECT count(*) FROM webhook_inbox WHERE processed_at IS NOT NULL";
    assert_eq!(till.app.count(done).await, 1);
    let over = "SELECT count(*) FROM jobs WHERE kind = 'process_webhook' AND state = 'completed' AND errors = '[]'";
    assert_eq!(till.app.count(over).await, 1);
    let set_aside = "SELECT count(*) FROM unapplied_payment_reports";
    assert_eq!(till.app.count(set_aside).await, 0);
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

/// The sandbox's event at this place.
async fn event(till: &Till, place: usize) -> Value {
    let body = till.sandbox.webhooks().await.remove(place);
    serde_json::from_slice(&body).unwrap()
}

async fn deliver(till: &Till, event: &Value) {
    let body = serde_json::to_vec(event).unwrap();
    assert_eq!(till.deliver(&body).await, 200);
    till.drain().await;
}

/// A webhook of its own about the only charge, as it was this long after it was last changed.
async fn told(till: &Till, id: &str, status: &str, later: TimeDelta) {
    let mut charge = till.sandbox.ledger().await["charges"][0].clone();
    let at: DateTime<Utc> = charge["updated_at"].as_str().unwrap().parse().unwrap();
    charge["updated_at"] = (at + later).to_rfc3339().into();
    charge["status"] = status.into();
    let event = json!({ "id": id, "kind": "charge.updated", "charge": charge });
    deliver(till, &event).await;
}

#[tokio::test]
async fn a_stale_event_moves_an_attempt_neither_backwards_nor_to_its_end() {
    let second = TimeDelta::seconds(1);
    let (till, attempt) = Till::pressed(card::CHALLENGE).await;
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionActionRequired");
    for stale in ["pending", "declined", "canceled"] {
        told(&till, stale, stale, -second).await;
        assert_eq!(
            till.outcome(&attempt).await,
            "CartCompletionActionRequired",
            "{stale}"
        );
    }
    told(&till, "evt_later", "pending", second * 2).await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    // The deadline stays, too, which a challenge would put off.
    let deadline = "SELECT extract(epoch FROM expires_at)::bigint FROM checkout_attempts";
    let before = till.app.count(deadline).await;
    till.app.advance(TimeDelta::minutes(2)).await;
    for (id, later) in [("evt_same", TimeDelta::zero()), ("evt_earlier", second)] {
        told(&till, id, "action_required", later).await;
        assert_eq!(
            till.outcome(&attempt).await,
            "CartCompletionProcessing",
            "{id}"
        );
    }
    assert_eq!(till.app.count(deadline).await, before);
    assert_eq!(till.counts().await, [0, 0, 0, 1, 0]);
}

#[tokio::test]
async fn a_stale_event_of_money_counts() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    told(&till, "evt_later", "pending", TimeDelta::days(1)).await;
    till.sandbox.decide("approve").await;
    deliver(&till, &event(&till, 0).await).await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}
