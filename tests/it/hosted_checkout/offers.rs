//! Codes of discounts and gift cards, entered beside the steps.

use tests::browser::Seen;
use tests::factory::offers::{discounts, gift_card};
use tests::sandbox::card;

use super::{HOME, Walk, shop_with};

const SUMMER: &str = "Title,Codes,Type,Value\nSummer,SUMMER,percentage,25\n";

/// Enters a code beside the step of a page.
async fn enter(walk: &Walk<'_>, page: &Seen, code: &str) -> Seen {
    walk.send(page, "/discount", &[("code", code)]).await
}

#[tokio::test]
async fn a_discount_is_shown_paid_and_recorded() {
    let (till, cup) = shop_with(5).await;
    discounts(&till.app, SUMMER).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = enter(&walk, &page, "summer").await;
    assert_eq!(page.path, walk.base);
    page.shows(&["Remove summer", "−$2.50", "$7.50"]);
    // Entered twice it counts once.
    let page = enter(&walk, &page, "SUMMER").await;
    page.shows(&["Remove SUMMER", "−$2.50"]);
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&["SUMMER", "Pay $12.50"]);
    let waiting = walk.pay(&review).await;
    till.drain().await;
    let thanks = walk.browser.open(&waiting.path).await;
    // The line's own price, the discount and the total add up before the buyer's eyes.
    thanks.shows(&["Thank you!", "<span>$10.00</span>", "−$2.50", "$12.50"]);
    let recorded = "SELECT captured_minor FROM orders WHERE discount_minor = 250 AND financial_status = 'PAID'";
    assert_eq!(till.app.count(recorded).await, 1_250);
}

#[tokio::test]
async fn a_code_is_taken_out_again() {
    let (till, cup) = shop_with(5).await;
    discounts(&till.app, SUMMER).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let page = walk.to_payment().await;
    let page = enter(&walk, &page, "SUMMER").await;
    assert_eq!(page.place(), format!("{}/payment", walk.base));
    page.shows(&["$12.50"]);
    let out = [("code", "SUMMER"), ("remove", "1")];
    let page = walk.send(&page, "/discount", &out).await;
    page.shows(&["$15.00"]);
    assert!(!page.body.contains("SUMMER"), "{}", page.body);
}

#[tokio::test]
async fn a_gift_card_pays_a_part_and_the_card_the_rest() {
    let (till, cup) = shop_with(5).await;
    let code = gift_card(&till.app, "4.00").await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = enter(&walk, &page, &code).await;
    let end: String = code.chars().rev().take(4).collect();
    let name = format!(
        "Gift card ending in {}",
        end.chars().rev().collect::<String>()
    );
    page.shows(&[&name, "−$4.00", "To pay"]);
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&[&name, "Pay $11.00"]);
    for seen in [&page, &review] {
        assert!(!seen.body.contains(&code) && seen.way.iter().all(|way| !way.contains(&code)));
    }
    let waiting = walk.pay(&review).await;
    till.drain().await;
    let thanks = walk.browser.open(&waiting.path).await;
    thanks.shows(&["Thank you!", "Paid by gift card", "−$4.00"]);
    let recorded =
        "SELECT captured_minor FROM orders WHERE gift_card_minor = 400 AND total_minor = 1500";
    assert_eq!(till.app.count(recorded).await, 1_100);
}

#[tokio::test]
async fn a_gift_card_is_taken_out_again() {
    let (till, cup) = shop_with(5).await;
    let code = gift_card(&till.app, "4.00").await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let page = walk.to_payment().await;
    let page = enter(&walk, &page, &code).await;
    page.shows(&["$11.00"]);
    let number = page.body.split("name=\"gift_card\" value=\"").nth(1);
    let number = number.and_then(|rest| rest.split('"').next()).unwrap();
    let out = [("gift_card", number), ("remove", "1")];
    let page = walk.send(&page, "/discount", &out).await;
    assert_eq!(page.path, format!("{}/payment", walk.base));
    assert!(!page.body.contains("Gift card ending"), "{}", page.body);
    page.shows(&["$15.00"]);
}

#[tokio::test]
async fn what_a_gift_card_pays_needs_no_card() {
    let (till, cup) = shop_with(5).await;
    let code = gift_card(&till.app, "100.00").await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    enter(&walk, &page, &code).await;
    let page = walk.to_payment().await;
    page.shows(&["There is nothing to pay for this order."]);
    assert!(page.frame().is_empty());
    let review = walk.send(&page, "/payment", &[]).await;
    review.shows(&["Place the order"]);
    let thanks = walk.pay(&review).await;
    thanks.shows(&["Thank you!", "Order #1001", "Paid by gift card", "−$15.00"]);
    let left = "SELECT balance_minor FROM gift_cards";
    assert_eq!(till.app.count(left).await, 8_500);
}

#[tokio::test]
async fn a_gift_cards_code_stands_in_no_address() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = enter(&walk, &page, "ABCD-EFGH-JKMN-PQRS").await;
    page.shows(&["“…PQRS” cannot be used for this order."]);
    assert!(
        page.way.iter().all(|way| !way.contains("ABCD")),
        "{:?}",
        page.way
    );
    let kept = "SELECT count(*) FROM carts WHERE discount_codes <> '{}'";
    assert_eq!(till.app.count(kept).await, 0);
}

#[tokio::test]
async fn a_discount_that_somebody_else_used_up_is_said_before_it_is_paid() {
    let (till, cup) = shop_with(5).await;
    let once = "Title,Codes,Type,Value,Usage Limit\nFirst,FIRST,percentage,25,1\n";
    discounts(&till.app, once).await;
    let (first, page) = Walk::begin(&till, &cup).await;
    enter(&first, &page, "FIRST").await;
    let (second, page) = Walk::begin(&till, &cup).await;
    enter(&second, &page, "FIRST").await;
    let fast = first.to_review(card::APPROVED).await;
    let slow = second.to_review(card::APPROVED).await;
    slow.shows(&["Pay $12.50"]);
    first.pay(&fast).await;
    let page = second.pay(&slow).await;
    assert_eq!(page.place(), format!("{}/review", second.base));
    page.shows(&[
        "The total has changed from $12.50 to $15.00.",
        "Pay $15.00",
        "takes nothing off",
    ]);
    second.pay(&page).await;
    till.drain().await;
    assert_eq!(
        till.app
            .count("SELECT sum(total_minor)::bigint FROM orders")
            .await,
        2_750
    );
}

#[tokio::test]
async fn delivery_becomes_free() {
    let (till, cup) = shop_with(5).await;
    let free = "Title,Codes,Type,Value\nFree delivery,PARCEL,free_shipping,\n";
    discounts(&till.app, free).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = walk.send(&page, "", &HOME).await;
    let page = enter(&walk, &page, "parcel").await;
    page.shows(&["Remove parcel", "−$5.00"]);
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&["Pay $10.00"]);
}
