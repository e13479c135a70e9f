//! Every table tells its changes, or is none of those that public answers are made of.

use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use tests::TestApp;

/// Tables that no field reads whose answers are kept. Whoever shows one of them there gives it
/// triggers, by a migration, and takes it off this list; docs/caching.md says how.
const NOT_SHOWN: [&str; 55] = [
    "access_tokens",
    "cart_addresses",
    "cart_gift_cards",
    "cart_lines",
    "cart_metafields",
    "carts",
    "changed_products",
    "checkout_attempts",
    "collection_rules",
    "customer_access_tokens",
    "customer_addresses",
    "customer_link_tokens",
    "customer_notices",
    "customer_refresh_tokens",
    "customer_sessions",
    "customers",
    "delivery_profile_products",
    "delivery_profiles",
    "discount_codes",
    "discount_customers",
    "discount_targets",
    "discount_uses",
    "discounts",
    "duty_rates",
    "erasures",
    "events",
    "fulfillment_lines",
    "fulfillments",
    "gift_card_entries",
    "gift_card_holds",
    "gift_cards",
    "idempotency_keys",
    "inventory_reservations",
    "job_schedules",
    "jobs",
    "lexicon",
    "live_attempts",
    "metafield_definitions",
    "order_cancellations",
    "order_lines",
    "orders",
    "payment_cards",
    "payment_cursors",
    "payment_facts",
    "payment_operations",
    "payments",
    "refund_line_items",
    "refund_transactions",
    "refunds",
    "staff",
    "staff_memberships",
    "staff_roles",
    "tax_rates",
    "unapplied_payment_reports",
    "webhook_inbox",
];

/// Tables with what they tell their changes by.
const TABLES: &str = "SELECT c.relname::text || ' ' || coalesce((SELECT string_agg(tgname::text, ' ' ORDER BY tgname) \
    FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'touch\\_on\\_%'), '') AS line FROM pg_class c \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE '\\_\\_diesel%' \
    ORDER BY 1";

#[tokio::test]
async fn every_table_tells_its_changes_or_is_not_shown() {
    let app = TestApp::new().await;
    let lines: Vec<String> = commerce::db::sql::cached::<Text, _>(sql_query(TABLES))
        .load(&mut app.conn().await)
        .await
        .unwrap();
    let mut silent = Vec::new();
    for line in &lines {
        let (table, triggers) = line.split_once(' ').unwrap();
        // Rows of media are linked after they were made.
        let all = match table {
            "media" => "touch_on_delete touch_on_truncate touch_on_update",
            _ => "touch_on_delete touch_on_insert touch_on_truncate touch_on_update",
        };
        if triggers != all {
            assert_eq!(triggers, "", "{table} tells some of its changes only");
            silent.push(table);
        }
    }
    assert_eq!(
        silent, NOT_SHOWN,
        "a table without triggers that tell its changes (docs/caching.md) stands here, and only such"
    );
}
