//! Trying out cards, and keeping stock by payments that nobody decides.

use std::sync::Arc;

use api::config::EdgeConfig;
use chrono::{DateTime, TimeDelta, Utc};
use commerce::Settings;
use commerce::cart::CartKey;
use commerce::checkout::cards::Admission;
use commerce::config::Profile;
use commerce::flows::admit_card;
use commerce::flows::place_order::{PlaceOrder, place_order};
use commerce::payment::CardFingerprint;
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

/// Another cart of the same buyer's.
async fn ada(till: &Till, cup: &str, card: &str) -> String {
    till.cart_of("ada@mail.example", cup, 1, card).await
}

const HOME: &str = "203.0.113.7";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_cards_on_one_cart_are_five_charges_and_growing_pauses() {
    let (till, client, cup) = shop().await;
    let cart = ada(&till, &cup, card::DECLINED).await;
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
        let cart = ada(&till, &cup, card::DECLINED).await;
        // Of IPv6, one /64 is one address.
        let address = format!("2001:db8::{n}");
        accepted.push(is_accepted(&client, &address, &cart, "press").await);
        till.drain().await;
    }
    assert_eq!(accepted, [true, true, true, true, true, false, false]);
    // Somebody who names the same buyer elsewhere keeps nobody out.
    let cart = ada(&till, &cup, card::APPROVED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    till.drain().await;
    let stored = "SELECT count(*) FROM checkout_attempts WHERE client_hash IS NULL OR length(buyer_hash) <> 32";
    assert_eq!(till.app.count(stored).await, 0);
    till.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_was_declined_cannot_try_many_carts_at_the_same_moment() {
    let (till, client, cup) = shop().await;
    let cart = ada(&till, &cup, card::DECLINED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    till.drain().await;
    let mut carts = Vec::new();
    for _ in 0..10 {
        carts.push(ada(&till, &cup, card::DECLINED).await);
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
    let one = ada(&till, &cup, card::DECLINED).await;
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
    let cart = ada(&till, &cup, card::APPROVED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    till.app.execute(&others(51, 60)).await;
    let cart = ada(&till, &cup, card::APPROVED).await;
    assert!(!is_accepted(&client, HOME, &cart, "press").await);
    assert!(is_accepted(&client, "203.0.113.8", &cart, "press").await);
}

#[tokio::test]
async fn who_has_payments_that_nobody_decides_begins_no_more_of_them() {
    let (till, client, cup) = shop().await;
    for _ in 0..3 {
        let cart = ada(&till, &cup, card::HELD).await;
        assert!(is_accepted(&client, HOME, &cart, "press").await);
        till.drain().await;
    }
    let cart = ada(&till, &cup, card::HELD).await;
    assert!(!is_accepted(&client, HOME, &cart, "press").await);
    assert_eq!(till.counts().await[3], 3);
    // One that was decided makes room.
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
}

/// Charges that the provider was asked for.
async fn charged(till: &Till) -> i64 {
    let sent = "SELECT count(*) FROM payment_operations WHERE kind = 'charge' AND first_sent_at IS NOT NULL";
    till.app.count(sent).await
}

/// Attempts that failed because of their card, without a charge.
async fn held_back(till: &Till) -> i64 {
    let failed = "SELECT count(*) FROM checkout_attempts WHERE state = 'failed' AND failure_code = 'too_many_attempts'";
    till.app.count(failed).await
}

#[tokio::test]
async fn one_card_in_fresh_carts_of_fresh_buyers_is_five_charges() {
    let (till, client, cup) = shop().await;
    let mut last = String::new();
    for n in 0..8 {
        // A cart, an e-mail address and a session of its own.
        last = till.cart(&cup, 1, card::DECLINED).await;
        assert!(is_accepted(&client, &format!("198.51.100.{n}"), &last, "press").await);
        till.drain().await;
    }
    assert_eq!((charged(&till).await, held_back(&till).await), (5, 3));
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    let message =
        "SELECT count(*) FROM checkout_attempts WHERE failure_message LIKE '%Nothing was charged.'";
    assert_eq!(till.app.count(message).await, 3);
    // Another card is not concerned, nor is this one when the pause is over.
    let other = till.cart(&cup, 1, card::APPROVED).await;
    assert!(is_accepted(&client, "203.0.113.8", &other, "press").await);
    till.drain().await;
    assert_eq!(charged(&till).await, 6);
    till.app.advance(TimeDelta::minutes(2)).await;
    assert!(is_accepted(&client, "203.0.113.9", &last, "again").await);
    till.drain().await;
    assert_eq!((charged(&till).await, held_back(&till).await), (7, 3));
    // Neither the provider's name for the card nor anything else of it is stored.
    let stored = "SELECT count(*) FROM payment_cards WHERE length(card_hash) = 32 AND length(session_hash) = 32";
    assert_eq!(till.app.count(stored).await, 7);
    till.assert_sound().await;
}

#[tokio::test]
async fn a_session_whose_card_is_known_is_counted_before_anything_is_held() {
    let (till, client, cup) = shop().await;
    let session = till.sandbox.session(card::INSUFFICIENT_FUNDS).await;
    let mut accepted = Vec::new();
    for n in 0..7 {
        let cart = till.filled_cart(&cup, 1).await;
        till.pay(&cart, &session, "25.00").await;
        accepted.push(is_accepted(&client, &format!("198.51.100.{n}"), &cart, "press").await);
        till.drain().await;
    }
    assert_eq!(accepted, [true, true, true, true, true, false, false]);
    assert_eq!((charged(&till).await, held_back(&till).await), (5, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_submissions_at_once_before_the_first_decline_are_five() {
    let (till, _, cup) = shop().await;
    let mut carts = Vec::new();
    for _ in 0..40 {
        carts.push(ada(&till, &cup, card::DECLINED).await);
    }
    let barrier = Barrier::new(carts.len());
    let presses = carts.iter().map(|cart| async {
        barrier.wait().await;
        let command = PlaceOrder {
            cart: CartKey::parse(cart).unwrap(),
            token: "press".to_owned(),
            client: Some(HOME.parse().unwrap()),
            shown: None,
        };
        place_order(&till.app.shop, &command).await.is_ok()
    });
    let accepted = join_all(presses).await;
    assert_eq!(accepted.iter().filter(|accepted| **accepted).count(), 5);
    till.drain().await;
    assert_eq!(charged(&till).await, 5);
    till.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twelve_charges_of_one_card_at_once_are_five() {
    let (till, client, cup) = shop().await;
    for n in 0..12 {
        let cart = till.cart(&cup, 1, card::DECLINED).await;
        assert!(is_accepted(&client, &format!("198.51.100.{n}"), &cart, "press").await);
    }
    let mut charges = Vec::new();
    for n in 0..12 {
        let id = format!("SELECT id FROM payment_operations ORDER BY id OFFSET {n} LIMIT 1");
        let charge = admit_card::unsent_charge(&till.app.shop, till.id(&id).await);
        charges.push(charge.await.unwrap().unwrap());
    }
    let fingerprint = CardFingerprint::new("one card").unwrap();
    let barrier = Barrier::new(charges.len());
    let asked = charges.iter().map(|charge| async {
        barrier.wait().await;
        let admitted = admit_card::admit_card(&till.app.shop, charge, &fingerprint).await;
        admitted.unwrap()
    });
    let answers = join_all(asked).await;
    let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
    assert_eq!((count(Admission::Admitted), count(Admission::Busy)), (5, 7));
    assert_eq!(held_back(&till).await, 0);
}

#[tokio::test]
async fn one_undecided_card_holds_three_units_and_not_the_whole_stock() {
    let (till, client, _) = shop().await;
    let lamp = till.stock("lamp", 10).await;
    for n in 0..10 {
        let cart = till.cart(&lamp, 1, card::HELD).await;
        assert!(is_accepted(&client, &format!("198.51.100.{n}"), &cart, "press").await);
        till.drain().await;
    }
    assert_eq!((charged(&till).await, held_back(&till).await), (3, 7));
    assert_eq!(till.counts().await, [0, 0, 0, 3, 0]);
}

#[tokio::test]
async fn the_last_units_are_held_for_five_minutes_and_what_is_left_over_for_fifteen() {
    let (till, client, cup) = shop().await;
    let lamp = till.stock("lamp", 10).await;
    let whole = till.cart(&lamp, 10, card::HELD).await;
    let one = till.cart(&cup, 1, card::CHALLENGE).await;
    for (address, cart) in [("198.51.100.1", &whole), ("198.51.100.2", &one)] {
        assert!(is_accepted(&client, address, cart, "press").await);
    }
    till.drain().await;
    till.app.advance(TimeDelta::minutes(4)).await;
    till.tick().await;
    assert_eq!(till.counts().await, [0, 0, 0, 11, 0]);
    till.app.advance(TimeDelta::seconds(61)).await;
    till.tick().await;
    assert_eq!(till.counts().await, [0, 0, 0, 1, 0]);
    till.app.advance(TimeDelta::minutes(10)).await;
    till.tick().await;
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    let abandoned = "SELECT count(*) FROM checkout_attempts WHERE state = 'expired' AND failure_code = 'abandoned'";
    assert_eq!(till.app.count(abandoned).await, 2);
    // Once more is nothing unusual; after that there is a pause, which grows.
    assert!(is_accepted(&client, HOME, &whole, "again").await);
    till.drain().await;
    till.app.advance(TimeDelta::seconds(301)).await;
    till.tick().await;
    assert_eq!(till.app.count(abandoned).await, 3);
    assert!(!is_accepted(&client, HOME, &whole, "third").await);
    till.app.advance(TimeDelta::minutes(14)).await;
    assert!(!is_accepted(&client, HOME, &whole, "third").await);
    till.app.advance(TimeDelta::seconds(61)).await;
    assert!(is_accepted(&client, HOME, &whole, "third").await);
    till.assert_sound().await;
}

#[tokio::test]
async fn strangers_whose_address_is_not_known_are_not_counted_as_one() {
    let (mut till, _, cup) = shop().await;
    let mut settings = Settings::clone(&till.app.shop.settings);
    settings.submissions.declines_per_address = 1;
    till.app.shop.settings = Arc::new(settings);
    for _ in 0..3 {
        let cart = till.cart(&cup, 1, card::DECLINED).await;
        let command = PlaceOrder {
            cart: CartKey::parse(&cart).unwrap(),
            token: "press".to_owned(),
            client: None,
            shown: None,
        };
        place_order(&till.app.shop, &command).await.unwrap();
        till.drain().await;
    }
    let hashed = "SELECT count(*) FROM checkout_attempts WHERE client_hash IS NOT NULL OR buyer_hash IS NOT NULL";
    assert_eq!(till.app.count(hashed).await, 0);
}

#[tokio::test]
async fn no_attempt_is_for_more_pieces_than_the_setting_may_say() {
    let (till, client, cup) = shop().await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    assert!(is_accepted(&client, HOME, &cart, "press").await);
    let copy = async |pieces: i64| {
        let sql = format!(
            "INSERT INTO checkout_attempts SELECT (jsonb_populate_record(a, jsonb_build_object('id', md5('{pieces}')::uuid, \
                 'token', 'press-{pieces}', 'state', 'expired', \
                 'snapshot', jsonb_set(snapshot, '{{cart,lines,0,quantity}}', '{pieces}')))).* \
             FROM checkout_attempts a LIMIT 1"
        );
        let mut conn = till.app.conn().await;
        diesel_async::RunQueryDsl::execute(diesel::sql_query(sql), &mut conn).await
    };
    assert_eq!(copy(500_000_000).await.unwrap(), 1);
    let refused = copy(500_000_001).await.unwrap_err().to_string();
    assert_eq!(refused, "an order has at most 500000000 pieces");
}
