//! What an import does to stock.

use diesel_async::SimpleAsyncConnection;
use serde_json::json;
use tests::TestApp;

use super::support::{csv, import, import_fixture, rows};

const LEVELS: &str = "SELECT v.title, l.on_hand, l.backorder_limit, l.deficit_ack, l.available, l.committed \
    FROM inventory_levels l JOIN variants v ON v.id = l.variant_id ORDER BY v.product_id, v.position";

/// A paid order's claim on the first variant.
async fn commit_units(app: &TestApp, units: i32) {
    let sql = format!(
        "INSERT INTO carts (id, secret_hash, currency, created_at, updated_at, expires_at) \
         VALUES ('00000000-0000-7000-8000-000000000001', decode(repeat('ab', 32), 'hex'), 'USD', now(), now(), now()); \
         INSERT INTO checkout_attempts (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, \
             expires_at, created_at, updated_at) \
         VALUES ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 1, 't', '{{}}', 1, \
             'USD', 'processing', now(), now(), now()); \
         INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity, state) \
         VALUES ('00000000-0000-7000-8000-000000000002', 1, 1, {units}, 'committed')"
    );
    app.conn()
        .await
        .batch_execute(&sql)
        .await
        .expect("commit units");
}

fn mug(tracker: &str, quantity: &str, policy: &str) -> String {
    csv(&[&format!("mug,Mug,,,,,,{tracker},{quantity},{policy},5,")])
}

#[tokio::test]
async fn only_tracked_variants_have_levels() {
    let app = TestApp::new().await;
    import_fixture(&app, "catalogue.csv").await;
    assert_eq!(
        rows(&app, LEVELS).await,
        json!([
            { "title": "S / Ink / Fleece", "on_hand": 5, "backorder_limit": 0, "deficit_ack": 0, "available": 5, "committed": 0 },
            { "title": "S / Moss / Fleece", "on_hand": 0, "backorder_limit": 2_147_483_647, "deficit_ack": 0, "available": 0, "committed": 0 },
            { "title": "Default Title", "on_hand": 0, "backorder_limit": 0, "deficit_ack": 0, "available": 0, "committed": 0 },
        ])
    );
}

#[tokio::test]
async fn a_count_is_taken_over_and_a_blank_one_keeps_the_last() {
    let app = TestApp::new().await;
    import(&app, mug("shopify", "5", "")).await;
    import(&app, mug("shopify", "9", "")).await;
    let level = json!([{ "title": "Default Title", "on_hand": 9, "backorder_limit": 0, "deficit_ack": 0, "available": 9, "committed": 0 }]);
    assert_eq!(rows(&app, LEVELS).await, level);
    let (counts, _) = import(&app, mug("our-warehouse", "", "")).await;
    assert_eq!(counts.unchanged, 1);
    assert_eq!(rows(&app, LEVELS).await, level);
}

#[tokio::test]
async fn the_policy_of_variant_and_level_change_together() {
    let app = TestApp::new().await;
    let both = "SELECT v.inventory_policy, l.backorder_limit FROM variants v JOIN inventory_levels l ON l.variant_id = v.id";
    import(&app, mug("shopify", "5", "continue")).await;
    assert_eq!(
        rows(&app, both).await,
        json!([{ "inventory_policy": "continue", "backorder_limit": 2_147_483_647 }])
    );
    import(&app, mug("shopify", "5", "deny")).await;
    assert_eq!(
        rows(&app, both).await,
        json!([{ "inventory_policy": "deny", "backorder_limit": 0 }])
    );
}

#[tokio::test]
async fn a_count_below_what_is_promised_stands_and_blocks_sales() {
    let app = TestApp::new().await;
    import(&app, mug("shopify", "5", "deny")).await;
    commit_units(&app, 4).await;
    import(&app, mug("shopify", "1", "deny")).await;
    let level = |on_hand: i32, deficit: i32| {
        json!([{
            "title": "Default Title", "on_hand": on_hand, "backorder_limit": 0, "deficit_ack": deficit,
            "available": on_hand - 4, "committed": 4
        }])
    };
    assert_eq!(rows(&app, LEVELS).await, level(1, 3));
    let oversold = app
        .conn()
        .await
        .batch_execute(
            "INSERT INTO checkout_attempts (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, \
                 failure_code, expires_at, created_at, updated_at) \
             SELECT '00000000-0000-7000-8000-000000000003', cart_id, 1, 'u', '{}', 1, 'USD', 'failed', 'x', now(), now(), now() \
             FROM checkout_attempts; \
             INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity) \
             VALUES ('00000000-0000-7000-8000-000000000003', 1, 1, 1)",
        )
        .await
        .unwrap_err();
    assert_eq!(
        commerce::db::violated_constraint(&oversold),
        Some("no_oversell")
    );
    import(&app, mug("shopify", "20", "deny")).await;
    assert_eq!(rows(&app, LEVELS).await, level(20, 0));
}

#[tokio::test]
async fn selling_on_when_empty_may_end_while_units_are_owed() {
    let app = TestApp::new().await;
    import(&app, mug("shopify", "0", "continue")).await;
    commit_units(&app, 4).await;
    import(&app, mug("shopify", "0", "deny")).await;
    assert_eq!(
        rows(&app, LEVELS).await,
        json!([{ "title": "Default Title", "on_hand": 0, "backorder_limit": 0, "deficit_ack": 4, "available": -4, "committed": 4 }])
    );
}

#[tokio::test]
async fn a_variant_that_is_no_longer_tracked_has_no_level() {
    let app = TestApp::new().await;
    import(&app, mug("shopify", "5", "deny")).await;
    let (counts, _) = import(&app, mug("", "5", "deny")).await;
    assert_eq!(counts.updated, 1);
    assert_eq!(rows(&app, LEVELS).await, json!([]));
    import(&app, mug("shopify", "6", "deny")).await;
    assert_eq!(
        rows(&app, "SELECT on_hand FROM inventory_levels").await,
        json!([{ "on_hand": 6 }])
    );
}
