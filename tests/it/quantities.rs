//! In which numbers variants are sold, and what each costs when more are bought: by CSV, in the catalogue, in
//! carts and in orders.

use commerce::catalog::store::quantities::{Imported, export};
use commerce::flows::import_quantities::import_quantities;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::sandbox::card;
use tests::till::{Till, text};

use crate::cart::{cart_with, mutate};

const HEADER: &str = "SKU,Minimum,Maximum,Increment,From,Price\n";
/// By the half dozen, at most 24 at once, at 9.00 from a dozen and at 8.50 from 24 on.
const EGGS: &str = "EGG,6,24,6,12,9.0\nEGG,,,,24,8.5\n";

async fn imported(app: &TestApp, rows: &str) -> Imported {
    let text = format!("{HEADER}{rows}");
    import_quantities(&app.shop, text.as_bytes()).await.unwrap()
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export(&mut app.conn().await, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// Products `<sku>` in lower case for 10.00, 100 on the shelf.
async fn stocked(app: &TestApp, skus: &[&str]) {
    for sku in skus {
        let mut seed = ProductSeed::new(&sku.to_lowercase());
        let mut only = VariantSeed::new(&["Default Title"], 1000).stock(100);
        only.sku = Some((*sku).to_owned());
        seed.variants = vec![only];
        seed.create(app).await;
    }
}

/// The first variant of each product: its id, its rule and its prices; and by how many statements.
async fn sold(app: &TestApp) -> (Vec<Value>, u64) {
    let query = "{ products(first: 10) { nodes { variants(first: 1) { nodes { id \
        quantityRule { minimum maximum increment } \
        quantityPriceBreaks(first: 5) { nodes { minimumQuantity price { amount currencyCode } } } } } } } }";
    let answer = app.graphql(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().cloned();
    let variants = nodes.unwrap().into_iter();
    let variants = variants.map(|node| node["variants"]["nodes"][0].clone());
    (variants.collect(), answer.statements)
}

#[tokio::test]
async fn what_is_imported_comes_back_as_it_was_and_changes_nothing_again() {
    let app = TestApp::new().await;
    stocked(&app, &["EGG", "MUG", "PEN"]).await;
    let rows = format!("{EGGS}MUG,,,4,,\n");
    let done = imported(&app, &rows).await;
    assert_eq!(
        (done.changed, done.unchanged, done.refusals),
        (2, 0, vec![])
    );
    let whole = format!("{HEADER}{EGGS}MUG,4,,4,,\n");
    assert_eq!(exported(&app).await, whole);
    let again = imported(&app, whole.strip_prefix(HEADER).unwrap()).await;
    assert_eq!((again.changed, again.unchanged), (0, 2));
    // A row with nothing but the stock keeping unit lifts everything; the others stay.
    let lifted = imported(&app, "EGG,,,,,\n").await;
    assert_eq!((lifted.changed, lifted.unchanged), (1, 0));
    assert_eq!(exported(&app).await, format!("{HEADER}MUG,4,,4,,\n"));
}

#[tokio::test]
async fn a_refused_row_names_its_column_and_leaves_its_variant_as_it_was() {
    let app = TestApp::new().await;
    stocked(&app, &["EGG", "MUG", "PEN", "CUP"]).await;
    imported(&app, EGGS).await;
    let rows = "EGG,5,,2,1,9\nEGG,2,,,12,8\nMUG,0,x,,,\nPEN,4,2,2,3,\nPEN,,,,,1.234\nCUP,,,,2,8\nCUP,,,,2,7\n,1,,,,\nNIL,2,,,,\n";
    let told = imported(&app, rows).await.refusals;
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: Minimum: 5 is not a multiple of 2",
            "2: From: `1` is not a whole number from 2 on",
            "3: Minimum: belongs into the first row of the stock keeping unit",
            "4: Minimum: `0` is not a whole number from 1 on",
            "4: Maximum: `x` is not a whole number from 1 on",
            "5: Maximum: 2 is less than the minimum, 4",
            "5: Price: is missing",
            "6: From: is missing",
            "6: Price: `1.234` is not an amount in USD: write digits with at most 2 decimal places, such as 19.99",
            "8: From: 2 has a price already",
            "9: SKU: is missing",
            "10: SKU: no variant has the stock keeping unit `NIL`",
        ]
    );
    assert_eq!(exported(&app).await, format!("{HEADER}{EGGS}"));
    let told = import_quantities(&app.shop, b"Minimum,Sku,Max\n").await;
    let told = told.unwrap().refusals;
    let reason = "1: Max: is not one of the columns SKU, Minimum, Maximum, Increment, From, Price";
    assert_eq!(told[0].to_string(), reason);
    // What the importer refuses, the database refuses as well.
    for wrong in ["3, NULL, 2", "4, 6, 4", "4, 2, 2", "0, NULL, 1"] {
        let row = format!(
            "INSERT INTO quantity_rules (variant_id, minimum, maximum, increment) SELECT id, {wrong} FROM variants WHERE sku = 'PEN'"
        );
        let refused = app.conn().await.batch_execute(&row).await;
        assert!(refused.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn the_catalogue_shows_rules_and_prices_in_one_statement_more() {
    let app = TestApp::new().await;
    stocked(&app, &["EGG", "MUG", "PEN"]).await;
    let plain = "{ products(first: 10) { nodes { variants(first: 1) { nodes { id } } } } }";
    let plain = app.graphql(plain, json!({})).await.statements;
    imported(&app, &format!("{EGGS}MUG,,8,4,,\n")).await;
    let (mut variants, statements) = sold(&app).await;
    assert_eq!(statements, plain + 1);
    for variant in &mut variants {
        variant.as_object_mut().unwrap().remove("id");
    }
    let price = |minimum: i32, amount: &str| json!({ "minimumQuantity": minimum, "price": { "amount": amount, "currencyCode": "USD" } });
    assert_eq!(
        variants,
        [
            json!({ "quantityRule": { "minimum": 6, "maximum": 24, "increment": 6 },
                "quantityPriceBreaks": { "nodes": [price(12, "9.0"), price(24, "8.5")] } }),
            json!({ "quantityRule": { "minimum": 4, "maximum": 8, "increment": 4 }, "quantityPriceBreaks": { "nodes": [] } }),
            json!({ "quantityRule": { "minimum": 1, "maximum": null, "increment": 1 }, "quantityPriceBreaks": { "nodes": [] } }),
        ]
    );
    let page = "{ product(handle: \"egg\") { variants(first: 1) { nodes { quantityPriceBreaks(last: 1) { \
        nodes { minimumQuantity } pageInfo { hasPreviousPage hasNextPage } } } } } }";
    let data = app.ask(page, json!({})).await;
    assert_eq!(
        data["product"]["variants"]["nodes"][0]["quantityPriceBreaks"],
        json!({ "nodes": [{ "minimumQuantity": 24 }], "pageInfo": { "hasPreviousPage": true, "hasNextPage": false } })
    );
}

/// Each line's number, unit price and subtotal, and the total of the cart.
async fn prices(app: &TestApp, cart: &Value) -> Value {
    let query = "query ($id: ID!) { cart(id: $id) { cost { totalAmount { amount } } lines(first: 5) { nodes { quantity \
        cost { amountPerQuantity { amount } subtotalAmount { amount } } } } } }";
    let data = app.ask(query, json!({ "id": cart["id"] })).await;
    data["cart"].clone()
}

#[tokio::test]
async fn carts_refuse_other_numbers_and_price_the_sum_of_a_variants_lines() {
    let app = TestApp::new().await;
    stocked(&app, &["EGG"]).await;
    imported(&app, EGGS).await;
    let variant = sold(&app).await.0[0]["id"].clone();
    let line = |quantity: i32, note: &str| json!({ "merchandiseId": variant, "quantity": quantity, "attributes": [{ "key": "note", "value": note }] });
    let cart = cart_with(&app, json!([line(6, "a")])).await;
    let add = "$cart: ID!, $lines: [CartLineInput!]!|cartId: $cart, lines: $lines";
    for (quantity, code) in [
        (3, "MINIMUM_NOT_MET"),
        (7, "INVALID_INCREMENT"),
        (24, "MAXIMUM_EXCEEDED"),
    ] {
        let variables = json!({ "cart": cart["id"], "lines": [line(quantity, "b")] });
        let payload = mutate(&app, "cartLinesAdd", add, variables).await;
        let error = &payload["userErrors"][0];
        assert_eq!(
            (&error["code"], &error["field"]),
            (&json!(code), &json!(["lines", "0", "quantity"]))
        );
    }
    let amount = |amount: &str| json!({ "amount": amount });
    let cost = |each: &str, all: &str| json!({ "amountPerQuantity": amount(each), "subtotalAmount": amount(all) });
    assert_eq!(
        prices(&app, &cart).await,
        json!({ "cost": { "totalAmount": amount("60.0") },
            "lines": { "nodes": [{ "quantity": 6, "cost": cost("10.0", "60.0") }] } })
    );
    let variables = json!({ "cart": cart["id"], "lines": [line(6, "b")] });
    mutate(&app, "cartLinesAdd", add, variables).await;
    assert_eq!(
        prices(&app, &cart).await,
        json!({ "cost": { "totalAmount": amount("108.0") }, "lines": { "nodes": [
            { "quantity": 6, "cost": cost("9.0", "54.0") },
            { "quantity": 6, "cost": cost("9.0", "54.0") } ] } })
    );
}

#[tokio::test]
async fn an_order_is_charged_at_the_price_for_its_number_and_a_later_rule_keeps_a_cart_from_being_bought()
 {
    let till = Till::open().await;
    stocked(&till.app, &["EGG"]).await;
    imported(&till.app, "EGG,,,,2,7.5\n").await;
    let variant = text(&sold(&till.app).await.0[0]["id"]);
    let cart = till.cart(&variant, 2, card::APPROVED).await;
    // Two at 7.50, and 15.00 for the delivery; `cart` agreed to two at 10.00.
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "30.00").await;
    imported(&till.app, "EGG,4,,2,2,7.5\n").await;
    let refused = till.submit(&cart, "press-1").await;
    let code = &refused["errors"][0]["code"];
    assert_eq!(code, "MERCHANDISE_NOT_APPLICABLE", "{refused}");
    imported(&till.app, "EGG,2,,,2,7.5\n").await;
    till.accepted(&cart, "press-2").await;
    till.drain().await;
    let row = "SELECT total_minor FROM orders WHERE subtotal_minor = 1500 AND shipping_minor = 1500 AND captured_minor = 3000";
    assert_eq!(till.app.count(row).await, 3_000);
    till.assert_sound().await;
}
