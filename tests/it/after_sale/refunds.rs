//! Refunds: by the provider who took the money, then on the gift cards that paid.

use serde_json::json;
use tests::factory::offers::gift_card;
use tests::people::Person;
use tests::sandbox::card;
use tests::till::Till;

use super::{bought, order, refund, refuse_all};
use crate::cart::mutate;

const MONEY: &str =
    "financialStatus totalPrice { amount } totalRefunded { amount } totalRefundedV2 { amount }";

/// An order of two cups for 35.00, of which two gift cards pay 6.00; answers whose it is.
pub(super) async fn mixed(till: &Till) -> Person {
    let cup = till.stock("cup", 9).await;
    let ada = till.app.person("ada").await;
    let (one, other) = (
        gift_card(&till.app, "4.00").await,
        gift_card(&till.app, "2.00").await,
    );
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    let codes = "$cart: ID!, $codes: [String!]!|cartId: $cart, giftCardCodes: $codes";
    let variables = json!({ "cart": cart, "codes": [one, other] });
    mutate(&till.app, "cartGiftCardCodesUpdate", codes, variables).await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "29.00").await;
    bought(till, &cart, &ada).await;
    ada
}

pub(super) async fn on_cards(till: &Till) -> Vec<i64> {
    let of = |card: i32| format!("SELECT balance_minor FROM gift_cards WHERE id = {card}");
    vec![till.app.count(&of(1)).await, till.app.count(&of(2)).await]
}

async fn stands(till: &Till, ada: &Person, status: &str, refunded: &str) {
    let money = order(till, ada, MONEY).await;
    let refunded = json!({ "amount": refunded });
    assert_eq!(
        money,
        json!({ "financialStatus": status, "totalPrice": { "amount": "35.0" },
            "totalRefunded": refunded, "totalRefundedV2": refunded })
    );
}

#[tokio::test]
async fn money_goes_back_to_where_it_came_from() {
    let till = Till::open().await;
    let ada = mixed(&till).await;
    stands(&till, &ada, "PAID", "0.0").await;
    assert_eq!(
        refund(&till, Some("10.00")).await.unwrap(),
        "order #1001: 10.00 USD is asked of the provider, 0.00 USD is on gift cards again\n"
    );
    // Nothing is given back before the provider says so.
    stands(&till, &ada, "PAID", "0.0").await;
    let error = refund(&till, None).await.unwrap_err();
    assert!(error.contains("is under way"), "{error}");
    till.drain().await;
    stands(&till, &ada, "PARTIALLY_REFUNDED", "10.0").await;
    till.assert_sound().await;

    // 19.00 of the provider's are left, then the card that paid last.
    assert_eq!(
        refund(&till, Some("22.50")).await.unwrap(),
        "order #1001: 19.00 USD is asked of the provider, 3.50 USD is on gift cards again\n"
    );
    assert_eq!(on_cards(&till).await, [150, 200]);
    till.drain().await;
    stands(&till, &ada, "PARTIALLY_REFUNDED", "32.5").await;
    let error = refund(&till, Some("2.51")).await.unwrap_err();
    assert_eq!(error, "2.50 USD of order #1001 can be given back");
    refund(&till, None).await.unwrap();
    assert_eq!(on_cards(&till).await, [400, 200]);
    till.drain().await;
    stands(&till, &ada, "REFUNDED", "35.0").await;
    let error = refund(&till, None).await.unwrap_err();
    assert_eq!(error, "0.00 USD of order #1001 can be given back");
    till.assert_sound().await;
    let by_provider = "SELECT sum(amount_minor)::bigint FROM payment_facts WHERE kind = 'refunded'";
    assert_eq!(till.app.count(by_provider).await, 2_900);
}

#[tokio::test]
async fn what_cannot_be_given_back_changes_nothing() {
    let till = Till::open().await;
    mixed(&till).await;
    for (amount, words) in [
        ("0", "above 0"),
        ("-1", "above 0"),
        ("1.234", "is not an amount in USD"),
        ("35.01", "35.00 USD of order #1001 can be given back"),
    ] {
        let error = refund(&till, Some(amount)).await.unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    till.app
        .execute("UPDATE gift_cards SET disabled_at = now() WHERE id = 2")
        .await;
    let error = refund(&till, None).await.unwrap_err();
    assert!(error.contains("cannot be used any more"), "{error}");
    assert_eq!(on_cards(&till).await, [0, 0]);
    let none = "SELECT count(*) FROM payment_operations WHERE kind = 'refund'";
    assert_eq!(till.app.count(none).await, 0);
    let card = "(gift_card_id, kind, amount_minor, attempt_id) SELECT 1, 'refund', 401, id FROM checkout_attempts";
    let too_much = format!("INSERT INTO gift_card_entries {card}");
    // As if the card held more than it paid of this order.
    let of_a_larger_card =
        format!("ALTER TABLE gift_cards DROP CONSTRAINT balance_within_initial; {too_much}");
    refuse_all(
        &till,
        &[
            (&too_much, "balance_within_initial"),
            (&of_a_larger_card, "more would be put back on the card"),
            (
                "INSERT INTO gift_card_entries (gift_card_id, kind, amount_minor, attempt_id) SELECT 1, 'refund', -1, id FROM checkout_attempts",
                "only_debits_take",
            ),
            (
                "INSERT INTO gift_card_entries (gift_card_id, kind, amount_minor) VALUES (1, 'refund', 1)",
                "only_issues_have_no_order",
            ),
            (
                "UPDATE orders SET gift_card_refunded_minor = 1",
                "follows their entries",
            ),
        ],
    )
    .await;
    till.assert_sound().await;
}

#[tokio::test]
async fn two_who_refund_the_same_order_give_it_back_once() {
    let till = Till::open().await;
    let ada = mixed(&till).await;
    let all = || refund(&till, None);
    let (one, other) = tokio::join!(all(), all());
    assert_ne!(one.is_ok(), other.is_ok());
    till.drain().await;
    assert_eq!(on_cards(&till).await, [400, 200]);
    stands(&till, &ada, "REFUNDED", "35.0").await;
    till.assert_sound().await;
}
