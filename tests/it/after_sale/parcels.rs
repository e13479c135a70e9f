//! Parcels: the order's status, its customer's view and the shelf follow them.

use api::commands::orders::{FulfillArgs, Orders};
use serde_json::json;
use tests::sandbox::card;
use tests::till::Till;

use super::{bought, order, orders, parcel, refuse_all, shelf};

const SENT: &str = "fulfillmentStatus successfulFulfillments(first: 5) { trackingCompany \
    trackingInfo(first: 1) { number url } none: trackingInfo(first: 0) { url } \
    fulfillmentLineItems(first: 5) { pageInfo { hasNextPage } nodes { quantity lineItem { title quantity } } } } \
    one: successfulFulfillments(first: 1) { trackingCompany }";

#[tokio::test]
async fn parcels_leave_the_shelf_and_reach_the_customers_account() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let ada = till.app.person("ada").await;
    let cart = till.cart(&cup, 3, card::APPROVED).await;
    bought(&till, &cart, &ada).await;
    assert_eq!(shelf(&till).await, (9, 3));
    let nothing = order(&till, &ada, SENT).await;
    assert_eq!(nothing["fulfillmentStatus"], "UNFULFILLED");
    assert_eq!(nothing["successfulFulfillments"], json!([]));

    let first = FulfillArgs {
        company: Some("Post".to_owned()),
        tracking_number: Some("P 1".to_owned()),
        tracking_url: Some("https://post.example/P1".to_owned()),
        ..parcel(&[(1, 1), (1, 1)])
    };
    let said = orders(&till, Orders::Fulfill(first)).await.unwrap();
    assert_eq!(said, "parcel 1 of order #1001\n");
    assert_eq!(shelf(&till).await, (7, 1));
    till.assert_sound().await;
    let packed = |quantity: i32| {
        json!({ "pageInfo": { "hasNextPage": false },
            "nodes": [{ "quantity": quantity, "lineItem": { "title": "cup", "quantity": 3 } }] })
    };
    let followed = json!({ "trackingCompany": "Post", "none": [],
        "trackingInfo": [{ "number": "P 1", "url": "https://post.example/P1" }],
        "fulfillmentLineItems": packed(2) });
    assert_eq!(
        order(&till, &ada, SENT).await,
        json!({ "fulfillmentStatus": "PARTIALLY_FULFILLED", "successfulFulfillments": [followed],
            "one": [{ "trackingCompany": "Post" }] })
    );

    // Without lines: whatever is left.
    orders(&till, Orders::Fulfill(parcel(&[]))).await.unwrap();
    assert_eq!(shelf(&till).await, (6, 0));
    till.assert_sound().await;
    let plain = json!({ "trackingCompany": null, "none": [], "trackingInfo": [], "fulfillmentLineItems": packed(1) });
    let all = order(&till, &ada, SENT).await;
    assert_eq!(all["fulfillmentStatus"], "FULFILLED");
    assert_eq!(all["successfulFulfillments"], json!([followed, plain]));

    let shown = orders(&till, Orders::Show { number: 1001 }).await.unwrap();
    for words in [
        "#1001  ",
        "45.00 USD  paid, fulfilled\n",
        "   1  3 × cup, Default Title (-), 3 sent\n",
        "      Ada Byron\n      1 Main St\n",
        ": 1=2  Post P 1 https://post.example/P1\n",
        ": 1=1  \n",
    ] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let listed = orders(&till, Orders::List { limit: 5 }).await.unwrap();
    assert_eq!(listed.lines().count(), 1);
    // What has left is not for sale again, and what is left is.
    assert_eq!(
        till.app
            .count("SELECT sum(available)::bigint FROM inventory_levels")
            .await,
        6
    );
}

#[tokio::test]
async fn what_cannot_be_sent_changes_nothing() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let with_url = |url: &str| FulfillArgs {
        tracking_url: Some(url.to_owned()),
        ..parcel(&[])
    };
    let unknown = FulfillArgs {
        number: 7,
        ..parcel(&[])
    };
    let nameless = FulfillArgs {
        company: Some(String::new()),
        ..parcel(&[])
    };
    for (args, words) in [
        (unknown, "there is no order #7"),
        (parcel(&[(2, 1)]), "order #1001 has no line 2"),
        (parcel(&[(0, 1)]), "order #1001 has no line 0"),
        (parcel(&[(1, 3)]), "of line 1, `cup`, 2 pieces can be sent"),
        (
            parcel(&[(1, 1), (1, 2)]),
            "of line 1, `cup`, 2 pieces can be sent",
        ),
        (parcel(&[(1, -1)]), "of line 1, `cup`, 2 pieces can be sent"),
        (with_url("javascript:alert(1)"), "must begin with http"),
        (with_url("https://a b"), "must begin with http"),
        (nameless, "1 to 255 characters"),
    ] {
        let error = orders(&till, Orders::Fulfill(args)).await.unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    // Half of what was sold is not there any more.
    till.app
        .execute("UPDATE inventory_levels SET deficit_ack = 1, on_hand = 1")
        .await;
    let error = orders(&till, Orders::Fulfill(parcel(&[]))).await;
    assert!(error.unwrap_err().contains("less on the shelf"));
    assert_eq!(till.app.count("SELECT count(*) FROM fulfillments").await, 0);
    assert_eq!(shelf(&till).await, (1, 2));
    orders(&till, Orders::Fulfill(parcel(&[(1, 1)])))
        .await
        .unwrap();
    till.app
        .execute("UPDATE inventory_levels SET on_hand = 5")
        .await;
    orders(&till, Orders::Fulfill(parcel(&[]))).await.unwrap();
    let error = orders(&till, Orders::Fulfill(parcel(&[]))).await;
    assert_eq!(error.unwrap_err(), "everything of order #1001 was sent");
    till.assert_sound().await;
    let error = orders(&till, Orders::Show { number: 7 }).await;
    assert_eq!(error.unwrap_err(), "there is no order #7");
}

#[tokio::test]
async fn two_who_pack_the_same_order_send_it_once() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let pack = || orders(&till, Orders::Fulfill(parcel(&[])));
    let (one, other) = tokio::join!(pack(), pack());
    assert_ne!(one.is_ok(), other.is_ok());
    assert_eq!(shelf(&till).await, (8, 0));
    till.assert_sound().await;
}

#[tokio::test]
async fn parcels_cannot_be_written_by_hand() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    for n in 0..2 {
        let cart = till.cart(&cup, 2, card::APPROVED).await;
        till.accepted(&cart, &format!("press-{n}")).await;
        till.drain().await;
    }
    orders(&till, Orders::Fulfill(parcel(&[(1, 1)])))
        .await
        .unwrap();
    let first = "(SELECT min(id) FROM order_lines)";
    let other = "(SELECT max(id) FROM order_lines)";
    let of = |line: &str, quantity: i32| {
        format!(
            "INSERT INTO fulfillments (order_id, created_at) SELECT min(id), now() FROM orders; \
             INSERT INTO fulfillment_lines SELECT max(f.id), {line}, max(f.order_id), {quantity} FROM fulfillments f"
        )
    };
    let (too_many, of_another) = (of(first, 2), of(other, 1));
    refuse_all(
        &till,
        &[
            (&too_many, "order_lines_check"),
            (&of_another, "foreign key"),
            (
                "UPDATE order_lines SET fulfilled = 2",
                "follows the parcels",
            ),
            (
                "UPDATE inventory_reservations SET shipped = 2",
                "follows the parcels",
            ),
            (
                "UPDATE inventory_reservations SET shipped = 0",
                "follows the parcels",
            ),
            ("DELETE FROM fulfillment_lines", "only grows"),
            (
                "UPDATE fulfillments SET tracking_number = '1'",
                "only grows",
            ),
        ],
    )
    .await;
    till.assert_sound().await;
}

#[tokio::test]
async fn what_is_not_counted_any_more_can_be_sent_all_the_same() {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    let ada = till.app.person("ada").await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    bought(&till, &cart, &ada).await;
    // As a stock-take that finds one, after which nobody counts any more.
    till.app
        .execute(
            "UPDATE inventory_levels SET deficit_ack = 1, on_hand = 1; UPDATE variants SET inventory_tracked = false",
        )
        .await;
    orders(&till, Orders::Fulfill(parcel(&[]))).await.unwrap();
    assert_eq!(shelf(&till).await, (0, 0));
    till.assert_sound().await;
}
