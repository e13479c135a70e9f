//! What can come in between, each with words for it and a way on.

use chrono::TimeDelta;
use serde_json::json;
use tests::browser::Browser;
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::sandbox::card;

use super::{HOME, Walk, filled, shop_with};

#[tokio::test]
async fn what_sold_out_is_named_and_the_cart_is_cut_down_when_the_buyer_says_so() {
    let (till, cup) = shop_with(5).await;
    let (cart, url) = filled(&till, &cup, 3).await;
    let (walk, _) = Walk::enter(&till, cart, &url).await;
    let review = walk.to_review(card::APPROVED).await;
    till.app
        .execute("UPDATE inventory_levels SET on_hand = 2")
        .await;
    let page = walk.pay(&review).await;
    assert_eq!(
        (page.status, page.place()),
        (409, format!("{}/stock", walk.base).as_str())
    );
    page.shows(&[
        "Of cup you want 3, but only 2 can be bought.",
        "Back to the shop",
    ]);
    // Looking at it changes nothing, and no step can be gone around it.
    assert_eq!(walk.open("").await.status, 409);
    assert_eq!(walk.open("/review").await.status, 409);
    assert_eq!(
        till.app
            .count("SELECT quantity::bigint FROM cart_lines")
            .await,
        3
    );

    let page = walk.send(&page, "/stock", &[]).await;
    assert_eq!(page.place(), walk.base);
    assert_eq!(
        till.app
            .count("SELECT quantity::bigint FROM cart_lines")
            .await,
        2
    );
    let review = walk.open("/review").await;
    review.shows(&["Pay $25.00"]);
    walk.pay(&review).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 2]);
}

#[tokio::test]
async fn what_was_withdrawn_is_named_and_goes_when_the_buyer_says_so() {
    let (till, cup) = shop_with(5).await;
    let mut seed = ProductSeed::new("sample");
    seed.variants = vec![VariantSeed::new(&["Default Title"], 0)];
    seed.create(&till.app).await;
    let (cart, url) = filled(&till, &cup, 1).await;
    let add = "mutation ($c: ID!, $v: ID!) { cartLinesAdd(cartId: $c, lines: [{ merchandiseId: $v }]) { userErrors { code } } }";
    let sample = till.app.count("SELECT max(id) FROM variants").await;
    let sample = format!("gid://shopify/ProductVariant/{sample}");
    till.ask(add, json!({ "c": cart, "v": sample })).await;
    let (walk, _) = Walk::enter(&till, cart, &url).await;
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&["sample", "Pay $15.00"]);
    till.app
        .execute("UPDATE products SET status = 'draft' WHERE handle = 'sample'")
        .await;
    let page = walk.pay(&review).await;
    assert_eq!(page.place(), format!("{}/stock", walk.base));
    page.shows(&["sample is no longer for sale."]);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    walk.send(&page, "/stock", &[]).await;
    let review = walk.open("/review").await;
    walk.pay(&review).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn another_delivery_at_the_same_price_is_shown_before_it_is_paid() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&["Pay $15.00"]);
    till.app
        .execute(
            "UPDATE delivery_rates SET code = 'other', title = 'Other' WHERE code = 'standard'",
        )
        .await;
    let page = walk.pay(&review).await;
    assert_eq!(page.place(), format!("{}/review", walk.base));
    page.shows(&["Other", "Pay $15.00", "role=\"alert\""]);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    walk.pay(&page).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_cart_of_which_everything_sold_out_leads_back_to_the_shop() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    till.app
        .execute("UPDATE inventory_levels SET on_hand = 0")
        .await;
    let page = walk.send(&page, "", &HOME).await;
    page.shows(&["cup is sold out."]);
    let page = walk.send(&page, "/stock", &[]).await;
    page.shows(&["Your cart is empty", "href=\"https://shop.example\""]);
    for rest in ["/delivery", "/payment", "/review"] {
        walk.open(rest).await.shows(&["Your cart is empty"]);
    }
}

#[tokio::test]
async fn another_price_is_shown_before_it_is_paid() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&["Pay $15.00"]);
    till.app
        .execute("UPDATE variants SET price_minor = 1100")
        .await;
    let page = walk.pay(&review).await;
    assert_eq!(page.place(), format!("{}/review", walk.base));
    page.shows(&[
        "The total has changed from $15.00 to $16.00.",
        "Pay $16.00",
        "role=\"alert\"",
    ]);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    walk.pay(&page).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    assert_eq!(
        till.app.count("SELECT total_minor FROM orders").await,
        1_600
    );
}

#[tokio::test]
async fn a_cart_that_changed_in_another_tab_is_shown_again() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    let note = "mutation ($c: ID!) { cartNoteUpdate(cartId: $c, note: \"hurry\") { cart { id } } }";
    till.ask(note, json!({ "c": walk.cart })).await;
    let page = walk.pay(&review).await;
    page.shows(&["perhaps in another tab", "Pay $15.00"]);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    walk.pay(&page).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn where_nothing_is_delivered_another_address_is_asked_for() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = walk.send(&page, "", &HOME).await;
    till.app
        .execute("UPDATE delivery_zones SET countries = '{CA}'")
        .await;
    assert_eq!(page.place(), format!("{}/delivery", walk.base));
    let page = walk.open("/delivery").await;
    page.shows(&["We do not deliver to this address."]);
    assert_eq!(
        walk.open("/payment").await.place(),
        format!("{}/delivery", walk.base)
    );
}

#[tokio::test]
async fn an_expired_cart_says_so() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    till.app.advance(TimeDelta::days(11)).await;
    let gone = walk.open("").await;
    assert_eq!(gone.status, 410);
    gone.shows(&["This checkout has expired", "Back to the shop"]);
    let gone = walk.send(&page, "", &HOME).await;
    assert_eq!(gone.status, 410);
}

#[tokio::test]
async fn an_unknown_cart_a_wrong_key_and_no_key_look_alike() {
    let (till, cup) = shop_with(5).await;
    let (_, url) = filled(&till, &cup, 1).await;
    let stranger = Browser::new(&till.app);
    let path = url.split('?').next().unwrap().to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let (rest, last) = id.split_at(id.len() - 1);
    let other = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    let mut bodies = Vec::new();
    for address in [
        format!("{url}x"),
        path.clone(),
        format!("{path}?key="),
        url.replace(&id, &other),
        "/cart/c/nonsense?key=x".to_owned(),
        format!("/checkout/{id}"),
        format!("/checkout/{other}/review"),
        "/checkout/nonsense".to_owned(),
    ] {
        let page = stranger.open(&address).await;
        assert_eq!(page.status, 404, "{address}");
        bodies.push(page.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(bodies[0].contains("Please start from your cart"));
    assert!(stranger.cookies(&format!("/checkout/{id}")).is_none());
}

#[tokio::test]
async fn a_shop_that_takes_no_payments_says_so() {
    let app = tests::TestApp::new().await;
    tests::factory::shop::delivery(&app).await;
    let cup = crate::cart::variant(&app, "cup", Some(2)).await;
    let cart = crate::cart::cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    let answer = crate::cart::read(&app, &cart, "checkoutUrl").await;
    let url = answer.data()["cart"]["checkoutUrl"].as_str().unwrap();
    let browser = Browser::new(&app);
    let page = browser.open(url).await;
    let base = page.place().to_owned();
    browser.send(&page, &base, &HOME).await;
    let page = browser.open(&format!("{base}/payment")).await;
    page.shows(&["This shop takes no payments at the moment."]);
}

#[tokio::test]
async fn a_database_that_is_busy_charges_nothing_and_says_that_pressing_again_is_safe() {
    use diesel_async::SimpleAsyncConnection;
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    let mut locker = till.app.conn().await;
    locker
        .batch_execute("BEGIN; SELECT FROM carts FOR UPDATE")
        .await
        .unwrap();
    let page = walk.pay(&review).await;
    assert_eq!(page.status, 503);
    page.shows(&["Please try again; nothing is charged twice."]);
    locker.batch_execute("ROLLBACK").await.unwrap();
    walk.pay(&review).await;
    till.drain().await;
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}
