//! Payments that are declined, unanswered, late, or in need of the buyer.

use chrono::TimeDelta;
use serde_json::json;
use tests::sandbox::card;
use tests::till::{Till, text};

#[tokio::test]
async fn a_decline_gives_the_stock_back_and_a_new_token_tries_again() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::INSUFFICIENT_FUNDS).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(
        till.attempt(&attempt).await,
        json!({ "__typename": "CartCompletionFailed", "id": attempt, "errors": [
            { "code": "PAYMENT_INSUFFICIENT_FUNDS", "message": "there is not enough money on the card" }] })
    );
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    assert_eq!(till.accepted(&cart, "press-1").await, attempt);

    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "25.00").await;
    let second = till.accepted(&cart, "press-2").await;
    till.drain().await;
    assert_eq!(till.outcome(&second).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_lost_request_or_answer_is_asked_about_and_charged_once() {
    for number in [card::LOST_REQUEST, card::LOST_ANSWER] {
        let (till, attempt) = Till::pressed(number).await;
        till.drain().await;
        assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
        let unknown = "SELECT count(*) FROM payment_operations WHERE state = 'unknown'";
        assert_eq!(till.app.count(unknown).await, 1);
        till.app.advance(TimeDelta::seconds(30)).await;
        till.drain().await;
        assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
        for body in till.sandbox.webhooks().await {
            assert_eq!(till.deliver(&body).await, 200);
        }
        till.drain().await;
        assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    }
}

#[tokio::test]
async fn a_late_answer_comes_by_webhook() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    assert_eq!(till.counts().await, [0, 0, 0, 1, 0]);
    till.sandbox.decide("approve").await;
    let body = till.sandbox.webhooks().await.remove(0);
    assert_eq!(till.deliver(&body).await, 200);
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn news_that_went_lost_is_found_by_reconciliation() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn the_buyer_confirms_or_declines_a_challenge() {
    for (outcome, typename, counts) in [
        ("approve", "CartCompletionSuccess", [1, 1, 1, 0, 1]),
        ("decline", "CartCompletionFailed", [0, 0, 0, 0, 0]),
    ] {
        let (till, attempt) = Till::pressed(card::CHALLENGE).await;
        till.drain().await;
        let answer = till.attempt(&attempt).await;
        assert_eq!(answer["__typename"], "CartCompletionActionRequired");
        let url = text(&answer["action"]["redirectUrl"]);
        let back = till.sandbox.confirm(&url, outcome).await;
        assert_eq!(back, format!("http://localhost:8080/checkouts/{attempt}"));
        for body in till.sandbox.webhooks().await {
            assert_eq!(till.deliver(&body).await, 200);
        }
        till.drain().await;
        assert_eq!(till.outcome(&attempt).await, typename);
        assert_eq!(till.counts().await, counts);
    }
}

#[tokio::test]
async fn a_wrong_amount_is_given_back_and_never_an_order() {
    let (till, attempt) = Till::pressed(card::SHORT_CHARGE).await;
    let kinds: Vec<String> = till.drain().await.into_iter().map(|job| job.kind).collect();
    assert_eq!(kinds, ["settle_payment", "refund_payment"]);
    assert_eq!(
        till.attempt(&attempt).await,
        json!({ "__typename": "CartCompletionFailed", "id": attempt, "errors": [{ "code": "PAYMENT_ERROR",
            "message": "A different amount was charged than was accepted. It will be refunded." }] })
    );
    assert_eq!(till.counts().await, [0, 1, 0, 0, 0]);
    let given_back = "SELECT refunded_minor FROM payments WHERE captured_minor = refunded_minor";
    assert_eq!(till.app.count(given_back).await, 2_499);
    let open = "SELECT count(*) FROM payment_operations WHERE state <> 'succeeded'";
    assert_eq!(till.app.count(open).await, 0);
}
