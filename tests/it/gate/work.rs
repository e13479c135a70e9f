//! What an argument makes the database do is charged, and what takes the database too long is an error in its place.

use std::time::Duration;

use commerce::db::{Db, DbConfig};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::ProductSeed;

use super::{ask, edge};

#[tokio::test]
async fn terms_filters_orders_and_lists_cost_points() {
    let app = TestApp::new().await;
    let client = app.process(&edge(1_000_000));
    let words: Vec<String> = (1..=60).map(|n| format!("w{n}")).collect();
    let dear = words.join(" OR ");
    for (document, requested) in [
        ("{ products(first: 1) { nodes { id } } }".to_owned(), 2),
        (
            "{ products(first: 1, query: \"tag:a vendor:b\") { nodes { id } } }".to_owned(),
            2 + 2 * 50,
        ),
        (
            format!("{{ products(first: 1, query: \"{dear}\", sortKey: RELEVANCE) {{ nodes {{ id }} }} }}"),
            2 + 60 * 50 + 20,
        ),
        (
            "{ products(first: 1, sortKey: PRICE) { nodes { id } } }".to_owned(),
            2 + 20,
        ),
        (
            "{ search(first: 1, query: \"red hat\", productFilters: [{ available: true }, { tag: \"a\" }]) { nodes { \
             __typename } } }"
                .to_owned(),
            2 + 2 * 50 + 2 * 20,
        ),
        (
            "{ predictiveSearch(query: \"red hat\", types: [PRODUCT]) { products { id } } }".to_owned(),
            1 + 10 + 2 * 50 + 1,
        ),
        (
            "{ collection(handle: \"x\") { products(first: 1, filters: [{ tag: \"a\" }], sortKey: PRICE) { nodes { id } } } }"
                .to_owned(),
            3 + 20 + 20,
        ),
        (
            "mutation { cartCreate(input: { lines: [{ merchandiseId: \"a\", attributes: [{ key: \"a\", value: \"b\" }] }], \
             discountCodes: [\"a\", \"b\"] }) { cart { id } } }"
                .to_owned(),
            11 + 4,
        ),
    ] {
        let told = ask(&client, &document, &[]).await;
        assert_eq!(told.cost()[0], Some(requested), "{document}");
        let actual = told.cost()[1].unwrap();
        assert!(actual <= requested, "{document}: {actual}");
    }
}

#[tokio::test]
async fn any_of_sixty_words_is_found() {
    let app = TestApp::new().await;
    ProductSeed::new("hat").create(&app).await;
    let words: Vec<String> = (1..=59).map(|n| format!("w{n}")).collect();
    let document = format!(
        "{{ products(first: 1, query: \"{} OR hat\", sortKey: RELEVANCE) {{ nodes {{ handle }} }} }}",
        words.join(" OR ")
    );
    let told = ask(&app.process(&edge(1_000_000)), &document, &[]).await;
    assert_eq!(
        told.body["data"],
        json!({ "products": { "nodes": [{ "handle": "hat" }] } })
    );
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_an_error_in_its_place() {
    let mut app = TestApp::new().await;
    app.shop.db = Db::connect(&DbConfig {
        url: app.database.url.clone(),
        replica_url: None,
        replica_max_lag: Duration::from_secs(5),
        pool_size: 4,
        acquire_timeout: Duration::from_secs(60),
        // Shorter than locks are waited for.
        statement_timeout_ms: 1_500,
        patience: Duration::from_secs(60),
    })
    .await
    .unwrap();
    let client = app.process(&edge(1_000_000));
    let mut locker = app.conn().await;
    let lock = "BEGIN; LOCK TABLE pages IN ACCESS EXCLUSIVE MODE";
    locker.batch_execute(lock).await.unwrap();

    let both = "{ slow: page(handle: \"a\") { id } shop { name } }";
    let told = ask(&client, both, &[]).await;
    assert_eq!((told.status, told.code()), (200, &json!("UNAVAILABLE")));
    assert_eq!(told.body["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(told.body["errors"][0]["path"], json!(["slow"]));
    assert_eq!(told.body["data"]["slow"], Value::Null);
    assert!(told.body["data"]["shop"]["name"].is_string());
    assert_eq!(told.header("retry-after"), Vec::<&str>::new());

    let told = ask(&client, "{ slow: page(handle: \"a\") { id } }", &[]).await;
    assert_eq!((told.status, told.code()), (503, &json!("UNAVAILABLE")));
    assert_eq!(told.header("retry-after"), ["1"]);
    locker.batch_execute("ROLLBACK").await.unwrap();
    let told = ask(&client, both, &[]).await;
    assert_eq!((told.status, told.body.get("errors")), (200, None));
}
