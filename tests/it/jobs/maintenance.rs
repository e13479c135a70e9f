//! The jobs that keep carts few and the best sellers true.

use chrono::TimeDelta;
use commerce::jobs::{self, Job};
use serde_json::json;
use tests::factory::catalog::ProductSeed;
use tests::factory::order::order;
use tests::{Scratch, TestApp};

async fn run(app: &TestApp, job: &Job) {
    jobs::enqueue(&mut app.conn().await, job).await.unwrap();
    let scratch = Scratch::new();
    let drained = worker::drain(&app.env(&scratch)).await.unwrap();
    assert_eq!(drained.len(), 1);
}

#[tokio::test]
async fn carts_are_forgotten_after_their_ten_days_and_bought_ones_are_kept() {
    let app = TestApp::new().await;
    order(&app, "buyer@example.com").await;
    let create = "mutation { cartCreate { cart { id } } }";
    let created = app.graphql(create, json!({})).await;
    assert!(created.data()["cartCreate"]["cart"]["id"].is_string());
    let open = "SELECT count(*) FROM carts WHERE NOT EXISTS \
        (SELECT FROM checkout_attempts a WHERE a.cart_id = carts.id)";
    app.advance(TimeDelta::days(9)).await;
    run(&app, &Job::ExpireCarts).await;
    assert_eq!(app.count(open).await, 1);
    app.advance(TimeDelta::days(2)).await;
    run(&app, &Job::ExpireCarts).await;
    assert_eq!(app.count(open).await, 0);
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 1);
}

#[tokio::test]
async fn best_sellers_are_counted_over_the_last_months_without_canceled_orders() {
    let app = TestApp::new().await;
    order(&app, "one@example.com").await;
    let canceled = order(&app, "two@example.com").await;
    app.execute(&format!(
        "UPDATE orders SET canceled_at = now() WHERE id = {canceled}"
    ))
    .await;
    let sold = "SELECT coalesce(sum(units_sold), 0)::bigint FROM products";
    run(&app, &Job::RefreshBestSellers).await;
    assert_eq!(app.count(sold).await, 2);
    app.advance(TimeDelta::days(91)).await;
    run(&app, &Job::RefreshBestSellers).await;
    assert_eq!(app.count(sold).await, 0);
}

/// A product is recommended with what was bought together with it, the most frequent first.
#[tokio::test]
async fn companions_are_what_was_bought_together() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for handle in ["tea", "pot", "cup", "hidden"] {
        ids.push(ProductSeed::new(handle).create(&app).await);
    }
    let [tea, pot, cup, hidden] = ids[..] else {
        unreachable!()
    };
    // Tea with a pot twice, with a cup and something hidden once; once more with a cup, canceled.
    for (products, canceled) in [
        (vec![tea, pot], false),
        (vec![tea, pot, hidden], false),
        (vec![tea, cup], false),
        (vec![tea, cup], true),
        (vec![tea, cup], true),
    ] {
        let order = order(&app, "buyer@example.com").await;
        for product in products {
            app.execute(&format!(
                "INSERT INTO order_lines (order_id, variant_id, title, variant_title, unit_price_minor, quantity, \
                 requires_shipping) SELECT {order}, id, '', '', 100, 1, true FROM variants WHERE product_id = {product}"
            ))
            .await;
        }
        if canceled {
            app.execute(&format!(
                "UPDATE orders SET canceled_at = now() WHERE id = {order}"
            ))
            .await;
        }
    }
    app.execute("UPDATE products SET status = 'draft' WHERE handle = 'hidden'")
        .await;
    let asked = async |handle: &str| {
        let query = "query Along($handle: String!) { \
            productRecommendations(productHandle: $handle, intent: COMPLEMENTARY) { handle } }";
        let answer = app.graphql(query, json!({ "handle": handle })).await;
        answer.data()["productRecommendations"].clone()
    };
    assert_eq!(asked("tea").await, json!([]));
    run(&app, &Job::RefreshBestSellers).await;
    assert_eq!(
        asked("tea").await,
        json!([{ "handle": "pot" }, { "handle": "cup" }])
    );
    assert_eq!(asked("pot").await, json!([{ "handle": "tea" }]));
    assert_eq!(asked("cup").await, json!([{ "handle": "tea" }]));
    app.advance(TimeDelta::days(91)).await;
    run(&app, &Job::RefreshBestSellers).await;
    assert_eq!(asked("tea").await, json!([]));
}

#[tokio::test]
async fn carts_are_kept_as_long_as_each_shop_says() {
    for days in [2, 3] {
        let mut settings = (*TestApp::new().await.shop.settings).clone();
        settings.retention.carts = TimeDelta::days(days);
        let app = TestApp::new().await.with_settings(settings);
        let create = "mutation { cartCreate(input: {}) { cart { id } } }";
        let answer = app.graphql(create, json!({})).await;
        let cart = &answer.data()["cartCreate"]["cart"]["id"];
        let kept = "SELECT extract(day FROM expires_at - updated_at)::bigint FROM carts";
        assert_eq!(app.count(kept).await, days);
        let change =
            "mutation ($id: ID!) { cartNoteUpdate(cartId: $id, note: \"a\") { cart { note } } }";
        let changed = app.graphql(change, json!({ "id": cart })).await;
        assert_eq!(changed.data()["cartNoteUpdate"]["cart"]["note"], "a");
        assert_eq!(app.count(kept).await, days);
    }
}

#[tokio::test]
async fn bodies_of_webhooks_are_kept_as_long_as_is_set() {
    let mut settings = (*TestApp::new().await.shop.settings).clone();
    settings.retention.webhooks = TimeDelta::days(2);
    let app = TestApp::new().await.with_settings(settings);
    app.execute(
        "INSERT INTO webhook_inbox (provider, event_id, kind, body, received_at, processed_at) VALUES
         ('sandbox', 'old', 'charge', 'body', now(), now() - interval '3 days'),
         ('sandbox', 'new', 'charge', 'body', now(), now() - interval '1 day'),
         ('sandbox', 'open', 'charge', 'body', now() - interval '9 days', NULL)",
    )
    .await;
    run(&app, &Job::CleanJobs).await;
    let left = "SELECT count(*) FROM webhook_inbox WHERE body = 'body' AND event_id <> 'old'";
    assert_eq!(app.count(left).await, 2);
    let known = "SELECT count(*) FROM webhook_inbox WHERE event_id = 'old' AND body = ''";
    assert_eq!(app.count(known).await, 1);
}
