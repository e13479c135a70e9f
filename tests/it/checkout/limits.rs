//! Trying out cards, and keeping stock by payments that nobody decides.

use api::config::EdgeConfig;
use chrono::{DateTime, TimeDelta, Utc};
use commerce::config::Profile;
use futures_util::future::join_all;
use poem::endpoint::BoxEndpoint;
use poem::test::TestClient;
use serde_json::{Value, json};
use tests::sandbox::card;
use tests::till::{Till, text};
use tokio::sync::Barrier;

type Client = TestClient<BoxEndpoint<'static>>;

/// A shop behind a proxy that names its clients.
async fn shop() -> (Till, Client, String) {
    let till = Till::open().await;
    let cup = till.stock("cup", 100).await;
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.proxies.trusted = vec!["127.0.0.1/32".parse().unwrap()];
    let client = till.app.process(&edge);
    (till, client, cup)
}

/// Presses "pay" from an address.
async fn submit(client: &Client, address: &str, cart: &str, token: &str) -> Value {
    let query = "mutation ($cart: ID!, $token: String!) { \
        cartSubmitForCompletion(cartId: $cart, attemptToken: $token) { \
        result { __typename ... on SubmitThrottled { pollAfter } } } }";
    let body = json!({ "query": query, "variables": { "cart": cart, "token": token } });
    let request = client.post("/graphql").header("x-forwarded-for", address);
    let answer = request.body_json(&body).send().await;
    let answer: Value = answer.0.into_body().into_json().await.unwrap();
    answer["data"]["cartSubmitForCompletion"]["result"].clone()
}

async fn is_accepted(client: &Client, address: &str, cart: &str, token: &str) -> bool {
    let result = submit(client, address, cart, token).await;
    match result["__typename"].as_str() {
        Some("SubmitSuccess") => true,
        Some("SubmitThrottled") => false,
        _ => panic!("{result}"),
    }
}

const HOME: &str = "203.0.113.7";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_cards_on_one_cart_are_five_charges_and_growing_pauses() {
    let (till, client, cup) = shop().await;
    let cart = till.cart(&cup, 1, card::DECLINED).await;
    for n in 0..5 {
        assert!(is_accepted(&client, HOME, &cart, &format!("press-{n}")).await);
        till.drain().await;
    }
    // The rest at the same moment, and from another address each.
    let barrier = Barrier::new(35);
    let presses = (5..40).map(|n| {
        let (client, cart, barrier) = (&client, &cart, &barrier);
        async move {
            barrier.wait().await;
            let address = format!("198.51.100.{n}");
            is_accepted(client, &address, cart, &format!("press-{n}")).await
        }
    });
    assert!(
        join_all(presses)
            .await
            .into_iter()
            .all(|accepted| !accepted)
    );
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM payment_operations")
            .await,
        5
    );
    // What was accepted before is answered as ever.
    assert!(is_accepted(&client, HOME, &cart, "press-0").await);

    let until = async |token: &str| {
        let result = submit(&client, HOME, &cart, token).await;
        let until: DateTime<Utc> = text(&result["pollAfter"]).parse().unwrap();
        let last = "SELECT extract(epoch FROM max(updated_at))::bigint FROM checkout_attempts";
        until.timestamp() - till.app.count(last).await
    };
    assert!((119..=120).contains(&until("later").await));
    till.app.advance(TimeDelta::minutes(2)).await;
    assert!(is_accepted(&client, HOME, &cart, "later").await);
    till.drain().await;
    assert!((239..=240).contains(&until("again").await));
    till.app.advance(TimeDelta::hours(1)).await;
    assert!(is_accepted(&client, HOME, &cart, "again").await);
    till.assert_sound().await;
}

#[tokio::test]
async fn a_fresh_cart_for_each_card_does_not_help() {
    let (till, client, cup) = shop().await;
    let mut accepted = Vec::new();
    for n in 0..7 {
        let cart = till.cart(&cup, 1, card::DECLINED).await;
        // Of IPv6, one /64 is one address.
        let address = format!("2001:db8::{n}");
        accepted.push(is_accepted(&client, &address, &cart, "press").await);
        till.drain().await;
    }
    assert_eq!(accepted, [true, true, true, true, true, false, false]);
    // Somebody who names the same buyer elsewhere keeps nobody out.
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    till.drain().await;
    let stored = "SELECT count(*) FROM checkout_attempts WHERE client_hash IS NULL OR length(buyer_hash) <> 32";
    assert_eq!(till.app.count(stored).await, 0);
    till.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_was_declined_cannot_try_many_carts_at_the_same_moment() {
    let (till, client, cup) = shop().await;
    let cart = till.cart(&cup, 1, card::DECLINED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    till.drain().await;
    let mut carts = Vec::new();
    for _ in 0..10 {
        carts.push(till.cart(&cup, 1, card::DECLINED).await);
    }
    let barrier = Barrier::new(carts.len());
    let presses = carts.iter().map(|cart| async {
        barrier.wait().await;
        is_accepted(&client, HOME, cart, "press").await
    });
    let accepted = join_all(presses).await;
    assert_eq!(accepted.iter().filter(|accepted| **accepted).count(), 4);
    till.drain().await;
    till.assert_sound().await;
}

#[tokio::test]
async fn fifty_buyers_behind_one_address_with_a_decline_each_are_let_through() {
    let (till, client, cup) = shop().await;
    let one = till.cart(&cup, 1, card::DECLINED).await;
    assert!(is_accepted(&client, HOME, &one, "press").await);
    till.drain().await;
    // As many others were declined behind the same address, each one once.
    let others = |from: i32, to: i32| {
        format!(
            "INSERT INTO carts SELECT (jsonb_populate_record(c, jsonb_build_object('id', md5('cart' || n)::uuid, \
                 'secret_hash', '\\x' || encode(sha256(('cart' || n)::bytea), 'hex')))).* \
             FROM carts c, generate_series({from}, {to}) n WHERE c.id = (SELECT id FROM carts ORDER BY created_at LIMIT 1); \
             INSERT INTO checkout_attempts SELECT (jsonb_populate_record(a, jsonb_build_object('id', md5('attempt' || n)::uuid, \
                 'cart_id', md5('cart' || n)::uuid, \
                 'buyer_hash', '\\x' || encode(sha256(('buyer' || n)::bytea), 'hex')))).* \
             FROM checkout_attempts a, generate_series({from}, {to}) n \
             WHERE a.id = (SELECT id FROM checkout_attempts ORDER BY created_at LIMIT 1);"
        )
    };
    till.app.execute(&others(2, 50)).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    till.app.execute(&others(51, 60)).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    assert!(!is_accepted(&client, HOME, &cart, "press").await);
    assert!(is_accepted(&client, "203.0.113.8", &cart, "press").await);
}

#[tokio::test]
async fn who_has_payments_that_nobody_decides_begins_no_more_of_them() {
    let (till, client, cup) = shop().await;
    for _ in 0..3 {
        let cart = till.cart(&cup, 1, card::HELD).await;
        assert!(is_accepted(&client, HOME, &cart, "press").await);
        till.drain().await;
    }
    let cart = till.cart(&cup, 1, card::HELD).await;
    assert!(!is_accepted(&client, HOME, &cart, "press").await);
    assert_eq!(till.counts().await[3], 3);
    // One that was decided makes room.
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
}
