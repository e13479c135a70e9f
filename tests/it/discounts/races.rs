//! Buyers who want the last of something at the same moment.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::factory::offers::{discounts, gift_card};
use tests::till::{Till, text};
use tokio::sync::Barrier;

use super::{on_cards, pay_nothing, used};

/// A cart with one thing for 10.00 that nobody ships, ready to be bought for nothing.
async fn free_cart(till: &Till, variant: &str, buyer: usize, input: Value) -> String {
    let mut input = input;
    input["lines"] = json!([{ "merchandiseId": variant, "quantity": 1 }]);
    input["buyerIdentity"] = json!({ "email": format!("buyer{buyer}@mail.example") });
    let create = "mutation ($input: CartInput) { cartCreate(input: $input) { cart { id cost { \
        checkoutChargeAmount { amount } } } warnings { code } } }";
    let data = till.ask(create, json!({ "input": input })).await;
    let payload = &data["cartCreate"];
    assert_eq!(payload["warnings"], json!([]));
    assert_eq!(
        payload["cart"]["cost"]["checkoutChargeAmount"]["amount"],
        "0.0"
    );
    let cart = text(&payload["cart"]["id"]);
    pay_nothing(till, &cart).await;
    cart
}

/// Presses "pay" on all carts at the same moment; answers the kinds of the results.
async fn press(till: &Till, carts: &[String]) -> Vec<Value> {
    let barrier = Barrier::new(carts.len());
    let presses = carts.iter().map(|cart| async {
        barrier.wait().await;
        till.submit(cart, "press-1").await
    });
    join_all(presses).await
}

fn kinds(results: &[Value], kind: &str) -> usize {
    results
        .iter()
        .filter(|result| result["__typename"] == kind)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_and_one_buyers_and_a_hundred_uses() {
    let till = Till::open().await;
    let cup = till.stock("cup", 200).await;
    till.app
        .execute("UPDATE variants SET requires_shipping = false")
        .await;
    discounts(
        &till.app,
        "Title,Codes,Type,Value,Usage Limit\nGift,GIFT,percentage,100,100\n",
    )
    .await;
    let mut carts = Vec::new();
    for buyer in 0..101 {
        let input = json!({ "discountCodes": ["gift"] });
        carts.push(free_cart(&till, &cup, buyer, input).await);
    }
    let results = press(&till, &carts).await;
    assert_eq!(
        (
            kinds(&results, "SubmitSuccess"),
            kinds(&results, "SubmitFailed")
        ),
        (100, 1)
    );
    let failed = results
        .iter()
        .find(|result| result["__typename"] == "SubmitFailed")
        .unwrap();
    let codes: Vec<&Value> = failed["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["code"])
        .collect();
    assert_eq!(codes, ["PAYMENTS_METHOD_UNAVAILABLE"]);
    assert_eq!(used(&till, "Gift").await, 100);
    assert_eq!(till.app.count("SELECT count(*) FROM orders").await, 100);
    till.drain().await;
    till.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_carts_and_the_last_cents_of_a_gift_card() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    till.app
        .execute("UPDATE variants SET requires_shipping = false")
        .await;
    let code = gift_card(&till.app, "15.00").await;
    let mut carts = Vec::new();
    for buyer in 0..2 {
        carts.push(free_cart(&till, &cup, buyer, json!({ "giftCardCodes": [code] })).await);
    }
    let results = press(&till, &carts).await;
    assert_eq!(
        (
            kinds(&results, "SubmitSuccess"),
            kinds(&results, "SubmitFailed")
        ),
        (1, 1)
    );
    let failed = results
        .iter()
        .find(|result| result["__typename"] == "SubmitFailed")
        .unwrap();
    assert_eq!(
        failed["errors"][0],
        json!({ "code": "PAYMENTS_METHOD_UNAVAILABLE", "message": "5.00 USD is due, so it cannot be bought for free" })
    );
    till.drain().await;
    assert_eq!(till.counts().await, [1, 0, 1, 0, 1]);
    assert_eq!(on_cards(&till).await, (500, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_customer_in_two_tabs_uses_a_discount_once() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    till.app
        .execute("UPDATE variants SET requires_shipping = false")
        .await;
    let csv =
        "Title,Codes,Type,Value,Once Per Customer\nA,A,percentage,100,true\nB,,percentage,1,true\n";
    discounts(&till.app, csv).await;
    let mut carts = Vec::new();
    for _ in 0..2 {
        carts.push(free_cart(&till, &cup, 7, json!({ "discountCodes": ["A"] })).await);
    }
    let results = press(&till, &carts).await;
    assert_eq!(
        (
            kinds(&results, "SubmitSuccess"),
            kinds(&results, "SubmitFailed")
        ),
        (1, 1)
    );
    assert_eq!((used(&till, "A").await, used(&till, "B").await), (1, 0));
    till.drain().await;
    till.assert_sound().await;
}
