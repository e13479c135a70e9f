//! What becomes of a payment, as the buyer sees it.

use api::commands::orders::{self as command, FulfillArgs, Once, Orders, RefundArgs};
use chrono::TimeDelta;
use serde_json::json;
use tests::sandbox::card;

use super::{Walk, shop_with};

#[tokio::test]
async fn a_declined_card_says_why_and_another_one_is_tried() {
    let (till, cup) = shop_with(1).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    for (number, words) in [
        (
            card::INSUFFICIENT_FUNDS,
            "There is not enough money on the card.",
        ),
        (
            card::DECLINED,
            "The bank declined the card and did not say why.",
        ),
        (
            "4000 0000 0000 0259",
            "The bank that issued the card wants to be called first.",
        ),
    ] {
        let review = walk.to_review(number).await;
        let waiting = walk.pay(&review).await;
        till.drain().await;
        let failed = walk.browser.open(&waiting.path).await;
        failed.shows(&[
            "The payment failed",
            words,
            "Nothing was charged",
            "role=\"alert\"",
        ]);
        failed.shows(&[&format!("href=\"{}/payment\"", walk.base)]);
        // Back, and the same button again: the same answer, and nothing is charged.
        assert_eq!(walk.pay(&review).await.place(), waiting.place());
        assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    }
    let payment = walk.open("/payment").await;
    let review = walk.type_card(&payment, card::APPROVED).await;
    let waiting = walk.pay(&review).await;
    till.drain().await;
    walk.browser
        .open(&waiting.path)
        .await
        .shows(&["Thank you!"]);
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_card_that_the_provider_does_not_take_is_asked_for_again() {
    let (till, cup) = shop_with(1).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let payment = walk.to_payment().await;
    let again = walk.type_card(&payment, "4111 1111 1111 1111").await;
    assert_eq!(again.place(), payment.place());
    again.shows(&["The card was not accepted.", "role=\"alert\"", "refused=1"]);
    let review = walk.type_card(&again, card::APPROVED).await;
    review.shows(&["Pay $15.00"]);
}

#[tokio::test]
async fn the_buyer_is_led_to_the_bank_and_back() {
    for (outcome, words, counts) in [
        ("approve", "Thank you!", [1, 1, 1, 0, 1]),
        ("decline", "The payment failed", [0, 0, 0, 0, 0]),
    ] {
        let (till, cup) = shop_with(1).await;
        let (walk, _) = Walk::begin(&till, &cup).await;
        let review = walk.to_review(card::CHALLENGE).await;
        let waiting = walk.pay(&review).await;
        assert!(waiting.path.ends_with("?go"), "{}", waiting.path);
        till.drain().await;
        let page = walk.browser.open(&waiting.path).await;
        page.shows(&["Please confirm the payment", "Go to your bank"]);
        let leaving = page
            .body
            .split("http-equiv=\"refresh\" content=\"0;url=")
            .nth(1);
        let bank = leaving.unwrap().split('"').next().unwrap().to_owned();
        // Whoever comes back from there without an answer is not sent away again.
        let back = walk.browser.open(waiting.place()).await;
        back.shows(&["Go to your bank", &format!("href=\"{bank}\"")]);
        assert!(!back.body.contains("0;url="), "{}", back.body);

        let back = till.sandbox.confirm(&bank, outcome).await;
        for body in till.sandbox.webhooks().await {
            assert_eq!(till.deliver(&body).await, 200);
        }
        till.drain().await;
        walk.browser.open(&back).await.shows(&[words]);
        assert_eq!(till.counts().await, counts);
    }
}

#[tokio::test]
async fn a_payment_that_takes_long_is_waited_for() {
    let (till, cup) = shop_with(1).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::HELD).await;
    let waiting = walk.pay(&review).await;
    till.drain().await;
    let page = walk.browser.open(&waiting.path).await;
    page.shows(&["Your payment is on its way", "role=\"status\""]);
    let state = walk
        .browser
        .ask(&format!("{}/state", waiting.place()))
        .await;
    assert_eq!(state.body, "{\"state\":\"processing\"}");
    // The one cup is this buyer's: nobody is told that it has sold out.
    for rest in ["", "/payment", "/review", "/stock"] {
        assert_eq!(walk.open(rest).await.place(), waiting.place(), "{rest}");
    }
    till.app.advance(TimeDelta::minutes(16)).await;
    till.tick().await;
    let late = walk.browser.open(&waiting.path).await;
    late.shows(&["That took too long", "Nothing was charged"]);
    assert_eq!(walk.open("/review").await.status, 200);
}

#[tokio::test]
async fn money_that_cannot_become_an_order_is_given_back_and_said_so() {
    let (till, cup) = shop_with(1).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::SHORT_CHARGE).await;
    let waiting = walk.pay(&review).await;
    till.drain().await;
    let page = walk.browser.open(&waiting.path).await;
    page.shows(&[
        "The payment failed",
        "charged a different amount than you accepted. You will be refunded.",
    ]);
}

#[tokio::test]
async fn nobody_without_the_key_follows_a_payment_or_an_order() {
    let (till, cup) = shop_with(1).await;
    let (walk, thanks) = super::bought(&till, &cup).await;
    thanks.shows(&["Thank you!"]);
    let state = till
        .app
        .client
        .get("/checkouts/nonsense/state")
        .send()
        .await;
    let state = state.0.into_body().into_string().await.unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&state).unwrap(),
        json!({ "state": "unknown" })
    );
    for path in [
        "/orders/1/wrong",
        "/orders/1/wrong/thank-you",
        "/orders/x/y",
        "/checkouts/nonsense",
    ] {
        let page = walk.browser.open(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.shows(&["There is nothing here."]);
    }
}

#[tokio::test]
async fn the_order_s_page_shows_what_was_sent_and_what_was_given_back() {
    let (till, cup) = shop_with(2).await;
    let (walk, thanks) = super::bought(&till, &cup).await;
    let page = thanks.path.strip_suffix("/thank-you").unwrap().to_owned();
    let before = walk.browser.open(&page).await;
    assert!(!before.body.contains("Parcel sent on"), "{}", before.body);
    let sent = Orders::Fulfill(FulfillArgs {
        number: 1001,
        lines: Vec::new(),
        company: Some("Post".to_owned()),
        tracking_number: Some("P <1>".to_owned()),
        tracking_url: Some("https://post.example/P?a=1&b=2".to_owned()),
        once: Once::default(),
    });
    command::run(&till.app.shop, &sent).await.unwrap();
    let refund = Orders::Refund(RefundArgs {
        number: 1001,
        amount: Some("4.00".to_owned()),
        ..RefundArgs::default()
    });
    command::run(&till.app.shop, &refund).await.unwrap();
    till.drain().await;
    till.assert_sound().await;
    walk.browser.open(&page).await.shows(&[
        "Parcel sent on ",
        ">1 × cup<",
        "<a href=\"https://post.example/P?a=1&amp;b=2\" rel=\"noreferrer\">Follow the parcel: Post P &lt;1&gt;</a>",
        "Refunded on ",
        ": $4.00<",
        "Given back",
        "−$4.00",
    ]);
}
