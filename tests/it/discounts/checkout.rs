//! Purchases with discounts and gift cards.

use chrono::TimeDelta;
use providers::mail::Mailbox;
use serde_json::json;
use tests::factory::offers::{discounts, gift_card};
use tests::sandbox::card;
use tests::till::{Till, text};

use super::{enter, filled, filled_for, on_cards, pay_nothing, pay_with, prices, used};
use crate::cart::mutate;

const SUMMER: &str = "Title,Codes,Type,Value,Products,Combines With,Once Per Customer\n\
    Summer,SUMMER,percentage,25,,product;shipping,true\n\
    Cups for less,,amount,0.33,cup,order;shipping,\n\
    Free delivery,,free_shipping,,,order;product,\n";

#[tokio::test]
async fn an_order_keeps_what_was_taken_off_and_its_customer_sees_it() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    discounts(&till.app, SUMMER).await;
    let ada = till.app.person("ada").await;
    let code = gift_card(&till.app, "4.00").await;
    let (cart, _) = filled(&till, &cup, 2, &["summer"], &[&code]).await;
    let identity =
        "$cart: ID!, $t: String!|cartId: $cart, buyerIdentity: { customerAccessToken: $t }";
    let variables = json!({ "cart": cart, "t": ada.token });
    mutate(&till.app, "cartBuyerIdentityUpdate", identity, variables).await;
    // 0.33 off two cups at 10.00, then a quarter of 19.67 (4.9175), then 4.00 by gift card.
    let attempt = till.accepted(&cart, "press-1").await;
    assert_eq!(
        (used(&till, "Summer").await, on_cards(&till).await),
        (1, (400, 400))
    );
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    // Ada was welcomed by the other mail.
    assert_eq!(till.counts().await, [1, 1, 2, 0, 2]);
    assert_eq!(
        (used(&till, "Summer").await, on_cards(&till).await),
        (1, (0, 0))
    );
    let row = "SELECT total_minor FROM orders WHERE subtotal_minor = 2000 AND discount_minor = 525 AND shipping_minor = 0 \
               AND gift_card_minor = 400 AND captured_minor = 1075 AND financial_status = 'PAID'";
    assert_eq!(till.app.count(row).await, 1_475);
    let redeemed = "SELECT count(*) FROM discount_uses WHERE state = 'redeemed'";
    assert_eq!(till.app.count(redeemed).await, 3);

    let query = "query ($t: String!) { customer(customerAccessToken: $t) { orders(first: 1) { nodes { \
        subtotalPrice { amount } currentSubtotalPrice { amount } totalPrice { amount } totalShippingPrice { amount } \
        discountApplications(first: 2) { pageInfo { hasNextPage } nodes { __typename allocationMethod targetSelection targetType \
            value { ... on MoneyV2 { amount } ... on PricingPercentageValue { percentage } } \
            ... on DiscountCodeApplication { code applicable } ... on AutomaticDiscountApplication { title } } } \
        last: discountApplications(first: 1, reverse: true) { nodes { targetType } } \
        shippingDiscountAllocations { allocatedAmount { amount } discountApplication { targetType } } \
        lineItems(first: 1) { nodes { originalTotalPrice { amount } discountedTotalPrice { amount } \
            discountAllocations { allocatedAmount { amount } discountApplication { __typename } } } } } } } }";
    let data = till.ask(query, json!({ "t": ada.token })).await;
    assert_eq!(
        data["customer"]["orders"]["nodes"][0],
        json!({
            "subtotalPrice": { "amount": "14.75" }, "currentSubtotalPrice": { "amount": "19.67" },
            "totalPrice": { "amount": "14.75" }, "totalShippingPrice": { "amount": "0.0" },
            "discountApplications": { "pageInfo": { "hasNextPage": true }, "nodes": [
                { "__typename": "DiscountCodeApplication", "allocationMethod": "ACROSS", "targetSelection": "ALL",
                  "targetType": "LINE_ITEM", "value": { "percentage": 25.0 }, "code": "summer", "applicable": true },
                { "__typename": "AutomaticDiscountApplication", "allocationMethod": "ACROSS", "targetSelection": "ENTITLED",
                  "targetType": "LINE_ITEM", "value": { "amount": "0.33" }, "title": "Cups for less" }] },
            "last": { "nodes": [{ "targetType": "SHIPPING_LINE" }] },
            "shippingDiscountAllocations": [{ "allocatedAmount": { "amount": "15.0" },
                "discountApplication": { "targetType": "SHIPPING_LINE" } }],
            "lineItems": { "nodes": [{ "originalTotalPrice": { "amount": "20.0" }, "discountedTotalPrice": { "amount": "14.75" },
                "discountAllocations": [
                    { "allocatedAmount": { "amount": "4.92" }, "discountApplication": { "__typename": "DiscountCodeApplication" } },
                    { "allocatedAmount": { "amount": "0.33" }, "discountApplication": { "__typename": "AutomaticDiscountApplication" } }] }] },
        })
    );
    let mails = Mailbox::new(till.mailbox.path(), String::new())
        .list()
        .await
        .unwrap();
    let sums = "Subtotal: $20.00\nDelivery, Express: $15.00\nDiscount, summer: −$4.92\n\
        Discount, Cups for less: −$0.33\nDiscount, Free delivery: −$15.00\nTotal: $14.75\n\
        Gift card: −$4.00\nPaid otherwise: $10.75\n";
    let texts = mails.iter().map(|mail| mail.text.replace("\r\n", "\n"));
    let texts: Vec<String> = texts.collect();
    assert!(texts.iter().any(|text| text.contains(sums)), "{texts:?}");
}

#[tokio::test]
async fn a_gift_card_that_pays_everything_needs_no_provider() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let code = gift_card(&till.app, "40.00").await;
    let (cart, due) = filled(&till, &cup, 1, &[], &[&code]).await;
    assert_eq!(due, "0.0");
    let attempt = till.accepted(&cart, "press-1").await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    till.drain().await;
    assert_eq!(till.counts().await, [1, 0, 1, 0, 1]);
    assert_eq!(on_cards(&till).await, (1_500, 0));
    let nobody_was_asked = "SELECT count(*) FROM payment_operations";
    assert_eq!(till.app.count(nobody_was_asked).await, 0);
    let paid =
        "SELECT gift_card_minor FROM orders WHERE financial_status = 'PAID' AND total_minor = 2500";
    assert_eq!(till.app.count(paid).await, 2_500);
    // What is left pays a part of the next cart.
    let (cart, due) = filled(&till, &cup, 1, &[], &[&code]).await;
    assert_eq!(due, "10.0");
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(till.counts().await, [2, 1, 2, 0, 2]);
    assert_eq!(on_cards(&till).await, (0, 0));
    let charged = "SELECT sum(captured_minor)::bigint FROM payments";
    assert_eq!(till.app.count(charged).await, 1_000);
}

#[tokio::test]
async fn a_decline_and_a_deadline_give_everything_back() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    discounts(&till.app, SUMMER).await;
    let code = gift_card(&till.app, "4.00").await;
    let number = card::DECLINED;
    let (cart, due) = filled_for(&till, &cup, 2, &["SUMMER"], &[&code], number).await;
    till.accepted(&cart, "press-1").await;
    // While the attempt lives, its cart shows what it was accepted for.
    assert_eq!(
        prices(&till.app, &json!({ "id": cart })).await["cost"]["checkoutChargeAmount"]["amount"],
        due
    );
    till.drain().await;
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    assert_eq!(
        (used(&till, "Summer").await, on_cards(&till).await),
        (0, (400, 0))
    );

    let session = till.sandbox.session(card::HELD).await;
    till.pay(&cart, &session, &due).await;
    till.accepted(&cart, "press-2").await;
    till.drain().await;
    assert_eq!(
        (used(&till, "Summer").await, on_cards(&till).await),
        (1, (400, 400))
    );
    till.app.advance(TimeDelta::minutes(16)).await;
    till.tick().await;
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    assert_eq!(
        (used(&till, "Summer").await, on_cards(&till).await),
        (0, (400, 0))
    );

    till.app.execute("DELETE FROM jobs").await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, &due).await;
    till.accepted(&cart, "press-3").await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 2]);
    assert_eq!(
        (used(&till, "Summer").await, on_cards(&till).await),
        (1, (0, 0))
    );
}

#[tokio::test]
async fn a_customer_uses_a_discount_once_by_address_or_account() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    discounts(&till.app, SUMMER).await;
    let (first, due) = filled(&till, &cup, 1, &["SUMMER"], &[]).await;
    assert_eq!(due, "7.25");
    let (second, same) = filled(&till, &cup, 1, &["SUMMER"], &[]).await;
    assert_eq!(same, due);
    till.app
        .execute("UPDATE carts SET email = 'ada@mail.example'")
        .await;
    till.accepted(&first, "press-1").await;
    // The first is under way; its buyer is known by the address.
    let result = till.submit(&second, "press-1").await;
    assert_eq!(
        result["errors"],
        json!([{ "code": "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT",
            "message": "the total is 9.67 USD, but the payment is for 7.25 USD" }])
    );
    till.drain().await;
    let cart = json!({ "id": second });
    assert_eq!(
        enter(&till.app, &cart, &["SUMMER"]).await,
        ["DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED"]
    );
    // Another address, spelt otherwise, may.
    let identity = "$cart: ID!, $mail: String!|cartId: $cart, buyerIdentity: { email: $mail }";
    for (mail, told) in [("ADA@mail.example", 1), ("bob@mail.example", 0)] {
        mutate(
            &till.app,
            "cartBuyerIdentityUpdate",
            identity,
            json!({ "cart": second, "mail": mail }),
        )
        .await;
        assert_eq!(
            enter(&till.app, &cart, &["SUMMER"]).await.len(),
            told,
            "{mail}"
        );
    }
    till.accepted(&second, "press-2").await;
    till.drain().await;
    assert_eq!(till.counts().await, [2, 2, 2, 0, 2]);
    assert_eq!(used(&till, "Summer").await, 2);
}

#[tokio::test]
async fn what_was_accepted_stays_whatever_the_merchant_changes() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    discounts(&till.app, SUMMER).await;
    let (cart, due) = filled(&till, &cup, 1, &["SUMMER"], &[]).await;
    till.accepted(&cart, "press-1").await;
    discounts(
        &till.app,
        "Title,Codes,Type,Value,Active\nSummer,SUMMER,percentage,1,false\n",
    )
    .await;
    till.drain().await;
    assert_eq!(due, "7.25");
    assert_eq!(till.app.count("SELECT total_minor FROM orders").await, 725);
    till.assert_sound().await;
    // The next buyer pays the new price.
    let (_, due) = filled(&till, &cup, 1, &["SUMMER"], &[]).await;
    assert_eq!(due, "9.67");
}

#[tokio::test]
async fn a_card_that_was_chosen_before_the_gift_card_is_asked_about() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let code = gift_card(&till.app, "25.00").await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    pay_with(
        &till.app,
        "cartGiftCardCodesAdd",
        &json!({ "id": cart }),
        &[&code],
    )
    .await;
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(
        result["errors"],
        json!([{ "code": "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT",
            "message": "the total is 0.00 USD, but the payment is for 25.00 USD" }])
    );
    pay_nothing(&till, &cart).await;
    let attempt = till.accepted(&cart, "press-2").await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    let page = text(&till.attempt(&attempt).await["orderUrl"]);
    let path = page
        .strip_prefix("http://localhost:8080")
        .unwrap()
        .to_owned();
    let html = till
        .app
        .client
        .get(&path)
        .send()
        .await
        .0
        .into_body()
        .into_string()
        .await
        .unwrap();
    assert!(
        html.contains("Paid by gift card") && html.contains("−$25.00"),
        "{html}"
    );
}

#[tokio::test]
async fn a_code_that_takes_nothing_off_uses_nothing() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let codes = "Title,Codes,Type,Value,Usage Limit\nFree delivery,FREE,free_shipping,,1\n";
    discounts(&till.app, codes).await;
    till.app
        .execute("UPDATE delivery_rates SET price_minor = 0")
        .await;
    // Delivery costs nothing anyway.
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let entered = json!({ "id": cart });
    assert_eq!(
        enter(&till.app, &entered, &["FREE"]).await,
        ["DISCOUNT_NO_ENTITLED_SHIPPING_LINES"]
    );
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "10.0").await;
    till.accepted(&cart, "press-1").await;
    assert_eq!(used(&till, "Free delivery").await, 0);
    till.drain().await;
    let discounts = "SELECT sum(jsonb_array_length(discounts))::bigint FROM orders";
    assert_eq!(till.app.count(discounts).await, 0);
    // The one use is still there for somebody who pays for delivery.
    till.app
        .execute("UPDATE delivery_rates SET price_minor = 500")
        .await;
    let (cart, due) = filled(&till, &cup, 1, &["FREE"], &[]).await;
    assert_eq!(due, "10.0");
    till.accepted(&cart, "press-1").await;
    assert_eq!(used(&till, "Free delivery").await, 1);
    till.drain().await;
    assert_eq!(till.counts().await, [2, 2, 2, 0, 2]);
}
