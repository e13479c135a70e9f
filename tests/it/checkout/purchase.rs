//! The way through, from an empty cart to a paid order.

use std::sync::atomic::Ordering;

use commerce::meter;
use providers::mail::Mailbox;
use serde_json::json;
use tests::sandbox::card;
use tests::till::{Till, text};

#[tokio::test]
async fn a_purchase_ends_as_one_paid_order_with_one_mail() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    till.statements.store(0, Ordering::Relaxed);
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(result["__typename"], "SubmitSuccess");
    let attempt = text(&result["attemptId"]);
    assert_eq!(
        text(&result["redirectUrl"]),
        format!("http://localhost:8080/checkouts/{attempt}")
    );
    assert_eq!(till.counts().await, [0, 0, 0, 2, 0]);
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    let (jobs, worked) = meter::measure(till.drain()).await;
    let kinds: Vec<&str> = jobs.iter().map(|job| job.kind.as_str()).collect();
    assert_eq!(kinds, ["settle_payment", "send_order_confirmation"]);

    let answer = till.attempt(&attempt).await;
    assert_eq!(answer["__typename"], "CartCompletionSuccess");
    assert_eq!(answer["orderId"], "gid://shopify/Order/1");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 2]);
    let paid = "SELECT total_minor FROM orders WHERE financial_status = 'PAID' AND subtotal_minor = 2000 \
                AND shipping_minor = 1500 AND captured_minor = 3500 AND number = 1001";
    assert_eq!(till.app.count(paid).await, 3_500);
    let lines = "SELECT count(*) FROM order_lines WHERE quantity = 2 AND unit_price_minor = 1000";
    assert_eq!(till.app.count(lines).await, 1);
    let cart_done = "SELECT count(*) FROM carts WHERE state = 'completed'";
    assert_eq!(till.app.count(cart_done).await, 1);
    let event = "SELECT count(*) FROM events WHERE topic = 'orders/create'";
    assert_eq!(till.app.count(event).await, 1);

    let requests = till.statements.load(Ordering::Relaxed);
    assert!(requests <= 45, "{requests} statements in the requests");
    let jobs = worked.statements();
    // Four of them are about the card.
    assert!(jobs <= 17, "{jobs} statements in the jobs");
}

#[tokio::test]
async fn the_buyer_sees_the_order_and_nobody_else_does() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let result = till.submit(&cart, "press-1").await;
    let attempt = text(&result["attemptId"]);
    let waiting = till
        .app
        .client
        .get(format!("/checkouts/{attempt}"))
        .send()
        .await;
    waiting.assert_status_is_ok();
    till.drain().await;
    let url = text(&till.attempt(&attempt).await["orderUrl"]);
    let path = url
        .strip_prefix("http://localhost:8080")
        .unwrap()
        .to_owned();
    let mailbox = Mailbox::new(till.mailbox.path(), String::new());
    let mails = mailbox.list().await.unwrap();
    assert_eq!(mails.len(), 1);
    let link = mails[0].text.split_once("How it stands: ");
    assert_eq!(link.map(|(_, link)| link.trim_end()), Some(url.as_str()));
    let page = till.app.client.get(&path).send().await;
    page.assert_status_is_ok();
    let html = page.0.into_body().into_string().await.unwrap();
    assert!(
        html.contains("Order #1001") && html.contains("$25.00"),
        "{html}"
    );
    assert!(
        html.contains("Anytown") && !html.contains("Main St"),
        "{html}"
    );
    let wrong = till.app.client.get("/orders/1/not-the-key").send().await;
    assert_eq!(wrong.0.status(), 404);
    let done = till
        .app
        .client
        .get(format!("/checkouts/{attempt}"))
        .send()
        .await;
    assert_eq!(done.0.status(), 303);
    let thanks = format!("{path}/thank-you");
    assert_eq!(done.0.headers()["location"], thanks.as_str());
    let (id, _) = attempt.split_once('-').unwrap();
    let guessed = till.attempt(&format!("{id}-not-the-key")).await;
    assert_eq!(guessed, json!(null));
}

#[tokio::test]
async fn a_cart_that_costs_nothing_is_an_order_at_once() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    till.app
        .execute("UPDATE variants SET price_minor = 0, requires_shipping = false")
        .await;
    let create = "mutation ($v: ID!) { cartCreate(input: { lines: [{ merchandiseId: $v, quantity: 1 }], \
                  buyerIdentity: { email: \"ada@mail.example\" } }) { cart { id } userErrors { message } } }";
    let data = till.ask(create, json!({ "v": cup })).await;
    let cart = text(&data["cartCreate"]["cart"]["id"]);
    let pay = "mutation ($c: ID!) { cartPaymentUpdate(cartId: $c, payment: { amount: { amount: \"0.0\", currencyCode: USD }, \
               freePaymentMethod: { billingAddress: { lastName: \"Byron\", country: \"United States\" } } }) \
               { cart { id } userErrors { message } } }";
    let data = till.ask(pay, json!({ "c": cart })).await;
    assert_eq!(data["cartPaymentUpdate"]["userErrors"], json!([]));
    let attempt = till.accepted(&cart, "press-1").await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    till.drain().await;
    assert_eq!(till.counts().await, [1, 0, 1, 0, 1]);
}

#[tokio::test]
async fn a_price_that_changed_is_refused_and_changes_nothing() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.app
        .execute("UPDATE variants SET price_minor = 1200")
        .await;
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(result["__typename"], "SubmitFailed");
    assert_eq!(
        result["errors"],
        json!([{ "code": "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT",
            "message": "the total is 27.00 USD, but the payment is for 25.00 USD" }])
    );
    assert_eq!(till.drain().await, []);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    let attempts = "SELECT count(*) FROM checkout_attempts";
    assert_eq!(till.app.count(attempts).await, 0);
}

#[tokio::test]
async fn what_the_buyer_accepted_is_what_is_bought() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.app
        .execute("UPDATE variants SET price_minor = 9900; UPDATE cart_lines SET quantity = 3")
        .await;
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    let sold = "SELECT unit_price_minor * quantity FROM order_lines";
    assert_eq!(till.app.count(sold).await, 1_000);
}
