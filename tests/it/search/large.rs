//! Search on 10,000 products: what comes first.

use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;
use tests::TestApp;

use super::find;

/// The first things that are found; what is looked for is in no other title in this form.
const FIRST: [(&str, &str); 12] = [
    ("amber linen shirt", "Amber Linen Shirt"),
    ("Shirt, linen, amber", "Amber Linen Shirt"),
    ("silver felt candle", "Silver Felt Candle"),
    ("ambr linen shrit", "Amber Linen Shirt"),
    ("quiet walnt teepot", "Quiet Walnut Teapot"),
    ("rustic lether bakpack", "Rustic Leather Backpack"),
    ("gentel bambo umbrela", "Gentle Bamboo Umbrella"),
    ("northern ceramics mugs", "Northern Ceramic Mug"),
    ("dapled cotton blankets", "Dappled Cotton Blanket"),
    ("classic copper ketle", "Classic Copper Kettle"),
    ("SKU-4711-2", "Faded Velvet Teapot"),
    ("the silver steel sneakers for men", ""),
];

async fn large() -> (TestApp, AsyncPgConnection) {
    let app = TestApp::new().await;
    let mut conn = app.conn().await;
    let [looks, materials, kinds] = tests::catalogue::arrays();
    let sql = include_str!("varied_catalogue.sql")
        .replace(":looks", &looks)
        .replace(":materials", &materials)
        .replace(":kinds", &kinds);
    conn.batch_execute(&sql).await.unwrap();
    (app, conn)
}

#[tokio::test]
async fn ten_thousand_products_are_told_apart() {
    let (app, mut conn) = large().await;
    assert_eq!(app.count("SELECT count(*) FROM products").await, 10_000);
    for (query, title) in FIRST {
        let found = find(&app, json!({ "query": query, "first": 3 })).await;
        let expected = title.to_lowercase().replace(' ', "-");
        assert_eq!(
            found.iter().map(String::as_str).next().unwrap_or_default(),
            expected,
            "{query}"
        );
    }
    // Among 25 that fit alike, the order of sales.
    let sold = "SELECT string_agg(handle, ' ' ORDER BY units_sold DESC, id) FROM products \
                WHERE title LIKE '% Leather Backpack'";
    let sold = text(&mut conn, sold).await;
    let sold: Vec<&str> = sold.split(' ').collect();
    assert_eq!(sold.len(), 25);
    let found = find(&app, json!({ "query": "leather backpack", "first": 25 })).await;
    assert_eq!(found, sold);
    // Numbers of whole facets.
    let total = json!({ "query": "backpack", "first": 1 });
    assert_eq!(super::search(&app, total).await["totalCount"], json!(500));
    app.assert_sound().await;
}

/// The text that a statement answers.
async fn text(conn: &mut AsyncPgConnection, sql: &str) -> String {
    let query = commerce::db::sql::cached::<Text, _>(diesel::sql_query(sql));
    query.get_result(conn).await.unwrap()
}
