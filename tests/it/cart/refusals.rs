//! Refused input: typed errors, and nothing changed.

use serde_json::{Value, json};
use tests::TestApp;

use super::{FIELDS, add, cart_with, mutate, read, refused, variant};

type Case = (Value, &'static str, &'static str);

fn one(code: &str, field: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), field.to_owned())]
}

#[tokio::test]
async fn refused_lines_change_nothing() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let draft = variant(&app, "draft", None).await;
    app.execute("UPDATE products SET status = 'draft' WHERE handle = 'draft'")
        .await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    let attribute = |key: &str, value: &str| json!([{ "merchandiseId": cup, "attributes": [{ "key": key, "value": value }] }]);
    let many = vec![json!({ "merchandiseId": cup }); 251];
    let cases: Vec<Case> = vec![
        (
            json!([{ "merchandiseId": "gid://shopify/ProductVariant/999999" }]),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (
            json!([{ "merchandiseId": "gid://shopify/Product/1" }]),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (
            json!([{ "merchandiseId": "nonsense" }]),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (
            json!([{ "merchandiseId": draft }]),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (
            json!([{ "merchandiseId": cup }, { "merchandiseId": cup, "quantity": 0 }]),
            "INVALID",
            "lines.1.quantity",
        ),
        (
            json!([{ "merchandiseId": cup, "quantity": -1 }]),
            "INVALID",
            "lines.0.quantity",
        ),
        (
            json!([{ "merchandiseId": cup, "quantity": 1_000_001 }]),
            "MAXIMUM_EXCEEDED",
            "lines.0.quantity",
        ),
        (
            json!([{ "merchandiseId": cup, "quantity": 400_000, "attributes": [{ "key": "a", "value": "b" }] },
                { "merchandiseId": cup, "quantity": 600_000 }]),
            "MAXIMUM_EXCEEDED",
            "lines.1.quantity",
        ),
        (
            json!([{ "merchandiseId": cup, "sellingPlanId": "gid://shopify/SellingPlan/1" }]),
            "SELLING_PLAN_NOT_APPLICABLE",
            "lines.0.sellingPlanId",
        ),
        (
            json!([{ "merchandiseId": cup, "parent": { "merchandiseId": cup } }]),
            "PARENT_LINE_OPERATION_BLOCKED",
            "lines.0.parent",
        ),
        (attribute(" ", "x"), "INVALID", "lines.0.attributes.0.key"),
        (
            attribute("a\u{0}", "x"),
            "INVALID",
            "lines.0.attributes.0.key",
        ),
        (
            attribute("a", &"x".repeat(5001)),
            "INVALID",
            "lines.0.attributes.0.value",
        ),
        (json!(many), "MAXIMUM_EXCEEDED", "lines"),
    ];
    for (lines, code, field) in cases {
        let payload = add(&app, &cart, lines).await;
        assert_eq!(refused(&payload), one(code, field));
    }
    assert_eq!(read(&app, &cart, FIELDS).await.data()["cart"], cart);
}

#[tokio::test]
async fn a_cart_has_five_hundred_lines_at_most() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let lines = |from: usize, to: usize| -> Value {
        let line = |n: usize| json!({ "merchandiseId": cup, "attributes": [{ "key": "n", "value": n.to_string() }] });
        (from..to).map(line).collect()
    };
    let cart = cart_with(&app, lines(0, 250)).await;
    let full = add(&app, &cart, lines(250, 500)).await;
    assert_eq!(full["cart"]["totalQuantity"], 500);
    let payload = add(&app, &cart, lines(500, 501)).await;
    assert_eq!(refused(&payload), one("CART_TOO_LARGE", "lines"));
    let merged = add(&app, &cart, lines(0, 1)).await;
    assert_eq!(merged["cart"]["totalQuantity"], 501);
}

#[tokio::test]
async fn refused_changes_of_lines_change_nothing() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    let id = cart["lines"]["nodes"][0]["id"].clone();
    let cases: Vec<Case> = vec![
        (
            json!([{ "id": "gid://shopify/CartLine/1", "quantity": 1 }]),
            "INVALID_MERCHANDISE_LINE",
            "lines.0.id",
        ),
        (
            json!([{ "id": id, "quantity": -1 }]),
            "INVALID",
            "lines.0.quantity",
        ),
        (
            json!([{ "id": id, "quantity": 5 }, { "id": id, "merchandiseId": "x" }]),
            "INVALID",
            "lines.1.merchandiseId",
        ),
        (
            json!([{ "id": id, "quantity": 1_000_001 }]),
            "MAXIMUM_EXCEEDED",
            "lines.0.quantity",
        ),
        (
            json!([{ "id": id, "sellingPlanId": "gid://shopify/SellingPlan/1" }]),
            "SELLING_PLAN_NOT_APPLICABLE",
            "lines.0.sellingPlanId",
        ),
    ];
    for (lines, code, field) in cases {
        let arguments = "$cart: ID!, $l: [CartLineUpdateInput!]!|cartId: $cart, lines: $l";
        let variables = json!({ "cart": cart["id"], "l": lines });
        let payload = mutate(&app, "cartLinesUpdate", arguments, variables).await;
        assert_eq!(refused(&payload), one(code, field));
    }
    let arguments = "$cart: ID!, $l: [ID!]!|cartId: $cart, lineIds: $l";
    let variables = json!({ "cart": cart["id"], "l": [id, "x"] });
    let payload = mutate(&app, "cartLinesRemove", arguments, variables).await;
    assert_eq!(
        refused(&payload),
        one("INVALID_MERCHANDISE_LINE", "lineIds.1")
    );
    assert_eq!(read(&app, &cart, FIELDS).await.data()["cart"], cart);
}

#[tokio::test]
async fn refused_carts_are_not_made() {
    let app = TestApp::new().await;
    let long = "x".repeat(5001);
    let cases: Vec<Case> = vec![
        (
            json!({ "lines": [{ "merchandiseId": "x" }] }),
            "INVALID",
            "input.lines.0.merchandiseId",
        ),
        (json!({ "note": long }), "NOTE_TOO_LONG", "input.note"),
        (json!({ "note": "\u{0}" }), "INVALID", "input.note"),
        (
            json!({ "attributes": [{ "key": "", "value": "" }] }),
            "INVALID",
            "input.attributes.0.key",
        ),
        (
            json!({ "discountCodes": ["x".repeat(256)] }),
            "INVALID",
            "input.discountCodes.0",
        ),
        (
            json!({ "discountCodes": vec!["x"; 51] }),
            "MAXIMUM_EXCEEDED",
            "input.discountCodes",
        ),
        (
            json!({ "buyerIdentity": { "email": "nobody" } }),
            "INVALID",
            "input.buyerIdentity.email",
        ),
        (
            json!({ "buyerIdentity": { "phone": "12" } }),
            "INVALID",
            "input.buyerIdentity.phone",
        ),
        (
            json!({ "buyerIdentity": { "customerAccessToken": "x" } }),
            "INVALID",
            "input.buyerIdentity.customerAccessToken",
        ),
        (
            json!({ "buyerIdentity": { "companyLocationId": "x" } }),
            "INVALID_COMPANY_LOCATION",
            "input.buyerIdentity.companyLocationId",
        ),
        (
            json!({ "metafields": [{ "key": "a.b", "type": "x", "value": "1" }] }),
            "INVALID_METAFIELDS",
            "input.metafields.0.type",
        ),
        (
            json!({ "delivery": { "addresses": [{ "address": {} }] } }),
            "INVALID",
            "input.delivery.addresses.0.address",
        ),
    ];
    for (input, code, field) in cases {
        let variables = json!({ "input": input });
        let payload = mutate(
            &app,
            "cartCreate",
            "$input: CartInput|input: $input",
            variables,
        )
        .await;
        assert_eq!(refused(&payload), one(code, field));
    }
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 0);
}

#[tokio::test]
async fn refused_details_change_nothing() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let long = "x".repeat(5001);
    let cases = [
        (
            "cartNoteUpdate",
            "$v: String!",
            "note",
            json!(long),
            "NOTE_TOO_LONG",
            "note",
        ),
        (
            "cartAttributesUpdate",
            "$v: [AttributeInput!]!",
            "attributes",
            json!(vec![json!({ "key": "a", "value": "" }); 251]),
            "MAXIMUM_EXCEEDED",
            "attributes",
        ),
        (
            "cartDiscountCodesUpdate",
            "$v: [String!]!",
            "discountCodes",
            json!(["\u{0}"]),
            "INVALID",
            "discountCodes.0",
        ),
        (
            "cartBuyerIdentityUpdate",
            "$v: CartBuyerIdentityInput!",
            "buyerIdentity",
            json!({ "email": "a@b" }),
            "INVALID",
            "buyerIdentity.email",
        ),
        (
            "cartBuyerIdentityUpdate",
            "$v: CartBuyerIdentityInput!",
            "buyerIdentity",
            json!({ "customerAccessToken": "x" }),
            "INVALID",
            "buyerIdentity.customerAccessToken",
        ),
    ];
    for (field, declared, argument, value, code, at) in cases {
        let arguments = format!("$cart: ID!, {declared}|cartId: $cart, {argument}: $v");
        let variables = json!({ "cart": cart["id"], "v": value });
        let payload = mutate(&app, field, &arguments, variables).await;
        assert_eq!(refused(&payload), one(code, at));
    }
    assert_eq!(read(&app, &cart, FIELDS).await.data()["cart"], cart);
}
