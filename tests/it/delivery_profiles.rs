//! Delivery profiles: goods that travel otherwise than the rest, chosen and paid for together with it.

use commerce::db::violated_constraint;
use commerce::flows::replay_pricing::{Replayed, replay_pricing};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::offers::discounts;
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::{Till, text};

use crate::cart::mutate;

/// The chair travels by freight, from 30 kilograms on by crane as well, or in a hurry; only in the US.
fn freight(products: &[&str]) -> Value {
    json!({ "delivery_profiles": [{ "name": "Freight", "products": products, "zones": [
        { "name": "US", "countries": ["US"], "rates": [
            { "code": "freight", "title": "By freight", "price": "80.00", "free_from": "100.00" },
            { "code": "crane", "title": "By crane", "price": "200.00", "grams_from": 30000 },
            { "code": "express", "title": "Tomorrow, by freight", "price": "95.00" }] }] }] })
}

/// A shop with cups of 500 grams, which travel for 5.00, or 15.00 in a hurry, and chairs of 10 kilograms: the
/// till and both variants' ids. Each costs 10.00.
async fn shop() -> (Till, String, String) {
    let till = Till::open().await;
    let cup = till.stock("cup", 50).await;
    let chair = till.stock("chair", 50).await;
    till.app
        .execute(
            "UPDATE variants SET grams = CASE p.handle WHEN 'cup' THEN 500 ELSE 10000 END \
             FROM products p WHERE p.id = product_id",
        )
        .await;
    shop_file(&till.app, &freight(&["chair"])).await;
    (till, cup, chair)
}

/// A cart of an American buyer with these numbers of these variants.
async fn cart_of(till: &Till, lines: &[(&str, i32)]) -> String {
    let create =
        "mutation ($i: CartInput) { cartCreate(input: $i) { cart { id } userErrors { message } } }";
    let lines: Vec<Value> = lines
        .iter()
        .map(|(variant, quantity)| json!({ "merchandiseId": variant, "quantity": quantity }))
        .collect();
    let input = json!({ "lines": lines,
        "buyerIdentity": { "email": "ada@mail.example", "countryCode": "US" } });
    let data = till.ask(create, json!({ "i": input })).await;
    assert_eq!(data["cartCreate"]["userErrors"], json!([]));
    let cart = text(&data["cartCreate"]["cart"]["id"]);
    deliver(&till.app, &cart, "US").await;
    cart
}

async fn deliver(app: &TestApp, cart: &str, country: &str) {
    let address = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
        "countryCode": country, "zip": "12345" });
    let addresses = json!([{ "selected": true, "address": { "deliveryAddress": address } }]);
    let payload = mutate(
        app,
        "cartDeliveryAddressesReplace",
        "$cart: ID!, $a: [CartSelectableAddressInput!]!|cartId: $cart, addresses: $a",
        json!({ "cart": cart, "a": addresses }),
    )
    .await;
    assert_eq!(payload["userErrors"], json!([]));
}

const GROUPS: &str = "query ($id: ID!) { cart(id: $id) { cost { totalAmount { amount currencyCode } } \
    deliveryGroups(first: 5) { nodes { id cartLines(first: 5) { nodes { quantity } } \
        deliveryOptions { handle code title estimatedCost { amount currencyCode } } \
        selectedDeliveryOption { code estimatedCost { amount } } } } } }";

/// The only delivery group of a cart, or null.
async fn group(till: &Till, cart: &str) -> Value {
    let data = till.ask(GROUPS, json!({ "id": cart })).await;
    let groups = data["cart"]["deliveryGroups"]["nodes"].as_array().unwrap();
    assert!(groups.len() < 2);
    groups.first().cloned().unwrap_or_default()
}

/// Codes and prices that a cart is offered.
async fn offered(till: &Till, cart: &str) -> Vec<String> {
    let group = group(till, cart).await;
    let options = group["deliveryOptions"].as_array();
    let options = options.into_iter().flatten();
    options
        .map(|option| {
            let price = text(&option["estimatedCost"]["amount"]);
            format!("{} {price}", text(&option["code"]))
        })
        .collect()
}

async fn choose(till: &Till, cart: &str, code: &str) {
    let group = group(till, cart).await;
    let mut options = group["deliveryOptions"].as_array().unwrap().iter();
    let option = options.find(|option| option["code"] == code).unwrap();
    let choice =
        json!([{ "deliveryGroupId": group["id"], "deliveryOptionHandle": option["handle"] }]);
    let payload = mutate(
        &till.app,
        "cartSelectedDeliveryOptionsUpdate",
        "$cart: ID!, $o: [CartSelectedDeliveryOptionInput!]!|cartId: $cart, selectedDeliveryOptions: $o",
        json!({ "cart": cart, "o": choice }),
    )
    .await;
    assert_eq!(payload["userErrors"], json!([]));
}

/// The codes that keep a cart from being bought.
async fn missing(till: &Till, cart: &str) -> Vec<String> {
    let query = "mutation ($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { result { \
        ... on CartStatusNotReady { errors { code } } } } }";
    let data = till.ask(query, json!({ "cart": cart })).await;
    let errors = data["cartPrepareForCompletion"]["result"]["errors"].as_array();
    let errors = errors.into_iter().flatten();
    errors.map(|error| text(&error["code"])).collect()
}

#[tokio::test]
async fn one_choice_is_paid_for_all_profiles() {
    let (till, cup, chair) = shop().await;
    let cart = cart_of(&till, &[(&chair, 1), (&cup, 2)]).await;
    let shown = group(&till, &cart).await;
    assert_eq!(
        shown["cartLines"]["nodes"],
        json!([{ "quantity": 2 }, { "quantity": 1 }])
    );
    let options = shown["deliveryOptions"].as_array().unwrap();
    let told: Vec<_> = options
        .iter()
        .map(|o| (&o["code"], &o["title"], &o["estimatedCost"]))
        .collect();
    let dollars = |amount: &str| json!({ "amount": amount, "currencyCode": "USD" });
    assert_eq!(
        told,
        [
            (&json!("standard"), &json!("Standard"), &dollars("85.0")),
            (&json!("express"), &json!("Express"), &dollars("110.0")),
        ]
    );
    assert_eq!(shown["selectedDeliveryOption"]["code"], "standard");
    choose(&till, &cart, "express").await;
    let shown = till.ask(GROUPS, json!({ "id": cart })).await;
    assert_eq!(shown["cart"]["cost"]["totalAmount"], dollars("140.0"));

    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "125.00").await;
    assert_eq!(
        missing(&till, &cart).await,
        ["PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"]
    );
    till.pay(&cart, &session, "140.00").await;
    assert_eq!(missing(&till, &cart).await, [""; 0]);
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 3]);
    let sums = "SELECT count(*) FROM orders WHERE total_minor = 14000 AND shipping_minor = 11000 \
        AND (SELECT snapshot #>> '{pricing,delivery,code}' FROM checkout_attempts) = 'express'";
    assert_eq!(till.app.count(sums).await, 1);
    // What the merchant changes later changes no recorded order.
    shop_file(&till.app, &freight(&[])).await;
    let mut different = Vec::new();
    let mut told = |replayed: Replayed| different.extend(replayed.differences);
    replay_pricing(&till.app.shop, None, &mut told)
        .await
        .unwrap();
    assert_eq!(different, Vec::<String>::new());
}

#[tokio::test]
async fn weights_and_subtotals_are_those_of_the_profile() {
    let (till, cup, chair) = shop().await;
    // Cups of 25 kilograms are no reason for a crane, and those for 100.00 none for free freight.
    let cart = cart_of(&till, &[(&cup, 50), (&chair, 2)]).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["standard 85.0", "express 110.0"]
    );
    let cart = cart_of(&till, &[(&cup, 1), (&chair, 3)]).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["standard 85.0", "express 110.0", "crane 205.0"]
    );
    let cart = cart_of(&till, &[(&cup, 1), (&chair, 10)]).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["standard 5.0", "express 110.0", "crane 205.0"]
    );
    // Goods of one profile are offered what it has.
    let cart = cart_of(&till, &[(&cup, 1)]).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["standard 5.0", "express 15.0"]
    );
    let cart = cart_of(&till, &[(&chair, 1)]).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["freight 80.0", "express 95.0"]
    );
}

#[tokio::test]
async fn where_one_profile_is_not_delivered_nothing_is() {
    let (till, cup, chair) = shop().await;
    till.app
        .execute("UPDATE delivery_zones SET countries = '{US,CA}' WHERE profile_id IS NULL")
        .await;
    let cart = cart_of(&till, &[(&cup, 1), (&chair, 1)]).await;
    deliver(&till.app, &cart, "CA").await;
    assert_eq!(group(&till, &cart).await, Value::Null);
    assert_eq!(
        missing(&till, &cart).await,
        ["DELIVERY_NO_DELIVERY_AVAILABLE", "PAYMENTS_METHOD_REQUIRED"]
    );
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "20.00").await;
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(result["__typename"], "SubmitFailed");
    assert_eq!(
        result["errors"][0]["code"],
        "DELIVERY_NO_DELIVERY_AVAILABLE"
    );
    let cups = cart_of(&till, &[(&cup, 1)]).await;
    deliver(&till.app, &cups, "CA").await;
    assert_eq!(
        offered(&till, &cups).await,
        ["standard 5.0", "express 15.0"]
    );
    // A country is available as long as something goes there.
    let query = "{ localization { availableCountries { isoCode } } }";
    let countries = json!([{ "isoCode": "CA" }, { "isoCode": "US" }]);
    let shown = till.ask(query, json!({})).await;
    assert_eq!(shown["localization"]["availableCountries"], countries);
}

#[tokio::test]
async fn what_is_not_shipped_is_in_no_parcel() {
    let (till, cup, chair) = shop().await;
    till.app
        .execute(
            "UPDATE variants SET requires_shipping = false FROM products p \
             WHERE p.id = product_id AND p.handle = 'chair'",
        )
        .await;
    let cart = cart_of(&till, &[(&cup, 1), (&chair, 9)]).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["standard 5.0", "express 15.0"]
    );
    let cart = cart_of(&till, &[(&chair, 1)]).await;
    assert_eq!(group(&till, &cart).await, Value::Null);
}

#[tokio::test]
async fn free_delivery_looks_at_the_price_of_all_profiles() {
    let (till, cup, chair) = shop().await;
    let cart = cart_of(&till, &[(&cup, 1), (&chair, 1)]).await;
    let total = async || {
        let data = till.ask(GROUPS, json!({ "id": cart })).await;
        text(&data["cart"]["cost"]["totalAmount"]["amount"])
    };
    assert_eq!(total().await, "105.0");
    // Each of the rates is below it, but not both together.
    discounts(
        &till.app,
        "Title,Codes,Type,Value\nFree,,free_shipping,84.99\n",
    )
    .await;
    assert_eq!(total().await, "105.0");
    discounts(
        &till.app,
        "Title,Codes,Type,Value\nFree,,free_shipping,85.00\n",
    )
    .await;
    assert_eq!(total().await, "20.0");
}

#[tokio::test]
async fn each_rate_is_turned_into_the_buyers_currency() {
    let (till, cup, chair) = shop().await;
    let file = json!({ "markets": [
        { "handle": "euro", "name": "Euro", "countries": ["US"], "currency": "EUR", "rate": "0.923", "rounding": "1.00" },
        { "handle": "world", "name": "World", "countries": ["*"] }] });
    shop_file(&till.app, &file).await;
    let cart = cart_of(&till, &[(&cup, 1), (&chair, 1)]).await;
    // 4.615 and 73.84 to whole euros; 13.845 and 87.685.
    let options = group(&till, &cart).await["deliveryOptions"].clone();
    let prices: Vec<_> = options.as_array().unwrap().iter().collect();
    let euros = |amount: &str| json!({ "amount": amount, "currencyCode": "EUR" });
    assert_eq!(prices[0]["estimatedCost"], euros("79.0"));
    assert_eq!(prices[1]["estimatedCost"], euros("102.0"));
}

#[tokio::test]
async fn a_cart_costs_as_many_statements_with_profiles_as_without() {
    let (till, cup, chair) = shop().await;
    let both = cart_of(&till, &[(&cup, 1), (&chair, 1)]).await;
    let one = cart_of(&till, &[(&cup, 1)]).await;
    let statements = async |cart: &str| {
        let answer = till.app.graphql(GROUPS, json!({ "id": cart })).await;
        assert_eq!(answer.body["errors"], Value::Null);
        answer.statements
    };
    assert_eq!(statements(&both).await, statements(&one).await);
}

#[tokio::test]
async fn the_database_refuses_what_profiles_cannot_be() {
    let (till, ..) = shop().await;
    let app = &till.app;
    for (statement, constraint) in [
        (
            "INSERT INTO delivery_profile_products SELECT product_id, profile_id FROM delivery_profile_products",
            "delivery_profile_products_pkey",
        ),
        (
            "INSERT INTO delivery_profiles (name, position) VALUES ('Freight', 2)",
            "delivery_profiles_name_key",
        ),
        (
            "INSERT INTO delivery_profiles (name, position) VALUES ('', 2)",
            "delivery_profiles_name_check",
        ),
        (
            "INSERT INTO delivery_zones (name, profile_id) SELECT name, profile_id FROM delivery_zones \
             WHERE profile_id IS NULL",
            "delivery_zones_name_key",
        ),
        (
            "INSERT INTO delivery_zones (name, profile_id) SELECT name, profile_id FROM delivery_zones \
             WHERE profile_id IS NOT NULL",
            "delivery_zones_name_key",
        ),
        (
            "UPDATE delivery_zones SET profile_id = 0 WHERE profile_id IS NULL",
            "delivery_zones_profile_id_fkey",
        ),
        (
            "UPDATE delivery_profile_products SET profile_id = 0",
            "delivery_profile_products_profile_id_fkey",
        ),
    ] {
        let mut conn = app.conn().await;
        let refused = conn.batch_execute(statement).await.unwrap_err();
        assert_eq!(
            violated_constraint(&refused),
            Some(constraint),
            "{statement}"
        );
    }
    // A product that goes takes its place in the profile along.
    let places = "SELECT count(*) FROM delivery_profile_products";
    assert_eq!(app.count(places).await, 1);
    app.execute("DELETE FROM inventory_levels; DELETE FROM products WHERE handle = 'chair'")
        .await;
    assert_eq!(app.count(places).await, 0);
}

#[tokio::test]
async fn a_profile_that_goes_leaves_its_products_to_the_general_one() {
    let (till, _, chair) = shop().await;
    let cart = cart_of(&till, &[(&chair, 1)]).await;
    let general = ["standard 5.0", "express 15.0"];
    assert_eq!(
        offered(&till, &cart).await,
        ["freight 80.0", "express 95.0"]
    );
    shop_file(&till.app, &freight(&["cup"])).await;
    assert_eq!(offered(&till, &cart).await, general);
    shop_file(&till.app, &freight(&["cup", "chair"])).await;
    assert_eq!(
        offered(&till, &cart).await,
        ["freight 80.0", "express 95.0"]
    );
    // Sections that a file leaves out stay as they are, the general zones among them.
    shop_file(&till.app, &json!({ "delivery_profiles": [] })).await;
    assert_eq!(offered(&till, &cart).await, general);
    let rest = "SELECT (SELECT count(*) FROM delivery_profile_products) + (SELECT count(*) FROM delivery_zones \
        WHERE profile_id IS NOT NULL)";
    assert_eq!(till.app.count(rest).await, 0);
}
