//! `search`: which things, in which order, page by page.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};

use super::{find, handles, search};

/// Three lamps that fit alike and sold differently, one of them sold out, a table whose description
/// names lamps, and a page about lamps.
async fn lamps() -> TestApp {
    let app = TestApp::new().await;
    for (handle, title, price, sold, stock) in [
        ("desk", "Desk lamp", 3000, 5, 1),
        ("floor", "Floor lamp", 2000, 9, 0),
        ("wall", "Wall lamp", 1000, 7, 1),
    ] {
        let mut lamp = ProductSeed::new(handle);
        lamp.title = title.to_owned();
        lamp.units_sold = sold;
        lamp.variants = vec![VariantSeed::new(&["Default Title"], price).stock(stock)];
        lamp.create(&app).await;
    }
    let mut table = ProductSeed::new("table");
    table.description = "Leaves room for a lamp".to_owned();
    table.units_sold = 1_000;
    table.create(&app).await;
    app.execute(
        "INSERT INTO pages (handle, title, body_html, published_at) VALUES \
         ('light', 'About light', '<p>Which <b>lamp</b> for which room</p>', '2026-01-01'), \
         ('draft', 'Lamp', '', NULL)",
    )
    .await;
    app
}

#[tokio::test]
async fn popular_things_come_first_among_equals_and_sold_out_ones_last() {
    let app = lamps().await;
    let by = |unavailable: Option<&str>| json!({ "query": "lamp", "unavailable": unavailable });
    let last = ["wall", "desk", "table", "light", "floor"];
    assert_eq!(find(&app, by(None)).await, last);
    assert_eq!(find(&app, by(Some("LAST"))).await, last);
    assert_eq!(
        find(&app, by(Some("SHOW"))).await,
        ["floor", "wall", "desk", "table", "light"]
    );
    assert_eq!(
        find(&app, by(Some("HIDE"))).await,
        ["wall", "desk", "table", "light"]
    );
    let backwards = json!({ "query": "lamp", "reverse": true });
    assert_eq!(
        find(&app, backwards).await,
        ["light", "table", "desk", "wall", "floor"]
    );
}

#[tokio::test]
async fn prices_order_too_and_kinds_can_be_chosen() {
    let app = lamps().await;
    let by = |reverse: bool| json!({ "query": "lamp", "sort": "PRICE", "reverse": reverse, "unavailable": "SHOW" });
    assert_eq!(
        find(&app, by(false)).await,
        ["wall", "table", "floor", "desk", "light"]
    );
    assert_eq!(
        find(&app, by(true)).await,
        ["desk", "floor", "table", "wall", "light"]
    );
    let of = |types: &[&str]| json!({ "query": "lamp", "types": types });
    assert_eq!(find(&app, of(&["PAGE"])).await, ["light"]);
    assert_eq!(
        find(&app, of(&["PRODUCT", "PRODUCT"])).await,
        ["wall", "desk", "table", "floor"]
    );
    app.execute(ARTICLE).await;
    assert_eq!(find(&app, of(&["ARTICLE"])).await, ["care"]);
    assert_eq!(
        find(&app, of(&["ARTICLE", "PAGE"])).await,
        ["care", "light"]
    );
    assert_eq!(find(&app, of(&[])).await, Vec::<String>::new());
    // Only products can meet a filter of products.
    let dear = json!({ "query": "lamp", "filters": [{ "price": { "min": 20 } }] });
    assert_eq!(find(&app, dear).await, ["desk", "floor"]);
}

const ARTICLE: &str = "
    INSERT INTO blogs (handle, title) VALUES ('news', 'News');
    INSERT INTO article_authors (handle, first_name, last_name) VALUES ('ada', 'Ada', 'Byron');
    INSERT INTO articles (blog_id, handle, title, author_id, content, published_at)
        SELECT b.id, 'care', 'Lamp care', u.id, 'Dust it', '2026-01-01' FROM blogs b, article_authors u";

#[tokio::test]
async fn every_order_is_walked_from_both_ends() {
    let app = lamps().await;
    for query in ["lamp", ""] {
        for sort in ["RELEVANCE", "PRICE"] {
            for reverse in [false, true] {
                for unavailable in ["SHOW", "HIDE", "LAST"] {
                    let base = json!({ "query": query, "sort": sort, "reverse": reverse, "unavailable": unavailable });
                    walk(&app, &base).await;
                }
            }
        }
    }
}

/// Two at a time, forwards and backwards, nothing is missed and nothing comes twice.
async fn walk(app: &TestApp, base: &Value) {
    let with = |more: Value| {
        let mut all = base.clone();
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    };
    let whole = search(app, base.clone()).await;
    let expected = handles(&whole);
    assert_eq!(whole["totalCount"], json!(expected.len()), "{base}");
    let mut forwards = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = search(app, with(json!({ "first": 2, "after": after }))).await;
        assert_eq!(page["totalCount"], whole["totalCount"]);
        assert_eq!(
            page["pageInfo"]["hasPreviousPage"],
            json!(after != Value::Null)
        );
        forwards.extend(handles(&page));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] != json!(true) {
            break;
        }
    }
    assert_eq!(forwards, expected, "{base}");
    let mut backwards: Vec<String> = Vec::new();
    let mut before = Value::Null;
    loop {
        let page = search(app, with(json!({ "last": 2, "before": before }))).await;
        backwards.splice(0..0, handles(&page));
        before = page["pageInfo"]["startCursor"].clone();
        if page["pageInfo"]["hasPreviousPage"] != json!(true) {
            break;
        }
    }
    assert_eq!(backwards, expected, "{base}");
}

#[tokio::test]
async fn found_things_say_how_they_were_found() {
    let app = lamps().await;
    let query = "{ lamps: search(query: \"desk lamp & more\", first: 1) { nodes { ... on Product { trackingParameters } } }
        search(query: \"Lamp\", first: 2) { edges { node { ... on Product { trackingParameters
            collections(first: 1) { nodes { trackingParameters } } } } } }
        product(handle: \"desk\") { trackingParameters } }";
    let mut desk = ProductSeed::new("more");
    desk.title = "Desk lamp and more".to_owned();
    let id = desk.create(&app).await;
    tests::factory::catalog::collection(&app, "desks", "manual", &[id]).await;
    let answer = app.graphql(query, json!({})).await;
    let data = answer.data();
    assert_eq!(
        data["lamps"]["nodes"],
        json!([{ "trackingParameters": "_pos=1&_q=desk+lamp+%26+more" }])
    );
    let edges = &data["search"]["edges"];
    assert_eq!(edges[1]["node"]["trackingParameters"], "_pos=2&_q=Lamp");
    assert_eq!(data["product"]["trackingParameters"], Value::Null);
}

#[tokio::test]
async fn nothing_that_is_typed_breaks_it() {
    let app = lamps().await;
    for text in [
        "lamp & !(desk | wall):*A <-> 'x",
        "lamp' OR 1=1; DROP TABLE products; --",
        "\\ ' \" : * & | ! ( ) <2> lamp",
        "lamp\u{0}",
        "💡 lamp 💡",
        "%_lamp_%",
        "{lamp,desk}",
        "ｌａｍｐ",
        "LÁMP",
        "-lamp",
        "\"lamp",
        "''''''''",
        "🙈🙉🙊",
        "\u{202e}pmal",
        "0 1e9 -1.5 2026-01-01 a@b.c http://x.y/z?q=1#f",
        &"lamp ".repeat(199),
        &"é".repeat(1_000),
    ] {
        for prefix in ["NONE", "LAST"] {
            let found = search(&app, json!({ "query": text, "prefix": prefix })).await;
            assert!(found["totalCount"].is_number(), "{text}");
        }
        let answer = app
            .graphql(
                "query P($q: String!) { predictiveSearch(query: $q) { products { handle } queries { text } } \
                 products(first: 5, query: $q) { nodes { handle } } }",
                json!({ "q": text }),
            )
            .await;
        let _found = answer.data();
    }
    assert_eq!(
        find(&app, json!({ "query": "💡 LÁMP, desk!" })).await,
        ["desk"]
    );
    assert_eq!(app.count("SELECT count(*) FROM products").await, 4);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused() {
    let app = lamps().await;
    for text in ["a".repeat(1_001), "word ".repeat(2_000), "😀".repeat(1_001)] {
        for query in [
            "query S($q: String!) { search(query: $q, first: 1) { totalCount } }",
            "query S($q: String!) { predictiveSearch(query: $q) { products { id } } }",
        ] {
            let answer = app.graphql(query, json!({ "q": text })).await;
            let error = &answer.body["errors"][0];
            assert_eq!(
                error["message"],
                "`query` must not be longer than 1000 characters"
            );
            assert_eq!(error["extensions"]["code"], "INVALID_ARGUMENT");
        }
    }
    let cursor = app
        .graphql(
            "{ search(query: \"\", first: 1, after: \"x\") { totalCount } }",
            json!({}),
        )
        .await;
    let message = cursor.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("not a cursor"), "{message}");
}
