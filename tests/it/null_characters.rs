//! The character U+0000, which PostgreSQL keeps in no text, at every door: refused in words, and nothing is changed.

use api::shop_file::ShopFile;
use serde_json::{Value, json};
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
