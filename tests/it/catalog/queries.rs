//! The query language of `products(query:)` through the API.

use serde_json::json;
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};

use super::each;

async fn shop() -> TestApp {
    let app = TestApp::new().await;
    let mut shirt = ProductSeed::new("shirt").price(1500).minutes(0);
    shirt.title = "Red T-Shirt".to_owned();
    shirt.vendor = "Acme".to_owned();
    shirt.product_type = "Tops".to_owned();
    shirt.tags = vec!["Summer".to_owned(), "on sale".to_owned()];
    shirt.description = "Soft cotton for warm days".to_owned();
    shirt.create(&app).await;
    let mut hat = ProductSeed::new("hat").minutes(60 * 24);
    hat.title = "Sun Hat".to_owned();
    hat.vendor = "Acorn & Sons".to_owned();
    hat.product_type = "Hats".to_owned();
    hat.tags = vec!["summer".to_owned(), "red".to_owned()];
    let sizes = vec![
        VariantSeed::new(&["S"], 2000).stock(0),
        VariantSeed {
            sku: Some("HAT-M".to_owned()),
            ..VariantSeed::new(&["M"], 3000)
        }
        .stock(0),
    ];
    hat.with(&[("Size", &["S", "M"])], sizes).create(&app).await;
    let mut boots = ProductSeed::new("boots").price(9000).minutes(60 * 48);
    boots.title = "Winter Boots".to_owned();
    boots.vendor = "Acme".to_owned();
    boots.product_type = "Shoes".to_owned();
    boots.tags = vec!["winter".to_owned(), "100%_wool".to_owned()];
    boots.description = "Not for a summer day, red laces".to_owned();
    boots.create(&app).await;
    app
}

async fn find(app: &TestApp, query: &str) -> Vec<String> {
    let document =
        "query Find($query: String!) { products(first: 10, query: $query) { nodes { handle } } }";
    let answer = app.graphql(document, json!({ "query": query })).await;
    each(&answer.data()["products"], "handle")
}

#[tokio::test]
async fn fields_select_products() {
    let app = shop().await;
    let none: [&str; 0] = [];
    for (query, expected) in [
        ("tag:summer", &["shirt", "hat"][..]),
        ("tag:'ON SALE'", &["shirt"]),
        ("tag:100*", &["boots"]),
        ("tag:100%*", &["boots"]),
        ("tag:1_0*", &none),
        ("tag_not:summer", &["boots"]),
        ("-tag:summer", &["boots"]),
        ("vendor:acme", &["shirt", "boots"]),
        ("vendor:\"Acorn & Sons\"", &["hat"]),
        ("vendor:ac*", &["shirt", "hat", "boots"]),
        ("product_type:HATS", &["hat"]),
        ("title:red", &["shirt"]),
        ("title:wint*", &["boots"]),
        ("handle:hat", &["hat"]),
        ("sku:hat-m", &["hat"]),
        ("variants.price:>30", &["boots"]),
        ("variants.price:>=30", &["hat", "boots"]),
        ("variants.price:<15.01", &["shirt"]),
        ("variants.price:20", &["hat"]),
        ("available_for_sale:true", &["shirt", "boots"]),
        ("available_for_sale:false", &["hat"]),
        ("created_at:2026-01-02", &["hat"]),
        ("created_at:>2026-01-02", &["boots"]),
        ("created_at:<='2026-01-01T12:00:00Z'", &["shirt"]),
        ("updated_at:<2026-01-02", &["shirt"]),
    ] {
        assert_eq!(find(&app, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn words_and_connectives_select_products() {
    let app = shop().await;
    let all = ["shirt", "hat", "boots"];
    for (query, expected) in [
        ("", &all[..]),
        ("red", &all),
        ("red summer", &all),
        ("red -boots", &["shirt", "hat"]),
        ("t-shirt", &["shirt"]),
        ("\"sun hat\"", &["hat"]),
        ("\"hat sun\"", &[]),
        ("boo*", &["boots"]),
        ("vendor:Acme AND red", &["shirt", "boots"]),
        ("product_type:Hats OR product_type:Shoes", &["hat", "boots"]),
        (
            "(product_type:Hats OR product_type:Shoes) AND NOT tag:winter",
            &["hat"],
        ),
        ("NOT (tag:summer OR tag:winter)", &[]),
        ("nothing-like-it", &[]),
    ] {
        assert_eq!(find(&app, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn odd_queries_never_fail() {
    let app = shop().await;
    for query in [
        "(((",
        "\"",
        "'",
        "\\",
        "AND OR NOT",
        "title:'",
        "a:b:c",
        "*",
        "tag:*",
        "-",
        "--",
        "price:>x",
        "%",
        "_",
        "&|!<->",
        "id:99999999999999999999",
        "created_at:2026-99-99",
        "\u{0}",
        "tag:\u{0}",
        "vendor:\u{0}*",
        "O'Reilly",
        "';--",
        "created_at:>-262143-01-01",
    ] {
        find(&app, query).await;
    }
    find(&app, &"(".repeat(3000)).await;
    find(&app, &"tag:a OR ".repeat(300)).await;
}

#[tokio::test]
async fn the_best_fitting_comes_first_and_pages_follow() {
    let app = shop().await;
    let document = "
        query Find($after: String) {
            products(first: 1, query: \"red\", sortKey: RELEVANCE, after: $after) { nodes { handle } pageInfo { endCursor hasNextPage } }
        }";
    let mut after = serde_json::Value::Null;
    // In the title, among the tags, in the description.
    for (handle, more) in [("shirt", true), ("hat", true), ("boots", false)] {
        let answer = app.graphql(document, json!({ "after": after })).await;
        let list = &answer.data()["products"];
        assert_eq!(each(list, "handle"), [handle]);
        assert_eq!(list["pageInfo"]["hasNextPage"], json!(more));
        after = list["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn tags_and_types_are_listed() {
    let app = shop().await;
    let document = "{ productTags(first: 3) { nodes pageInfo { hasNextPage } edges { node } } productTypes(first: 10) { nodes pageInfo { hasNextPage } } }";
    let answer = app.graphql(document, json!({})).await;
    assert_eq!(
        answer.data()["productTags"]["nodes"],
        json!(["100%_wool", "Summer", "on sale"])
    );
    assert_eq!(
        answer.data()["productTags"]["pageInfo"]["hasNextPage"],
        json!(true)
    );
    assert_eq!(
        answer.data()["productTypes"],
        json!({ "nodes": ["Hats", "Shoes", "Tops"], "pageInfo": { "hasNextPage": false } })
    );
}
