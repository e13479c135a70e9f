//! Gift cards of a cart.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::offers::gift_card;

use super::{pay_with, prices, warnings};
use crate::cart::{cart_with, mutate, refused, variant};

async fn cart(app: &TestApp) -> Value {
    let cup = variant(app, "cup", None).await;
    cart_with(app, json!([{ "merchandiseId": cup, "quantity": 3 }])).await
}

/// What each applied card pays.
async fn paid(app: &TestApp, cart: &Value) -> Vec<String> {
    let shown = prices(app, cart).await;
    let cards = shown["appliedGiftCards"].as_array().unwrap().iter();
    cards
        .map(|card| crate::cart::text(&card["amountUsed"]["amount"]))
        .collect()
}

#[tokio::test]
async fn they_pay_in_their_order_and_change_no_price() {
    let app = TestApp::new().await;
    let cart = cart(&app).await;
    let (small, large) = (gift_card(&app, "12.50").await, gift_card(&app, "25").await);
    let written = small.to_lowercase().replace('-', " ");
    let payload = pay_with(&app, "cartGiftCardCodesAdd", &cart, &[&written]).await;
    assert_eq!(warnings(&payload), [""; 0]);
    pay_with(&app, "cartGiftCardCodesAdd", &cart, &[&large, &small]).await;
    let shown = prices(&app, &cart).await;
    assert_eq!(
        shown["cost"],
        json!({ "subtotalAmount": { "amount": "30.0" }, "totalAmount": { "amount": "30.0" },
            "checkoutChargeAmount": { "amount": "0.0" } })
    );
    let card = |id: i64, code: &str, used: &str, balance: &str| {
        json!({ "id": format!("gid://shopify/AppliedGiftCard/{id}"), "lastCharacters": &code[15..],
            "amountUsed": { "amount": used }, "presentmentAmountUsed": { "amount": used }, "balance": { "amount": balance } })
    };
    assert_eq!(
        shown["appliedGiftCards"],
        json!([
            card(1, &small, "12.5", "12.5"),
            card(2, &large, "17.5", "25.0")
        ])
    );
    // Nothing is taken before the cart is bought.
    assert_eq!(
        app.count("SELECT sum(balance_minor)::bigint FROM gift_cards")
            .await,
        3_750
    );
    pay_with(&app, "cartGiftCardCodesUpdate", &cart, &[&large]).await;
    assert_eq!(paid(&app, &cart).await, ["25.0"]);
    let remove = "$cart: ID!, $ids: [ID!]!|cartId: $cart, appliedGiftCardIds: $ids";
    let ids = json!({ "cart": cart["id"], "ids": ["gid://shopify/AppliedGiftCard/2", "gid://shopify/AppliedGiftCard/1"] });
    let payload = mutate(&app, "cartGiftCardCodesRemove", remove, ids).await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(paid(&app, &cart).await, [""; 0]);
    let ids = json!({ "cart": cart["id"], "ids": ["gid://shopify/AppliedGiftCard/2", "gid://shopify/Cart/2"] });
    let payload = mutate(&app, "cartGiftCardCodesRemove", remove, ids).await;
    assert_eq!(
        refused(&payload),
        [("INVALID".into(), "appliedGiftCardIds.1".into())]
    );
}

#[tokio::test]
async fn what_cannot_be_used_is_warned_about_and_never_repeated() {
    let app = TestApp::new().await;
    let cart = cart(&app).await;
    let (good, ended, empty) = (
        gift_card(&app, "5").await,
        gift_card(&app, "5").await,
        gift_card(&app, "5").await,
    );
    app.execute(
        "UPDATE gift_cards SET disabled_at = db_now() WHERE id = 2; \
         ALTER TABLE gift_cards DISABLE TRIGGER USER; UPDATE gift_cards SET balance_minor = 0 WHERE id = 3",
    )
    .await;
    let given = ["0000-0000-0000-0000", "what", &ended, &empty, &good];
    let payload = pay_with(&app, "cartGiftCardCodesUpdate", &cart, &given).await;
    assert_eq!(warnings(&payload), ["PAYMENTS_GIFT_CARDS_UNAVAILABLE"; 4]);
    assert_eq!(
        payload["warnings"][2]["message"],
        "the gift card at place 3 does not exist or cannot be used any more"
    );
    assert_eq!(payload["warnings"][2]["target"], cart["id"]);
    assert!(!payload.to_string().contains(&ended));
    assert_eq!(paid(&app, &cart).await, ["5.0"]);
    // One that ends while it is applied pays nothing any more.
    app.execute(
        "UPDATE gift_cards SET expires_on = (now() + interval '2 days')::date WHERE id = 1",
    )
    .await;
    assert_eq!(paid(&app, &cart).await, ["5.0"]);
    app.advance(TimeDelta::days(2)).await;
    assert_eq!(paid(&app, &cart).await, [""; 0]);
}

#[tokio::test]
async fn they_come_with_a_new_cart_and_go_with_the_buyer() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let code = gift_card(&app, "5").await;
    let input =
        json!({ "lines": [{ "merchandiseId": cup }], "giftCardCodes": [code, code, "what"] });
    let made = mutate(
        &app,
        "cartCreate",
        "$input: CartInput|input: $input",
        json!({ "input": input }),
    )
    .await;
    assert_eq!(warnings(&made), ["PAYMENTS_GIFT_CARDS_UNAVAILABLE"]);
    let cart = &made["cart"];
    assert_eq!(paid(&app, cart).await, ["5.0"]);
    let variables = json!({ "cart": cart["id"] });
    let copy = mutate(
        &app,
        "cartClone",
        "$cart: ID!|cartId: $cart",
        variables.clone(),
    )
    .await;
    assert_eq!(paid(&app, &copy["cart"]).await, [""; 0]);
    mutate(
        &app,
        "cartRemovePersonalData",
        "$cart: ID!|cartId: $cart",
        variables,
    )
    .await;
    assert_eq!(paid(&app, cart).await, [""; 0]);
    let codes = futures_util::future::join_all((0..21).map(|_| gift_card(&app, "1"))).await;
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let payload = pay_with(&app, "cartGiftCardCodesAdd", cart, &codes).await;
    assert_eq!(
        refused(&payload),
        [("MAXIMUM_EXCEEDED".into(), "giftCardCodes".into())]
    );
}

#[tokio::test]
async fn no_code_is_kept_anywhere() {
    let app = TestApp::new().await;
    let code = gift_card(&app, "5").await;
    let bare = code.replace('-', "");
    let found = format!(
        "SELECT count(*) FROM gift_cards g WHERE g::text LIKE '%{bare}%' OR g::text LIKE '%{code}%'"
    );
    assert_eq!(app.count(&found).await, 0);
    let hashed = format!(
        "SELECT count(*) FROM gift_cards WHERE code_hash = sha256('{bare}') AND last_characters = right('{bare}', 4)"
    );
    assert_eq!(app.count(&hashed).await, 1);
}

#[tokio::test]
async fn a_code_among_those_of_discounts_is_money_or_is_refused_and_is_never_repeated() {
    let app = TestApp::new().await;
    let cart = cart(&app).await;
    let card = gift_card(&app, "12.50").await;
    // Sixteen characters may be a discount's, too: those of a discount stay one.
    let long = "Title,Codes,Type,Value\nLong,GRANDANNAMERRY10,percentage,10\n";
    tests::factory::offers::discounts(&app, long).await;
    let update = "$cart: ID!, $codes: [String!]!|cartId: $cart, discountCodes: $codes";
    let entered = async |codes: &[&str]| {
        let variables = json!({ "cart": cart["id"], "codes": codes });
        mutate(&app, "cartDiscountCodesUpdate", update, variables).await
    };
    let payload = entered(&["GRANDANNAMERRY10", &card.to_lowercase()]).await;
    assert_eq!(
        (&payload["userErrors"], warnings(&payload)),
        (&json!([]), Vec::new())
    );
    let shown = prices(&app, &cart).await;
    assert_eq!(
        shown["discountCodes"],
        json!([{ "code": "GRANDANNAMERRY10", "applicable": true }])
    );
    assert_eq!(paid(&app, &cart).await, ["12.5"]);
    // Entered again, it pays once.
    entered(&[&card]).await;
    assert_eq!(paid(&app, &cart).await, ["12.5"]);

    let empty = gift_card(&app, "5").await;
    app.execute("UPDATE gift_cards SET disabled_at = db_now() WHERE initial_minor = 500")
        .await;
    for code in [empty.as_str(), "0000-1111-2222-3333"] {
        let payload = entered(&[code]).await;
        assert_eq!(warnings(&payload), ["PAYMENTS_GIFT_CARDS_UNAVAILABLE"]);
        let input = json!({ "input": { "discountCodes": [code] } });
        let made = mutate(&app, "cartCreate", "$input: CartInput|input: $input", input).await;
        assert_eq!(warnings(&made), ["PAYMENTS_GIFT_CARDS_UNAVAILABLE"]);
        for answer in [&payload, &made, &prices(&app, &cart).await] {
            assert!(!answer.to_string().contains(code), "{answer}");
        }
    }
    assert_eq!(paid(&app, &cart).await, ["12.5"]);
    let kept = "SELECT count(*) FROM carts WHERE array_to_string(discount_codes, ',') ~ '[0-9]{4}'";
    assert_eq!(app.count(kept).await, 0);
    let input = json!({ "input": { "discountCodes": [card], "lines": [] } });
    let made = mutate(&app, "cartCreate", "$input: CartInput|input: $input", input).await;
    assert_eq!(warnings(&made), [""; 0]);
    assert_eq!(
        prices(&app, &made["cart"]).await["appliedGiftCards"][0]["lastCharacters"],
        card[15..]
    );
}
