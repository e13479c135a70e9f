//! What operations cost: statements that do not grow with the page, products loaded once.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};

async fn products(app: &TestApp, count: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    for number in 0..count {
        let sizes = vec![
            VariantSeed {
                image: Some(0),
                ..VariantSeed::new(&["S"], 1_000)
            },
            VariantSeed {
                image: Some(1),
                ..VariantSeed::new(&["M"], 1_000)
            }
            .stock(1),
        ];
        let mut seed =
            ProductSeed::new(&format!("p{number}")).with(&[("Size", &["S", "M"])], sizes);
        seed.images = 2;
        ids.push(seed.create(app).await);
    }
    ids
}

const LIST: &str = "
    query List($first: Int!, $variants: Int!) {
        products(first: $first, sortKey: BEST_SELLING) {
            nodes {
                id handle title availableForSale featuredImage { url }
                priceRange { minVariantPrice { amount currencyCode } }
                options { name optionValues { name } }
                variants(first: $variants) {
                    nodes { id title availableForSale price { amount } selectedOptions { name value } image { url } product { handle } }
                }
            }
        }
    }";

#[tokio::test]
async fn a_list_costs_the_same_whatever_its_size() {
    let app = TestApp::new().await;
    products(&app, 12).await;
    for (first, variants) in [(1, 1), (3, 2), (12, 2)] {
        let answer = app
            .graphql(LIST, json!({ "first": first, "variants": variants }))
            .await;
        let nodes = answer.data()["products"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        // Products, sums, options, variants, variants' pictures; with a counted variant on the
        // page, its stock.
        let expected = if variants == 1 { 5 } else { 6 };
        assert_eq!(answer.statements, expected, "{first} × {variants}");
    }
}

/// The fields that Next.js Commerce asks of every product, in words of our own.
const DETAIL: &str = "
    fragment Picture on Image { url altText width height }
    fragment Whole on Product {
        id handle availableForSale title description descriptionHtml
        options { id name values }
        priceRange { maxVariantPrice { amount currencyCode } minVariantPrice { amount currencyCode } }
        variants(first: 250) { edges { node { id title availableForSale selectedOptions { name value } price { amount currencyCode } } } }
        featuredImage { ...Picture }
        images(first: 20) { edges { node { ...Picture } } }
        seo { title description } tags updatedAt
    }";

#[tokio::test]
async fn a_whole_product_costs_seven_statements() {
    let app = TestApp::new().await;
    products(&app, 1).await;
    let query = format!("{DETAIL} {{ product(handle: \"p0\") {{ ...Whole }} }}");
    let answer = app.graphql(&query, json!({})).await;
    assert_eq!(
        answer.data()["product"]["images"]["edges"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // Product, texts, sums, options, variants, stock, pictures.
    assert_eq!(answer.statements, 7);
}

#[tokio::test]
async fn a_product_under_many_lines_is_loaded_once() {
    let app = TestApp::new().await;
    let ids = products(&app, 3).await;
    let ask = async |count: usize| {
        let gids: Vec<Value> = (0..count)
            .map(|n| json!(format!("gid://shopify/Product/{}", ids[n % ids.len()])))
            .collect();
        let query =
            format!("{DETAIL} query Lines($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...Whole }} }}");
        let answer = app.graphql(&query, json!({ "ids": gids })).await;
        assert_eq!(answer.data()["nodes"].as_array().unwrap().len(), count);
        answer.statements
    };
    assert_eq!(ask(1).await, ask(100).await);
}
