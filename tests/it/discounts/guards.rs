//! What the database itself refuses, whatever the code does.

use diesel_async::SimpleAsyncConnection;
use tests::factory::offers::{discounts, gift_card};
use tests::till::Till;

use super::filled;

/// Statements by hand, and why they are refused.
const BY_HAND: &[(&str, &str)] = &[
    ("UPDATE discounts SET usage_count = 0", "follows its uses"),
    ("DELETE FROM discount_uses", "never deleted"),
    (
        "UPDATE discount_uses SET state = 'released'",
        "cannot go from redeemed",
    ),
    (
        "UPDATE discount_uses SET amount_minor = 0",
        "only the state",
    ),
    (
        "INSERT INTO discount_codes (discount_id, code) VALUES (1, 'one')",
        "discount_codes_code",
    ),
    (
        "INSERT INTO discount_codes (discount_id, code) VALUES (2, 'two')",
        "foreign key",
    ),
    (
        "UPDATE gift_cards SET balance_minor = 400",
        "follow its entries",
    ),
    (
        "UPDATE gift_cards SET initial_minor = 800",
        "follow its entries",
    ),
    ("DELETE FROM gift_card_entries", "only grows"),
    (
        "UPDATE gift_card_entries SET amount_minor = 800 WHERE kind = 'issue'",
        "only grows",
    ),
    (
        "INSERT INTO gift_card_entries (gift_card_id, kind, amount_minor) VALUES (1, 'issue', 1)",
        "issued_once",
    ),
    ("DELETE FROM gift_card_holds", "never deleted"),
    (
        "UPDATE gift_card_holds SET state = 'held'",
        "cannot go from debited",
    ),
    (
        "UPDATE gift_card_holds SET amount_minor = 1",
        "only the state",
    ),
    (
        "UPDATE orders SET gift_card_minor = total_minor + 1",
        "gift_cards_within_total",
    ),
    ("UPDATE orders SET discounts = '[]'", "discounts_add_up"),
    (
        "UPDATE order_lines SET allocations = '[]'",
        "allocations_add_up",
    ),
    (
        "UPDATE order_lines SET discount_minor = 0",
        "allocations_add_up",
    ),
];

#[tokio::test]
async fn uses_holds_and_sums_cannot_be_written_by_hand() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let csv = "Title,Codes,Type,Value,Usage Limit,Once Per Customer\nOne,ONE,percentage,10,1,true\nAll,,percentage,1,,\n";
    discounts(&till.app, csv).await;
    let code = gift_card(&till.app, "4.00").await;
    let (cart, _) = filled(&till, &cup, 1, &["ONE"], &[&code]).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    till.assert_sound().await;
    let mut conn = till.app.conn().await;
    let attempt = "(SELECT id FROM checkout_attempts)";
    for (statement, words) in BY_HAND {
        let refused = conn.batch_execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    for (statement, words) in [
        (
            "INSERT INTO discount_uses (discount_id, attempt_id, amount_minor, once, email_hash) VALUES (1, $, 0, false, sha256('x'))",
            "one_use_per_attempt",
        ),
        (
            "INSERT INTO gift_card_holds (gift_card_id, attempt_id, amount_minor) VALUES (1, $, 1)",
            "one_hold_per_attempt",
        ),
        (
            "INSERT INTO gift_card_entries (gift_card_id, kind, amount_minor, attempt_id) VALUES (1, 'debit', -1, $)",
            "one_debit_per_attempt",
        ),
    ] {
        let statement = statement.replace('$', attempt);
        let refused = conn
            .batch_execute(&statement)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    till.assert_sound().await;
}

#[tokio::test]
async fn the_next_use_and_the_next_cent_are_refused() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let csv = "Title,Codes,Type,Value,Usage Limit,Once Per Customer\nOne,ONE,percentage,10,1,\nOnce,ONCE,percentage,10,,true\n";
    discounts(&till.app, csv).await;
    gift_card(&till.app, "4.00").await;
    for n in 0..2 {
        let cart = till.cart(&cup, 1, tests::sandbox::card::APPROVED).await;
        till.accepted(&cart, &format!("press-{n}")).await;
    }
    let use_of = |discount: i32, once: bool| {
        format!(
            "INSERT INTO discount_uses (discount_id, attempt_id, amount_minor, once, email_hash) \
             SELECT {discount}, id, 0, {once}, sha256('ada') FROM checkout_attempts"
        )
    };
    let holds = |minor: i64| {
        format!(
            "INSERT INTO gift_card_holds (gift_card_id, attempt_id, amount_minor) SELECT 1, id, {minor} FROM checkout_attempts"
        )
    };
    let mut conn = till.app.conn().await;
    for (statement, words) in [
        (use_of(1, false), "usage_within_limit"),
        (use_of(2, true), "one_use_per_email"),
        (holds(201), "held_within_balance"),
    ] {
        let refused = conn
            .batch_execute(&statement)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    conn.batch_execute(&holds(200)).await.unwrap();
}
