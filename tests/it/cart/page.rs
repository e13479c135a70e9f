//! The page behind `checkoutUrl`.

use serde_json::json;
use tests::TestApp;

use super::{cart_with, read, text, variant};

/// Asks for a page of this server by its absolute address: status and body.
async fn get(app: &TestApp, url: &str) -> (u16, String) {
    let path = url
        .strip_prefix("http://localhost:8080")
        .expect("our own page");
    let response = app.client.get(path).send().await.0;
    let status = response.status().as_u16();
    if status == 200 {
        let policy = response
            .header("content-security-policy")
            .unwrap_or_default();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert_eq!(response.header("referrer-policy"), Some("no-referrer"));
    }
    let body = response.into_body().into_string().await;
    (status, body.expect("a text"))
}

#[tokio::test]
async fn the_checkout_url_shows_the_cart_to_who_has_the_key() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", Some(2)).await;
    let gone = variant(&app, "gone", Some(0)).await;
    app.execute("UPDATE products SET title = '<b>Cup</b>' WHERE handle = 'cup'")
        .await;
    let lines = json!([{ "merchandiseId": cup, "quantity": 2 }, { "merchandiseId": gone }]);
    let cart = cart_with(&app, lines).await;
    let answer = read(&app, &cart, "checkoutUrl").await;
    let url = text(&answer.data()["cart"]["checkoutUrl"]);
    let (status, body) = get(&app, &format!("{url}&logged_in=true")).await;
    assert_eq!(status, 200);
    assert!(body.contains("<td>&lt;b&gt;Cup&lt;/b&gt;<br>"), "{body}");
    assert!(body.contains("<td>× 2</td><td>20.00 USD</td>"), "{body}");
    assert!(body.contains("<td>× 0</td><td>sold out</td>"), "{body}");
    assert!(
        body.contains("Delivery is added once an address is known."),
        "{body}"
    );

    assert_eq!(get(&app, &format!("{url}x")).await.0, 404);
    let without_key = url.split('?').next().expect("a path");
    assert_eq!(get(&app, without_key).await.0, 404);
    assert_eq!(
        get(&app, "http://localhost:8080/cart/c/nonsense?key=x")
            .await
            .0,
        404
    );

    app.execute("UPDATE carts SET state = 'completed'").await;
    let (status, body) = get(&app, &url).await;
    assert_eq!(status, 200);
    assert!(body.contains("This cart was bought"), "{body}");
    assert!(!body.contains("Cup"), "{body}");
}
