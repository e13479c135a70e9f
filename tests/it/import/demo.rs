//! `api seed-demo` and the pictures it refers to.

use api::demo::{NotTheDemo, seed};
use serde_json::json;
use tests::{TestApp, TestDatabase};

use super::support::{Said, csv, import, rows};

const TOTALS: &str = "SELECT \
    (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM variants) AS variants, \
    (SELECT count(*) FROM media) AS media, (SELECT count(*) FROM media WHERE width = 1000 AND height = 1000) AS sized, \
    (SELECT count(*) FROM collections) AS collections, (SELECT count(*) FROM collection_products) AS memberships, \
    (SELECT count(*) FROM pages) AS pages, (SELECT count(*) FROM menus) AS menus, \
    (SELECT count(*) FROM menu_items) AS items, (SELECT count(*) FROM shop_policies) AS policies, \
    (SELECT count(*) FROM delivery_zones) AS zones, (SELECT count(*) FROM delivery_rates) AS rates, \
    (SELECT count(*) FROM delivery_profile_products) AS furniture, \
    (SELECT sum(version) FROM products) AS versions, (SELECT max(id) FROM menu_items) AS last_item, \
    (SELECT max(id) FROM media) AS last_medium";

#[tokio::test]
async fn the_demo_shop_loads_twice_without_a_difference() {
    let app = TestApp::on(TestDatabase::create().await).await;
    let mut said = Said::default();
    let counts = seed(&app.shop, &mut said).await.expect("the demo loads");
    assert_eq!(
        (counts.updated, counts.unchanged, counts.warnings),
        (0, 0, 0)
    );
    let first = rows(&app, TOTALS).await;
    assert_eq!(first[0]["products"], json!(counts.created));
    assert_eq!(first[0]["sized"], first[0]["media"]);
    assert_eq!(
        (
            &first[0]["collections"],
            &first[0]["menus"],
            &first[0]["policies"],
            &first[0]["rates"]
        ),
        (&json!(12), &json!(4), &json!(4), &json!(5))
    );
    assert_eq!(first[0]["furniture"], json!(2));
    let again = seed(&app.shop, &mut said)
        .await
        .expect("the demo loads again");
    assert_eq!(
        (again.created, again.updated, again.unchanged),
        (0, 0, counts.created)
    );
    assert_eq!(rows(&app, TOTALS).await, first);
    let home = rows(
        &app,
        "SELECT p.handle FROM collection_products cp JOIN collections c ON c.id = cp.collection_id \
         JOIN products p ON p.id = cp.product_id WHERE c.handle = 'hidden-homepage-featured-items' ORDER BY cp.position LIMIT 2",
    )
    .await;
    assert_eq!(
        home,
        json!([{ "handle": "half-moon-table-lamp" }, { "handle": "lantern-hoodie" }])
    );
}

#[tokio::test]
async fn a_shop_with_products_is_not_overwritten() {
    let app = TestApp::new().await;
    import(&app, csv(&["mug,Mug,,,,,,,,,5,"])).await;
    let error = seed(&app.shop, &mut Said::default()).await.unwrap_err();
    assert_eq!(
        error.downcast_ref::<NotTheDemo>().map(|e| e.0.as_str()),
        Some("Test Shop")
    );
    let shop = rows(
        &app,
        "SELECT s.name, (SELECT count(*) FROM products) FROM shops s",
    )
    .await;
    assert_eq!(shop, json!([{ "name": "Test Shop", "count": 1 }]));
}

#[tokio::test]
async fn a_shop_without_products_becomes_the_demo() {
    let app = TestApp::new().await;
    seed(&app.shop, &mut Said::default())
        .await
        .expect("the demo loads");
    let shop = rows(&app, "SELECT name, primary_domain_url FROM shops").await;
    assert_eq!(
        shop,
        json!([{ "name": "Tinker & Tarn", "primary_domain_url": "http://localhost:8080" }])
    );
}

#[tokio::test]
async fn its_pictures_are_served() {
    let app = TestApp::on(TestDatabase::create().await).await;
    seed(&app.shop, &mut Said::default())
        .await
        .expect("the demo loads");
    let media = rows(&app, "SELECT DISTINCT url FROM media ORDER BY url").await;
    for medium in media.as_array().expect("rows") {
        let url = medium["url"].as_str().expect("a URL");
        let path = url
            .strip_prefix("http://localhost:8080")
            .expect("a picture of ours");
        let response = app
            .client
            .get(format!("{path}?width=100&height=100&crop=center"))
            .send()
            .await;
        response.assert_status_is_ok();
        response.assert_header("content-type", "image/webp");
        response.assert_header("cache-control", "public, max-age=31536000, immutable");
    }
    for path in ["/demo/none.webp", "/demo/..%2Fshop.json", "/demo/"] {
        let response = app.client.get(path).send().await;
        response.assert_status(poem::http::StatusCode::NOT_FOUND);
    }
}
