//! Payment, billing address, and whether a cart can be bought.

use serde_json::{Value, json};
use tests::TestApp;

use super::delivery::{deliver_to, rates};
use super::{cart_with, mutate, refused, text, variant};

async fn pay(app: &TestApp, cart: &Value, payment: Value) -> Value {
    let arguments = "$cart: ID!, $p: CartPaymentInput!|cartId: $cart, payment: $p";
    let variables = json!({ "cart": cart["id"], "p": payment });
    mutate(app, "cartPaymentUpdate", arguments, variables).await
}

fn card(amount: &str) -> Value {
    json!({ "amount": { "amount": amount, "currencyCode": "USD" },
        "directPaymentMethod": { "sessionId": "session-1",
            "billingAddress": { "lastName": "Byron", "country": "United States" } } })
}

/// The codes that keep a cart from being bought; none when it is ready.
async fn missing(app: &TestApp, cart: &Value) -> Vec<String> {
    let query = "mutation ($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { userErrors { code } result {
        __typename ... on CartStatusReady { cart { id } } ... on CartStatusNotReady { cart { id } errors { code message } } } } }";
    let answer = app.graphql(query, json!({ "cart": cart["id"] })).await;
    let payload = &answer.data()["cartPrepareForCompletion"];
    assert_eq!(payload["userErrors"], json!([]));
    let result = &payload["result"];
    assert_eq!(result["cart"]["id"], cart["id"]);
    if result["__typename"] == "CartStatusReady" {
        return Vec::new();
    }
    let errors = result["errors"].as_array().expect("errors").iter();
    errors.map(|error| text(&error["code"])).collect()
}

#[tokio::test]
async fn a_cart_becomes_ready_step_by_step() {
    let app = TestApp::new().await;
    rates(&app).await;
    let cup = variant(&app, "cup", Some(3)).await;
    let cart = cart_with(&app, json!([])).await;
    assert_eq!(
        missing(&app, &cart).await,
        [
            "ERROR",
            "BUYER_IDENTITY_EMAIL_REQUIRED",
            "PAYMENTS_METHOD_REQUIRED"
        ]
    );
    super::add(
        &app,
        &cart,
        json!([{ "merchandiseId": cup, "quantity": 2 }]),
    )
    .await;
    assert_eq!(
        missing(&app, &cart).await,
        [
            "BUYER_IDENTITY_EMAIL_REQUIRED",
            "DELIVERY_ADDRESS_REQUIRED",
            "PAYMENTS_METHOD_REQUIRED"
        ]
    );
    let arguments = "$cart: ID!|cartId: $cart, buyerIdentity: { email: \"ada@mail.example\" }";
    mutate(
        &app,
        "cartBuyerIdentityUpdate",
        arguments,
        json!({ "cart": cart["id"] }),
    )
    .await;
    deliver_to(&app, &cart, "US").await;
    assert_eq!(missing(&app, &cart).await, ["PAYMENTS_METHOD_REQUIRED"]);
    assert_eq!(
        pay(&app, &cart, card("20.00")).await["userErrors"],
        json!([])
    );
    assert_eq!(
        missing(&app, &cart).await,
        ["PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"]
    );
    assert_eq!(
        pay(&app, &cart, card("25.00")).await["userErrors"],
        json!([])
    );
    assert_eq!(missing(&app, &cart).await, Vec::<String>::new());

    app.execute("UPDATE inventory_levels SET on_hand = 1").await;
    assert_eq!(
        missing(&app, &cart).await,
        ["MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE"]
    );
    app.execute("UPDATE inventory_levels SET on_hand = 0").await;
    assert_eq!(missing(&app, &cart).await, ["MERCHANDISE_OUT_OF_STOCK"]);
    app.execute(
        "UPDATE inventory_levels SET on_hand = 9; DELETE FROM delivery_rates WHERE zone_id = 2",
    )
    .await;
    assert_eq!(
        missing(&app, &cart).await,
        [
            "DELIVERY_NO_DELIVERY_AVAILABLE",
            "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"
        ]
    );
}

#[tokio::test]
async fn only_what_costs_nothing_is_free() {
    let app = TestApp::new().await;
    let gift = variant(&app, "gift", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": gift }])).await;
    app.execute("UPDATE variants SET requires_shipping = false")
        .await;
    let arguments = "$cart: ID!|cartId: $cart, buyerIdentity: { email: \"ada@mail.example\" }";
    mutate(
        &app,
        "cartBuyerIdentityUpdate",
        arguments,
        json!({ "cart": cart["id"] }),
    )
    .await;
    let free = json!({ "amount": { "amount": "0", "currencyCode": "USD" },
        "freePaymentMethod": { "billingAddress": { "country": "US" } } });
    assert_eq!(pay(&app, &cart, free).await["userErrors"], json!([]));
    assert_eq!(missing(&app, &cart).await, ["PAYMENTS_METHOD_UNAVAILABLE"]);
    app.execute("UPDATE variants SET price_minor = 0").await;
    assert_eq!(missing(&app, &cart).await, Vec::<String>::new());
}

#[tokio::test]
async fn refused_payments_change_nothing() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    let billing = json!({ "country": "US" });
    let with = |part: Value| {
        let mut payment = json!({ "amount": { "amount": "10.00", "currencyCode": "USD" } });
        for (name, value) in part.as_object().expect("an object") {
            payment[name] = value.clone();
        }
        payment
    };
    let direct = |session: &str, billing: &Value| {
        with(json!({ "directPaymentMethod": { "sessionId": session, "billingAddress": billing } }))
    };
    let mut euros = card("10.00");
    euros["amount"]["currencyCode"] = json!("EUR");
    let wallet = with(
        json!({ "walletPaymentMethod": { "shopPayWalletContent": { "billingAddress": billing, "sessionToken": "x" } } }),
    );
    let cases = [
        (with(json!({})), "INVALID_PAYMENT", "payment"),
        (
            with(json!({ "freePaymentMethod": { "billingAddress": billing },
            "directPaymentMethod": { "sessionId": "s", "billingAddress": billing } })),
            "INVALID_PAYMENT",
            "payment",
        ),
        (
            wallet,
            "PAYMENT_METHOD_NOT_SUPPORTED",
            "payment.walletPaymentMethod",
        ),
        (
            direct("", &billing),
            "INVALID_PAYMENT",
            "payment.directPaymentMethod.sessionId",
        ),
        (
            direct("two words", &billing),
            "INVALID_PAYMENT",
            "payment.directPaymentMethod.sessionId",
        ),
        (
            direct("s", &json!({ "country": "Atlantis" })),
            "ADDRESS_FIELD_DOES_NOT_MATCH_EXPECTED_PATTERN",
            "payment.directPaymentMethod.billingAddress.country",
        ),
        (
            direct("s", &json!({ "city": "<i>" })),
            "ADDRESS_FIELD_CONTAINS_HTML_TAGS",
            "payment.directPaymentMethod.billingAddress.city",
        ),
        (euros, "INVALID_PAYMENT", "payment.amount.currencyCode"),
        (card("10.001"), "INVALID_PAYMENT", "payment.amount.amount"),
        (card("-1.00"), "INVALID_PAYMENT", "payment.amount.amount"),
    ];
    for (payment, code, field) in cases {
        let payload = pay(&app, &cart, payment).await;
        assert_eq!(refused(&payload), [(code.to_owned(), field.to_owned())]);
    }
    let stored: Vec<String> = missing(&app, &cart).await;
    assert!(stored.contains(&"PAYMENTS_METHOD_REQUIRED".to_owned()));
}

#[tokio::test]
async fn an_empty_cart_cannot_be_paid_nor_billed_to_nonsense() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let payload = pay(&app, &cart, card("10.00")).await;
    assert_eq!(
        refused(&payload),
        [("INVALID_PAYMENT_EMPTY_CART".into(), "payment".into())]
    );
    let billing = mutate(
        &app,
        "cartBillingAddressUpdate",
        "$cart: ID!|cartId: $cart, billingAddress: { zip: \"www.spam.example\" }",
        json!({ "cart": cart["id"] }),
    )
    .await;
    assert_eq!(
        refused(&billing),
        [(
            "ADDRESS_FIELD_CONTAINS_URL".into(),
            "billingAddress.zip".into()
        )]
    );
}
