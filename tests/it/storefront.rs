//! What Next.js Commerce asks, in documents of our own: all fourteen operations of a storefront,
//! run in the order of a visit.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::factory::words::words;

const PRODUCT: &str = "
fragment Goods on Product { id handle availableForSale title description descriptionHtml tags updatedAt
    options { id name values } seo { ...Found } featuredImage { ...Picture }
    priceRange { maxVariantPrice { amount currencyCode } minVariantPrice { amount currencyCode } }
    variants(first: 250) { edges { node { id title availableForSale
        selectedOptions { name value } price { amount currencyCode } } } }
    images(first: 20) { edges { node { ...Picture } } } }
fragment Picture on Image { url altText width height }
fragment Found on SEO { title description }";

const BASKET: &str = "
fragment Basket on Cart { id checkoutUrl totalQuantity
    cost { subtotalAmount { ...Sum } totalAmount { ...Sum } totalTaxAmount { ...Sum } }
    lines(first: 100) { edges { node { id quantity cost { totalAmount { ...Sum } }
        merchandise { ... on ProductVariant { id title selectedOptions { name value }
            product { ...Goods } } } } } } }
fragment Sum on MoneyV2 { amount currencyCode }";

const SHELF: &str = "
fragment Shelf on Collection { handle title description seo { ...Found } updatedAt }
fragment Found on SEO { title description }";

const SHEET: &str = "
fragment Sheet on Page { ... on Page { id title handle body bodySummary createdAt updatedAt
    seo { ...Found } } }
fragment Found on SEO { title description }";

async fn ask(app: &TestApp, document: &str, fragments: &[&str], variables: Value) -> Value {
    let document = format!("{document}{}", fragments.concat());
    let answer = app.graphql(&document, variables).await;
    assert_eq!(answer.status, 200);
    answer.data().clone()
}

async fn shop() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    let mut hat = ProductSeed::new("hat");
    hat.images = 1;
    hat.options = vec![("Size".into(), vec!["S".into(), "M".into()])];
    hat.variants = vec![
        VariantSeed::new(&["S"], 1000).stock(5),
        VariantSeed::new(&["M"], 1200).stock(5),
    ];
    let hat = hat.create(&app).await;
    let glove = ProductSeed::new("glove").create(&app).await;
    collection(&app, "winter", "manual", &[hat, glove]).await;
    app
}

#[tokio::test]
async fn a_storefront_shows_everything_it_has() {
    let app = shop().await;
    let menu = "query Menu($handle: String!) { menu(handle: $handle) { items { title url } } }";
    let menu = ask(&app, menu, &[], json!({ "handle": "main" })).await;
    assert_eq!(
        menu["menu"]["items"][0],
        json!({ "title": "Home", "url": "https://shop.example/" })
    );

    let all = "query Products($sort: ProductSortKeys, $reverse: Boolean, $query: String) {
        products(sortKey: $sort, reverse: $reverse, query: $query, first: 100) { edges { node { ...Goods } } } }";
    for variables in [
        json!({}),
        json!({ "sort": "CREATED_AT", "reverse": true, "query": "" }),
    ] {
        let all = ask(&app, all, &[PRODUCT], variables).await;
        assert_eq!(all["products"]["edges"].as_array().map(Vec::len), Some(2));
    }

    let one = "query Product($handle: String!) { product(handle: $handle) { ...Goods } }";
    let hat = ask(&app, one, &[PRODUCT], json!({ "handle": "hat" })).await;
    assert_eq!(hat["product"]["options"][0]["values"], json!(["S", "M"]));
    assert_eq!(
        hat["product"]["priceRange"]["maxVariantPrice"]["amount"],
        "12.0"
    );
    let more = "query More($id: ID!) { productRecommendations(productId: $id) { ...Goods } }";
    let more = ask(
        &app,
        more,
        &[PRODUCT],
        json!({ "id": hat["product"]["id"] }),
    )
    .await;
    assert_eq!(more["productRecommendations"][0]["handle"], "glove");

    let shelf = "query Shelf($handle: String!) { collection(handle: $handle) { ...Shelf } }";
    let winter = ask(&app, shelf, &[SHELF], json!({ "handle": "winter" })).await;
    assert_eq!(winter["collection"]["handle"], "winter");
    let shelves =
        "query Shelves { collections(first: 100, sortKey: TITLE) { edges { node { ...Shelf } } } }";
    let shelves = ask(&app, shelves, &[SHELF], json!({})).await;
    assert_eq!(
        shelves["collections"]["edges"][0]["node"],
        winter["collection"]
    );
    let on_it =
        "query OnIt($handle: String!, $sort: ProductCollectionSortKeys, $reverse: Boolean) {
        collection(handle: $handle) { products(sortKey: $sort, reverse: $reverse, first: 100) {
            edges { node { ...Goods } } } } }";
    for variables in [
        json!({ "handle": "winter" }),
        json!({ "handle": "winter", "sort": "CREATED", "reverse": true }),
    ] {
        let on_it = ask(&app, on_it, &[PRODUCT], variables).await;
        assert_eq!(
            on_it["collection"]["products"]["edges"]
                .as_array()
                .map(Vec::len),
            Some(2)
        );
    }
    let none = ask(&app, on_it, &[PRODUCT], json!({ "handle": "summer" })).await;
    assert_eq!(none, json!({ "collection": null }));

    let sheet = "query Sheet($handle: String!) { pageByHandle(handle: $handle) { ...Sheet } }";
    let about = ask(&app, sheet, &[SHEET], json!({ "handle": "about" })).await;
    assert_eq!(
        about["pageByHandle"]["seo"],
        json!({ "title": "Zebras!", "description": null })
    );
    let sheets = "query Sheets { pages(first: 100) { edges { node { ...Sheet } } } }";
    let sheets = ask(&app, sheets, &[SHEET], json!({})).await;
    assert_eq!(sheets["pages"]["edges"][0]["node"], about["pageByHandle"]);
}

#[tokio::test]
async fn a_storefront_fills_a_cart() {
    let app = shop().await;
    let with = [BASKET, PRODUCT];
    let create = "mutation Create($lines: [CartLineInput!]) {
        cartCreate(input: { lines: $lines }) { cart { ...Basket } } }";
    let cart = ask(&app, create, &with, json!({})).await["cartCreate"]["cart"].clone();
    assert_eq!(cart["totalQuantity"], 0);

    let size = "{ product(handle: \"hat\") { variants(first: 2) { nodes { id } } } }";
    let sizes = ask(&app, size, &[], json!({})).await["product"]["variants"]["nodes"].clone();
    let (small, medium) = (&sizes[0]["id"], &sizes[1]["id"]);
    let add = "mutation Add($cart: ID!, $lines: [CartLineInput!]!) {
        cartLinesAdd(cartId: $cart, lines: $lines) { cart { ...Basket } } }";
    let lines = json!([{ "merchandiseId": small, "quantity": 2 }]);
    let added = ask(
        &app,
        add,
        &with,
        json!({ "cart": cart["id"], "lines": lines }),
    )
    .await;
    let line = &added["cartLinesAdd"]["cart"]["lines"]["edges"][0]["node"];
    assert_eq!(line["merchandise"]["product"]["handle"], "hat");
    assert_eq!(
        line["cost"]["totalAmount"],
        json!({ "amount": "20.0", "currencyCode": "USD" })
    );

    let edit = "mutation Edit($cart: ID!, $lines: [CartLineUpdateInput!]!) {
        cartLinesUpdate(cartId: $cart, lines: $lines) { cart { ...Basket } } }";
    let lines = json!([{ "id": line["id"], "merchandiseId": medium, "quantity": 3 }]);
    let edited = ask(
        &app,
        edit,
        &with,
        json!({ "cart": cart["id"], "lines": lines }),
    )
    .await;
    let edited = &edited["cartLinesUpdate"]["cart"];
    assert_eq!(edited["cost"]["totalAmount"]["amount"], "36.0");

    let read = "query Read($id: ID!) { cart(id: $id) { ...Basket } }";
    let seen = ask(&app, read, &with, json!({ "id": cart["id"] })).await;
    assert_eq!(&seen["cart"], edited);

    let remove = "mutation Remove($cart: ID!, $lines: [ID!]!) {
        cartLinesRemove(cartId: $cart, lineIds: $lines) { cart { ...Basket } } }";
    let line = &edited["lines"]["edges"][0]["node"]["id"];
    let emptied = ask(
        &app,
        remove,
        &with,
        json!({ "cart": cart["id"], "lines": [line] }),
    )
    .await;
    assert_eq!(emptied["cartLinesRemove"]["cart"]["totalQuantity"], 0);
}
