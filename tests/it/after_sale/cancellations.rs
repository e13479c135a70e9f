//! Orders are canceled, whole or in part: their stock, their money, and what the buyer is told.

use api::commands::orders::{CancelArgs, Orders};
use commerce::order::cancellations::OrderCancelReason;
use providers::mail::Mailbox;
use serde_json::json;
use tests::sandbox::card;
use tests::till::Till;

use super::line_refunds::{CURRENT, amounts, mails};
use super::refunds::{mixed, on_cards};
use super::{bought, order, orders, parcel, refund, shelf, under};

/// A cancellation of the first order, or of these lines of it.
fn of(lines: &[(usize, i32)], restock: bool, refund: bool, key: &str) -> Orders {
    Orders::Cancel(CancelArgs {
        number: 1001,
        reason: OrderCancelReason::Customer,
        lines: lines.to_vec(),
        restock,
        refund,
        staff_note: Some("called on Monday".to_owned()),
        once: under(key),
    })
}

#[tokio::test]
async fn a_canceled_order_gives_back_its_stock_and_its_money() {
    let till = Till::open().await;
    let ada = mixed(&till).await;
    assert_eq!(shelf(&till).await, (9, 2));
    for _ in 0..2 {
        let said = orders(&till, of(&[], true, true, "cancel-1"))
            .await
            .unwrap();
        assert_eq!(
            said,
            "order #1001 is canceled: 29.00 USD is asked of the provider, 6.00 USD is on gift cards again\n"
        );
    }
    assert_eq!(shelf(&till).await, (9, 0));
    assert_eq!(on_cards(&till).await, [400, 200]);
    till.drain().await;
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    let expected = (
        ["0.0", "0.0", "0.0", "0.0", "35.0"],
        ["REFUNDED", "UNFULFILLED"],
    );
    assert_eq!(amounts(&now), expected);
    assert_eq!(now["cancelReason"], "CUSTOMER");
    assert_eq!(now["totalPrice"]["amount"], "35.0");
    assert_eq!(
        now["lineItems"]["nodes"][0],
        json!({ "quantity": 2, "currentQuantity": 0 })
    );
    assert_eq!(
        mails(&till),
        ["cancellation-1", "order-confirmation-1", "refund-1"]
    );
    let mailbox = Mailbox::new(till.mailbox.path(), String::new());
    let mail = mailbox
        .read("cancellation-1@localhost")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(mail.subject, "Test Shop: order #1001 was canceled");
    let text = mail.text.replace("\r\n", "\n");
    let words = "Your order #1001 was canceled.\n\nCanceled items:\n\n2 x cup\n\n$35.00 will go back to how you paid.";
    assert!(text.starts_with(words), "{text}");
    // The note is for staff.
    assert!(!text.contains("Monday"), "{text}");
    let shown = orders(&till, Orders::Show { number: 1001 }).await.unwrap();
    assert!(
        shown.contains("canceled by operator: customer  called on Monday"),
        "{shown}"
    );

    let error = orders(&till, of(&[], true, true, "cancel-2")).await;
    assert_eq!(error.unwrap_err(), "order #1001 was canceled already");
    let error = orders(&till, Orders::Fulfill(parcel(&[]))).await;
    assert_eq!(error.unwrap_err(), "order #1001 was called off");
}

#[tokio::test]
async fn a_gift_card_that_cannot_be_used_keeps_nothing_else_back() {
    let till = Till::open().await;
    let ada = mixed(&till).await;
    let disabled = "UPDATE gift_cards SET disabled_at = now() WHERE id = 2";
    till.app.execute(disabled).await;
    for _ in 0..2 {
        let said = orders(&till, of(&[], true, true, "cancel-1"))
            .await
            .unwrap();
        let (sums, owed) = said.split_once('\n').unwrap();
        assert_eq!(
            sums,
            "order #1001 is canceled: 29.00 USD is asked of the provider, 4.00 USD is on gift cards again"
        );
        assert!(owed.starts_with("2.00 USD could not be refunded, because gift card …"));
        assert!(owed.contains("is still owed"), "{owed}");
    }
    assert_eq!(on_cards(&till).await, [400, 0]);
    assert_eq!(shelf(&till).await, (9, 0));
    till.drain().await;
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    assert_eq!(amounts(&now).0[4], "33.0");
    assert_eq!(amounts(&now).1[0], "PARTIALLY_REFUNDED");
    // What is owed can be refunded as soon as the card can be used.
    let enabled = "UPDATE gift_cards SET disabled_at = NULL WHERE id = 2";
    till.app.execute(enabled).await;
    assert_eq!(
        refund(&till, None).await.unwrap(),
        "order #1001: 0.00 USD is asked of the provider, 2.00 USD is on gift cards again\n"
    );
    assert_eq!(on_cards(&till).await, [400, 200]);
    till.assert_sound().await;
}

#[tokio::test]
async fn pieces_are_canceled_without_restock_and_the_rest_without_refund() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let ada = till.app.person("ada").await;
    let cart = till.cart(&cup, 4, card::APPROVED).await;
    bought(&till, &cart, &ada).await;
    let said = orders(&till, of(&[(1, 1)], false, true, "part"))
        .await
        .unwrap();
    assert_eq!(
        said,
        "order #1001 is in part canceled: 10.00 USD is asked of the provider, 0.00 USD is on gift cards again\n"
    );
    // It is gone from the shelf: as many can be bought as before.
    assert_eq!(shelf(&till).await, (8, 3));
    till.drain().await;
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    let expected = (
        ["30.0", "15.0", "0.0", "45.0", "10.0"],
        ["PARTIALLY_REFUNDED", "UNFULFILLED"],
    );
    assert_eq!(amounts(&now), expected);
    assert!(now["cancelReason"].is_null());
    let error = orders(&till, of(&[(1, 4)], false, true, "more")).await;
    assert_eq!(
        error.unwrap_err(),
        "of line 1, `cup`, 3 pieces can be canceled"
    );

    orders(&till, Orders::Fulfill(parcel(&[(1, 1)])))
        .await
        .unwrap();
    orders(&till, of(&[], true, false, "rest")).await.unwrap();
    assert_eq!(shelf(&till).await, (7, 0));
    till.drain().await;
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    let expected = (
        ["10.0", "15.0", "0.0", "25.0", "10.0"],
        ["PARTIALLY_REFUNDED", "FULFILLED"],
    );
    assert_eq!(amounts(&now), expected);
    assert_eq!(now["cancelReason"], "CUSTOMER");
    let written = [
        "cancellation-1",
        "cancellation-2",
        "order-confirmation-1",
        "refund-1",
    ];
    let written: Vec<&str> = written
        .into_iter()
        .chain(["shipping-confirmation-1"])
        .collect();
    assert_eq!(mails(&till), written);
}

#[tokio::test]
async fn what_cannot_be_canceled_changes_nothing() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let long = Orders::Cancel(CancelArgs {
        number: 1001,
        reason: OrderCancelReason::Staff,
        lines: Vec::new(),
        restock: true,
        refund: true,
        staff_note: Some("x".repeat(256)),
        once: under("long"),
    });
    let unknown = Orders::Cancel(CancelArgs {
        number: 7,
        reason: OrderCancelReason::Staff,
        lines: Vec::new(),
        restock: true,
        refund: true,
        staff_note: None,
        once: under("unknown"),
    });
    for (command, words) in [
        (long, "the note must have at most 255 characters"),
        (unknown, "there is no order #7"),
        (of(&[(3, 1)], true, true, "a"), "order #1001 has no line 3"),
        (
            of(&[(1, 0)], true, true, "b"),
            "of line 1, `cup`, 2 pieces can be canceled",
        ),
    ] {
        assert_eq!(orders(&till, command).await.unwrap_err(), words);
    }
    orders(&till, Orders::Fulfill(parcel(&[]))).await.unwrap();
    let error = orders(&till, of(&[], true, true, "sent")).await;
    let words = "everything of order #1001 was sent: refund what comes back";
    assert_eq!(error.unwrap_err(), words);
    assert_eq!(till.app.count("SELECT count(*) FROM refunds").await, 0);
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM order_cancellations")
            .await,
        0
    );
    till.assert_sound().await;
}

#[tokio::test]
async fn no_order_is_canceled_with_a_refund_while_another_is_under_way() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    // The provider may still refuse it, although nothing is left beside it.
    refund(&till, None).await.unwrap();
    let early = orders(&till, of(&[], true, true, "cancel-1")).await;
    let words = "a refund of order #1001 is under way; try again when it is done";
    assert_eq!(early.unwrap_err(), words);
    assert_eq!(shelf(&till).await, (9, 2));
    till.drain().await;
    orders(&till, of(&[], true, true, "cancel-1"))
        .await
        .unwrap();
    assert_eq!(shelf(&till).await, (9, 0));
    till.drain().await;
    till.assert_sound().await;
}
