//! Pressed twice, in two tabs, after going back, or again because the answer went lost: one order, one
//! charge, one mail.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use tests::sandbox::card;
use tokio::sync::Barrier;

use super::{Walk, shop_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pressed_in_many_tabs_at_once_it_is_one_order() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    // Other tabs, each with a page of its own.
    let other = walk.open("/review").await;
    let barrier = Barrier::new(16);
    let presses = (0..16).map(|nth| {
        let (barrier, walk) = (&barrier, &walk);
        let page = if nth % 2 == 0 { &review } else { &other };
        async move {
            barrier.wait().await;
            walk.pay(page).await.place().to_owned()
        }
    });
    let places: BTreeSet<String> = join_all(presses).await.into_iter().collect();
    assert_eq!(places.len(), 1, "{places:?}");
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM checkout_attempts")
            .await,
        1
    );
}

#[tokio::test]
async fn pressed_again_later_it_is_the_same_order() {
    let (till, cup) = shop_with(1).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    let waiting = walk.pay(&review).await;
    // The answer went lost, or the buyer went back: the last cup is already held by this very attempt.
    assert_eq!(walk.pay(&review).await.path, waiting.path);
    till.drain().await;
    let thanks = walk.browser.open(&waiting.path).await;
    assert_eq!(walk.pay(&review).await.path, thanks.path);
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_second_card_in_another_tab_is_not_charged_while_the_first_is_asked() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::HELD).await;
    let payment = walk.open("/payment").await;
    let waiting = walk.pay(&review).await;
    till.drain().await;
    let second = walk.type_card(&payment, card::APPROVED).await;
    assert_eq!(second.place(), waiting.place());
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_step_sent_twice_is_done_once() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    for _ in 0..2 {
        let next = walk.send(&page, "", &super::HOME).await;
        assert_eq!(next.place(), format!("{}/delivery", walk.base));
    }
    assert_eq!(
        till.app.count("SELECT count(*) FROM cart_addresses").await,
        1
    );
    let payment = walk.to_payment().await;
    let (back, _) = till
        .sandbox
        .type_card(&payment.frame(), card::APPROVED)
        .await;
    for _ in 0..2 {
        let review = walk.browser.open(&back).await;
        review.shows(&["Pay $15.00"]);
    }
}
