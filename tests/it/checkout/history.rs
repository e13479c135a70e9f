//! History that nobody rewrites; and, where triggers were off, who finds it.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tests::sandbox::card;
use tests::till::Till;

async fn bought() -> Till {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    till.assert_sound().await;
    till
}

/// Statements that are refused, and the words of the refusal.
const REFUSED: &[(&str, &str)] = &[
    (
        "UPDATE orders SET shipping_minor = 600, total_minor = total_minor - 900",
        "what was ordered of orders",
    ),
    (
        "UPDATE orders SET subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1",
        "what was ordered of orders",
    ),
    ("UPDATE orders SET number = 7", "what was ordered of orders"),
    (
        "UPDATE orders SET processed_at = processed_at - interval '1 day'",
        "what was ordered of orders",
    ),
    (
        "UPDATE order_lines SET unit_price_minor = 1",
        "what was ordered of order_lines",
    ),
    (
        "UPDATE order_lines SET quantity = 2",
        "what was ordered of order_lines",
    ),
    (
        "UPDATE order_lines SET title = 'plate'",
        "what was ordered of order_lines",
    ),
    (
        "UPDATE order_lines SET tax_minor = 1",
        "what was ordered of order_lines",
    ),
    (
        "UPDATE checkout_attempts SET snapshot = jsonb_set(snapshot, '{cart,total,minor}', '1')",
        "the snapshot of checkout_attempts",
    ),
    (
        "UPDATE checkout_attempts SET snapshot = erased_snapshot(snapshot) - 'pricing'",
        "the snapshot of checkout_attempts",
    ),
    (
        "UPDATE checkout_attempts SET amount_minor = 1",
        "what was accepted of checkout_attempts",
    ),
    (
        "UPDATE checkout_attempts SET state = 'processing', order_id = NULL",
        "the state of checkout_attempts",
    ),
    (
        "UPDATE checkout_attempts SET state = 'refund_due', order_id = NULL",
        "the state of checkout_attempts",
    ),
    (
        "UPDATE payments SET amount_minor = 1",
        "what is paid of payments",
    ),
    (
        "UPDATE payments SET provider_ref = 'other'",
        "what is paid of payments",
    ),
    (
        "UPDATE payment_operations SET amount_minor = 1",
        "what was asked of the provider of payment_operations",
    ),
    (
        "UPDATE payment_operations SET first_sent_at = NULL",
        "what was asked of the provider of payment_operations",
    ),
    ("UPDATE carts SET state = 'open'", "the state of carts"),
    ("UPDATE events SET payload = '{}'", "events only grows"),
    ("DELETE FROM events", "events only grows"),
    ("DELETE FROM order_lines", "rows of order_lines"),
    (
        "DELETE FROM payment_operations",
        "rows of payment_operations",
    ),
    ("TRUNCATE payment_facts", "rows of payment_facts"),
    ("TRUNCATE order_lines CASCADE", "rows of "),
    ("TRUNCATE carts CASCADE", "rows of "),
    ("TRUNCATE events", "rows of events"),
    ("TRUNCATE gift_card_entries CASCADE", "rows of "),
    (
        "TRUNCATE inventory_reservations",
        "rows of inventory_reservations",
    ),
    (
        "INSERT INTO payment_facts (payment_id, kind, amount_minor, currency, provider, provider_fact_ref, source, \
             occurred_at, recorded_at) SELECT id, 'captured', 1, 'EUR', provider, 'euro', 'webhook', now(), now() FROM payments",
        "in one currency, not in EUR too",
    ),
];

#[tokio::test]
async fn what_was_bought_paid_and_frozen_stays_as_it_was() {
    let till = bought().await;
    let mut conn = till.app.conn().await;
    for (statement, words) in REFUSED {
        let refused = conn.batch_execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    for (before, after) in [
        ("canceled_at = now()", "canceled_at = NULL"),
        (
            "fulfillment_status = 'FULFILLED'",
            "fulfillment_status = 'UNFULFILLED'",
        ),
    ] {
        conn.batch_execute("BEGIN").await.unwrap();
        conn.batch_execute(&format!("UPDATE orders SET {before}"))
            .await
            .unwrap();
        let back = conn
            .batch_execute(&format!("UPDATE orders SET {after}"))
            .await;
        let refused = back.unwrap_err().to_string();
        assert!(
            refused.contains("the state of orders"),
            "{after}: {refused}"
        );
        conn.batch_execute("ROLLBACK").await.unwrap();
    }
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

/// The names of the invariants that do not hold after these statements, which nothing refuses and which do not last.
async fn planted(conn: &mut AsyncPgConnection, statements: &str) -> Vec<&'static str> {
    let begin = format!("BEGIN; SET LOCAL session_replication_role = replica; {statements}");
    conn.batch_execute(&begin)
        .await
        .unwrap_or_else(|error| panic!("{statements}: {error}"));
    let found = commerce::invariants::check(conn).await.unwrap();
    conn.batch_execute("ROLLBACK").await.unwrap();
    found
        .into_iter()
        .map(|(invariant, _)| invariant.name)
        .collect()
}

/// Invariants, and statements that break each.
const FAULTS: &[(&str, &str)] = &[
    (
        "reserved_is_what_is_held",
        "UPDATE inventory_levels SET reserved = 1",
    ),
    (
        "committed_is_what_is_committed",
        "UPDATE inventory_levels SET committed = 0",
    ),
    (
        "nothing_is_oversold",
        "ALTER TABLE inventory_levels DROP CONSTRAINT no_oversell; UPDATE inventory_levels SET on_hand = 0",
    ),
    (
        "offers_follow_the_stock",
        "UPDATE product_offers SET sellable = ARRAY[NOT sellable[1]]",
    ),
    (
        "only_live_attempts_hold",
        "UPDATE inventory_reservations SET state = 'held'",
    ),
    (
        "orders_commit_what_they_bought",
        "UPDATE inventory_reservations SET quantity = 2",
    ),
    (
        "completed_means_one_order",
        "UPDATE checkout_attempts SET state = 'expired', order_id = NULL",
    ),
    (
        "money_is_an_order_or_a_refund",
        "UPDATE checkout_attempts SET state = 'expired', order_id = NULL",
    ),
    (
        "orders_are_paid_exactly",
        "UPDATE orders SET captured_minor = 0",
    ),
    (
        "orders_add_up",
        "UPDATE orders SET subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1",
    ),
    (
        "orders_spend_what_they_say",
        "ALTER TABLE orders DROP CONSTRAINT discounts_add_up; \
             UPDATE orders SET discounts = '[{\"amount\": {\"minor\": 1, \"currency\": \"USD\"}}]'",
    ),
    (
        "discount_counts_are_uses",
        "INSERT INTO discounts (title, method, class, kind, basis_points, currency, usage_count, starts_at, created_at, updated_at) \
             VALUES ('x', 'automatic', 'order', 'percentage', 100, 'USD', 1, now(), now(), now())",
    ),
    (
        "discounts_are_used_as_allowed",
        "ALTER TABLE discounts DROP CONSTRAINT usage_within_limit; \
             INSERT INTO discounts (title, method, class, kind, basis_points, currency, usage_count, usage_limit, starts_at, created_at, updated_at) \
             VALUES ('x', 'automatic', 'order', 'percentage', 100, 'USD', 2, 1, now(), now(), now())",
    ),
    (
        "gift_cards_follow_their_entries",
        "INSERT INTO gift_cards (code_hash, last_characters, currency, initial_minor, balance_minor, created_at) \
             VALUES (sha256('x'), 'abcd', 'USD', 100, 50, now())",
    ),
    (
        "parcels_are_what_was_sent",
        "UPDATE order_lines SET fulfilled = 1",
    ),
    (
        "sums_follow_facts",
        "UPDATE payments SET refunded_minor = 1",
    ),
    (
        "nobody_is_charged_twice",
        "INSERT INTO payment_facts (payment_id, kind, amount_minor, currency, provider, provider_fact_ref, source, occurred_at, recorded_at) \
             SELECT id, 'captured', amount_minor, currency, provider, 'again', 'webhook', now(), now() FROM payments",
    ),
    (
        "orders_belong_to_their_buyers",
        "INSERT INTO customers (email, state, created_at, updated_at) VALUES ('a@b.c', 'invited', now(), now()); \
             UPDATE orders SET customer_id = (SELECT max(id) FROM customers)",
    ),
    ("orders_have_their_jobs", "DELETE FROM events"),
    (
        "nothing_is_stuck",
        "UPDATE payment_operations SET state = 'unknown', created_at = now() - interval '2 hours'",
    ),
    (
        "waiting_attempts_have_work",
        "UPDATE checkout_attempts SET state = 'processing', order_id = NULL",
    ),
    (
        "history_stands",
        "UPDATE orders SET shipping_minor = shipping_minor + 1, total_minor = total_minor + 1",
    ),
    (
        "history_stands",
        "UPDATE order_lines SET unit_price_minor = 999",
    ),
    ("history_stands", "UPDATE order_lines SET quantity = 2"),
    (
        "history_stands",
        "UPDATE checkout_attempts SET amount_minor = 1",
    ),
    (
        "history_stands",
        "UPDATE checkout_attempts SET snapshot = jsonb_set(snapshot, '{cart,total,minor}', '1')",
    ),
    ("history_stands", "UPDATE payments SET amount_minor = 1"),
    ("states_go_forward", "UPDATE carts SET state = 'open'"),
    (
        "states_go_forward",
        "UPDATE payment_operations SET state = 'requested'",
    ),
    (
        "states_go_forward",
        "UPDATE checkout_attempts SET state = 'processing', order_id = NULL",
    ),
    (
        "money_has_one_currency",
        "UPDATE payments SET currency = 'EUR'",
    ),
    (
        "money_has_one_currency",
        "UPDATE orders SET currency = 'EUR'",
    ),
    (
        "money_has_one_currency",
        "UPDATE checkout_attempts SET snapshot = jsonb_set(snapshot, '{cart,total,currency}', '\"EUR\"')",
    ),
    (
        "money_has_one_currency",
        "UPDATE order_lines SET allocations = '[{\"discount\": 0, \"amount\": {\"minor\": 0, \"currency\": \"EUR\"}}]'",
    ),
    (
        "money_has_one_currency",
        "INSERT INTO payment_facts (payment_id, kind, amount_minor, currency, provider, provider_fact_ref, source, occurred_at, recorded_at) \
             SELECT id, 'authorized', 1, 'EUR', provider, 'euro', 'webhook', now(), now() FROM payments",
    ),
];

#[tokio::test]
async fn the_doctor_finds_what_was_rewritten_without_triggers() {
    let till = bought().await;
    let mut conn = till.app.conn().await;
    for (invariant, statements) in FAULTS {
        let found = planted(&mut conn, statements).await;
        assert!(
            found.contains(invariant),
            "{invariant}: {statements}: {found:?}"
        );
    }
    till.assert_sound().await;
}
