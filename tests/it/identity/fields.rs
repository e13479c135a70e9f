//! Metafields of customers: theirs alone.

use serde_json::{Value, json};
use tests::TestApp;

const FIELDS: &str = "metafield(key: \"club\") { id type value parentResource { __typename ... on Customer { email } } } \
    metafields(identifiers: [{ key: \"club\" }, { key: \"none\" }, { namespace: \"fit\", key: \"sizes\" }]) { key value }";

async fn app() -> (TestApp, String) {
    let app = TestApp::new().await;
    let (ada, _bob) = (app.person("ada").await, app.person("bob").await);
    app.execute(
        "INSERT INTO metafields (owner_kind, owner_id, namespace, key, kind, value) VALUES \
         ('customer', 1, 'custom', 'club', 'single_line_text_field', 'Silver'), \
         ('customer', 1, 'fit', 'sizes', 'list.number_integer', '[38]'), \
         ('customer', 2, 'custom', 'club', 'single_line_text_field', 'Gold')",
    )
    .await;
    (app, ada.token)
}

#[tokio::test]
async fn customers_see_their_own_in_one_statement() {
    let (app, token) = app().await;
    let query =
        format!("query ($t: String!) {{ customer(customerAccessToken: $t) {{ email {FIELDS} }} }}");
    let answer = app.graphql(&query, json!({ "t": token })).await;
    let mut customer = answer.data()["customer"].clone();
    let email = customer["email"].take();
    customer["metafield"]["id"].take();
    assert_eq!(
        customer,
        json!({
            "email": null,
            "metafield": { "id": null, "type": "single_line_text_field", "value": "Silver",
                "parentResource": { "__typename": "Customer", "email": email } },
            "metafields": [{ "key": "club", "value": "Silver" }, null, { "key": "sizes", "value": "[38]" }]
        })
    );
    let without = "query ($t: String!) { customer(customerAccessToken: $t) { email } }";
    let plain = app.graphql(without, json!({ "t": token })).await;
    assert_eq!(answer.statements, plain.statements + 1);
}

#[tokio::test]
async fn who_merely_holds_the_cart_sees_none() {
    let (app, token) = app().await;
    let made = app
        .graphql(
            "mutation ($t: String) { cartCreate(input: { buyerIdentity: { customerAccessToken: $t } }) { cart { id } } }",
            json!({ "t": token }),
        )
        .await;
    let cart = &made.data()["cartCreate"]["cart"]["id"];
    let query = format!(
        "query ($c: ID!) {{ cart(id: $c) {{ buyerIdentity {{ customer {{ email {FIELDS} }} }} }} }}"
    );
    let answer = app.graphql(&query, json!({ "c": cart })).await;
    let customer = &answer.data()["cart"]["buyerIdentity"]["customer"];
    assert!(customer["email"].is_string(), "{customer}");
    assert_eq!(customer["metafield"], Value::Null);
    assert_eq!(customer["metafields"], json!([null, null, null]));
}
