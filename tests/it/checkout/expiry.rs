//! Attempts that run out of time, with and without money on its way.

use chrono::TimeDelta;
use commerce::flows::settle_payment::{Settled, Told, settle_payment};
use commerce::payment::{Progress, Source};
use tests::sandbox::card;
use tests::till::Till;

const LONG: TimeDelta = TimeDelta::minutes(16);

#[tokio::test]
async fn stock_that_nobody_paid_for_comes_back() {
    let (till, attempt) = Till::pressed(card::APPROVED).await;
    // Nobody asked the provider before time was up.
    till.app.execute("DELETE FROM jobs").await;
    till.app.advance(LONG).await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_silent_provider_is_asked_to_cancel_before_the_stock_comes_back() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    till.app.advance(LONG).await;
    commerce::flows::expire::expire_attempts(&till.app.shop)
        .await
        .unwrap();
    // Money may still come, so the stock stays held.
    assert_eq!(till.counts().await, [0, 0, 0, 1, 0]);
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn money_that_was_taken_in_time_is_an_order_even_if_nobody_told_us() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    till.sandbox.decide("approve").await;
    till.app.advance(LONG).await;
    commerce::flows::expire::expire_attempts(&till.app.shop)
        .await
        .unwrap();
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn an_attempt_that_cannot_be_ended_does_not_keep_the_next_waiting() {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    let mut attempts = Vec::new();
    for _ in 0..2 {
        let cart = till.cart(&cup, 1, card::APPROVED).await;
        attempts.push(till.accepted(&cart, "press-1").await);
    }
    till.app.execute("DELETE FROM jobs").await;
    till.app.advance(LONG).await;
    let first = till
        .id("SELECT id FROM checkout_attempts ORDER BY expires_at LIMIT 1")
        .await;
    till.app
        .execute(&format!(
            "ALTER TABLE inventory_reservations ADD CONSTRAINT planted CHECK (attempt_id <> '{first}' OR state <> 'released')"
        ))
        .await;
    let swept = commerce::flows::expire::expire_attempts(&till.app.shop).await;
    assert!(swept.unwrap_err().chain().contains("planted"));
    assert_eq!(till.outcome(&attempts[0]).await, "CartCompletionProcessing");
    assert_eq!(till.outcome(&attempts[1]).await, "CartCompletionFailed");
    assert_eq!(till.counts().await, [0, 0, 0, 1, 0]);
}

#[tokio::test]
async fn more_attempts_than_a_page_that_cannot_be_ended_do_not_keep_the_next_waiting() {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.app.execute("DELETE FROM jobs").await;
    // All of them are longer overdue, and none has a payment that could be called off.
    let broken = "INSERT INTO carts SELECT (jsonb_populate_record(c, jsonb_build_object('id', md5('cart' || n)::uuid, \
            'secret_hash', '\\x' || encode(sha256(('cart' || n)::bytea), 'hex')))).* FROM carts c, generate_series(1, 201) n; \
        INSERT INTO checkout_attempts SELECT (jsonb_populate_record(a, jsonb_build_object('id', md5('attempt' || n)::uuid, \
            'cart_id', md5('cart' || n)::uuid, 'expires_at', a.expires_at - interval '1 second'))).* \
        FROM checkout_attempts a, generate_series(1, 201) n";
    till.app.execute(broken).await;
    till.app.advance(LONG).await;
    let swept = commerce::flows::expire::expire_attempts(&till.app.shop).await;
    let fault = swept.unwrap_err().chain();
    assert!(fault.contains("an attempt has no payment"), "{fault}");
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
}

/// Ends an attempt, then lets the provider say that the money was taken nevertheless.
async fn paid_too_late(till: &Till) -> Settled {
    till.sandbox.decide("approve").await;
    let body = till.sandbox.webhooks().await.remove(0);
    till.app
        .execute(
            "UPDATE checkout_attempts SET state = 'expired'; UPDATE inventory_reservations SET state = 'released'",
        )
        .await;
    let event = till.sandbox.provider.read_stored(&body).unwrap();
    let told = Told {
        provider: "sandbox".to_owned(),
        report: event.report.unwrap(),
        source: Source::Webhook,
        webhook: None,
    };
    assert_eq!(told.report.progress, Progress::Captured);
    settle_payment(&till.app.shop, &told).await.unwrap()
}

#[tokio::test]
async fn late_money_is_an_order_if_the_stock_is_still_there() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    assert!(matches!(paid_too_late(&till).await, Settled::Order(_)));
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn late_money_is_given_back_if_the_stock_is_gone() {
    let (till, attempt) = Till::pressed(card::HELD).await;
    till.drain().await;
    till.app
        .execute(
            "UPDATE inventory_reservations SET state = 'released'; UPDATE inventory_levels SET on_hand = 0",
        )
        .await;
    assert_eq!(paid_too_late(&till).await, Settled::GivenBack);
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    assert_eq!(till.counts().await, [0, 1, 0, 0, 0]);
    let given_back = "SELECT refunded_minor FROM payments WHERE captured_minor = refunded_minor";
    assert_eq!(till.app.count(given_back).await, 2_500);
}
