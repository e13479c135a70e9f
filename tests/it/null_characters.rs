//! The character U+0000, which PostgreSQL keeps in no text, at every door: refused in words, and nothing is changed.

use api::shop_file::ShopFile;
use serde_json::{Value, json};
use tests::TestApp;
use tests::sandbox::card;
use tests::till::Till;

use crate::hosted_checkout::{HOME, Walk, shop_with};
use crate::import::support::{csv, import};

/// Operations with the strings that they take.
const OPERATIONS: &[&str] = &[
    "mutation ($s: String!, $c: ID!) { cartBuyerIdentityUpdate(cartId: $c, buyerIdentity: { email: $s, phone: $s, \
        customerAccessToken: $s }) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartNoteUpdate(cartId: $c, note: $s) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartAttributesUpdate(cartId: $c, attributes: [{ key: $s, value: $s }]) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartDiscountCodesUpdate(cartId: $c, discountCodes: [$s]) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartGiftCardCodesUpdate(cartId: $c, giftCardCodes: [$s]) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartSubmitForCompletion(cartId: $c, attemptToken: $s) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartDeliveryAddressesAdd(cartId: $c, addresses: [{ address: { deliveryAddress: { \
        address1: $s, address2: $s, city: $s, company: $s, countryCode: US, firstName: $s, lastName: $s, phone: $s, \
        provinceCode: $s, zip: $s } } }]) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartBillingAddressUpdate(cartId: $c, billingAddress: { address1: $s, address2: $s, city: $s, \
        company: $s, country: $s, firstName: $s, lastName: $s, phone: $s, province: $s, zip: $s }) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartPaymentUpdate(cartId: $c, payment: { amount: { amount: \"1.0\", currencyCode: USD }, \
        directPaymentMethod: { sessionId: $s, billingAddress: { lastName: $s } } }) { userErrors { code } } }",
    "mutation ($s: String!, $c: ID!) { cartMetafieldsSet(metafields: [{ ownerId: $c, key: $s, type: $s, value: $s }]) { userErrors { code } } }",
    "mutation ($s: String!) { customerCreate(input: { email: $s, password: $s, firstName: $s, lastName: $s, phone: $s }) { \
        customerUserErrors { code } } }",
    "mutation ($s: String!) { customerCreate(input: { email: \"eve@mail.example\", password: \"long enough\", firstName: $s, \
        lastName: $s }) { customerUserErrors { code } } }",
    "mutation ($s: String!) { customerCreate(input: { email: \"eve@mail.example\", password: $s }) { customerUserErrors { code } } }",
    "mutation ($s: String!) { customerAccessTokenCreate(input: { email: $s, password: $s }) { customerUserErrors { code } } }",
    "mutation ($s: String!) { customerRecover(email: $s) { customerUserErrors { code } } }",
    "mutation ($s: String!) { customerAccessTokenDelete(customerAccessToken: $s) { userErrors { message } } }",
    "query ($s: String!) { customer(customerAccessToken: $s) { id } product(handle: $s) { id } }",
    "query ($s: String!) { urlRedirects(first: 1, query: $s) { nodes { id } } search(query: $s, first: 1) { totalCount } \
        predictiveSearch(query: $s) { queries { text } } }",
];

/// What `with` is answered where `$s` is this.
async fn answer(till: &Till, with: &str, cart: &str, s: &str) -> Value {
    let variables = json!({ "s": s, "c": cart });
    till.app.graphql(with, variables).await.body
}

#[tokio::test]
async fn no_argument_of_an_operation_breaks_anything() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let people = "SELECT count(*) FROM customers";
    for operation in OPERATIONS {
        for s in ["\0", "a\0b"] {
            let body = answer(&till, operation, &cart, s).await;
            let codes = body["errors"].as_array().into_iter().flatten();
            for error in codes {
                let code = &error["extensions"]["code"];
                assert_eq!(code, "INVALID_ARGUMENT", "{operation}: {body}");
            }
        }
    }
    let body = answer(&till, OPERATIONS[5], &cart, "a\0").await;
    let payload = &body["data"]["cartSubmitForCompletion"];
    assert_eq!(payload["userErrors"], json!([{ "code": "INVALID" }]));
    let body = answer(&till, OPERATIONS[11], &cart, "a\0").await;
    let refused = !body["errors"].is_null()
        || body["data"]["customerCreate"]["customerUserErrors"] != json!([]);
    assert!(refused, "{body}");
    assert_eq!(till.app.count(people).await, 0);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn no_literal_of_a_document_breaks_anything() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    for literal in [
        "\"a\\u0000\"",
        "\"\\u0000\"",
        "\"a\0b\"",
        "\"\"\"a\0b\"\"\"",
    ] {
        for operation in OPERATIONS {
            let (_, body) = operation.split_once(") {").unwrap();
            let keyword = operation.split_once(' ').unwrap().0;
            let body = body.replace("$s", literal);
            let body = body.replace("$c", &format!("\"{cart}\""));
            let document = format!("{keyword} {{{body}");
            let body = till.app.graphql(&document, json!({})).await.body;
            for error in body["errors"].as_array().into_iter().flatten() {
                let code = &error["extensions"]["code"];
                assert_eq!(code, "INVALID_ARGUMENT", "{document}: {body}");
            }
        }
    }
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn the_field_that_has_it_is_named() {
    let till = Till::open().await;
    let recover =
        "mutation ($s: String!) { customerRecover(email: $s) { customerUserErrors { field } } }";
    let sign_in = "query ($s: String!) { customer(customerAccessToken: $s) { id } }";
    let literal = "query { customer(customerAccessToken: \"a\\u0000\") { id } }";
    for (document, places) in [
        (recover, ["$s", "email"]),
        (sign_in, ["$s", "customerAccessToken"]),
        (literal, ["customerAccessToken", "customerAccessToken"]),
    ] {
        let body = answer(&till, document, "", "a\0b@mail.example").await;
        let errors = body["errors"].as_array().into_iter().flatten();
        for error in errors {
            let message = error["message"].as_str().unwrap();
            assert!(places.iter().any(|place| message.contains(place)), "{body}");
        }
    }
}

#[tokio::test]
async fn ids_handles_and_cursors_find_nothing_or_are_refused() {
    let app = TestApp::new().await;
    // A cursor that reads `["a\u0000", 1]`.
    let cursor = "1WyJhXHUwMDAwIiwxXQ";
    for document in [
        "{ product(id: \"gid://shopify/Product/\\u0000\") { id } }".to_owned(),
        "{ node(id: \"gid://shopify/\\u0000/1\") { id } }".to_owned(),
        "{ nodes(ids: [\"\\u0000\"]) { id } }".to_owned(),
        "{ cart(id: \"gid://shopify/Cart/\\u0000?key=\\u0000\") { id } }".to_owned(),
        "{ cartCompletionAttempt(attemptId: \"\\u0000\") { __typename } }".to_owned(),
        "{ collection(handle: \"\\u0000\") { id } page(handle: \"\\u0000\") { id } blog(handle: \"\\u0000\") { id } \
           menu(handle: \"\\u0000\") { id } metaobject(handle: { type: \"\\u0000\", handle: \"\\u0000\" }) { id } }"
            .to_owned(),
        format!("{{ products(first: 1, sortKey: TITLE, after: \"{cursor}\") {{ nodes {{ id }} }} }}"),
        format!("{{ products(first: 1, after: \"{cursor}\\u0000\") {{ nodes {{ id }} }} }}"),
        format!("{{ search(first: 1, query: \"a\", after: \"{cursor}\") {{ nodes {{ __typename }} }} }}"),
    ] {
        let body = app.graphql(&document, json!({})).await.body;
        for error in body["errors"].as_array().into_iter().flatten() {
            let code = &error["extensions"]["code"];
            assert_eq!(code, "INVALID_ARGUMENT", "{document}: {body}");
        }
    }
}

#[tokio::test]
async fn addresses_and_bodies_of_other_doors_are_refused_or_lead_nowhere() {
    let (till, _) = shop_with(5).await;
    let client = &till.app.client;
    for path in [
        "/cart/c/%00?key=%00",
        "/checkout/%00",
        "/checkouts/%00",
        "/checkouts/%00/state",
        "/orders/%00/%00",
        "/orders/1/%00",
        "/webhooks/%00",
        "/api/%00/graphql.json",
        "/a%00b",
        "/graphql?query=%7Bshop%7Bname%7D%7D&operationName=%00",
    ] {
        let status = client.get(path).send().await.0.status().as_u16();
        assert!(status < 500, "{path}: {status}");
    }
    let sign_in = json!({ "email": "a\0", "password": "a" });
    let sent = client
        .post("/auth/sign-in")
        .body_json(&sign_in)
        .send()
        .await;
    assert_eq!(sent.0.status().as_u16(), 400);
    let text = sent.0.into_body().into_string().await.unwrap();
    assert!(
        text.contains("`email` contains the character U+0000"),
        "{text}"
    );
    for (path, body) in [
        (
            "/auth/sign-in",
            json!({ "email": "ada@mail.example", "password": "a\0" }),
        ),
        ("/auth/refresh", json!({ "refresh_token": "a\0" })),
        (
            "/graphql",
            json!({ "query": "{ shop { name } }", "operationName": "\0" }),
        ),
        ("/graphql", json!({ "query": "\0" })),
        (
            "/graphql",
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "\0" } } }),
        ),
    ] {
        let sent = client.post(path).body_json(&body).send().await;
        let status = sent.0.status().as_u16();
        assert!(status < 500, "{path}: {status}");
        let text = sent.0.into_body().into_string().await.unwrap();
        assert!(!text.contains("INTERNAL"), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_shop_file_is_refused_with_the_place() {
    for (file, place) in [
        (
            json!({ "pages": [{ "handle": "a", "title": "a", "body": "x\0" }] }),
            "pages[0].body",
        ),
        (
            json!({ "metafields": [{ "value": { "a\0": 1 } }] }),
            "metafields[0].value.a\\u0000",
        ),
        (json!({ "name\0": "a" }), "name\\u0000"),
    ] {
        let refused = ShopFile::read(&file.to_string()).unwrap_err().to_string();
        let expected = format!("`{place}` contains the character U+0000, which cannot be stored");
        assert_eq!(refused, expected);
    }
}

#[tokio::test]
async fn rows_of_a_product_csv_are_refused() {
    let till = Till::open().await;
    let (counts, said) = import(
        &till.app,
        csv(&["a\0,A,,,,,,,,,1,", "b,B\0,,,,,,,,,1,", "c,C,,,,,S\0,,,,1,"]),
    )
    .await;
    assert_eq!(
        (counts.created, counts.refused),
        (0, 3),
        "{:?}",
        said.refused
    );
}

#[tokio::test]
async fn forms_of_the_checkout_are_not_believed() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let mut fields = HOME;
    for (name, value) in &mut fields {
        if *name == "city" {
            *value = "Any\0town";
        }
    }
    let page = walk.send(&page, "", &fields).await;
    assert!((400..500).contains(&page.status), "{}", page.status);
    let stored = "SELECT count(*) FROM cart_addresses";
    assert_eq!(till.app.count(stored).await, 0);
}

#[tokio::test]
async fn a_webhook_is_refused_for_good() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::NOTIFIED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let body = till.sandbox.webhooks().await.remove(0);
    let event: Value = serde_json::from_slice(&body).unwrap();
    for field in ["id", "kind"] {
        let mut odd = event.clone();
        assert!(odd[field].is_string(), "{event}");
        odd[field] = "evt_\0".into();
        assert_eq!(till.deliver(odd.to_string().as_bytes()).await, 400);
    }
    let kept = "SELECT count(*) FROM webhook_inbox";
    assert_eq!(till.app.count(kept).await, 0);
}
