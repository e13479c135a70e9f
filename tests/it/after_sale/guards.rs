//! What the database itself refuses about refunds and cancellations, and that faults planted beside it are found.

use api::commands::orders::{Orders, RefundArgs};
use diesel_async::SimpleAsyncConnection;
use tests::sandbox::card;
use tests::till::Till;

use super::{orders, parcel, refuse_all};

/// An order of three cups, one of which was sent, one removed and refunded.
async fn world() -> Till {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 3, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    orders(&till, Orders::Fulfill(parcel(&[(1, 1)])))
        .await
        .unwrap();
    let refund = RefundArgs {
        number: 1001,
        lines: vec![(1, 1)],
        restock: true,
        ..RefundArgs::default()
    };
    orders(&till, Orders::Refund(refund)).await.unwrap();
    till.drain().await;
    till.assert_sound().await;
    till
}

/// A refund written by hand: of so much delivery and so much in all, followed by another statement.
fn by_hand(shipping: i64, total: i64, currency: &str, then: &str) -> String {
    format!(
        "BEGIN; INSERT INTO idempotency_keys (key, command, order_id, request_hash) \
         SELECT 'hand', 'refund', id, sha256('x') FROM orders; \
         INSERT INTO refunds (order_id, idempotency_key, actor, currency, shipping_minor, adjustment_minor, total_minor, notify, created_at) \
         SELECT id, 'hand', 'hand', '{currency}', {shipping}, {total} - {shipping}, {total}, false, now() FROM orders; {then}; COMMIT"
    )
}

/// A line of such a refund.
fn line(pieces: i32, how: &str, was_fulfilled: bool, minor: i64) -> String {
    format!(
        "INSERT INTO refund_line_items (refund_id, order_id, order_line_id, quantity, restock_type, was_fulfilled, location_id, \
         discounted_total_minor, subtotal_minor, tax_minor, duty_minor) \
         SELECT max(r.id), max(r.order_id), max(l.id), {pieces}, '{how}', {was_fulfilled}, \
         CASE '{how}' WHEN 'NO_RESTOCK' THEN NULL ELSE 1 END, {minor}, {minor}, 0, 0 FROM refunds r, order_lines l"
    )
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one row for each refusal")]
async fn the_database_refuses_more_than_was_bought_sent_or_paid() {
    let till = world().await;
    let of = |then: &str| by_hand(0, 0, "USD", then);
    let asked = "INSERT INTO payment_operations (id, payment_id, kind, amount_minor, created_at, updated_at, by_merchant) \
        SELECT gen_random_uuid(), id, 'refund', 100, now(), now(), true FROM payments";
    let paid = |minor: i64, currency: &str| {
        let pays = format!(
            "{asked}; INSERT INTO refund_transactions (refund_id, order_id, amount_minor, currency, operation_id) \
             SELECT max(r.id), max(r.order_id), {minor}, '{currency}', (SELECT id FROM payment_operations ORDER BY created_at DESC LIMIT 1) FROM refunds r"
        );
        by_hand(0, minor, "USD", &pays)
    };
    let statements = [
        (
            of(&line(2, "CANCEL", false, 2_000)),
            "restocked at a location than was taken",
        ),
        (
            of(&line(2, "NO_RESTOCK", false, 2_000)),
            "order_lines_check",
        ),
        (
            of(&line(2, "RETURN", true, 2_000)),
            "restocked at a location than was taken",
        ),
        (of(&line(2, "NO_RESTOCK", true, 2_000)), "order_lines_check"),
        (
            of(&line(1, "CANCEL", true, 1_000)),
            "canceled_pieces_were_not_sent",
        ),
        (
            of(&line(1, "RETURN", false, 1_000)),
            "returned_pieces_were_sent",
        ),
        (of(&line(1, "CANCEL", false, 999)), "share of price"),
        (
            of(&line(1, "CANCEL", false, 1_000)),
            "what its transactions pay",
        ),
        (
            by_hand(1_501, 0, "USD", "SELECT 1"),
            "for delivery than it cost",
        ),
        (
            by_hand(0, 100, "USD", "SELECT 1"),
            "what its transactions pay",
        ),
        (by_hand(0, 0, "EUR", "SELECT 1"), "foreign key"),
        (paid(99, "USD"), "amount and the currency of its operation"),
        (paid(100, "EUR"), "amount and the currency of its operation"),
        (
            "UPDATE order_lines SET removed = 2".to_owned(),
            "follows the refunds",
        ),
        (
            "UPDATE order_lines SET returned = 1".to_owned(),
            "follows the refunds",
        ),
        (
            "UPDATE inventory_reservations SET restocked = 0".to_owned(),
            "follows the refunds",
        ),
        (
            "UPDATE inventory_reservations SET written_off = 1".to_owned(),
            "follows the refunds",
        ),
        (
            "UPDATE inventory_reservations SET returned = 1".to_owned(),
            "follows the refunds",
        ),
        (
            "UPDATE inventory_reservations SET state = 'released'".to_owned(),
            "only_orders_restock",
        ),
        (
            "UPDATE refunds SET total_minor = 0".to_owned(),
            "only grows",
        ),
        ("DELETE FROM refund_line_items".to_owned(), "only grows"),
        ("TRUNCATE refund_transactions".to_owned(), "only grows"),
        ("DELETE FROM idempotency_keys".to_owned(), "only grows"),
        (
            of(
                "INSERT INTO order_cancellations (order_id, idempotency_key, is_whole, reason, actor, notify_customer, created_at) \
                SELECT id, 'hand', true, 'OTHER', 'hand', false, now() FROM orders",
            ),
            "nothing to send",
        ),
    ];
    for (statement, words) in &statements {
        let mut conn = till.app.conn().await;
        let refused = conn.batch_execute(statement).await;
        let refused = refused.expect_err(statement).to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    refuse_all(
        &till,
        &[("INSERT INTO refunds DEFAULT VALUES", "null value")],
    )
    .await;
    till.assert_sound().await;
    assert_eq!(till.app.count("SELECT count(*) FROM refunds").await, 1);
}

#[tokio::test]
async fn planted_faults_are_found() {
    let till = world().await;
    for (fault, name) in [
        (
            "UPDATE refunds SET total_minor = total_minor + 1",
            "refunds_add_up",
        ),
        ("UPDATE refunds SET shipping_minor = 9999", "refunds_add_up"),
        (
            "UPDATE refund_transactions SET amount_minor = 1",
            "refunds_add_up",
        ),
        (
            "UPDATE refund_transactions SET currency = 'EUR'",
            "refunds_add_up",
        ),
        ("DELETE FROM refund_transactions", "refunds_are_recorded"),
        (
            "UPDATE refund_line_items SET subtotal_minor = 1",
            "lines_follow_their_refunds",
        ),
        (
            "UPDATE order_lines SET removed = 0",
            "lines_follow_their_refunds",
        ),
        (
            "UPDATE order_lines SET returned = 1",
            "lines_follow_their_refunds",
        ),
        (
            "UPDATE inventory_reservations SET restocked = 0",
            "lines_follow_their_refunds",
        ),
        (
            "UPDATE inventory_reservations SET written_off = 1",
            "lines_follow_their_refunds",
        ),
        (
            "UPDATE inventory_levels SET committed = 2",
            "committed_is_what_is_committed",
        ),
        (
            "INSERT INTO order_cancellations (order_id, idempotency_key, is_whole, reason, actor, notify_customer, created_at) \
             SELECT id, 'x', true, 'OTHER', 'x', false, now() FROM orders",
            "canceled_orders_send_nothing",
        ),
    ] {
        let mut conn = till.app.conn().await;
        let plant = format!("BEGIN; SET LOCAL session_replication_role = replica; {fault}");
        conn.batch_execute(&plant).await.expect(fault);
        let found = commerce::invariants::check(&mut conn).await.unwrap();
        assert!(
            found.iter().any(|(broken, _)| broken.name == name),
            "{fault}: {found:?}"
        );
        conn.batch_execute("ROLLBACK").await.unwrap();
    }
    till.assert_sound().await;
}
