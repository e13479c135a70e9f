//! What real documents cost on a real shop: never more than they asked for, and never run when they
//! ask for too much.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::factory::words::words;

use super::{ask, edge};

const GOODS: &str = "
fragment Goods on Product { id handle title options { id name values optionValues { name } }
    seo { title } featuredImage { url } priceRange { minVariantPrice { amount } maxVariantPrice { amount } }
    variants(first: 250) { edges { node { id selectedOptions { name value } price { amount } image { url } } } }
    images(first: 20) { edges { node { url } } } media(first: 5) { nodes { id ... on MediaImage { image { url } } } }
    metafields(identifiers: [{ key: \"a\" }, { key: \"b\" }]) { id }
    collections(first: 10) { nodes { id products(first: 20) { nodes { id seo { title } } } } } }";

/// Documents that storefronts send, each with as much of the schema in it as one could ask for.
const DOCUMENTS: [&str; 12] = [
    "{ shop { name brand { slogan logo { id } } primaryDomain { url } paymentSettings { currencyCode } } }",
    "{ localization { country { isoCode currency { isoCode } unitSystem } availableCountries { isoCode \
       availableLanguages { isoCode } } } }",
    "{ menu(handle: \"main\") { items { id items { id items { id } } } } }",
    "{ products(first: 100) { nodes { ...Goods } filters { values { id } } pageInfo { endCursor } } }",
    "{ products(last: 2) { edges { cursor node { ...Goods } } } }",
    "{ products(first: 3) { pageInfo { hasNextPage } } }",
    "{ product(handle: \"hat\") { ...Goods adjacentVariants { id } selectedOrFirstAvailableVariant { id product { id } } } }",
    "{ collections(first: 20) { nodes { id image { url } products(first: 5) { nodes { ...Goods } } } } }",
    "{ collection(handle: \"winter\") { products(first: 20) { edges { node { ...Goods } } } } }",
    "{ productRecommendations(productId: \"gid://shopify/Product/1\") { ...Goods } }",
    "{ nodes(ids: [\"gid://shopify/Product/1\", \"gid://shopify/Product/2\", \"gid://shopify/Shop/1\", \
       \"gid://shopify/ProductVariant/1\"]) { id ... on Product { ...Goods } ... on ProductVariant { \
       product { ...Goods } } ... on Shop { brand { slogan } } } }",
    "{ pages(first: 10) { nodes { id seo { title } } } productTags(first: 5) { edges { node } } \
       productTypes(first: 5) { nodes } __schema { types { name } } }",
];

async fn shop() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    let mut ids = Vec::new();
    for handle in ["hat", "scarf", "glove"] {
        let sizes = ["S", "M", "L", "XL"].map(|size| VariantSeed::new(&[size], 1_000).stock(5));
        let mut seed = ProductSeed::new(handle);
        seed.images = 3;
        seed.options = vec![(
            "Size".into(),
            ["S", "M", "L", "XL"].map(String::from).into(),
        )];
        seed.variants = sizes.into();
        ids.push(seed.create(&app).await);
    }
    collection(&app, "winter", "manual", &ids).await;
    collection(&app, "sale", "manual", &ids[..2]).await;
    app
}

/// The document with the fragments that it spreads.
fn whole(document: &str) -> String {
    let goods = if document.contains("...Goods") {
        GOODS
    } else {
        ""
    };
    format!("{document}{goods}")
}

#[tokio::test]
async fn no_answer_costs_more_than_its_document() {
    let app = shop().await;
    let client = app.process(&edge(1_000_000));
    for document in DOCUMENTS {
        let told = ask(&client, &whole(document), &[]).await;
        assert_eq!(told.body.get("errors"), None, "{document}");
        let [Some(requested), Some(actual), Some(_)] = told.cost() else {
            panic!("{document}: no cost");
        };
        assert!(actual <= requested, "{document}: {actual} of {requested}");
    }
}

#[tokio::test]
async fn simple_answers_cost_the_objects_that_they_have() {
    let app = shop().await;
    let client = app.process(&edge(1_000_000));
    for (document, actual) in [
        // The page, three products, their pictures.
        (
            "{ products(first: 50) { nodes { id featuredImage { url } } } }",
            1 + 3 + 3,
        ),
        // A product, its page, four variants with a price and an option each.
        (
            "{ product(handle: \"hat\") { variants(first: 250) { nodes { price { amount } selectedOptions { name } } } } }",
            1 + 1 + 4 * 3,
        ),
        ("{ product(handle: \"nothing\") { seo { title } } }", 1),
        (
            "{ a: product(handle: \"hat\") { seo { title } } b: product(handle: \"x\") { seo { title } } }",
            2,
        ),
        // Two pages within each other: two rows of level 2 count two.
        (
            "{ collections(first: 2) { nodes { products(first: 2) { nodes { id } } } } }",
            1 + 2 * (1 + 1 + 2),
        ),
    ] {
        let told = ask(&client, document, &[]).await;
        assert_eq!(told.cost()[1], Some(actual), "{document}");
    }
}

#[tokio::test]
async fn what_costs_too_much_is_refused_before_anything_is_read() {
    let app = shop().await;
    let mut edge = edge(1_000_000);
    let document = whole("{ products(first: 10) { nodes { ...Goods } } }");
    let told = ask(&app.process(&edge), &document, &[]).await;
    let requested = told.cost()[0].unwrap();
    edge.limits.document.cost = usize::try_from(requested).unwrap();
    let told = ask(&app.process(&edge), &document, &[]).await;
    assert_eq!(told.body.get("errors"), None, "at the limit");
    edge.limits.document.cost -= 1;
    let client = app.process(&edge);
    let (told, meter) = commerce::meter::measure(ask(&client, &document, &[])).await;
    assert_eq!(meter.statements(), 0);
    assert_eq!(told.status, 200);
    let expected =
        json!({ "code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": requested - 1 });
    assert_eq!(told.body["errors"][0]["extensions"], expected);
    assert_eq!(told.body.get("data"), None);
    let modern = [("accept", "application/graphql-response+json")];
    assert_eq!(ask(&client, &document, &modern).await.status, 400);
}

#[tokio::test]
async fn the_other_operations_of_a_document_cost_nothing() {
    let app = shop().await;
    let client = app.process(&edge(1_000_000));
    let document = format!(
        "query Dear {{ products(first: 250) {{ nodes {{ ...Goods }} }} }} query Cheap {{ shop {{ name }} }}{GOODS}"
    );
    let body = json!({ "query": document, "operationName": "Cheap" });
    let response = client.post("/graphql").body_json(&body).send().await;
    let answer: Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(answer["extensions"]["cost"]["requestedQueryCost"], 1);
}
