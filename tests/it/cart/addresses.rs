//! Delivery addresses of a cart.

use serde_json::{Value, json};
use tests::TestApp;

use super::{cart_with, mutate, read, refused};

fn address(city: &str) -> Value {
    json!({ "address": { "deliveryAddress": {
        "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St", "city": city,
        "provinceCode": "NY", "zip": "10001", "countryCode": "US" } } })
}

async fn change(app: &TestApp, cart: &Value, field: &str, addresses: Value) -> Value {
    let kind = if field.ends_with("Update") {
        "CartSelectableAddressUpdateInput"
    } else {
        "CartSelectableAddressInput"
    };
    let arguments = format!("$cart: ID!, $a: [{kind}!]!|cartId: $cart, addresses: $a");
    let variables = json!({ "cart": cart["id"], "a": addresses });
    mutate(app, field, &arguments, variables).await
}

async fn addresses(app: &TestApp, cart: &Value) -> Vec<Value> {
    let fields = "delivery { addresses { id selected oneTimeUse address { ... on CartDeliveryAddress { city } } } }";
    let answer = read(app, cart, fields).await;
    let list = &answer.data()["cart"]["delivery"]["addresses"];
    list.as_array().expect("addresses").clone()
}

fn cities(addresses: &[Value]) -> Vec<(&str, bool)> {
    let one = |a: &Value| a["selected"].as_bool().expect("selected");
    addresses
        .iter()
        .map(|a| (a["address"]["city"].as_str().expect("a city"), one(a)))
        .collect()
}

#[tokio::test]
async fn addresses_are_added_selected_changed_and_removed() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let mut rome = address("Rome");
    rome["selected"] = json!(true);
    let payload = change(
        &app,
        &cart,
        "cartDeliveryAddressesAdd",
        json!([address("Oslo"), rome]),
    )
    .await;
    assert_eq!(payload["userErrors"], json!([]));
    let list = addresses(&app, &cart).await;
    assert_eq!(cities(&list), [("Oslo", false), ("Rome", true)]);

    let edit = json!([{ "id": list[0]["id"], "selected": true, "oneTimeUse": true,
        "address": { "deliveryAddress": { "city": "Bergen", "countryCode": "NO" } } }]);
    change(&app, &cart, "cartDeliveryAddressesUpdate", edit).await;
    let changed = addresses(&app, &cart).await;
    assert_eq!(cities(&changed), [("Bergen", true), ("Rome", false)]);
    assert_eq!(
        (&changed[0]["id"], &changed[0]["oneTimeUse"]),
        (&list[0]["id"], &json!(true))
    );

    let payload = change(
        &app,
        &cart,
        "cartDeliveryAddressesAdd",
        json!([address("Rome")]),
    )
    .await;
    assert_eq!(payload["warnings"][0]["code"], "DUPLICATE_DELIVERY_ADDRESS");
    assert_eq!(payload["warnings"][0]["target"], list[1]["id"]);

    let remove = async |id: &Value| {
        let arguments = "$cart: ID!, $ids: [ID!]!|cartId: $cart, addressIds: $ids";
        let variables = json!({ "cart": cart["id"], "ids": [id] });
        mutate(&app, "cartDeliveryAddressesRemove", arguments, variables).await
    };
    remove(&list[0]["id"]).await;
    assert_eq!(cities(&addresses(&app, &cart).await), [("Rome", false)]);
    assert_eq!(
        refused(&remove(&list[0]["id"]).await),
        [("INVALID_DELIVERY_ADDRESS_ID".into(), "addressIds.0".into())]
    );

    change(
        &app,
        &cart,
        "cartDeliveryAddressesReplace",
        json!([address("Bern")]),
    )
    .await;
    assert_eq!(cities(&addresses(&app, &cart).await), [("Bern", true)]);
}

#[tokio::test]
async fn an_address_is_shown_as_on_a_label() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    change(
        &app,
        &cart,
        "cartDeliveryAddressesAdd",
        json!([address("New York")]),
    )
    .await;
    let answer = read(
        &app,
        &cart,
        "delivery { addresses(selected: true) { address { ... on CartDeliveryAddress {
            name countryCode provinceCode formattedArea formatted(withName: true) } } } }",
    )
    .await;
    assert_eq!(
        answer.data()["cart"]["delivery"]["addresses"][0]["address"],
        json!({ "name": "Ada Byron", "countryCode": "US", "provinceCode": "NY",
            "formattedArea": "New York, NY, United States",
            "formatted": ["Ada Byron", "1 Main St", "New York NY 10001", "United States"] })
    );
}

#[tokio::test]
async fn refused_addresses_change_nothing() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let with = |field: &str, value: &str| {
        let mut bad = address("Rome");
        bad["address"]["deliveryAddress"][field] = json!(value);
        json!([bad])
    };
    let path = |field: &str| format!("addresses.0.address.deliveryAddress.{field}");
    let strict = json!([{ "validationStrategy": "STRICT",
        "address": { "deliveryAddress": { "lastName": "Byron", "countryCode": "US" } } }]);
    let two = json!([{ "selected": true, "address": address("Rome")["address"] },
        { "selected": true, "address": address("Oslo")["address"] }]);
    let many: Vec<Value> = (0..21).map(|n| address(&n.to_string())).collect();
    let mut none = address("Rome");
    none["address"] = json!({ "copyFromCustomerAddressId": "gid://shopify/MailingAddress/1" });
    let cases = [
        (
            with("address1", "<b>1</b>"),
            vec![("ADDRESS_FIELD_CONTAINS_HTML_TAGS", path("address1"))],
        ),
        (
            with("city", "https://spam.example"),
            vec![("ADDRESS_FIELD_CONTAINS_URL", path("city"))],
        ),
        (
            with("lastName", "🎉"),
            vec![("ADDRESS_FIELD_CONTAINS_EMOJIS", path("lastName"))],
        ),
        (
            with("zip", &"1".repeat(256)),
            vec![("ADDRESS_FIELD_IS_TOO_LONG", path("zip"))],
        ),
        (
            with("phone", "call me"),
            vec![(
                "ADDRESS_FIELD_DOES_NOT_MATCH_EXPECTED_PATTERN",
                path("phone"),
            )],
        ),
        (
            json!([{ "address": { "deliveryAddress": { "city": "Rome" } } }]),
            vec![("ADDRESS_FIELD_IS_REQUIRED", path("countryCode"))],
        ),
        (
            strict,
            vec![
                ("ADDRESS_FIELD_IS_REQUIRED", path("address1")),
                ("ADDRESS_FIELD_IS_REQUIRED", path("city")),
                ("ADDRESS_FIELD_IS_REQUIRED", path("provinceCode")),
                ("ADDRESS_FIELD_IS_REQUIRED", path("zip")),
            ],
        ),
        (
            two,
            vec![(
                "ONLY_ONE_DELIVERY_ADDRESS_CAN_BE_SELECTED",
                "addresses".into(),
            )],
        ),
        (
            json!(many),
            vec![("TOO_MANY_DELIVERY_ADDRESSES", "addresses".into())],
        ),
        (
            json!([none]),
            vec![(
                "INVALID_DELIVERY_ADDRESS_ID",
                "addresses.0.address.copyFromCustomerAddressId".into(),
            )],
        ),
    ];
    for (input, expected) in cases {
        let payload = change(&app, &cart, "cartDeliveryAddressesAdd", input).await;
        let expected = expected.into_iter().map(|(code, at)| (code.into(), at));
        let expected: Vec<(String, String)> = expected.collect();
        assert_eq!(refused(&payload), expected);
    }
    assert_eq!(addresses(&app, &cart).await, Vec::<Value>::new());
    let after = read(&app, &cart, "updatedAt").await;
    assert_eq!(after.data()["cart"]["updatedAt"], cart["updatedAt"]);
}

#[tokio::test]
async fn an_unknown_address_cannot_be_changed() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let unknown = json!([{ "id": "gid://shopify/CartSelectableAddress/1", "selected": true }]);
    let payload = change(&app, &cart, "cartDeliveryAddressesUpdate", unknown).await;
    assert_eq!(
        refused(&payload),
        [(
            "INVALID_DELIVERY_ADDRESS_ID".into(),
            "addresses.0.id".into()
        )]
    );
}
