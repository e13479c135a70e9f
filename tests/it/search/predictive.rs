//! `predictiveSearch`: a few of everything while somebody is typing.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};

const PREDICT: &str = "
    query Predict($query: String!, $limit: Int, $scope: PredictiveSearchLimitScope, $types: [PredictiveSearchType!],
        $fields: [SearchableField!], $unavailable: SearchUnavailableProductsType) {
        predictiveSearch(query: $query, limit: $limit, limitScope: $scope, types: $types, searchableFields: $fields,
            unavailableProducts: $unavailable) {
            products { handle trackingParameters } collections { handle trackingParameters }
            pages { handle } articles { handle } queries { text styledText trackingParameters }
        }
    }";

async fn predict(app: &TestApp, variables: Value) -> Value {
    app.graphql(PREDICT, variables).await.data()["predictiveSearch"].clone()
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|row| row[field].as_str().unwrap().to_owned())
        .collect()
}

async fn shirts() -> TestApp {
    let app = TestApp::new().await;
    let mut blue = ProductSeed::new("blue").with(
        &[("Size", &["Huge"])],
        vec![VariantSeed::new(&["Huge"], 100).stock(1)],
    );
    blue.title = "Blue shirt".to_owned();
    blue.variants[0].sku = Some("BLUE-77".to_owned());
    let mut short = ProductSeed::new("shorts");
    short.title = "Shorts".to_owned();
    short.vendor = "Shoreline".to_owned();
    short.tags = vec!["beach".to_owned()];
    short.description = "Short, wide and blueish".to_owned();
    let mut sold_out = ProductSeed::new("gone").with(
        &[("Title", &["Default Title"])],
        vec![VariantSeed::new(&["Default Title"], 100).stock(0)],
    );
    sold_out.title = "Shirt shirt".to_owned();
    sold_out.units_sold = 100;
    let id = blue.create(&app).await;
    short.create(&app).await;
    sold_out.create(&app).await;
    collection(&app, "shirts", "manual", &[id]).await;
    app.execute(
        "INSERT INTO pages (handle, title, body_html, published_at) VALUES \
         ('sizes', 'Shirt sizes', '<p>Measure your arms</p>', '2026-01-01'); \
         INSERT INTO blogs (handle, title) VALUES ('news', 'News'); \
         INSERT INTO article_authors (handle, first_name, last_name) VALUES ('ada', 'Ada', 'Byron'); \
         INSERT INTO articles (blog_id, handle, title, author_id, content, tags, published_at) \
         SELECT b.id, 'ironing', 'Ironing well', u.id, 'Creases in a sheet', '{laundry}', '2026-01-01' FROM blogs b, article_authors u",
    )
    .await;
    app
}

#[tokio::test]
async fn the_beginning_of_a_word_finds_everything() {
    let app = shirts().await;
    let found = predict(&app, json!({ "query": "Shi" })).await;
    assert_eq!(texts(&found["products"], "handle"), ["blue", "gone"]);
    assert_eq!(texts(&found["collections"], "handle"), ["shirts"]);
    assert_eq!(texts(&found["pages"], "handle"), ["sizes"]);
    assert_eq!(texts(&found["queries"], "text"), ["shirt"]);
    assert_eq!(
        found["queries"][0]["styledText"],
        "<mark>shi</mark><span>rt</span>"
    );
    assert_eq!(found["queries"][0]["trackingParameters"], "_pos=1&_psq=Shi");
    assert_eq!(
        found["products"][1]["trackingParameters"],
        "_pos=2&_psq=Shi"
    );

    let found = predict(&app, json!({ "query": "blue sh" })).await;
    assert_eq!(texts(&found["products"], "handle"), ["blue"]);
    assert_eq!(
        found["queries"],
        json!([{ "text": "blue shirt", "styledText": "<mark>blue</mark> <mark>sh</mark><span>irt</span>",
            "trackingParameters": "_pos=1&_psq=blue+sh" }])
    );
    let nothing =
        json!({ "products": [], "collections": [], "pages": [], "articles": [], "queries": [] });
    for empty in ["", "   ", "!?", "zzz"] {
        assert_eq!(
            predict(&app, json!({ "query": empty })).await,
            nothing,
            "{empty}"
        );
    }
    let mistyped = predict(&app, json!({ "query": "shrit" })).await;
    assert_eq!(texts(&mistyped["products"], "handle"), ["blue", "gone"]);
}

#[tokio::test]
async fn limits_are_for_each_kind_or_shared() {
    let app = shirts().await;
    let counts = |found: &Value| {
        ["products", "queries", "collections", "pages"]
            .map(|kind| found[kind].as_array().unwrap().len())
    };
    let ask = async |limit: Option<i32>, scope: Option<&str>| {
        counts(
            &predict(
                &app,
                json!({ "query": "sh", "limit": limit, "scope": scope }),
            )
            .await,
        )
    };
    assert_eq!(ask(Some(1), Some("EACH")).await, [1, 1, 1, 1]);
    assert_eq!(ask(Some(2), Some("EACH")).await, [2, 2, 1, 1]);
    assert_eq!(ask(Some(1), Some("ALL")).await, [1, 0, 0, 0]);
    assert_eq!(ask(Some(3), None).await, [1, 1, 1, 0]);
    assert_eq!(ask(Some(5), None).await, [2, 1, 1, 1]);
    let of = predict(&app, json!({ "query": "sh", "types": ["PAGE", "ARTICLE"] })).await;
    assert_eq!(counts(&of), [0, 0, 0, 1]);
    for limit in [0, 11, -1] {
        let answer = app
            .graphql(PREDICT, json!({ "query": "sh", "limit": limit }))
            .await;
        assert_eq!(
            answer.body["errors"][0]["message"],
            "`limit` must be between 1 and 10"
        );
        assert_eq!(answer.body["data"]["predictiveSearch"], Value::Null);
    }
}

#[tokio::test]
async fn fields_say_where_words_are_looked_for() {
    let app = shirts().await;
    for (query, fields, expected) in [
        ("shore", json!(null), vec!["shorts"]),
        ("shore", json!(["VENDOR"]), vec!["shorts"]),
        ("shore", json!(["PRODUCT_TYPE"]), vec![]),
        (
            "thing",
            json!(["PRODUCT_TYPE"]),
            vec!["blue", "shorts", "gone"],
        ),
        ("beach", json!(null), vec![]),
        ("beach", json!(["TAG"]), vec!["shorts"]),
        ("blueish", json!(null), vec![]),
        ("blueish", json!(["BODY"]), vec!["shorts"]),
        ("huge", json!(null), vec!["blue"]),
        ("huge", json!(["VARIANTS_TITLE"]), vec!["blue"]),
        ("BLUE-77", json!(["VARIANTS_SKU"]), vec!["blue"]),
        ("BLUE-77", json!(["VARIANTS_BARCODE"]), vec![]),
        ("shirt", json!(["AUTHOR"]), vec![]),
        ("blue", json!(["TITLE", "BODY"]), vec!["blue", "shorts"]),
    ] {
        let variables = json!({ "query": query, "fields": fields, "types": ["PRODUCT"], "unavailable": "SHOW" });
        let mut found = texts(&predict(&app, variables).await["products"], "handle");
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{query} {fields}");
    }
}

#[tokio::test]
async fn articles_are_found_by_their_parts() {
    let app = shirts().await;
    for (query, fields, found) in [
        ("ironing", json!(null), true),
        ("iron", json!(["TITLE"]), true),
        ("creases", json!(null), false),
        ("creases", json!(["BODY"]), true),
        ("laundry", json!(["TAG"]), true),
        ("laundry", json!(["TITLE"]), false),
        ("byron", json!(["AUTHOR"]), true),
        ("byron", json!(["TITLE", "BODY"]), false),
        ("ironing", json!(["VENDOR"]), false),
    ] {
        let variables = json!({ "query": query, "fields": fields, "types": ["ARTICLE"] });
        let articles = predict(&app, variables).await["articles"].clone();
        let expected = if found {
            json!([{ "handle": "ironing" }])
        } else {
            json!([])
        };
        assert_eq!(articles, expected, "{query} {fields}");
    }
}

#[tokio::test]
async fn sold_out_products_are_hidden_or_come_last() {
    let app = shirts().await;
    for (unavailable, expected) in [
        (json!(null), vec!["blue", "gone"]),
        (json!("LAST"), vec!["blue", "gone"]),
        (json!("SHOW"), vec!["gone", "blue"]),
        (json!("HIDE"), vec!["blue"]),
    ] {
        let variables = json!({ "query": "shirt", "unavailable": unavailable });
        let found = predict(&app, variables).await;
        assert_eq!(
            texts(&found["products"], "handle"),
            expected,
            "{unavailable}"
        );
    }
}

#[tokio::test]
async fn it_costs_few_statements() {
    let app = shirts().await;
    let answer = app.graphql(PREDICT, json!({ "query": "sh" })).await;
    // The words, texts to search for, everything else, then products, collections and pages.
    assert_eq!(answer.statements, 6);
}
