//! The plans of everything that buyers and jobs run on the way to an order, in a shop with a large
//! catalogue and a long past: an index everywhere.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use commerce::jobs::{self, Job};
use serde_json::json;
use tests::plans::plans;
use tests::sandbox::card;
use tests::till::Till;

/// Tables that grow with the shop's life or its catalogue, and that no statement may read from end
/// to end.
const LARGE: [&str; 17] = [
    "carts",
    "cart_lines",
    "cart_addresses",
    "checkout_attempts",
    "events",
    "inventory_levels",
    "inventory_reservations",
    "jobs",
    "media",
    "order_lines",
    "orders",
    "payment_facts",
    "payment_operations",
    "payments",
    "products",
    "variants",
    "webhook_inbox",
];

/// Indexes without which one of the statements would have to find another way.
const NEEDED: [&str; 23] = [
    "cart_addresses_in_order",
    "cart_lines_in_order",
    "carts_pkey",
    "carts_to_expire",
    "checkout_attempts_cart_id_token_key",
    "checkout_attempts_pkey",
    "inventory_levels_pkey",
    "jobs_finished",
    "jobs_pkey",
    "live_attempts_by_deadline",
    "live_jobs",
    "one_live_job_per_key",
    "one_operation_in_flight",
    "one_reservation_per_level",
    "one_selected_address_per_cart",
    "operations_to_reconcile",
    "order_lines_by_order",
    "orders_attempt_id_key",
    "payment_facts_by_payment",
    "payment_facts_provider_kind_provider_fact_ref_key",
    "payment_operations_by_payment",
    "payments_attempt_id_key",
    "webhook_inbox_pkey",
];

/// The statements that are meant to look at the whole past: counting anew the best sellers, what is bought
/// together, and the words of the shop.
const WHOLE: [&str; 3] = ["units_sold", "product_companions", "ts_stat"];

#[tokio::test]
async fn a_purchase_and_its_jobs_go_through_indexes() {
    // With one connection, everything that ran is prepared on it.
    let till = Till::with_connections(1).await;
    let past = include_str!("../catalog/large_catalogue.sql");
    till.app.execute(past).await;
    till.app.execute(include_str!("long_past.sql")).await;
    live(&till).await;

    let mut conn = till.app.shop.db.primary().await.unwrap();
    let plans = plans(&mut conn, ".").await;
    let plans: Vec<_> = plans
        .into_iter()
        .filter(|plan| !WHOLE.iter().any(|word| plan.statement.contains(word)))
        .collect();
    let used: BTreeSet<String> = plans.iter().flat_map(|plan| plan.indexes()).collect();
    for plan in &plans {
        plan.assert_no_scan(&LARGE);
        plan.assert_conditions();
    }
    let unused: Vec<&str> = NEEDED
        .into_iter()
        .filter(|name| !used.contains(*name))
        .collect();
    assert_eq!(unused, [""; 0]);
}

/// Every way that a purchase goes, and every job by the clock.
async fn live(till: &Till) {
    let cup = till.stock("cup", 100).await;
    let (bought, told, overdue, wrong) = (
        till.cart(&cup, 1, card::APPROVED).await,
        till.cart(&cup, 1, card::HELD).await,
        till.cart(&cup, 1, card::HELD).await,
        till.cart(&cup, 1, card::SHORT_CHARGE).await,
    );
    edit(till, &till.cart(&cup, 1, card::APPROVED).await).await;
    for cart in [&bought, &told, &wrong] {
        till.accepted(cart, "press-1").await;
    }
    till.drain().await;
    till.sandbox.decide("approve").await;
    for body in till.sandbox.webhooks().await {
        assert_eq!(till.deliver(&body).await, 200);
    }
    till.drain().await;
    let attempt = till.accepted(&overdue, "press-1").await;
    till.drain().await;
    till.app.advance(TimeDelta::minutes(16)).await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    let all = Job::scheduled();
    jobs::enqueue_all(&mut till.app.conn().await, &all)
        .await
        .unwrap();
    till.drain().await;
    let due = "SELECT count(*) FROM jobs WHERE finished_at IS NULL AND run_at < now() + interval '1 hour'";
    assert_eq!(till.app.count(due).await, 0);
    keep(till).await;
}

/// What a buyer may do to a cart before buying it.
async fn edit(till: &Till, cart: &str) {
    let read = "query ($cart: ID!) { cart(id: $cart) { totalQuantity lines(first: 10) { nodes { id quantity \
        merchandise { ... on ProductVariant { id title price { amount } product { id handle } image { url } } } } } \
        deliveryGroups(first: 1) { nodes { id } } } }";
    let data = till.ask(read, json!({ "cart": cart })).await;
    let line = &data["cart"]["lines"]["nodes"][0]["id"];
    let edit = "mutation ($cart: ID!, $line: ID!) { \
        cartLinesUpdate(cartId: $cart, lines: [{ id: $line, quantity: 2 }]) { cart { totalQuantity } } \
        cartNoteUpdate(cartId: $cart, note: \"ring\") { cart { note } } \
        cartLinesRemove(cartId: $cart, lineIds: [$line]) { cart { totalQuantity } } }";
    till.ask(edit, json!({ "cart": cart, "line": line })).await;
}

/// What a worker does besides running jobs.
async fn keep(till: &Till) {
    let mut conn = till.app.shop.db.primary().await.unwrap();
    let silence = std::time::Duration::from_secs(20);
    jobs::tick(&mut conn).await.unwrap();
    jobs::heartbeat(&mut conn, "nobody", &[1]).await.unwrap();
    assert_eq!(jobs::rescue(&mut conn, silence).await.unwrap(), []);
}
