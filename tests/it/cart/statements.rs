//! What carts cost in SQL statements, which must not grow with their lines.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};

use super::{cart_with, read};

/// The variants of so many products.
async fn variants(app: &TestApp, products: usize) -> Vec<Value> {
    for n in 0..products {
        let mut seed = ProductSeed::new(&format!("p{n}"));
        seed.images = 2;
        seed.options = vec![("Size".into(), vec!["S".into(), "M".into()])];
        seed.variants = vec![
            VariantSeed::new(&["S"], 1000).stock(100),
            VariantSeed::new(&["M"], 1100).stock(100),
        ];
        seed.create(app).await;
    }
    let answer = app
        .graphql(
            "{ products(first: 250) { nodes { variants(first: 2) { nodes { id } } } } }",
            json!({}),
        )
        .await;
    let products = answer.data()["products"]["nodes"]
        .as_array()
        .expect("products")
        .clone();
    products
        .iter()
        .flat_map(|p| p["variants"]["nodes"].as_array().expect("variants").clone())
        .map(|v| v["id"].clone())
        .collect()
}

/// What Next.js Commerce asks of every cart, in words of our own.
const STOREFRONT_CART: &str = "id checkoutUrl totalQuantity
    cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } totalTaxAmount { amount currencyCode } }
    lines(first: 100) { edges { node { id quantity cost { totalAmount { amount currencyCode } }
        merchandise { ... on ProductVariant { id title selectedOptions { name value }
            product { id handle availableForSale title description descriptionHtml tags updatedAt
                options { id name values } seo { title description }
                priceRange { maxVariantPrice { amount currencyCode } minVariantPrice { amount currencyCode } }
                featuredImage { url altText width height }
                images(first: 20) { edges { node { url altText width height } } }
                variants(first: 250) { edges { node { id title availableForSale selectedOptions { name value } price { amount currencyCode } } } }
            } } } } } }";

#[tokio::test]
async fn the_storefront_cart_costs_the_same_for_any_number_of_lines() {
    let app = TestApp::new().await;
    let variants = variants(&app, 30).await;
    let mut costs = Vec::new();
    for count in [1, 60] {
        let lines: Vec<Value> = variants[..count]
            .iter()
            .map(|id| json!({ "merchandiseId": id }))
            .collect();
        let cart = cart_with(&app, json!(lines)).await;
        let answer = read(&app, &cart, STOREFRONT_CART).await;
        let shown = answer.data()["cart"]["lines"]["edges"]
            .as_array()
            .map(Vec::len);
        assert_eq!(shown, Some(count));
        costs.push(answer.statements);
    }
    assert_eq!(costs[0], costs[1], "the number of lines must not matter");
    // One of them looks for discounts.
    assert_eq!(costs[0], 11);
}

#[tokio::test]
async fn adding_costs_eight_statements_at_most() {
    let app = TestApp::new().await;
    let variants = variants(&app, 10).await;
    let query = "mutation ($cart: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cart, lines: $lines) {
        userErrors { message } warnings { code }
        cart { id totalQuantity cost { totalAmount { amount } } lines(first: 100) { nodes { id quantity
            cost { totalAmount { amount } }
            merchandise { ... on ProductVariant { id title price { amount } image { url } product { handle title featuredImage { url } } } } } } } } }";
    for count in [1, 20] {
        let cart = cart_with(&app, json!([])).await;
        let lines: Vec<Value> = variants[..count]
            .iter()
            .map(|id| json!({ "merchandiseId": id }))
            .collect();
        let answer = app
            .graphql(query, json!({ "cart": cart["id"], "lines": lines }))
            .await;
        assert_eq!(answer.data()["cartLinesAdd"]["userErrors"], json!([]));
        assert_eq!(
            answer.data()["cartLinesAdd"]["cart"]["totalQuantity"],
            count
        );
        // One of them looks for discounts.
        assert_eq!(answer.statements, 6, "{count} lines");
    }
}
