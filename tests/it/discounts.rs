//! Discounts and gift cards, from the cart to the order and back.

mod cart;
mod checkout;
mod codes;
mod commands;
mod gift_cards;
mod guards;
mod late;
mod races;

use serde_json::{Value, json};
use tests::TestApp;
use tests::sandbox::card;
use tests::till::{Till, text};

/// What a storefront asks of a cart with discounts, in words of our own.
const PRICES: &str = "discountCodes { code applicable }
    cost { subtotalAmount { amount } totalAmount { amount } checkoutChargeAmount { amount } }
    discountAllocations { __typename discountedAmount { amount } targetType
        discountApplication { allocationMethod targetSelection targetType value { ... on MoneyV2 { amount }
            ... on PricingPercentageValue { percentage } } }
        ... on CartCodeDiscountAllocation { code } ... on CartAutomaticDiscountAllocation { title } }
    appliedGiftCards { id lastCharacters amountUsed { amount } balance { amount } presentmentAmountUsed { amount } }
    lines(first: 50) { nodes { cost { subtotalAmount { amount } totalAmount { amount } }
        discountAllocations { __typename discountedAmount { amount } targetType
            discountApplication { allocationMethod targetSelection value { ... on MoneyV2 { amount }
                ... on PricingPercentageValue { percentage } } }
            ... on CartCodeDiscountAllocation { code } ... on CartAutomaticDiscountAllocation { title } } } }";

/// The cart as [`PRICES`] shows it.
async fn prices(app: &TestApp, cart: &Value) -> Value {
    let answer = crate::cart::read(app, cart, PRICES).await;
    answer.data()["cart"].clone()
}

/// Enters codes; answers the codes of the warnings.
async fn enter(app: &TestApp, cart: &Value, codes: &[&str]) -> Vec<String> {
    let payload = crate::cart::mutate(
        app,
        "cartDiscountCodesUpdate",
        "$cart: ID!, $codes: [String!]!|cartId: $cart, discountCodes: $codes",
        json!({ "cart": cart["id"], "codes": codes }),
    )
    .await;
    assert_eq!(payload["userErrors"], json!([]));
    warnings(&payload)
}

/// The codes of the warnings of a payload.
fn warnings(payload: &Value) -> Vec<String> {
    let warnings = payload["warnings"].as_array().expect("warnings").iter();
    warnings.map(|warning| text(&warning["code"])).collect()
}

/// Sends one of the gift card mutations with codes; answers its payload.
async fn pay_with(app: &TestApp, field: &str, cart: &Value, codes: &[&str]) -> Value {
    crate::cart::mutate(
        app,
        field,
        "$cart: ID!, $codes: [String!]!|cartId: $cart, giftCardCodes: $codes",
        json!({ "cart": cart["id"], "codes": codes }),
    )
    .await
}

/// A cart of so many cups at 10.00 with 15.00 for delivery, with codes and gift cards, ready to be paid
/// with a card; answers its id and what is due.
async fn filled(
    till: &Till,
    cup: &str,
    quantity: i32,
    codes: &[&str],
    gift_cards: &[&str],
) -> (String, String) {
    filled_for(till, cup, quantity, codes, gift_cards, card::APPROVED).await
}

/// The same with a card of one's choice.
async fn filled_for(
    till: &Till,
    cup: &str,
    quantity: i32,
    codes: &[&str],
    gift_cards: &[&str],
    number: &str,
) -> (String, String) {
    let id = till.cart(cup, quantity, number).await;
    let cart = json!({ "id": id });
    enter(&till.app, &cart, codes).await;
    if !gift_cards.is_empty() {
        let payload = pay_with(&till.app, "cartGiftCardCodesUpdate", &cart, gift_cards).await;
        assert_eq!(warnings(&payload), [""; 0]);
    }
    let due = prices(&till.app, &cart).await["cost"]["checkoutChargeAmount"]["amount"].clone();
    let due = text(&due);
    let session = till.sandbox.session(number).await;
    if due == "0.0" {
        pay_nothing(till, &id).await;
    } else {
        till.pay(&id, &session, &due).await;
    }
    (id, due)
}

/// Chooses to pay nothing.
async fn pay_nothing(till: &Till, cart: &str) {
    let pay = "mutation ($c: ID!) { cartPaymentUpdate(cartId: $c, payment: { amount: { amount: \"0.0\", currencyCode: USD }, \
               freePaymentMethod: { billingAddress: { lastName: \"Byron\", country: \"United States\" } } }) \
               { cart { id } userErrors { message } } }";
    let data = till.ask(pay, json!({ "c": cart })).await;
    assert_eq!(data["cartPaymentUpdate"]["userErrors"], json!([]));
}

/// How often a discount is used, or about to be.
async fn used(till: &Till, title: &str) -> i64 {
    let sql = format!("SELECT usage_count::bigint FROM discounts WHERE title = '{title}'");
    till.app.count(&sql).await
}

/// What is on all gift cards, and what is held of it.
async fn on_cards(till: &Till) -> (i64, i64) {
    (
        till.app
            .count("SELECT coalesce(sum(balance_minor), 0)::bigint FROM gift_cards")
            .await,
        till.app
            .count("SELECT coalesce(sum(held_minor), 0)::bigint FROM gift_cards")
            .await,
    )
}
