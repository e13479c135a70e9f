//! What is hidden stays hidden, whatever the path.

use chrono::TimeDelta;
use serde_json::json;
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, collection};

use super::each;

const EVERY_PATH: &str = "
    query EveryPath($handle: String!, $id: ID!, $variant: ID!) {
        product(handle: $handle) { id }
        byId: product(id: $id) { id }
        productByHandle(handle: $handle) { id }
        node(id: $id) { id }
        nodes(ids: [$id, $variant]) { id }
        products(first: 10) { nodes { handle } }
        search: products(first: 10, query: \"thing\") { nodes { handle } }
        collection(handle: \"all\") { products(first: 10) { nodes { handle } } }
        productRecommendations(productHandle: \"seen\") { handle }
        ofHidden: productRecommendations(productId: $id) { handle }
        productTags(first: 10) { nodes }
        productTypes(first: 10) { nodes }
    }";

#[tokio::test]
async fn hidden_products_are_nowhere() {
    let app = TestApp::new().await;
    let mut hidden = Vec::new();
    let now = app.shop.clock.now();
    for (handle, status, published_at) in [
        ("draft", "draft", Some(now - TimeDelta::days(1))),
        ("archived", "archived", Some(now - TimeDelta::days(1))),
        ("unpublished", "active", None),
        ("coming", "active", Some(now + TimeDelta::days(1))),
    ] {
        let mut seed = ProductSeed::new(handle);
        seed.status = status.to_owned();
        seed.published_at = published_at;
        seed.tags = vec!["secret".to_owned()];
        seed.product_type = "Secret thing".to_owned();
        hidden.push((handle, seed.create(&app).await));
    }
    let mut seen = ProductSeed::new("seen");
    seen.tags = vec!["secret".to_owned(), "open".to_owned()];
    let seen = seen.create(&app).await;
    let mut members: Vec<i64> = hidden.iter().map(|(_, id)| *id).collect();
    members.push(seen);
    collection(&app, "all", "manual", &members).await;
    for (handle, id) in &hidden {
        let variables = json!({
            "handle": handle,
            "id": format!("gid://shopify/Product/{id}"),
            "variant": format!("gid://shopify/ProductVariant/{id}"),
        });
        let answer = app.graphql(EVERY_PATH, variables).await;
        let data = answer.data();
        for null in ["product", "byId", "productByHandle", "node", "ofHidden"] {
            assert_eq!(data[null], json!(null), "{null} of {handle}");
        }
        assert_eq!(data["nodes"], json!([null, null]), "{handle}");
        assert_eq!(each(&data["products"], "handle"), ["seen"]);
        assert_eq!(each(&data["search"], "handle"), ["seen"]);
        assert_eq!(each(&data["collection"]["products"], "handle"), ["seen"]);
        assert_eq!(data["productRecommendations"], json!([]));
        assert_eq!(data["productTags"]["nodes"], json!(["open", "secret"]));
        assert_eq!(data["productTypes"]["nodes"], json!(["Thing"]));
    }
    app.advance(TimeDelta::days(2)).await;
    let answer = app
        .graphql(
            "{ products(first: 10, sortKey: TITLE) { nodes { handle } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        each(&answer.data()["products"], "handle"),
        ["coming", "seen"]
    );
}

#[tokio::test]
async fn deleted_variants_and_unpublished_collections_are_nowhere() {
    use diesel_async::SimpleAsyncConnection;
    let app = TestApp::new().await;
    let id = ProductSeed::new("p").create(&app).await;
    let collection_id = collection(&app, "c", "manual", &[id]).await;
    app.conn()
        .await
        .batch_execute(
            "UPDATE variants SET deleted_at = now(); UPDATE collections SET published_at = NULL",
        )
        .await
        .unwrap();
    let query = "
        query Hidden($variant: ID!, $collection: ID!) {
            product(handle: \"p\") {
                variants(first: 5) { nodes { id } } variantsCount { count } availableForSale encodedVariantExistence
                selectedOrFirstAvailableVariant { id } collections(first: 5) { totalCount nodes { id } }
            }
            nodes(ids: [$variant, $collection]) { id }
            collections(first: 5) { totalCount nodes { id } }
            collection(handle: \"c\") { id }
        }";
    let variables = json!({
        "variant": "gid://shopify/ProductVariant/1",
        "collection": format!("gid://shopify/Collection/{collection_id}"),
    });
    let answer = app.graphql(query, variables).await;
    assert_eq!(
        answer.data(),
        &json!({
            "product": {
                "variants": { "nodes": [] }, "variantsCount": { "count": 0 }, "availableForSale": false,
                "encodedVariantExistence": "v1_", "selectedOrFirstAvailableVariant": null,
                "collections": { "totalCount": "0", "nodes": [] }
            },
            "nodes": [null, null],
            "collections": { "totalCount": "0", "nodes": [] },
            "collection": null
        })
    );
}
