//! Refunds of lines and delivery: their shares of taxes, their stock, what the order comes to afterwards, and that each is
//! made once.

use std::sync::Arc;

use api::commands::orders::{CancelArgs, Once, Orders, RefundArgs};
use commerce::order::cancellations::OrderCancelReason;
use futures_util::future::join_all;
use providers::mail::Mailbox;
use serde_json::{Value, json};
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;
use tokio::sync::Barrier;

use super::refunds::mixed;
use super::{bought, order, orders, parcel, shelf, under};

pub(super) const CURRENT: &str = "financialStatus fulfillmentStatus cancelReason \
    currentSubtotalPrice { amount } currentTotalShippingPrice { amount } currentTotalTax { amount } \
    currentTotalPrice { amount } totalPrice { amount } totalRefunded { amount } \
    lineItems(first: 5) { nodes { quantity currentQuantity } }";

/// Subtotal, delivery, tax, all of it and what was refunded, as the customer sees them; how money and delivery stand.
pub(super) fn amounts(order: &Value) -> ([&str; 5], [&str; 2]) {
    let amount = |name: &str| order[name]["amount"].as_str().unwrap_or_default();
    let word = |name: &str| order[name].as_str().unwrap_or_default();
    (
        [
            amount("currentSubtotalPrice"),
            amount("currentTotalShippingPrice"),
            amount("currentTotalTax"),
            amount("currentTotalPrice"),
            amount("totalRefunded"),
        ],
        [word("financialStatus"), word("fulfillmentStatus")],
    )
}

/// A refund of the first order's lines.
fn of_lines(lines: &[(usize, i32)], restock: bool) -> RefundArgs {
    RefundArgs {
        number: 1001,
        lines: lines.to_vec(),
        restock,
        ..RefundArgs::default()
    }
}

/// The names of the mails about orders, without the host.
pub(super) fn mails(till: &Till) -> Vec<String> {
    let names = till.mailbox.files().into_iter();
    let of_orders = names.filter(|name| !name.starts_with("account-"));
    let bare = of_orders.map(|name| name.replace("@localhost.eml", ""));
    bare.collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one order, from end to end")]
async fn lines_take_their_share_along_and_go_back_on_the_shelf() {
    let till = Till::open().await;
    let file = json!({
        "markets": [{ "handle": "home", "name": "Home", "countries": ["US"], "taxes_included": false },
            { "handle": "world", "name": "World", "countries": ["*"] }],
        "taxes": [{ "country": "US", "name": "Sales tax", "rate": "10" }]
    });
    shop_file(&till.app, &file).await;
    let cup = till.stock("cup", 9).await;
    let ada = till.app.person("ada").await;
    let cart = till.filled_cart(&cup, 3).await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "49.50").await;
    bought(&till, &cart, &ada).await;
    assert_eq!(shelf(&till).await, (9, 3));

    // Not sent yet: the piece is for sale again.
    let said = orders(&till, Orders::Refund(of_lines(&[(1, 1)], true))).await;
    let asked =
        "order #1001: 11.00 USD is asked of the provider, 0.00 USD is on gift cards again\n";
    assert_eq!(said.unwrap(), asked);
    assert_eq!(shelf(&till).await, (9, 2));
    // The buyer is told once the money has moved.
    let told = "SELECT count(*) FROM jobs WHERE kind = 'send_refund_notification'";
    assert_eq!(till.app.count(told).await, 0);
    till.drain().await;
    assert_eq!(till.app.count(told).await, 1);
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    let expected = (
        ["20.0", "15.0", "3.5", "38.5", "11.0"],
        ["PARTIALLY_REFUNDED", "UNFULFILLED"],
    );
    assert_eq!(amounts(&now), expected);
    assert_eq!(
        now["lineItems"]["nodes"][0],
        json!({ "quantity": 3, "currentQuantity": 2 })
    );

    // Sent and come back.
    orders(&till, Orders::Fulfill(parcel(&[]))).await.unwrap();
    assert_eq!(shelf(&till).await, (7, 0));
    let back = RefundArgs {
        once: under("came-back"),
        ..of_lines(&[(1, 1)], true)
    };
    orders(&till, Orders::Refund(back)).await.unwrap();
    assert_eq!(shelf(&till).await, (8, 0));
    till.drain().await;
    // Sent and kept, with a part of the delivery.
    let kept = RefundArgs {
        shipping: Some("5.00".to_owned()),
        ..of_lines(&[(1, 1)], false)
    };
    let said = orders(&till, Orders::Refund(kept)).await.unwrap();
    assert!(said.contains("16.50 USD is asked"), "{said}");
    assert_eq!(shelf(&till).await, (8, 0));
    till.drain().await;
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    let expected = (
        ["0.0", "10.0", "1.0", "11.0", "38.5"],
        ["PARTIALLY_REFUNDED", "FULFILLED"],
    );
    assert_eq!(amounts(&now), expected);

    for (args, words) in [
        (
            of_lines(&[(1, 1)], false),
            "of line 1, `cup`, 0 pieces can be refunded",
        ),
        (of_lines(&[(2, 1)], false), "order #1001 has no line 2"),
    ] {
        let error = orders(&till, Orders::Refund(args)).await.unwrap_err();
        assert_eq!(error, words);
    }
    let rest = |shipping: &str| RefundArgs {
        shipping: Some(shipping.to_owned()),
        ..of_lines(&[], false)
    };
    let error = orders(&till, Orders::Refund(rest("10.01"))).await;
    let words = "10.00 USD of the delivery of order #1001 can be given back";
    assert_eq!(error.unwrap_err(), words);
    orders(&till, Orders::Refund(rest("full"))).await.unwrap();
    till.drain().await;
    till.assert_sound().await;
    let now = order(&till, &ada, CURRENT).await;
    let expected = (
        ["0.0", "0.0", "0.0", "0.0", "49.5"],
        ["REFUNDED", "FULFILLED"],
    );
    assert_eq!(amounts(&now), expected);
    let written = [
        "order-confirmation-1",
        "refund-1",
        "refund-2",
        "refund-3",
        "refund-4",
    ];
    let written: Vec<&str> = written
        .into_iter()
        .chain(["shipping-confirmation-1"])
        .collect();
    assert_eq!(mails(&till), written);
    let mailbox = Mailbox::new(till.mailbox.path(), String::new());
    let mail = mailbox.read("refund-1@localhost").await.unwrap().unwrap();
    let text = mail.text.replace("\r\n", "\n");
    let words = "We have refunded $11.00 for your order #1001.\n\nRefunded items:\n\n1 x cup\n";
    assert!(text.starts_with(words), "{text}");
    let shown = orders(&till, Orders::Show { number: 1001 }).await.unwrap();
    assert!(
        shown.contains("11.00 USD, 11.00 USD has gone back  1=1 (cancel)"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_same_key_pays_once_however_often_it_is_sent() {
    let till = Till::open().await;
    mixed(&till).await;
    let gate = Arc::new(Barrier::new(8));
    let ten = |once: Once| {
        Orders::Refund(RefundArgs {
            number: 1001,
            amount: Some("10.00".to_owned()),
            once,
            ..RefundArgs::default()
        })
    };
    let all = (0..8).map(|_| {
        let (gate, till) = (Arc::clone(&gate), &till);
        async move {
            gate.wait().await;
            orders(till, ten(under("return-7"))).await
        }
    });
    let said = join_all(all).await;
    let once = "order #1001: 10.00 USD is asked of the provider, 0.00 USD is on gift cards again\n";
    assert_eq!(said, vec![Ok(once.to_owned()); 8]);
    till.drain().await;
    // And once more when it is done.
    assert_eq!(orders(&till, ten(under("return-7"))).await.unwrap(), once);
    till.drain().await;
    let sums = "SELECT sum(amount_minor)::bigint FROM payment_facts WHERE kind = 'refunded'";
    assert_eq!(till.app.count(sums).await, 1_000);
    assert_eq!(till.app.count("SELECT count(*) FROM refunds").await, 1);

    let other = Orders::Refund(RefundArgs {
        number: 1001,
        amount: Some("10.01".to_owned()),
        once: under("return-7"),
        ..RefundArgs::default()
    });
    let cancel = Orders::Cancel(CancelArgs {
        number: 1001,
        reason: OrderCancelReason::Other,
        lines: Vec::new(),
        restock: true,
        refund: true,
        staff_note: None,
        once: under("return-7"),
    });
    let sent = Orders::Fulfill(api::commands::orders::FulfillArgs {
        once: under("return-7"),
        ..parcel(&[])
    });
    for reused in [other, cancel, sent] {
        let error = orders(&till, reused).await.unwrap_err();
        assert_eq!(
            error,
            "the idempotency key `return-7` was used for another request"
        );
    }
    let empty = orders(&till, ten(under(""))).await.unwrap_err();
    assert!(empty.contains("must have 1 to 255 characters"), "{empty}");

    // Without a key, the same once more is taken for an accident; under a key of its own it is meant.
    let error = orders(&till, ten(Once::default())).await.unwrap_err();
    assert!(
        error.contains("the same was done less than ten minutes ago"),
        "{error}"
    );
    assert!(error.contains("return-7"), "{error}");
    orders(&till, ten(under("return-8"))).await.unwrap();
    till.drain().await;
    assert_eq!(till.app.count(sums).await, 2_000);
    till.assert_sound().await;
}

#[tokio::test]
async fn a_parcel_under_one_key_is_sent_once() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 3, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let one = |once: Once| {
        Orders::Fulfill(api::commands::orders::FulfillArgs {
            once,
            ..parcel(&[(1, 1)])
        })
    };
    for _ in 0..2 {
        let said = orders(&till, one(under("scan-1"))).await.unwrap();
        assert_eq!(said, "parcel 1 of order #1001\n");
    }
    assert_eq!(shelf(&till).await, (8, 2));
    till.drain().await;
    assert_eq!(
        mails(&till),
        ["order-confirmation-1", "shipping-confirmation-1"]
    );
    till.assert_sound().await;
}

#[tokio::test]
async fn pieces_go_back_to_the_locations_that_gave_them() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    till.app
        .execute(
            "INSERT INTO locations (name, priority) VALUES ('Harbour', 9); \
             INSERT INTO inventory_levels (variant_id, location_id, on_hand) \
             SELECT variant_id, (SELECT max(id) FROM locations), 5 FROM inventory_levels",
        )
        .await;
    for n in 0..2 {
        let cart = till.cart(&cup, 2, card::APPROVED).await;
        till.accepted(&cart, &format!("press-{n}")).await;
        till.drain().await;
    }
    let levels = async || {
        let at = |column: &str, place: &str| {
            format!(
                "SELECT {column}::bigint FROM inventory_levels WHERE location_id = (SELECT {place}(id) FROM locations)"
            )
        };
        let mut found = Vec::new();
        for place in ["min", "max"] {
            for column in ["on_hand", "committed"] {
                found.push(till.app.count(&at(column, place)).await);
            }
        }
        found
    };
    assert_eq!(levels().await, [1, 1, 5, 3]);
    orders(&till, Orders::Fulfill(parcel(&[]))).await.unwrap();
    assert_eq!(levels().await, [0, 0, 4, 2]);
    till.app
        .execute("UPDATE locations SET active = false WHERE name = 'Harbour'")
        .await;
    let error = orders(&till, Orders::Refund(of_lines(&[(1, 2)], true))).await;
    let words =
        "location `Harbour` is not active and takes no stock back: do it without restocking";
    assert_eq!(error.unwrap_err(), words);
    till.app
        .execute("UPDATE locations SET active = true WHERE name = 'Harbour'")
        .await;
    orders(&till, Orders::Refund(of_lines(&[(1, 2)], true)))
        .await
        .unwrap();
    assert_eq!(levels().await, [1, 0, 5, 2]);
    till.drain().await;
    till.assert_sound().await;
}
