//! Addresses, telephone numbers and e-mail addresses: understood as people write them, stored in one form, and shown in
//! the order of the country and the language of the reader.

mod accounts;
mod countries;
mod labels;
mod strict;

use serde_json::{Value, json};
use tests::TestApp;

/// Adds a delivery address to a new cart; answers the payload with what is stored of it.
async fn deliver_to(app: &TestApp, strategy: &str, address: Value) -> Value {
    let cart = crate::cart::cart_with(app, json!([])).await;
    let query = "mutation ($cart: ID!, $a: [CartSelectableAddressInput!]!) { cartDeliveryAddressesAdd(cartId: $cart, addresses: $a) { \
        userErrors { code field } cart { delivery { addresses { address { ... on CartDeliveryAddress { \
        provinceCode countryCode zip phone } } } } } } }";
    let given =
        json!([{ "validationStrategy": strategy, "address": { "deliveryAddress": address } }]);
    let answer = app
        .graphql(query, json!({ "cart": cart["id"], "a": given }))
        .await;
    answer.data()["cartDeliveryAddressesAdd"].clone()
}

/// What is stored of an address that was not refused.
fn stored(payload: &Value) -> Value {
    assert_eq!(payload["userErrors"], json!([]));
    payload["cart"]["delivery"]["addresses"][0]["address"].clone()
}
