//! What is withdrawn from the shop while it is in a cart: named, and never bought or dropped without a word.

use serde_json::{Value, json};
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::sandbox::card;
use tests::till::{Till, text};

/// A shop with a cup, and a sample that costs nothing; the ids of their variants.
async fn shop() -> (Till, String, String) {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let mut seed = ProductSeed::new("sample");
    seed.variants = vec![VariantSeed::new(&["Default Title"], 0)];
    seed.create(&till.app).await;
    let query = "{ product(handle: \"sample\") { variants(first: 1) { nodes { id } } } }";
    let data = till.ask(query, json!({})).await;
    let sample = text(&data["product"]["variants"]["nodes"][0]["id"]);
    (till, cup, sample)
}

/// A cart with a cup and a sample, up to the press of "pay"; its id and that of the sample's line.
async fn cart(till: &Till, cup: &str, sample: &str) -> (String, String) {
    let cart = till.cart(cup, 1, card::APPROVED).await;
    let add = "mutation ($cart: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cart, lines: $lines) { \
        cart { cost { totalAmount { amount } } lines(first: 9) { nodes { id } } } warnings { code } } }";
    let lines = json!([{ "merchandiseId": sample, "quantity": 1 }]);
    let data = till.ask(add, json!({ "cart": cart, "lines": lines })).await;
    let payload = &data["cartLinesAdd"];
    assert_eq!(payload["cart"]["cost"]["totalAmount"]["amount"], "25.0");
    assert_eq!(payload["warnings"], json!([]));
    (cart, text(&payload["cart"]["lines"]["nodes"][0]["id"]))
}

async fn note(till: &Till, cart: &str) -> Value {
    let query = "mutation ($cart: ID!) { cartNoteUpdate(cartId: $cart, note: \"hurry\") { \
        cart { totalQuantity } userErrors { code } warnings { code message target } } }";
    till.ask(query, json!({ "cart": cart })).await["cartNoteUpdate"].clone()
}

#[tokio::test]
async fn nothing_that_was_accepted_vanishes() {
    let (till, cup, sample) = shop().await;
    for (withdraw, restore) in [
        (
            "UPDATE products SET status = 'draft' WHERE handle = 'sample'",
            "UPDATE products SET status = 'active' WHERE handle = 'sample'",
        ),
        (
            "UPDATE products SET published_at = NULL WHERE handle = 'sample'",
            "UPDATE products SET published_at = now() WHERE handle = 'sample'",
        ),
        (
            "UPDATE products SET published_at = now() + interval '1 day' WHERE handle = 'sample'",
            "UPDATE products SET published_at = now() WHERE handle = 'sample'",
        ),
        (
            "UPDATE variants SET deleted_at = now() WHERE price_minor = 0",
            "UPDATE variants SET deleted_at = NULL WHERE price_minor = 0",
        ),
    ] {
        let (cart, line) = cart(&till, &cup, &sample).await;
        till.app.execute(withdraw).await;
        let refused = till.submit(&cart, "press-1").await;
        assert_eq!(
            refused["errors"],
            json!([{ "code": "MERCHANDISE_PRODUCT_NOT_PUBLISHED",
                "message": "`sample` is no longer for sale: remove its line from the cart" }]),
            "{withdraw}"
        );
        let answer = note(&till, &cart).await;
        let warning = json!({ "code": "MERCHANDISE_OUT_OF_STOCK", "message": "`sample` is no longer for sale", "target": line });
        assert_eq!(
            answer,
            json!({ "cart": { "totalQuantity": 1 }, "userErrors": [], "warnings": [warning] }),
        );
        // Told is not agreed.
        let again = till.submit(&cart, "press-2").await;
        assert_eq!(again["__typename"], "SubmitFailed", "{withdraw}");
        till.app.execute(restore).await;
        assert_eq!(note(&till, &cart).await["warnings"], json!([]));
        till.accepted(&cart, "press-3").await;
    }
    till.drain().await;
    assert_eq!(till.counts().await, [4, 4, 4, 0, 4]);
    assert_eq!(till.app.count("SELECT count(*) FROM order_lines").await, 8);
}

#[tokio::test]
async fn a_line_of_what_was_withdrawn_can_be_removed_and_nothing_else() {
    let (till, cup, sample) = shop().await;
    let change = "mutation ($cart: ID!, $lines: [CartLineUpdateInput!]!) { cartLinesUpdate(cartId: $cart, lines: $lines) { \
        userErrors { code field message } warnings { code } } }";
    let remove = "mutation ($cart: ID!, $ids: [ID!]!) { cartLinesRemove(cartId: $cart, lineIds: $ids) { \
        userErrors { code } warnings { code } } }";
    let (one, one_line) = cart(&till, &cup, &sample).await;
    let (other, other_line) = cart(&till, &cup, &sample).await;
    till.app
        .execute("UPDATE products SET status = 'archived' WHERE handle = 'sample'")
        .await;
    let copy = "mutation ($cart: ID!) { cartClone(cartId: $cart) { cart { totalQuantity } warnings { code message } } }";
    let data = till.ask(copy, json!({ "cart": one })).await;
    assert_eq!(
        data["cartClone"],
        json!({ "cart": { "totalQuantity": 1 }, "warnings": [
            { "code": "MERCHANDISE_OUT_OF_STOCK", "message": "`sample` is no longer for sale" }] })
    );
    let lines = json!([{ "id": one_line, "quantity": 2 }]);
    let data = till
        .ask(change, json!({ "cart": one, "lines": lines }))
        .await;
    assert_eq!(
        data["cartLinesUpdate"]["userErrors"],
        json!([{ "code": "INVALID_MERCHANDISE_LINE", "field": ["lines", "0", "id"],
            "message": "`sample` is no longer for sale: its line can only be removed" }])
    );
    let settled = json!({ "userErrors": [], "warnings": [] });
    let lines = json!([{ "id": one_line, "quantity": 0 }]);
    let data = till
        .ask(change, json!({ "cart": one, "lines": lines }))
        .await;
    assert_eq!(data["cartLinesUpdate"], settled);
    let data = till
        .ask(
            remove,
            json!({ "cart": other, "ids": [other_line, other_line] }),
        )
        .await;
    assert_eq!(data["cartLinesRemove"], settled);
    till.accepted(&one, "press-1").await;
    till.accepted(&other, "press-1").await;
    till.drain().await;
    assert_eq!(till.counts().await, [2, 2, 2, 0, 2]);
}

#[tokio::test]
async fn other_prices_with_the_same_total_are_not_bought_unseen() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let mug = till.stock("mug", 9).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let add = "mutation ($cart: ID!, $v: ID!) { cartLinesAdd(cartId: $cart, lines: [{ merchandiseId: $v }]) { userErrors { code } } }";
    till.ask(add, json!({ "cart": cart, "v": mug })).await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "35.00").await;
    till.app
        .execute("UPDATE variants SET price_minor = CASE id WHEN (SELECT min(id) FROM variants) THEN 1300 ELSE 700 END")
        .await;
    let refused = till.submit(&cart, "press-1").await;
    assert_eq!(
        refused["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT",
        "{refused}"
    );
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    // Whoever agrees anew buys.
    till.pay(&cart, &session, "35.00").await;
    till.accepted(&cart, "press-2").await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 2]);
}

#[tokio::test]
async fn a_delivery_option_that_was_withdrawn_is_chosen_again_even_at_the_same_price() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.app
        .execute(
            "DELETE FROM delivery_rates WHERE code = 'standard'; \
             UPDATE delivery_rates SET code = 'courier', title = 'Courier' WHERE code = 'express'",
        )
        .await;
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(
        result["errors"],
        json!([{ "code": "NO_DELIVERY_GROUP_SELECTED",
            "message": "The selected delivery option is no longer available." }])
    );
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    till.app
        .execute("UPDATE delivery_rates SET code = 'express'")
        .await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}
