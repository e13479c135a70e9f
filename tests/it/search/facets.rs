//! Filters of collections and searches, and how many products each of their values leaves.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};

/// Four products: a shirt in two colors and sizes, of which the red medium one is sold out; a plain mug; a
/// sold out hat; a cheap shirt of another vendor.
async fn shelf() -> TestApp {
    let app = TestApp::new().await;
    let options: [(&str, &[&str]); 2] = [("Color", &["Red", "Blue"]), ("Size", &["M", "L"])];
    let mut shirt = ProductSeed::new("shirt").with(
        &options,
        vec![
            VariantSeed::new(&["Red", "M"], 2000).stock(0),
            VariantSeed::new(&["Red", "L"], 3000).stock(2),
            VariantSeed::new(&["Blue", "M"], 2500).stock(2),
        ],
    );
    shirt.product_type = "Shirts".to_owned();
    shirt.tags = vec!["Cotton".to_owned(), "New".to_owned()];
    let mut mug = ProductSeed::new("mug").price(1000);
    mug.product_type = "Mugs".to_owned();
    mug.tags = vec!["new".to_owned()];
    let mut hat = ProductSeed::new("hat").with(
        &[("color", &["red"])],
        vec![VariantSeed::new(&["red"], 1500).stock(0)],
    );
    hat.product_type = "Hats".to_owned();
    let mut cheap = ProductSeed::new("cheap-shirt").with(
        &[("Size", &["L"])],
        vec![VariantSeed::new(&["L"], 500).stock(1)],
    );
    cheap.product_type = "Shirts".to_owned();
    cheap.vendor = "Bargain & Söhne".to_owned();
    let mut ids = Vec::new();
    for seed in [shirt, mug, hat, cheap] {
        ids.push(seed.create(&app).await);
    }
    collection(&app, "all", "manual", &ids).await;
    // Not visible, and so counted nowhere.
    let mut draft = ProductSeed::new("draft-shirt");
    draft.status = "draft".to_owned();
    draft.create(&app).await;
    app
}

const COLLECTION: &str = "
    query Shelf($filters: [ProductFilter!]) { collection(handle: \"all\") { products(first: 10, filters: $filters) {
        nodes { handle } filters { id label type presentation values { id label count input } } } } }";

async fn narrowed(app: &TestApp, filters: Value) -> Value {
    let answer = app.graphql(COLLECTION, json!({ "filters": filters })).await;
    answer.data()["collection"]["products"].clone()
}

fn handles(products: &Value) -> Vec<&str> {
    let nodes = products["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["handle"].as_str().unwrap())
        .collect()
}

/// The counts of a filter's values, as `label count`.
fn counts(products: &Value, id: &str) -> Vec<String> {
    let filters = products["filters"].as_array().unwrap();
    let Some(filter) = filters.iter().find(|filter| filter["id"] == id) else {
        return Vec::new();
    };
    let values = filter["values"].as_array().unwrap();
    let show = |value: &Value| format!("{} {}", value["label"].as_str().unwrap(), value["count"]);
    values.iter().map(show).collect()
}

const COLOR: &str = "filter.v.option.color";
const SIZE: &str = "filter.v.option.size";

#[tokio::test]
async fn every_value_tells_how_many_it_leaves() {
    let app = shelf().await;
    let all = narrowed(&app, json!([])).await;
    assert_eq!(handles(&all), ["shirt", "mug", "hat", "cheap-shirt"]);
    let filters = all["filters"].as_array().unwrap();
    let shape: Vec<[&str; 3]> = filters
        .iter()
        .map(|f| ["id", "label", "type"].map(|name| f[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        shape,
        [
            ["filter.v.availability", "Availability", "LIST"],
            ["filter.v.price", "Price", "PRICE_RANGE"],
            ["filter.p.product_type", "Product type", "LIST"],
            ["filter.p.vendor", "Vendor", "LIST"],
            ["filter.p.tag", "Tag", "LIST"],
            [COLOR, "Color", "LIST"],
            [SIZE, "Size", "LIST"],
        ]
    );
    assert_eq!(
        counts(&all, "filter.v.availability"),
        ["In stock 3", "Out of stock 1"]
    );
    assert_eq!(
        filters[1]["values"],
        json!([{ "id": "filter.v.price", "label": "Price", "count": 4,
            "input": "{\"price\":{\"min\":5.0,\"max\":30.0}}" }])
    );
    assert_eq!(
        counts(&all, "filter.p.product_type"),
        ["Shirts 2", "Hats 1", "Mugs 1"]
    );
    assert_eq!(
        counts(&all, "filter.p.vendor"),
        ["Acme 3", "Bargain & Söhne 1"]
    );
    assert_eq!(counts(&all, "filter.p.tag"), ["New 2", "Cotton 1"]);
    assert_eq!(counts(&all, COLOR), ["Red 2", "Blue 1"]);
    assert_eq!(counts(&all, SIZE), ["L 2", "M 1"]);
    assert_eq!(
        filters[5]["values"][0],
        json!({ "id": "filter.v.option.color.red", "label": "Red", "count": 2,
            "input": "{\"variantOption\":{\"name\":\"Color\",\"value\":\"Red\"}}" })
    );
}

#[tokio::test]
async fn values_of_a_kind_are_alternatives_and_kinds_add_up() {
    let app = shelf().await;
    for (filters, expected) in [
        (
            json!([{ "available": true }]),
            vec!["shirt", "mug", "cheap-shirt"],
        ),
        (json!([{ "available": false }]), vec!["hat"]),
        (
            json!([{ "available": false }, { "available": true }]),
            vec!["shirt", "mug", "hat", "cheap-shirt"],
        ),
        (
            json!([{ "price": { "max": 10 } }]),
            vec!["mug", "cheap-shirt"],
        ),
        (
            json!([{ "price": { "min": 24.99, "max": 25.0 } }]),
            vec!["shirt"],
        ),
        (json!([{ "price": { "min": 21, "max": 24 } }]), vec![]),
        (
            json!([{ "price": { "max": 5 } }, { "price": { "min": 30 } }]),
            vec!["shirt", "cheap-shirt"],
        ),
        (
            json!([{ "productType": "shirts" }]),
            vec!["shirt", "cheap-shirt"],
        ),
        (
            json!([{ "productType": "Mugs" }, { "productType": "Hats" }]),
            vec!["mug", "hat"],
        ),
        (
            json!([{ "productVendor": "Bargain & Söhne" }]),
            vec!["cheap-shirt"],
        ),
        (
            json!([{ "tag": "NEW" }, { "productType": "Shirts" }]),
            vec!["shirt"],
        ),
        (
            json!([{ "tag": "new", "productType": "Mugs" }]),
            vec!["mug"],
        ),
        (
            json!([{ "variantOption": { "name": "COLOR", "value": "red" } }]),
            vec!["shirt", "hat"],
        ),
        // The red medium one is sold out, and the large one costs more.
        (
            json!([{ "variantOption": { "name": "Color", "value": "Red" } },
                { "variantOption": { "name": "Size", "value": "M" } }, { "available": true }]),
            vec![],
        ),
        (
            json!([{ "variantOption": { "name": "Color", "value": "Red" } }, { "price": { "max": 20 } }]),
            vec!["shirt", "hat"],
        ),
        (
            json!([{ "variantOption": { "name": "Size", "value": "L" } }, { "price": { "max": 20 } }]),
            vec!["cheap-shirt"],
        ),
        // What nobody has.
        (json!([{ "tag": "nothing" }]), vec![]),
        (json!([{ "tag": "x' OR true; --\u{0}" }]), vec![]),
        (
            json!([{ "productMetafield": { "namespace": "a", "key": "b", "value": "c" } }]),
            vec![],
        ),
        (
            json!([{ "category": { "id": "gid://shopify/TaxonomyCategory/1" } }]),
            vec![],
        ),
    ] {
        let found = narrowed(&app, filters.clone()).await;
        assert_eq!(handles(&found), expected, "{filters}");
    }
}

#[tokio::test]
async fn a_choice_is_left_out_of_its_own_counts() {
    let app = shelf().await;
    let red = narrowed(
        &app,
        json!([{ "variantOption": { "name": "Color", "value": "Red" } }]),
    )
    .await;
    assert_eq!(handles(&red), ["shirt", "hat"]);
    assert_eq!(counts(&red, COLOR), ["Red 2", "Blue 1"]);
    assert_eq!(counts(&red, SIZE), ["L 1", "M 1"]);
    assert_eq!(
        counts(&red, "filter.p.product_type"),
        ["Hats 1", "Shirts 1"]
    );
    assert_eq!(
        counts(&red, "filter.v.availability"),
        ["In stock 1", "Out of stock 1"]
    );

    let shirts = narrowed(
        &app,
        json!([{ "productType": "Shirts" }, { "available": true }]),
    )
    .await;
    assert_eq!(handles(&shirts), ["shirt", "cheap-shirt"]);
    assert_eq!(
        counts(&shirts, "filter.p.product_type"),
        ["Shirts 2", "Mugs 1"]
    );
    assert_eq!(
        counts(&shirts, "filter.v.availability"),
        ["In stock 2", "Out of stock 0"]
    );
    assert_eq!(counts(&shirts, COLOR), ["Blue 1", "Red 1"]);

    let nothing = narrowed(
        &app,
        json!([{ "productType": "Hats" }, { "available": true }]),
    )
    .await;
    assert_eq!(handles(&nothing), Vec::<&str>::new());
    // What is chosen can be taken back.
    assert_eq!(
        counts(&nothing, "filter.p.product_type"),
        ["Shirts 2", "Mugs 1", "Hats 0"]
    );
}

/// Each value's input, sent back, finds as many products as it said; pages and cursors go on as usual.
#[tokio::test]
async fn inputs_lead_to_what_was_counted() {
    let app = shelf().await;
    let all = narrowed(&app, json!([])).await;
    let mut tried = 0;
    for filter in all["filters"].as_array().unwrap() {
        for value in filter["values"].as_array().unwrap() {
            let input: Value = serde_json::from_str(value["input"].as_str().unwrap()).unwrap();
            let found = narrowed(&app, json!([input])).await;
            assert_eq!(json!(handles(&found).len()), value["count"], "{value}");
            tried += 1;
        }
    }
    assert_eq!(tried, 14);
}

#[tokio::test]
async fn facets_of_a_search_follow_its_words() {
    let app = shelf().await;
    let query = "query Found($filters: [ProductFilter!]) { search(query: \"shirt\", first: 10, productFilters: $filters) {
        totalCount productFilters { id values { label count } } nodes { ... on Product { handle } } } }";
    let answer = app
        .graphql(query, json!({ "filters": [{ "price": { "max": 6 } }] }))
        .await;
    let found = &answer.data()["search"];
    assert_eq!(found["totalCount"], json!(1));
    let shown = json!({ "filters": found["productFilters"] });
    assert_eq!(counts(&shown, "filter.p.vendor"), ["Bargain & Söhne 1"]);
    assert_eq!(counts(&shown, "filter.p.product_type"), ["Shirts 1"]);
    assert_eq!(counts(&shown, SIZE), ["L 1"]);
    assert_eq!(counts(&shown, COLOR), Vec::<String>::new());
    // The shop, the words, the page, its products, the count, the products' values and the values' names.
    assert_eq!(answer.statements, 7);
}

#[tokio::test]
async fn facets_cost_two_statements_however_many_there_are() {
    let app = shelf().await;
    let plain = "{ collection(handle: \"all\") { products(first: 10) { nodes { handle } } } }";
    let plain = app.graphql(plain, json!({})).await.statements;
    let all = app.graphql(COLLECTION, json!({ "filters": [] })).await;
    // And the shop's row, for its currency.
    assert_eq!(all.statements, plain + 3);
    let chosen = json!([{ "productType": "Shirts" }, { "variantOption": { "name": "Size", "value": "L" } }, { "available": true }]);
    let chosen = app.graphql(COLLECTION, json!({ "filters": chosen })).await;
    // And the ids of what is chosen.
    assert_eq!(chosen.statements, plain + 4);
}

#[tokio::test]
async fn filters_that_cannot_be_read_are_refused() {
    let app = shelf().await;
    for (filters, words) in [
        (json!([{ "price": { "min": 1.234 } }]), "`price.min`"),
        (json!([{ "price": { "max": 1e300 } }]), "`price.max`"),
        (
            json!(vec![json!({ "tag": "a" }); 251]),
            "give at most 250 filters",
        ),
    ] {
        let answer = app.graphql(COLLECTION, json!({ "filters": filters })).await;
        let message = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
        assert_eq!(
            answer.body["errors"][0]["extensions"]["code"],
            "INVALID_ARGUMENT"
        );
    }
}

/// Metafields of a product and of its variants are facets of the product, each value of a list one; long
/// texts are not.
#[tokio::test]
async fn metafields_are_facets() {
    let app = shelf().await;
    let id = async |handle: &str| {
        app.count(&format!(
            "SELECT id FROM products WHERE handle = '{handle}'"
        ))
        .await
    };
    let (shirt, mug) = (id("shirt").await, id("mug").await);
    let variant = app
        .count(&format!(
            "SELECT min(id) FROM variants WHERE product_id = {mug}"
        ))
        .await;
    app.execute(&format!(
        "INSERT INTO metafields (owner_kind, owner_id, namespace, key, kind, value) VALUES \
         ('product', {shirt}, 'custom', 'care_guide', 'single_line_text_field', 'Wash cold'), \
         ('product', {mug}, 'custom', 'care_guide', 'list.single_line_text_field', '[\"Wash cold\", \"By hand\"]'), \
         ('product', {mug}, 'custom', 'broken', 'list.single_line_text_field', 'no list'), \
         ('product', {mug}, 'custom', 'story', 'multi_line_text_field', 'Long ago'), \
         ('variant', {variant}, 'specs', 'dishwasher', 'boolean', 'true')"
    ))
    .await;
    const CARE: &str = "filter.p.m.custom.care_guide";
    let all = narrowed(&app, json!([])).await;
    assert_eq!(counts(&all, CARE), ["Wash cold 2", "By hand 1"]);
    assert_eq!(counts(&all, "filter.v.m.specs.dishwasher"), ["true 1"]);
    let filters = all["filters"].as_array().unwrap();
    let labels: Vec<&str> = filters[7..]
        .iter()
        .map(|filter| filter["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["Care guide", "Dishwasher"]);
    let by_hand = json!([{ "productMetafield": { "namespace": "custom", "key": "care_guide", "value": "by hand" } }]);
    let found = narrowed(&app, by_hand.clone()).await;
    assert_eq!(handles(&found), ["mug"]);
    assert_eq!(counts(&found, CARE), ["Wash cold 2", "By hand 1"]);
    let clean = json!([{ "variantMetafield": { "namespace": "specs", "key": "dishwasher", "value": "true" } }]);
    assert_eq!(handles(&narrowed(&app, clean).await), ["mug"]);
    app.execute("UPDATE metafields SET value = 'Wash hot' WHERE value = 'Wash cold'")
        .await;
    app.execute("DELETE FROM metafields WHERE kind LIKE 'list.%'")
        .await;
    let all = narrowed(&app, json!([])).await;
    assert_eq!(counts(&all, CARE), ["Wash hot 1"]);
    assert_eq!(handles(&narrowed(&app, by_hand).await), Vec::<&str>::new());
}
