//! Who may do what: the cookie, the form's token, and what pages may load.

use tests::browser::{Browser, Seen};
use tests::sandbox::card;

use super::{HOME, Walk, filled, shop_with};

fn fields(page: &Seen, action: &str) -> Vec<(String, String)> {
    let mut all = page.hidden(action);
    all.extend(HOME.map(|(name, value)| (name.to_owned(), value.to_owned())));
    all
}

#[tokio::test]
async fn the_key_becomes_a_cookie_and_stands_in_no_address() {
    let (till, cup) = shop_with(5).await;
    let (cart, url) = filled(&till, &cup, 1).await;
    let key = url.split("key=").nth(1).unwrap().to_owned();
    let browser = Browser::new(&till.app);
    let entry = browser.ask(&url).await;
    assert_eq!(
        (entry.status, entry.header("referrer-policy")),
        (303, "no-referrer")
    );
    assert_eq!(entry.header("cache-control"), "no-store");
    let cookie = entry.header("set-cookie").to_owned();
    let id = entry
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        cookie,
        format!("checkout={key}; Path=/checkout/{id}; Max-Age=864000; HttpOnly; SameSite=Lax")
    );
    let (walk, _) = Walk::enter(&till, cart, &url).await;
    let review = walk.to_review(card::APPROVED).await;
    let waiting = walk.pay(&review).await;
    for seen in [&review, &waiting] {
        assert!(
            seen.way.iter().all(|address| !address.contains(&key)),
            "{:?}",
            seen.way
        );
        assert!(!seen.body.contains(&key));
        let policy = seen.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(
            policy.ends_with("base-uri 'none'; frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(seen.header("cache-control"), "no-store");
    }
    assert_eq!(review.header("referrer-policy"), "same-origin");
    assert_eq!(waiting.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn over_tls_the_cookie_is_sent_over_tls_only() {
    let (till, cup) = shop_with(5).await;
    let (_, url) = filled(&till, &cup, 1).await;
    let mut settings = (*till.app.shop.settings).clone();
    settings.public_url = "https://api.shop.example".to_owned();
    let mut app = till.app;
    app = app.with_settings(settings);
    let entry = Browser::new(&app).ask(&url).await;
    let cookie = entry.header("set-cookie");
    assert!(cookie.starts_with("__Secure-checkout="), "{cookie}");
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn forms_of_other_pages_change_nothing() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let (other, _) = Walk::begin(&till, &cup).await;
    let good = fields(&page, &walk.base);
    let mut none = good.clone();
    none.retain(|(name, _)| name != "token");
    let mut wrong = good.clone();
    let theirs = other.open("").await.hidden(&other.base);
    wrong[0].1 = theirs[0].1.clone();
    let from = |name, value| vec![(name, value)];
    for (what, sent, headers) in [
        ("no token", &none, vec![]),
        ("another cart's token", &wrong, vec![]),
        (
            "another origin",
            &good,
            from("origin", "https://evil.example"),
        ),
        ("no origin", &good, from("origin", "null")),
        ("another site", &good, from("sec-fetch-site", "cross-site")),
        ("a neighbour", &good, from("sec-fetch-site", "same-site")),
    ] {
        let answer = walk.browser.post(&walk.base, sent, &headers).await;
        assert_eq!(answer.status, 403, "{what}");
        answer.shows(&["Nothing was changed."]);
    }
    let mut huge = good.clone();
    huge.push(("company".to_owned(), "x".repeat(64 * 1024)));
    assert_eq!(walk.browser.post(&walk.base, &huge, &[]).await.status, 403);
    // Without the cookie there is no cart to change.
    let stranger = Browser::new(&till.app);
    assert_eq!(stranger.post(&walk.base, &good, &[]).await.status, 404);
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM carts WHERE email IS NOT NULL")
            .await,
        0
    );
    let own = from("origin", "http://localhost:8080");
    assert_eq!(walk.browser.post(&walk.base, &good, &own).await.status, 303);
}

#[tokio::test]
async fn every_form_asks_for_the_token() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    walk.to_review(card::APPROVED).await;
    let version = "SELECT sum(version)::bigint FROM carts";
    let before = till.app.count(version).await;
    for rest in [
        "",
        "/delivery",
        "/billing",
        "/payment",
        "/review",
        "/discount",
        "/stock",
    ] {
        let action = format!("{}{rest}", walk.base);
        let answer = walk.browser.post(&action, &[], &[]).await;
        assert_eq!(answer.status, 403, "{rest}");
    }
    assert_eq!(till.app.count(version).await, before);
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM checkout_attempts")
            .await,
        0
    );
}

#[tokio::test]
async fn nobody_else_can_bring_a_card() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let payment = walk.to_payment().await;
    let session = till.sandbox.session(card::APPROVED).await;
    let token = payment.hidden(&format!("{}/discount", walk.base))[0]
        .1
        .clone();
    for state in ["", "wrong", token.as_str()] {
        let way = format!("{}/card?state={state}&session={session}", walk.base);
        assert_eq!(walk.browser.open(&way).await.status, 403, "{state}");
    }
    let chosen = "SELECT count(*) FROM carts WHERE payment_session IS NOT NULL";
    assert_eq!(till.app.count(chosen).await, 0);
}

#[tokio::test]
async fn what_a_merchant_or_buyer_wrote_cannot_become_markup() {
    let (till, cup) = shop_with(5).await;
    till.app
        .execute("UPDATE products SET title = '<script>alert(1)</script>'; UPDATE shops SET name = '<b>Shop</b>'")
        .await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    page.shows(&[
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;b&gt;Shop&lt;/b&gt;",
    ]);
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>Shop"));
    let mut home = HOME;
    home[3].1 = "O'\"Neil & Co";
    walk.send(&page, "", &home)
        .await
        .shows(&["O'&quot;Neil &amp; Co"]);
}

#[tokio::test]
async fn pictures_come_from_where_the_shop_keeps_them_and_nowhere_else() {
    let (till, cup) = shop_with(5).await;
    till.app
        .execute(
            "INSERT INTO media (url, alt) VALUES ('https://cdn.example/cup.webp?v=1', 'A cup'); \
             INSERT INTO product_media (product_id, media_id, position) \
             SELECT products.id, media.id, 1 FROM products, media",
        )
        .await;
    let (_, page) = Walk::begin(&till, &cup).await;
    page.shows(&["<img src=\"https://cdn.example/cup.webp?v=1\" alt=\"\""]);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("img-src data: https://cdn.example;"),
        "{policy}"
    );
}
