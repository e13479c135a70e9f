//! Carts through the API.

mod accounts;
mod addresses;
mod concurrency;
mod delivery;
mod details;
mod lines;
mod metafields;
mod payment;
mod refusals;
mod statements;

use serde_json::{Value, json};
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::{Answer, TestApp};

/// What most tests look at.
pub(crate) const FIELDS: &str = "id totalQuantity note updatedAt
    lines(first: 250) { nodes { id quantity merchandise { ... on ProductVariant { id } }
        attributes { key value } } }";

/// Runs one mutation; `arguments` goes between its parentheses.
pub(crate) async fn mutate(app: &TestApp, field: &str, arguments: &str, variables: Value) -> Value {
    let (declared, arguments) = arguments.split_once('|').unwrap_or(("", arguments));
    let declared = if declared.is_empty() {
        String::new()
    } else {
        format!("({declared})")
    };
    let query = format!(
        "mutation {declared} {{ {field}({arguments}) {{
            cart {{ {FIELDS} }} userErrors {{ code field message }} warnings {{ code target message }} }} }}"
    );
    let answer = app.graphql(&query, variables).await;
    answer.data()[field].clone()
}

/// The id of a product's first variant; the product costs 10.00 and has so many on the shelf.
pub(crate) async fn variant(app: &TestApp, handle: &str, stock: Option<i32>) -> String {
    let mut seed = ProductSeed::new(handle);
    let mut only = VariantSeed::new(&["Default Title"], 1000);
    only.stock = stock;
    seed.variants = vec![only];
    seed.create(app).await;
    let query = "query ($handle: String) { product(handle: $handle) { variants(first: 1) { nodes { id } } } }";
    let answer = app.graphql(query, json!({ "handle": handle })).await;
    text(&answer.data()["product"]["variants"]["nodes"][0]["id"])
}

/// Makes a cart with these lines and answers it.
pub(crate) async fn cart_with(app: &TestApp, lines: Value) -> Value {
    let payload = mutate(
        app,
        "cartCreate",
        "$input: CartInput|input: $input",
        json!({ "input": { "lines": lines } }),
    )
    .await;
    assert_eq!(payload["userErrors"], json!([]));
    payload["cart"].clone()
}

/// Adds lines to a cart and answers the payload.
pub(crate) async fn add(app: &TestApp, cart: &Value, lines: Value) -> Value {
    mutate(
        app,
        "cartLinesAdd",
        "$cart: ID!, $lines: [CartLineInput!]!|cartId: $cart, lines: $lines",
        json!({ "cart": cart["id"], "lines": lines }),
    )
    .await
}

/// Reads fields of a cart.
pub(crate) async fn read(app: &TestApp, cart: &Value, fields: &str) -> Answer {
    let query = format!("query ($id: ID!) {{ cart(id: $id) {{ {fields} }} }}");
    app.graphql(&query, json!({ "id": cart["id"] })).await
}

/// The quantities of the lines in order.
pub(crate) fn quantities(cart: &Value) -> Vec<i64> {
    let lines = cart["lines"]["nodes"].as_array().expect("lines");
    lines
        .iter()
        .map(|line| line["quantity"].as_i64().expect("a quantity"))
        .collect()
}

/// The codes and fields of the refusals of a payload, whose cart must be null.
pub(crate) fn refused(payload: &Value) -> Vec<(String, String)> {
    assert_eq!(payload["cart"], Value::Null, "a refusal answers no cart");
    let errors = payload["userErrors"].as_array().expect("user errors");
    let path = |error: &Value| {
        let parts = error["field"].as_array().expect("a field").iter();
        parts.map(text).collect::<Vec<_>>().join(".")
    };
    errors
        .iter()
        .map(|error| (text(&error["code"]), path(error)))
        .collect()
}

/// The text of a JSON string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
