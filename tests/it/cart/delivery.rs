//! Delivery groups, their options and the choice among them.

use commerce::db::violated_constraint;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::shop_file;

use super::{cart_with, mutate, read, refused, text, variant};

/// Standard (5.00, free from 50.00) and express (15.00) in the US and Canada, 30.00 elsewhere.
pub(crate) async fn rates(app: &TestApp) {
    app.execute(
        "INSERT INTO delivery_zones (id, name, countries) OVERRIDING SYSTEM VALUE VALUES \
         (1, 'World', '{}'), (2, 'North America', '{US,CA}'); \
         INSERT INTO delivery_rates (zone_id, code, title, description, price_minor, currency, free_from_minor, position) VALUES \
         (1, 'world', 'World', NULL, 3000, 'USD', NULL, 1), \
         (2, 'express', 'Express', 'Tomorrow', 1500, 'USD', NULL, 1), \
         (2, 'standard', 'Standard', NULL, 500, 'USD', 5000, 2)",
    )
    .await;
}

pub(crate) async fn deliver_to(app: &TestApp, cart: &Value, country: &str) {
    let arguments = "$cart: ID!, $a: [CartSelectableAddressInput!]!|cartId: $cart, addresses: $a";
    let address = json!({ "lastName": "Byron", "address1": "1 Main St", "city": "Anytown", "countryCode": country });
    let addresses = json!([{ "selected": true, "address": { "deliveryAddress": address } }]);
    let variables = json!({ "cart": cart["id"], "a": addresses });
    let payload = mutate(app, "cartDeliveryAddressesReplace", arguments, variables).await;
    assert_eq!(payload["userErrors"], json!([]));
}

async fn choose(app: &TestApp, cart: &Value, group: &Value, handle: &Value) -> Value {
    let arguments = "$cart: ID!, $o: [CartSelectedDeliveryOptionInput!]!|cartId: $cart, selectedDeliveryOptions: $o";
    let choice = json!([{ "deliveryGroupId": group, "deliveryOptionHandle": handle }]);
    let variables = json!({ "cart": cart["id"], "o": choice });
    mutate(
        app,
        "cartSelectedDeliveryOptionsUpdate",
        arguments,
        variables,
    )
    .await
}

async fn groups(app: &TestApp, cart: &Value) -> Value {
    let fields = "cost { totalAmount { amount } totalAmountEstimated }
        deliveryGroups(first: 5) { nodes { id groupType deliveryAddress { city country countryCodeV2 }
            cartLines(first: 5) { nodes { quantity } }
            deliveryOptions { code handle title description deliveryMethodType estimatedCost { amount currencyCode } }
            selectedDeliveryOption { code } } }";
    read(app, cart, fields).await.data()["cart"].clone()
}

fn offered(cart: &Value) -> Vec<(String, String)> {
    let options = &cart["deliveryGroups"]["nodes"][0]["deliveryOptions"];
    let options = options.as_array().expect("options").iter();
    options
        .map(|o| (text(&o["code"]), text(&o["estimatedCost"]["amount"])))
        .collect()
}

#[tokio::test]
async fn options_follow_the_selected_address() {
    let app = TestApp::new().await;
    rates(&app).await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup, "quantity": 2 }])).await;
    let before = groups(&app, &cart).await;
    assert_eq!(before["deliveryGroups"]["nodes"], json!([]));
    assert_eq!(
        before["cost"],
        json!({ "totalAmount": { "amount": "20.0" }, "totalAmountEstimated": true })
    );

    deliver_to(&app, &cart, "CA").await;
    let mut after = groups(&app, &cart).await;
    assert_eq!(
        after["cost"],
        json!({ "totalAmount": { "amount": "25.0" }, "totalAmountEstimated": false })
    );
    let group = &mut after["deliveryGroups"]["nodes"][0];
    let handles: Vec<String> = [0, 1]
        .map(|n| text(&group["deliveryOptions"][n]["handle"]))
        .to_vec();
    let id = group["id"].take();
    assert!(text(&id).starts_with("gid://shopify/CartDeliveryGroup/"));
    assert_eq!(
        *group,
        json!({ "id": null, "groupType": "ONE_TIME_PURCHASE",
            "deliveryAddress": { "city": "Anytown", "country": "Canada", "countryCodeV2": "CA" },
            "cartLines": { "nodes": [{ "quantity": 2 }] },
            "deliveryOptions": [
                { "code": "express", "handle": handles[0], "title": "Express", "description": "Tomorrow",
                  "deliveryMethodType": "SHIPPING", "estimatedCost": { "amount": "15.0", "currencyCode": "USD" } },
                { "code": "standard", "handle": handles[1], "title": "Standard", "description": null,
                  "deliveryMethodType": "SHIPPING", "estimatedCost": { "amount": "5.0", "currencyCode": "USD" } }],
            "selectedDeliveryOption": { "code": "standard" } })
    );

    let chosen = choose(&app, &cart, &id, &json!(handles[0])).await;
    assert_eq!(chosen["userErrors"], json!([]));
    let after = groups(&app, &cart).await;
    assert_eq!(
        after["deliveryGroups"]["nodes"][0]["selectedDeliveryOption"]["code"],
        "express"
    );
    assert_eq!(after["cost"]["totalAmount"]["amount"], "35.0");

    deliver_to(&app, &cart, "DE").await;
    let after = groups(&app, &cart).await;
    assert_eq!(offered(&after), [("world".into(), "30.0".into())]);
    assert_eq!(
        after["deliveryGroups"]["nodes"][0]["selectedDeliveryOption"]["code"],
        "world"
    );
}

#[tokio::test]
async fn delivery_is_free_from_its_threshold_on() {
    let app = TestApp::new().await;
    rates(&app).await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup, "quantity": 5 }])).await;
    deliver_to(&app, &cart, "US").await;
    let after = groups(&app, &cart).await;
    assert_eq!(offered(&after)[1], ("standard".into(), "0.0".into()));
    assert_eq!(after["cost"]["totalAmount"]["amount"], "50.0");
}

#[tokio::test]
async fn what_is_not_shipped_needs_no_delivery() {
    let app = TestApp::new().await;
    rates(&app).await;
    let card = variant(&app, "card", None).await;
    app.execute("UPDATE variants SET requires_shipping = false")
        .await;
    let cart = cart_with(&app, json!([{ "merchandiseId": card }])).await;
    deliver_to(&app, &cart, "US").await;
    let after = groups(&app, &cart).await;
    assert_eq!(after["deliveryGroups"]["nodes"], json!([]));
    assert_eq!(
        after["cost"],
        json!({ "totalAmount": { "amount": "10.0" }, "totalAmountEstimated": false })
    );
}

#[tokio::test]
async fn refused_choices_change_nothing() {
    let app = TestApp::new().await;
    rates(&app).await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    let at = |field: &str| format!("selectedDeliveryOptions.0.{field}");
    let group = json!("gid://shopify/CartDeliveryGroup/1");
    let payload = choose(&app, &cart, &group, &json!("x")).await;
    assert_eq!(
        refused(&payload),
        [("INVALID_DELIVERY_GROUP".into(), at("deliveryGroupId"))]
    );
    deliver_to(&app, &cart, "US").await;
    let known = groups(&app, &cart).await["deliveryGroups"]["nodes"][0]["id"].clone();
    let payload = choose(&app, &cart, &known, &json!("x")).await;
    assert_eq!(
        refused(&payload),
        [("INVALID_DELIVERY_OPTION".into(), at("deliveryOptionHandle"))]
    );
    let after = groups(&app, &cart).await;
    assert_eq!(
        after["deliveryGroups"]["nodes"][0]["selectedDeliveryOption"]["code"],
        "standard"
    );
}

#[tokio::test]
async fn options_follow_the_province_the_weight_and_the_subtotal() {
    let app = TestApp::new().await;
    let rates = json!([
        { "code": "light", "title": "Up to two kilograms", "price": "9.00", "grams_below": 2000 },
        { "code": "heavy", "title": "From two kilograms", "price": "49.00", "grams_from": 2000 },
        { "code": "fetch", "title": "At the harbour", "price": "0.00", "method": "pick_up", "subtotal_from": "40.00" },
        { "code": "bike", "title": "By bicycle", "price": "1.00", "method": "local", "grams_below": 2000 }
    ]);
    let zones = json!([
        { "name": "US", "countries": ["US"], "rates": [{ "code": "standard", "title": "Standard", "price": "5.00" }] },
        { "name": "Far", "countries": [], "provinces": ["US-AK", "US-HI"], "rates": rates }
    ]);
    shop_file(&app, &json!({ "shipping": { "zones": zones } })).await;
    let cup = variant(&app, "cup", None).await;
    app.execute("UPDATE variants SET grams = 500").await;
    let arguments = "$cart: ID!, $a: [CartSelectableAddressInput!]!|cartId: $cart, addresses: $a";
    let offered_to = async |province: Option<&str>, quantity: i32| {
        let cart = cart_with(
            &app,
            json!([{ "merchandiseId": cup, "quantity": quantity }]),
        )
        .await;
        let address = json!({ "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
            "countryCode": "US", "provinceCode": province });
        let addresses = json!([{ "selected": true, "address": { "deliveryAddress": address } }]);
        let variables = json!({ "cart": cart["id"], "a": addresses });
        mutate(&app, "cartDeliveryAddressesReplace", arguments, variables).await;
        let groups = groups(&app, &cart).await;
        let options = &groups["deliveryGroups"]["nodes"][0]["deliveryOptions"];
        let options = options.as_array().expect("options").iter();
        options
            .map(|o| format!("{} {}", text(&o["code"]), text(&o["deliveryMethodType"])))
            .collect::<Vec<_>>()
    };
    assert_eq!(offered_to(None, 9).await, ["standard SHIPPING"]);
    assert_eq!(offered_to(Some("NY"), 9).await, ["standard SHIPPING"]);
    assert_eq!(
        offered_to(Some("AK"), 3).await,
        ["light SHIPPING", "bike LOCAL"]
    );
    assert_eq!(
        offered_to(Some("HI"), 4).await,
        ["heavy SHIPPING", "fetch PICK_UP"]
    );
}

#[tokio::test]
async fn the_database_refuses_rates_for_no_parcel() {
    let app = TestApp::new().await;
    rates(&app).await;
    for (change, constraint) in [
        (
            "delivery_rates SET grams_from = 5, grams_below = 5",
            "weights_are_a_range",
        ),
        (
            "delivery_rates SET subtotal_below_minor = 0",
            "subtotals_are_a_range",
        ),
        (
            "delivery_rates SET method = 'balloon'",
            "delivery_rates_method_check",
        ),
        (
            "delivery_zones SET provinces = '{California}'",
            "delivery_zones_provinces_are_known",
        ),
    ] {
        let refused = app
            .conn()
            .await
            .batch_execute(&format!("UPDATE {change}"))
            .await
            .unwrap_err();
        assert_eq!(violated_constraint(&refused), Some(constraint), "{change}");
    }
}
