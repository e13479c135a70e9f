//! The buyer, notes, attributes, discount codes, copies.

use serde_json::{Value, json};
use tests::TestApp;

use super::{cart_with, mutate, quantities, read, variant};

#[tokio::test]
async fn what_is_not_given_of_the_buyer_stays() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let set = async |buyer: Value| {
        let payload = mutate(
            &app,
            "cartBuyerIdentityUpdate",
            "$cart: ID!, $buyer: CartBuyerIdentityInput!|cartId: $cart, buyerIdentity: $buyer",
            json!({ "cart": cart["id"], "buyer": buyer }),
        )
        .await;
        assert_eq!(payload["userErrors"], json!([]));
        let answer = read(&app, &cart, "buyerIdentity { email phone countryCode }").await;
        answer.data()["cart"]["buyerIdentity"].clone()
    };
    assert_eq!(
        set(json!({ "email": "ada@mail.example", "countryCode": "DE" })).await,
        json!({ "email": "ada@mail.example", "phone": null, "countryCode": "DE" })
    );
    assert_eq!(
        set(json!({ "phone": "+49 30 1234567", "countryCode": "FR" })).await,
        json!({ "email": "ada@mail.example", "phone": "+49301234567", "countryCode": "FR" })
    );
    assert_eq!(
        set(json!({ "email": null })).await,
        json!({ "email": null, "phone": "+49301234567", "countryCode": "FR" })
    );
}

#[tokio::test]
async fn preferences_are_kept_until_they_are_forgotten() {
    const PREFERENCES: &str = "buyerIdentity { email preferences { wallet delivery { deliveryMethod \
        pickupHandle coordinates { countryCode latitude longitude } } } }";
    let app = TestApp::new().await;
    let preferences = json!({ "wallet": ["shop_pay"], "delivery": {
        "deliveryMethod": ["PICK_UP", "SHIPPING"], "pickupHandle": ["main-street"],
        "coordinates": { "countryCode": "CA", "latitude": 45.42, "longitude": -75.7 } } });
    let payload = mutate(
        &app,
        "cartCreate",
        "$input: CartInput|input: $input",
        json!({ "input": { "buyerIdentity": { "preferences": preferences } } }),
    )
    .await;
    let cart = &payload["cart"];
    let set = async |buyer: Value| {
        let payload = mutate(
            &app,
            "cartBuyerIdentityUpdate",
            "$cart: ID!, $buyer: CartBuyerIdentityInput!|cartId: $cart, buyerIdentity: $buyer",
            json!({ "cart": cart["id"], "buyer": buyer }),
        )
        .await;
        assert_eq!(payload["userErrors"], json!([]));
        let answer = read(&app, cart, PREFERENCES).await;
        answer.data()["cart"]["buyerIdentity"].clone()
    };
    assert_eq!(
        set(json!({ "email": "ada@mail.example" })).await,
        json!({ "email": "ada@mail.example", "preferences": preferences })
    );
    assert_eq!(
        set(json!({ "preferences": { "delivery": {} } })).await["preferences"],
        json!({ "wallet": null, "delivery": { "deliveryMethod": [], "pickupHandle": [], "coordinates": null } })
    );
    assert_eq!(
        set(json!({ "preferences": null })).await,
        json!({ "email": "ada@mail.example", "preferences": null })
    );
    set(json!({ "preferences": { "wallet": ["shop_pay"] } })).await;
    mutate(
        &app,
        "cartRemovePersonalData",
        "$cart: ID!|cartId: $cart",
        json!({ "cart": cart["id"] }),
    )
    .await;
    let answer = read(&app, cart, PREFERENCES).await;
    assert_eq!(
        answer.data()["cart"]["buyerIdentity"],
        json!({ "email": null, "preferences": null })
    );
}

#[tokio::test]
async fn refused_preferences_change_nothing() {
    let app = TestApp::new().await;
    let at = |latitude: f64, longitude: f64| {
        let place = json!({ "countryCode": "CA", "latitude": latitude, "longitude": longitude });
        json!({ "delivery": { "coordinates": place } })
    };
    for (preferences, code, field) in [
        (at(90.5, 0.0), "INVALID", "delivery.coordinates.latitude"),
        (at(0.0, -180.5), "INVALID", "delivery.coordinates.longitude"),
        (json!({ "wallet": [""] }), "INVALID", "wallet.0"),
        (
            json!({ "wallet": vec!["x"; 251] }),
            "MAXIMUM_EXCEEDED",
            "wallet",
        ),
        (
            json!({ "delivery": { "pickupHandle": ["x".repeat(256)] } }),
            "INVALID",
            "delivery.pickupHandle.0",
        ),
        (
            json!({ "delivery": { "deliveryMethod": vec!["SHIPPING"; 251] } }),
            "MAXIMUM_EXCEEDED",
            "delivery.deliveryMethod",
        ),
    ] {
        let input = json!({ "buyerIdentity": { "preferences": preferences } });
        let payload = mutate(
            &app,
            "cartCreate",
            "$input: CartInput|input: $input",
            json!({ "input": input }),
        )
        .await;
        let field = format!("input.buyerIdentity.preferences.{field}");
        assert_eq!(super::refused(&payload), [(code.to_owned(), field)]);
    }
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 0);
}

#[tokio::test]
async fn a_new_cart_takes_the_country_of_the_request() {
    let app = TestApp::new().await;
    let answer = app
        .graphql(
            "mutation @inContext(country: CA) { cartCreate { cart { buyerIdentity { countryCode } } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        answer.data()["cartCreate"]["cart"]["buyerIdentity"]["countryCode"],
        "CA"
    );
}

#[tokio::test]
async fn notes_attributes_and_codes_are_kept() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let noted = mutate(
        &app,
        "cartNoteUpdate",
        "$cart: ID!|cartId: $cart, note: \"ring twice\"",
        json!({ "cart": cart["id"] }),
    )
    .await;
    assert_eq!(noted["cart"]["note"], "ring twice");
    let attributes = json!([{ "key": "a", "value": "1" }, { "key": "b", "value": "" }]);
    mutate(
        &app,
        "cartAttributesUpdate",
        "$cart: ID!, $a: [AttributeInput!]!|cartId: $cart, attributes: $a",
        json!({ "cart": cart["id"], "a": attributes }),
    )
    .await;
    let coded = mutate(
        &app,
        "cartDiscountCodesUpdate",
        "$cart: ID!, $codes: [String!]!|cartId: $cart, discountCodes: $codes",
        json!({ "cart": cart["id"], "codes": ["SUMMER", "summer", " ", "Winter"] }),
    )
    .await;
    let warnings = coded["warnings"].as_array().expect("warnings");
    let codes: Vec<_> = warnings
        .iter()
        .map(|w| (&w["code"], &w["target"]))
        .collect();
    assert_eq!(codes, [(&json!("DISCOUNT_NOT_FOUND"), &cart["id"]); 2]);
    let answer = read(
        &app,
        &cart,
        "attributes { key value } attribute(key: \"b\") { value } discountCodes { code applicable }",
    )
    .await;
    assert_eq!(
        answer.data()["cart"],
        json!({ "attributes": attributes, "attribute": { "value": "" },
            "discountCodes": [{ "code": "SUMMER", "applicable": false }, { "code": "Winter", "applicable": false }] })
    );
}

#[tokio::test]
async fn a_copy_knows_nothing_of_the_buyer() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let payload = mutate(
        &app,
        "cartCreate",
        "$input: CartInput|input: $input",
        json!({ "input": { "lines": [{ "merchandiseId": cup, "quantity": 2 }], "note": "hello",
            "buyerIdentity": { "email": "ada@mail.example" } } }),
    )
    .await;
    let cart = &payload["cart"];
    let copied = mutate(
        &app,
        "cartClone",
        "$cart: ID!|cartId: $cart",
        json!({ "cart": cart["id"] }),
    )
    .await;
    assert_ne!(copied["cart"]["id"], cart["id"]);
    assert_eq!(quantities(&copied["cart"]), [2]);
    let buyer = read(&app, &copied["cart"], "buyerIdentity { email }").await;
    assert_eq!(buyer.data()["cart"]["buyerIdentity"]["email"], Value::Null);
    mutate(
        &app,
        "cartRemovePersonalData",
        "$cart: ID!|cartId: $cart",
        json!({ "cart": cart["id"] }),
    )
    .await;
    let buyer = read(&app, cart, "note buyerIdentity { email } totalQuantity").await;
    assert_eq!(
        buyer.data()["cart"],
        json!({ "note": "", "buyerIdentity": { "email": null }, "totalQuantity": 2 })
    );
}

#[tokio::test]
async fn a_wrong_key_or_an_old_cart_is_no_cart() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let id = super::text(&cart["id"]);
    for wrong in [
        id.replace("?key=", "?key=x"),
        id.split('?').next().unwrap_or_default().to_owned(),
        "gid://shopify/Cart/00000000-0000-7000-8000-000000000000?key=x".to_owned(),
        "nonsense".to_owned(),
    ] {
        let answer = read(&app, &json!({ "id": wrong }), "id").await;
        assert_eq!(answer.data()["cart"], Value::Null, "{wrong}");
        let payload = mutate(
            &app,
            "cartNoteUpdate",
            "$cart: ID!|cartId: $cart, note: \"x\"",
            json!({ "cart": wrong }),
        )
        .await;
        assert_eq!(
            super::refused(&payload),
            [("INVALID".into(), "cartId".into())],
            "{wrong}"
        );
    }
    let node = app
        .graphql(
            "query ($id: ID!) { node(id: $id) { id __typename } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(
        node.data()["node"],
        json!({ "id": id, "__typename": "Cart" })
    );
    app.advance(chrono::TimeDelta::days(9)).await;
    mutate(
        &app,
        "cartNoteUpdate",
        "$cart: ID!|cartId: $cart, note: \"x\"",
        json!({ "cart": id }),
    )
    .await;
    app.advance(chrono::TimeDelta::days(9)).await;
    assert_eq!(read(&app, &cart, "note").await.data()["cart"]["note"], "x");
    app.advance(chrono::TimeDelta::days(2)).await;
    assert_eq!(read(&app, &cart, "note").await.data()["cart"], Value::Null);
    let forgotten = commerce::cart::commands::forget_expired(&app.shop, 100).await;
    assert_eq!(forgotten.expect("no fault"), 1);
}

#[tokio::test]
async fn unknown_gift_cards_and_metafields_are_not_taken() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let payload = mutate(
        &app,
        "cartGiftCardCodesUpdate",
        "$cart: ID!|cartId: $cart, giftCardCodes: [\"abcd\"]",
        json!({ "cart": cart["id"] }),
    )
    .await;
    assert_eq!(
        payload["warnings"],
        json!([{ "code": "PAYMENTS_GIFT_CARDS_UNAVAILABLE", "target": cart["id"],
            "message": "the gift card at place 1 does not exist or cannot be used any more" }])
    );
}
