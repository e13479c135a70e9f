//! One product: its options, variants, pictures, and what storefronts ask about them.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};

use super::each;

/// A shirt in three sizes and two colors, without S/Blue; M/Red is sold out, L/Blue on back order.
async fn shirt(app: &TestApp) -> i64 {
    let backorder = VariantSeed {
        sells_when_empty: true,
        ..VariantSeed::new(&["L", "Blue"], 2_500).stock(0)
    };
    let first = VariantSeed {
        compare_at: Some(2_000),
        sku: Some("S-RED".to_owned()),
        image: Some(1),
        ..VariantSeed::new(&["S", "Red"], 1_500).stock(3)
    };
    let mut seed = ProductSeed::new("shirt").with(
        &[("Size", &["S", "M", "L"]), ("Color", &["Red", "Blue"])],
        vec![
            first,
            VariantSeed::new(&["M", "Red"], 1_600).stock(0),
            VariantSeed::new(&["M", "Blue"], 1_700),
            VariantSeed::new(&["L", "Red"], 1_800).stock(2),
            backorder,
        ],
    );
    seed.images = 3;
    seed.description = "A shirt of soft cotton".to_owned();
    seed.create(app).await
}

#[tokio::test]
async fn a_product_shows_what_it_is() {
    let app = TestApp::new().await;
    let id = shirt(&app).await;
    collection(&app, "tops", "manual", &[id]).await;
    let query = "
        query Detail($id: ID!) {
            product(id: $id) {
                id handle title vendor productType tags isGiftCard requiresSellingPlan createdAt updatedAt publishedAt
                description short: description(truncateAt: 10) descriptionHtml
                seo { title description } onlineStoreUrl trackingParameters category { id }
                priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount } }
                compareAtPriceRange { minVariantPrice { amount } maxVariantPrice { amount } }
                availableForSale totalInventory variantsCount { count precision }
                featuredImage { url altText width height id }
                options(first: 1) { name values }
                collections(first: 2) { nodes { handle } }
                sellingPlanGroups(first: 1) { nodes { name } }
                metafield(namespace: \"a\", key: \"b\") { value } metafields(identifiers: [{ key: \"c\" }]) { value }
            }
        }";
    let gid = format!("gid://shopify/Product/{id}");
    let answer = app.graphql(query, json!({ "id": gid })).await;
    assert_eq!(
        answer.data()["product"],
        json!({
            "id": gid, "handle": "shirt", "title": "shirt", "vendor": "Acme", "productType": "Thing", "tags": [],
            "isGiftCard": false, "requiresSellingPlan": false,
            "createdAt": "2026-01-01T12:00:00Z", "updatedAt": "2026-01-01T12:00:00Z", "publishedAt": "2026-01-01T12:00:00Z",
            "description": "A shirt of soft cotton", "short": "A shirt...", "descriptionHtml": "<p>A shirt of soft cotton</p>",
            "seo": { "title": null, "description": null }, "onlineStoreUrl": null, "trackingParameters": null, "category": null,
            "priceRange": { "minVariantPrice": { "amount": "15.0", "currencyCode": "USD" }, "maxVariantPrice": { "amount": "25.0" } },
            "compareAtPriceRange": { "minVariantPrice": { "amount": "20.0" }, "maxVariantPrice": { "amount": "20.0" } },
            "availableForSale": true, "totalInventory": 5, "variantsCount": { "count": 5, "precision": "EXACT" },
            "featuredImage": {
                "url": "https://cdn.example/shirt-1.png?v=1", "altText": "shirt 1", "width": 800, "height": 600,
                "id": "gid://shopify/ProductImage/1"
            },
            "options": [{ "name": "Size", "values": ["S", "M", "L"] }],
            "collections": { "nodes": [{ "handle": "tops" }] },
            "sellingPlanGroups": { "nodes": [] },
            "metafield": null, "metafields": [null]
        })
    );
    // Product, texts, sums, options, collections, metafields.
    assert_eq!(answer.statements, 6);
}

#[tokio::test]
async fn variants_say_what_can_be_bought() {
    let app = TestApp::new().await;
    shirt(&app).await;
    let query = "{ product(handle: \"shirt\") { variants(first: 250) { nodes {
        title availableForSale currentlyNotInStock quantityAvailable sku
        price { amount } priceV2 { amount } compareAtPrice { amount } compareAtPriceV2 { amount }
        selectedOptions { name value } image { url } product { handle } weight weightUnit quantityRule { minimum maximum increment }
    } } } }";
    let answer = app.graphql(query, json!({})).await;
    let nodes = &answer.data()["product"]["variants"]["nodes"];
    assert_eq!(
        nodes[0],
        json!({
            "title": "S / Red", "availableForSale": true, "currentlyNotInStock": false, "quantityAvailable": 3, "sku": "S-RED",
            "price": { "amount": "15.0" }, "priceV2": { "amount": "15.0" },
            "compareAtPrice": { "amount": "20.0" }, "compareAtPriceV2": { "amount": "20.0" },
            "selectedOptions": [{ "name": "Size", "value": "S" }, { "name": "Color", "value": "Red" }],
            "image": { "url": "https://cdn.example/shirt-2.png?v=1" }, "product": { "handle": "shirt" },
            "weight": 0.0, "weightUnit": "KILOGRAMS", "quantityRule": { "minimum": 1, "maximum": null, "increment": 1 }
        })
    );
    let seen = |field: &str| -> Vec<Value> {
        nodes
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node[field].clone())
            .collect()
    };
    assert_eq!(
        json!(seen("availableForSale")),
        json!([true, false, true, true, true])
    );
    assert_eq!(
        json!(seen("currentlyNotInStock")),
        json!([false, false, false, false, true])
    );
    assert_eq!(json!(seen("quantityAvailable")), json!([3, 0, null, 2, 0]));
    // A variant without a picture of its own has the product's first.
    assert_eq!(
        nodes[1]["image"]["url"],
        json!("https://cdn.example/shirt-1.png?v=1")
    );
    // Product, variants, stock, in which numbers, the variant's picture.
    assert_eq!(answer.statements, 5);
}

const PICKER: &str = "
    query Picker($options: [SelectedOptionInput!]!, $case: Boolean, $unknown: Boolean) {
        product(handle: \"shirt\") {
            selectedOrFirstAvailableVariant(selectedOptions: $options, caseInsensitiveMatch: $case, ignoreUnknownOptions: $unknown) { title }
            adjacentVariants(selectedOptions: $options, caseInsensitiveMatch: $case, ignoreUnknownOptions: $unknown) { title }
            variantBySelectedOptions(selectedOptions: $options, caseInsensitiveMatch: $case, ignoreUnknownOptions: $unknown) { title }
            encodedVariantExistence encodedVariantAvailability
            options { optionValues { name swatch { color } firstSelectableVariant { title availableForSale } } }
        }
    }";

#[tokio::test]
async fn the_variant_picker_has_what_it_needs() {
    let app = TestApp::new().await;
    shirt(&app).await;
    let variables = json!({ "options": [
        { "name": "Size", "value": "M" }, { "name": "Color", "value": "Blue" }, { "name": "utm_source", "value": "mail" }
    ], "unknown": true });
    let answer = app.graphql(PICKER, variables).await;
    let product = &answer.data()["product"];
    assert_eq!(
        product["selectedOrFirstAvailableVariant"],
        json!({ "title": "M / Blue" })
    );
    assert_eq!(
        product["adjacentVariants"],
        json!([{ "title": "M / Red" }, { "title": "L / Blue" }])
    );
    assert_eq!(
        product["variantBySelectedOptions"],
        json!({ "title": "M / Blue" })
    );
    assert_eq!(
        product["encodedVariantExistence"],
        json!("v1_0:0,1:0-1,2:0-1,")
    );
    assert_eq!(
        product["encodedVariantAvailability"],
        json!("v1_0:0,1:1,2:0-1,")
    );
    let first: Vec<&Value> = product["options"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|option| option["optionValues"].as_array().unwrap())
        .map(|value| &value["firstSelectableVariant"]["title"])
        .collect();
    assert_eq!(
        json!(first),
        json!(["S / Red", "M / Red", "L / Red", "S / Red", "M / Blue"])
    );
    // Product, options, variants, stock.
    assert_eq!(answer.statements, 4);
}

#[tokio::test]
async fn selections_that_fit_badly_still_open_a_page() {
    let app = TestApp::new().await;
    shirt(&app).await;
    let pick = async |options: Value, case: bool| {
        let answer = app
            .graphql(
                PICKER,
                json!({ "options": options, "case": case, "unknown": false }),
            )
            .await;
        let product = answer.data()["product"].clone();
        (
            product["selectedOrFirstAvailableVariant"]["title"].clone(),
            product["variantBySelectedOptions"]["title"].clone(),
        )
    };
    let lower = json!([{ "name": "size", "value": "l" }, { "name": "color", "value": "red" }]);
    assert_eq!(
        pick(lower.clone(), true).await,
        (json!("L / Red"), json!("L / Red"))
    );
    assert_eq!(pick(lower, false).await, (json!("S / Red"), json!(null)));
    let missing = json!([{ "name": "Size", "value": "S" }, { "name": "Color", "value": "Blue" }]);
    assert_eq!(pick(missing, false).await, (json!("S / Red"), json!(null)));
    let partial = json!([{ "name": "Size", "value": "M" }]);
    assert_eq!(pick(partial, false).await, (json!("M / Blue"), json!(null)));
    assert_eq!(
        pick(json!([]), false).await,
        (json!("S / Red"), json!(null))
    );
}

#[tokio::test]
async fn pictures_come_in_every_size_and_page() {
    let app = TestApp::new().await;
    shirt(&app).await;
    let query = "{ product(handle: \"shirt\") {
        images(first: 2) { nodes { altText src originalSrc transformedSrc(maxWidth: 10) } pageInfo { hasNextPage endCursor } }
        last: images(last: 1, sortKey: CREATED_AT) { nodes { altText } pageInfo { hasPreviousPage } }
        reversed: images(first: 1, reverse: true) { nodes { altText url(transform: { maxWidth: 100, maxHeight: 50, crop: CENTER, scale: 2, preferredContentType: WEBP }) } }
        media(first: 5) { nodes { __typename id alt mediaContentType presentation { id } previewImage { width } ... on MediaImage { image { height } } } }
    } }";
    let answer = app.graphql(query, json!({})).await;
    let product = &answer.data()["product"];
    assert_eq!(each(&product["images"], "altText"), ["shirt 1", "shirt 2"]);
    assert_eq!(product["images"]["pageInfo"]["hasNextPage"], json!(true));
    assert_eq!(
        product["images"]["nodes"][0],
        json!({
            "altText": "shirt 1", "src": "https://cdn.example/shirt-1.png?v=1", "originalSrc": "https://cdn.example/shirt-1.png?v=1",
            "transformedSrc": "https://cdn.example/shirt-1.png?v=1&width=10"
        })
    );
    assert_eq!(each(&product["last"], "altText"), ["shirt 3"]);
    assert_eq!(
        product["reversed"]["nodes"],
        json!([{
            "altText": "shirt 3",
            "url": "https://cdn.example/shirt-3.png?v=1&width=200&height=100&crop=center&format=webp"
        }])
    );
    assert_eq!(
        product["media"]["nodes"][1],
        json!({
            "__typename": "MediaImage", "id": "gid://shopify/MediaImage/2", "alt": "shirt 2", "mediaContentType": "IMAGE",
            "presentation": null, "previewImage": { "width": 800 }, "image": { "height": 600 }
        })
    );
}

#[tokio::test]
async fn variants_are_paged_in_every_order() {
    let app = TestApp::new().await;
    shirt(&app).await;
    let query = "query Page($sort: ProductVariantSortKeys, $first: Int, $after: String, $last: Int, $before: String) { product(handle: \"shirt\") {
        variants(sortKey: $sort, first: $first, after: $after, last: $last, before: $before) {
            nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        } } }";
    for (sort, expected) in [
        (
            "POSITION",
            ["S / Red", "M / Red", "M / Blue", "L / Red", "L / Blue"],
        ),
        (
            "ID",
            ["S / Red", "M / Red", "M / Blue", "L / Red", "L / Blue"],
        ),
        (
            "TITLE",
            ["L / Blue", "L / Red", "M / Blue", "M / Red", "S / Red"],
        ),
        (
            "SKU",
            ["M / Red", "M / Blue", "L / Red", "L / Blue", "S / Red"],
        ),
    ] {
        let page = async |variables: Value| {
            app.graphql(query, variables).await.data()["product"]["variants"].clone()
        };
        let head = page(json!({ "sort": sort, "first": 3 })).await;
        assert_eq!(each(&head, "title"), expected[..3], "{sort}");
        assert_eq!(head["pageInfo"]["hasNextPage"], json!(true));
        let rest =
            page(json!({ "sort": sort, "first": 3, "after": head["pageInfo"]["endCursor"] })).await;
        assert_eq!(each(&rest, "title"), expected[3..], "{sort}");
        assert_eq!(rest["pageInfo"]["hasNextPage"], json!(false));
        let back =
            page(json!({ "sort": sort, "last": 2, "before": rest["pageInfo"]["startCursor"] }))
                .await;
        assert_eq!(each(&back, "title"), expected[1..3], "{sort}");
        assert_eq!(back["pageInfo"]["hasPreviousPage"], json!(true));
        assert_eq!(back["pageInfo"]["hasNextPage"], json!(true));
    }
}

#[tokio::test]
async fn related_products_share_collections_type_or_tags() {
    let app = TestApp::new().await;
    let seed = |handle: &str, product_type: &str, tags: &[&str]| ProductSeed {
        product_type: product_type.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..ProductSeed::new(handle)
    };
    let me = seed("me", "Hat", &["red"]).create(&app).await;
    let tagged = seed("tagged", "Shoe", &["RED"]).create(&app).await;
    let typed = seed("typed", "Hat", &[]).create(&app).await;
    let beside = seed("beside", "Coat", &["red"]).create(&app).await;
    seed("stranger", "Shoe", &["blue"]).create(&app).await;
    collection(&app, "c", "manual", &[me, beside]).await;
    let query = "query Related($id: ID) {
        productRecommendations(productId: $id) { handle }
        byHandle: productRecommendations(productHandle: \"me\", intent: RELATED) { handle }
        complementary: productRecommendations(productId: $id, intent: COMPLEMENTARY) { handle }
        unknown: productRecommendations(productHandle: \"nobody\") { handle }
    }";
    let answer = app
        .graphql(
            query,
            json!({ "id": format!("gid://shopify/Product/{me}") }),
        )
        .await;
    let expected = json!([{ "handle": "beside" }, { "handle": "typed" }, { "handle": "tagged" }]);
    assert_eq!(
        answer.data()["productRecommendations"],
        expected,
        "{typed} {tagged}"
    );
    assert_eq!(answer.data()["byHandle"], expected);
    assert_eq!(answer.data()["complementary"], json!([]));
    assert_eq!(answer.data()["unknown"], json!(null));
}
