//! The way through, from the storefront's cart to the mail.

use providers::mail::Mailbox;
use tests::browser::Browser;
use tests::sandbox::card;

use super::{HOME, Walk, bought, shop_with};

#[tokio::test]
async fn a_buyer_gets_from_the_cart_to_thanks_without_a_script() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    assert_eq!((page.status, page.place()), (200, walk.base.as_str()));
    page.shows(&[
        "<h1>Information</h1>",
        "cup",
        "$10.00",
        "Known after the address",
    ]);

    let page = walk.send(&page, "", &HOME).await;
    assert_eq!(page.place(), format!("{}/delivery", walk.base));
    page.shows(&[
        "1 Main St",
        "Anytown OR 97201",
        "Standard",
        "$5.00",
        "Express",
        "$15.00",
    ]);
    let express = page.body.split("name=\"option\" value=\"").nth(2).unwrap();
    let express = express.split('"').next().unwrap();
    let page = walk.send(&page, "/delivery", &[("option", express)]).await;
    assert_eq!(page.place(), format!("{}/payment", walk.base));
    page.shows(&["$25.00", "The same as the delivery address"]);

    // Nothing of the card goes to us, and the frame may come from the provider alone.
    let frame = page.frame();
    let origin = frame.split("/vault/").next().unwrap();
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("frame-src {origin};")), "{policy}");
    assert!(policy.contains("form-action 'self';"), "{policy}");
    let (back, policy) = till.sandbox.type_card(&frame, card::APPROVED).await;
    assert!(
        policy.ends_with("frame-ancestors http://localhost:8080"),
        "{policy}"
    );
    let page = walk.browser.open(&back).await;
    // The session's name is gone from the address.
    assert_eq!(page.path, format!("{}/review", walk.base));
    page.shows(&["ada@mail.example", "Express", "Card", "Pay $25.00"]);

    let page = walk.pay(&page).await;
    assert!(page.place().starts_with("/checkouts/"), "{}", page.path);
    page.shows(&[
        "Your payment is on its way",
        "<noscript><meta http-equiv=\"refresh\"",
    ]);
    till.drain().await;
    let page = walk.browser.open(&page.path).await;
    assert!(page.place().ends_with("/thank-you"), "{}", page.path);
    page.shows(&[
        "Thank you!",
        "Order #1001",
        "Payment: paid",
        "$25.00",
        "Anytown, OR, United States",
    ]);
    assert!(
        !page.body.contains("Main St") && !page.body.contains("Byron"),
        "{}",
        page.body
    );
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);

    let mails = Mailbox::new(till.mailbox.path(), String::new())
        .list()
        .await
        .unwrap();
    let link = mails[0]
        .text
        .split_once("How it stands: ")
        .unwrap()
        .1
        .trim_end();
    assert_eq!(mails[0].to, "ada@mail.example");
    let status = Browser::new(&till.app).open(link).await;
    status.shows(&["<h1>Order #1001</h1>", "Payment: paid", "Express"]);
    assert!(page.body.contains(&format!("href=\"{}\"", status.path)));
}

#[tokio::test]
async fn whoever_comes_back_after_buying_is_thanked_again() {
    let (till, cup) = shop_with(5).await;
    let (walk, thanks) = bought(&till, &cup).await;
    thanks.shows(&["Thank you!"]);
    for rest in ["", "/delivery", "/payment", "/review", "/stock"] {
        assert_eq!(walk.open(rest).await.path, thanks.path, "{rest}");
    }
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn nothing_is_asked_for_that_the_storefront_has_said_already() {
    let (till, cup) = shop_with(5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let (walk, page) = Walk::enter(&till, cart.clone(), &url_of(&till, &cart).await).await;
    assert_eq!(page.value("email"), "ada@mail.example");
    assert_eq!(page.value("address1"), "1 Main St");
    assert_eq!(page.value("countryCode"), "US");
    // Its address lacks what a parcel to the United States needs.
    assert_eq!(walk.open("/review").await.place(), walk.base);
    let page = walk.send(&page, "", &HOME).await;
    page.shows(&["Express"]);
    let review = walk.open("/review").await;
    review.shows(&["Pay $25.00", "Express"]);
}

#[tokio::test]
async fn what_is_not_shipped_needs_no_delivery() {
    let (till, cup) = shop_with(5).await;
    till.app
        .execute("UPDATE variants SET requires_shipping = false")
        .await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    page.shows(&["Billing address"]);
    assert!(!page.body.contains("/delivery"), "{}", page.body);
    let page = walk.send(&page, "", &HOME).await;
    assert_eq!(page.place(), format!("{}/payment", walk.base));
    assert_eq!(walk.open("/delivery").await.place(), page.place());
    let review = walk.type_card(&page, card::APPROVED).await;
    review.shows(&["Pay $10.00", "1 Main St"]);
    let waiting = walk.pay(&review).await;
    till.drain().await;
    walk.browser
        .open(&waiting.path)
        .await
        .shows(&["Thank you!"]);
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn what_costs_nothing_needs_no_card() {
    let (till, cup) = shop_with(5).await;
    till.app
        .execute("UPDATE variants SET price_minor = 0, requires_shipping = false")
        .await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = walk.send(&page, "", &HOME).await;
    page.shows(&["There is nothing to pay for this order."]);
    let review = walk.send(&page, "/payment", &[]).await;
    review.shows(&["Place the order"]);
    let thanks = walk.pay(&review).await;
    thanks.shows(&["Thank you!", "Order #1001"]);
    till.drain().await;
    assert_eq!(till.counts().await, [1, 0, 1, 0, 1]);
}

#[tokio::test]
async fn another_billing_address_goes_onto_the_invoice() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let payment = walk.to_payment().await;
    payment.shows(&["Use another billing address"]);
    let page = walk.open("/billing").await;
    let elsewhere = [
        ("countryCode", "DE"),
        ("lastName", "Lovelace"),
        ("address1", "Am Ring 2"),
        ("city", "Ulm"),
        ("zip", "89073"),
    ];
    let payment = walk.send(&page, "/billing", &elsewhere).await;
    assert_eq!(payment.place(), format!("{}/payment", walk.base));
    payment.shows(&["Am Ring 2", "Germany"]);
    let review = walk.type_card(&payment, card::APPROVED).await;
    review.shows(&["Lovelace", "1 Main St"]);
    walk.pay(&review).await;
    till.drain().await;
    let invoice = "SELECT count(*) FROM orders WHERE billing_address ->> 'city' = 'Ulm' \
                   AND shipping_address ->> 'city' = 'Anytown'";
    assert_eq!(till.app.count(invoice).await, 1);
}

#[tokio::test]
async fn pages_cost_few_statements_and_few_bytes() {
    let (till, cup) = shop_with(5).await;
    let (walk, information) = Walk::begin(&till, &cup).await;
    let review = walk.to_review(card::APPROVED).await;
    let delivery = walk.open("/delivery").await;
    let payment = walk.open("/payment").await;
    let waiting = walk.pay(&review).await;
    let costs = [&information, &delivery, &payment, &review, &waiting].map(|page| page.statements);
    assert_eq!(costs, [6, 6, 7, 7, 3]);
    for page in [&information, &delivery, &payment, &review, &waiting] {
        // Style and script included; nothing else is loaded but the pictures of what is bought.
        assert!(
            page.body.len() < 20_000,
            "{}: {}",
            page.path,
            page.body.len()
        );
        assert!(!page.body.contains(" src=\"http://localhost:8080/"));
        assert!(!page.body.contains("<link rel=\"stylesheet\""));
    }
}

async fn url_of(till: &tests::till::Till, cart: &str) -> String {
    let query = "query ($c: ID!) { cart(id: $c) { checkoutUrl } }";
    let data = till.ask(query, serde_json::json!({ "c": cart })).await;
    tests::till::text(&data["cart"]["checkoutUrl"])
}
