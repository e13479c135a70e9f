//! A whole purchase through real processes, undisturbed and while they are asked to stop.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};
use tests::load::buyer::Purchase;
use tests::load::http::Connection;
use tests::sandbox::card;

use super::stage::{Role, Stage, World};
use super::walks::ONE_ORDER;

#[tokio::test]
async fn a_purchase_ends_with_an_order_and_its_mail() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.start(Role::Worker, &[]).await;
    let end = stage.buys(stage.cart(7).await).await.unwrap();
    assert_eq!(
        end,
        Some(Purchase::Ordered("gid://shopify/Order/1".to_owned()))
    );
    stage.ends_with(ONE_ORDER).await;
    let mail = std::fs::read_to_string(&stage.mails()[0]).unwrap();
    assert!(mail.contains("To: buyer7@example.com"), "{mail}");
    assert!(mail.contains("1001"), "{mail}");
    let paid = "SELECT total_minor FROM orders WHERE financial_status = 'PAID' AND number = 1001";
    assert_eq!(stage.app.count(paid).await, 1_500);
    stage.stop(Role::Worker).await;
    stage.stop(Role::Api).await;
}

/// The provider was asked and has not answered.
const ASKED: &str = "SELECT count(*) FROM payment_operations WHERE first_sent_at IS NOT NULL";

#[tokio::test]
async fn a_worker_that_is_stopped_finishes_its_job() {
    let world = World {
        payment_timeout_ms: Some(5_000),
        ..World::default()
    };
    let mut stage = Stage::open(card::LOST_REQUEST, world).await;
    stage.start(Role::Worker, &[]).await;
    let purchase = stage.buys(stage.cart(0).await);
    stage.until(1, ASKED).await;
    stage.stop(Role::Worker).await;
    // The call went unanswered until its time was over, and that was written down.
    let tried = "SELECT count(*) FROM jobs j JOIN payment_operations o ON j.args ->> 'operation' = o.id::text \
                 WHERE j.kind = 'settle_payment' AND j.state = 'retryable' AND j.attempt = 1 AND o.state = 'unknown'";
    assert_eq!(stage.app.count(tried).await, 1);
    stage.start(Role::Worker, &[]).await;
    assert!(matches!(
        purchase.await.unwrap(),
        Some(Purchase::Ordered(_))
    ));
    stage.ends_with(ONE_ORDER).await;
    stage.stop(Role::Worker).await;
}

#[tokio::test]
async fn a_worker_that_must_stop_at_once_hands_its_job_back() {
    let world = World {
        payment_timeout_ms: Some(60_000),
        ..World::default()
    };
    let mut stage = Stage::open(card::LOST_REQUEST, world).await;
    let at_once = [("SHUTDOWN_GRACE_SECONDS", "0")];
    stage.start(Role::Worker, &at_once).await;
    let purchase = stage.buys(stage.cart(0).await);
    stage.until(1, ASKED).await;
    stage.stop(Role::Worker).await;
    // It waits for another worker, and none of its attempts is spent.
    let handed_back = "SELECT count(*) FROM jobs WHERE kind = 'settle_payment' AND state = 'available' AND attempt = 0";
    assert_eq!(stage.app.count(handed_back).await, 1);
    stage.start(Role::Worker, &[]).await;
    assert!(matches!(
        purchase.await.unwrap(),
        Some(Purchase::Ordered(_))
    ));
    stage.ends_with(ONE_ORDER).await;
    stage.stop(Role::Worker).await;
}

const SUBMIT: &str = "mutation ($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") { \
    result { __typename } } }";

#[tokio::test]
async fn an_api_that_is_stopped_answers_what_it_was_asked() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.start(Role::Worker, &[]).await;
    let cart = stage.cart(0).await;
    let mut locker = AsyncPgConnection::establish(&stage.app.database.url)
        .await
        .unwrap();
    locker
        .batch_execute("BEGIN; SELECT FROM carts FOR UPDATE")
        .await
        .unwrap();
    let (address, wanted) = (stage.address(Role::Api), cart.clone());
    let asked = tokio::spawn(async move {
        let mut on = Connection::open(&address).await?;
        let body = json!({ "query": SUBMIT, "variables": { "cart": wanted } });
        on.post("/graphql", &body.to_string()).await
    });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    stage.until(1, waiting).await;
    stage.terminate(Role::Api).await;
    // Nobody is let in any more, and who is in is still served.
    stage.lets_nobody_in(Role::Api).await;
    locker.batch_execute("ROLLBACK").await.unwrap();
    let reply = asked.await.unwrap().unwrap();
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    let result = &answer["data"]["cartSubmitForCompletion"]["result"]["__typename"];
    // On a slow machine the lock has lasted too long for it.
    let answers = [json!("SubmitSuccess"), json!("SubmitThrottled")];
    assert!(answers.contains(result), "{answer}");
    stage.stopped(Role::Api).await;

    stage.start(Role::Api, &[]).await;
    let end = stage.buys(cart).await.unwrap();
    assert!(matches!(end, Some(Purchase::Ordered(_))), "{end:?}");
    stage.ends_with(ONE_ORDER).await;
    stage.stop(Role::Worker).await;
}
