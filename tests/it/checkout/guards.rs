//! What the database itself refuses, whatever the code does.

use diesel_async::SimpleAsyncConnection;
use tests::sandbox::card;
use tests::till::Till;

#[tokio::test]
async fn sums_counters_and_facts_cannot_be_written_by_hand() {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let mut conn = till.app.conn().await;
    for (statement, words) in [
        (
            "UPDATE inventory_levels SET reserved = 1",
            "follow the reservations",
        ),
        (
            "UPDATE inventory_levels SET committed = 0",
            "follow the reservations",
        ),
        (
            "UPDATE inventory_levels SET backorder_limit = 2147483647",
            "follows the inventory policy",
        ),
        ("DELETE FROM inventory_reservations", "never deleted"),
        (
            "UPDATE inventory_reservations SET state = 'held'",
            "cannot go from committed to held",
        ),
        (
            "UPDATE inventory_reservations SET quantity = 2",
            "only the state",
        ),
        ("UPDATE payments SET captured_minor = 0", "follow its facts"),
        ("UPDATE orders SET captured_minor = 0", "follow its payment"),
        ("UPDATE payment_facts SET amount_minor = 0", "only grows"),
        ("DELETE FROM payment_facts", "only grows"),
        (
            "INSERT INTO orders (attempt_id, cart_id, secret_hash, email, currency, subtotal_minor, shipping_minor, \
             tax_minor, total_minor, processed_at) SELECT attempt_id, cart_id, secret_hash, email, currency, \
             subtotal_minor, shipping_minor, tax_minor, total_minor, processed_at FROM orders",
            "duplicate key",
        ),
        (
            "INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity) \
             SELECT id, (SELECT variant_id FROM inventory_levels), 1, 2 FROM checkout_attempts",
            "one_reservation_per_level",
        ),
    ] {
        let refused = conn.batch_execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn what_was_sold_past_the_policy_is_found() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    // As if the guards had not been there: the copy is stale, and sold by.
    till.app
        .execute(
            "ALTER TABLE inventory_levels DISABLE TRIGGER USER; \
             UPDATE inventory_levels SET backorder_limit = 2147483647, on_hand = 0; \
             ALTER TABLE inventory_levels ENABLE TRIGGER USER",
        )
        .await;
    let mut conn = till.app.conn().await;
    let found = commerce::invariants::check(&mut conn).await.unwrap();
    let names: Vec<&str> = found.iter().map(|(found, _)| found.name).collect();
    assert_eq!(names, ["nothing_is_oversold", "levels_follow_the_policy"]);
}
