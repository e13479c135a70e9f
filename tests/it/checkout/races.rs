//! Buyers who press at the same moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::SimpleAsyncConnection;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use tests::sandbox::card;
use tests::till::{Till, text};
use tokio::sync::Barrier;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_presses_with_one_token_are_one_order_and_one_charge() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let barrier = Barrier::new(100);
    let presses = (0..100).map(|_| async {
        barrier.wait().await;
        till.accepted(&cart, "press-1").await
    });
    let attempts: BTreeSet<String> = join_all(presses).await.into_iter().collect();
    assert_eq!(attempts.len(), 1);
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_cart_that_stays_locked_is_asked_for_again_later() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let mut locker = till.app.conn().await;
    let lock = "BEGIN; SELECT FROM carts FOR UPDATE";
    locker.batch_execute(lock).await.unwrap();

    let before = till.app.shop.clock.now();
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(result["__typename"], "SubmitThrottled");
    let again: DateTime<Utc> = text(&result["pollAfter"]).parse().unwrap();
    assert!(again > before, "{again}");
    let note =
        "mutation ($cart: ID!) { cartNoteUpdate(cartId: $cart, note: \"\") { cart { id } } }";
    let answer = till.app.graphql(note, json!({ "cart": cart })).await;
    assert_eq!(
        answer.body["errors"][0]["extensions"]["code"],
        "UNAVAILABLE"
    );
    let attempts = "SELECT count(*) FROM checkout_attempts";
    assert_eq!(till.app.count(attempts).await, 0);

    locker.batch_execute("ROLLBACK").await.unwrap();
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn submissions_that_wait_for_stock_leave_connections_to_polls() {
    let till = Till::with_connections(8).await;
    let cup = till.stock("cup", 100).await;
    let first = till.cart(&cup, 1, card::APPROVED).await;
    let attempt = till.accepted(&first, "press").await;
    let mut carts = Vec::new();
    for _ in 0..16 {
        carts.push(till.cart(&cup, 1, card::APPROVED).await);
    }
    let blocked = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let mut overtook = false;
    // A machine that stalls for as long as a lock is waited for has another chance.
    for round in 0..5 {
        let mut locker = till.app.conn().await;
        let lock = "BEGIN; SELECT FROM inventory_levels FOR UPDATE";
        locker.batch_execute(lock).await.unwrap();
        let token = format!("round-{round}");
        let mut presses: FuturesUnordered<_> =
            carts.iter().map(|cart| till.submit(cart, &token)).collect();
        let poll = async {
            while till.app.count(blocked).await < 6 {}
            till.outcome(&attempt).await
        };
        overtook = tokio::select! {
            biased;
            outcome = poll => outcome == "CartCompletionProcessing",
            _ = presses.next() => false,
        };
        locker.batch_execute("ROLLBACK").await.unwrap();
        while presses.next().await.is_some() {}
        if overtook {
            break;
        }
    }
    assert!(overtook);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tabs_share_one_attempt() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let barrier = Barrier::new(2);
    let press = |token: &'static str| {
        let (till, cart, barrier) = (&till, &cart, &barrier);
        async move {
            barrier.wait().await;
            till.submit(cart, token).await
        }
    };
    let (one, other) = tokio::join!(press("tab-1"), press("tab-2"));
    let mut kinds = [text(&one["__typename"]), text(&other["__typename"])];
    kinds.sort();
    assert_eq!(kinds, ["SubmitAlreadyAccepted", "SubmitSuccess"]);
    assert_eq!(one["attemptId"], other["attemptId"]);
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_buyers_and_the_last_unit() {
    let till = Arc::new(Till::open().await);
    let cup = till.stock("cup", 1).await;
    let carts = [
        till.cart(&cup, 1, card::APPROVED).await,
        till.cart(&cup, 1, card::APPROVED).await,
    ];
    let barrier = Barrier::new(2);
    let presses = carts.iter().map(|cart| async {
        barrier.wait().await;
        till.submit(cart, "press-1").await
    });
    let results = join_all(presses).await;
    let mut kinds: Vec<String> = results.iter().map(|r| text(&r["__typename"])).collect();
    kinds.sort();
    assert_eq!(kinds, ["SubmitFailed", "SubmitSuccess"]);
    let failed = results.iter().find(|r| r["__typename"] == "SubmitFailed");
    assert_eq!(
        failed.unwrap()["errors"],
        json!([{ "code": "MERCHANDISE_OUT_OF_STOCK", "message": "`cup` is sold out" }])
    );
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_report_from_everywhere_at_once_is_one_order() {
    use commerce::flows::settle_payment::{Told, settle_payment};
    use commerce::payment::Source;
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::HELD).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    till.sandbox.decide("approve").await;
    let body = till.sandbox.webhooks().await.remove(0);
    let report = till
        .sandbox
        .provider
        .read_stored(&body)
        .unwrap()
        .report
        .unwrap();
    let barrier = Barrier::new(6);
    let sources = [Source::Response, Source::Webhook, Source::Reconcile];
    let settling = sources.iter().cycle().take(6).map(|source| {
        let told = Told {
            provider: "sandbox".to_owned(),
            report: report.clone(),
            source: *source,
            webhook: None,
        };
        let (till, barrier) = (&till, &barrier);
        async move {
            barrier.wait().await;
            settle_payment(&till.app.shop, &told).await.unwrap()
        }
    });
    join_all(settling).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    let facts = "SELECT count(*) FROM payment_facts";
    assert_eq!(till.app.count(facts).await, 1);
}
