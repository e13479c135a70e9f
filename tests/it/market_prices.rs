//! Prices that a market has of its own: by CSV, in the catalogue, in filters, in carts and in orders.

use api::shop_file::ShopFile;
use commerce::catalog::store::quantities::Imported;
use commerce::flows::arrange_shop::arrange_shop;
use commerce::flows::import_prices::{export_prices, import_prices};
use commerce::flows::replay_pricing::{Replayed, replay_pricing};
use commerce::kernel::Currency;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;

use crate::cart::mutate;

const HEADER: &str = "Market,SKU,From,Price,Compare At Price\n";

/// A tee, small for 10.00 and large for 20.00, and a mug for 30.00. Euros are paid in the United States, where a Till
/// delivers to, half a euro for a dollar; Canada pays in dollars.
async fn arranged(app: &TestApp) {
    let file = json!({ "markets": [
        { "handle": "euro", "name": "Euro", "countries": ["US"], "currency": "EUR", "rate": "0.5" },
        { "handle": "north", "name": "North", "countries": ["CA"] },
        { "handle": "world", "name": "World", "countries": ["*"] },
    ] });
    shop_file(app, &file).await;
    let variant = |sku: &str, values: &[&str], price: i64| {
        let mut seed = VariantSeed::new(values, price).stock(100);
        seed.sku = Some(sku.to_owned());
        seed
    };
    let tee = ProductSeed::new("tee").with(
        &[("Size", &["S", "L"])],
        vec![
            variant("TEE-S", &["S"], 1_000),
            variant("TEE-L", &["L"], 2_000),
        ],
    );
    let tee = tee.create(app).await;
    let mut mug = ProductSeed::new("mug");
    mug.variants = vec![variant("MUG", &["Default Title"], 3_000)];
    let mug = mug.create(app).await;
    collection(app, "all", "manual", &[tee, mug]).await;
}

async fn imported(app: &TestApp, rows: &str) -> Imported {
    let text = format!("{HEADER}{rows}");
    import_prices(&app.shop, text.as_bytes()).await.unwrap()
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export_prices(&app.shop, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn shown(app: &TestApp, context: &str, fields: &str) -> (Value, u64) {
    let query = format!("query {context} {{ {fields} }}");
    let answer = app.graphql(&query, json!({})).await;
    (answer.data().clone(), answer.statements)
}

const EURO: &str = "@inContext(country: US)";
const NORTH: &str = "@inContext(country: CA)";
/// The small tee costs 4.49 and, from a dozen on, 3.99; the large one follows the rate.
const TEE: &str = "euro,TEE-S,,4.49,6.0\neuro,TEE-S,12,3.99,\n";

#[tokio::test]
async fn what_is_imported_comes_back_as_it_was_and_changes_nothing_again() {
    let app = TestApp::new().await;
    arranged(&app).await;
    let rows = format!("north,MUG,1,29.9,\n{TEE}");
    let done = imported(&app, &rows).await;
    assert_eq!(
        (done.changed, done.unchanged, done.refusals),
        (2, 0, vec![])
    );
    let whole = format!("{HEADER}{TEE}north,MUG,,29.9,\n");
    assert_eq!(exported(&app).await, whole);
    let again = imported(&app, whole.strip_prefix(HEADER).unwrap()).await;
    assert_eq!((again.changed, again.unchanged), (0, 2));
    // A row without a price lifts what held in that market; the other stays.
    let lifted = imported(&app, "euro,TEE-S,,,\neuro,MUG,,,\n").await;
    assert_eq!((lifted.changed, lifted.unchanged), (1, 1));
    assert_eq!(exported(&app).await, format!("{HEADER}north,MUG,,29.9,\n"));
}

#[tokio::test]
async fn a_refused_row_names_its_column_and_leaves_its_price_as_it_was() {
    let app = TestApp::new().await;
    arranged(&app).await;
    imported(&app, TEE).await;
    let rows = "south,MUG,,1,\neuro,,,1,\neuro,TEE-S,,1.234,-2\neuro,TEE-L,5,1,\neuro,MUG,,1,\neuro,MUG,1,2,\n\
                north,MUG,,,5\nnorth,TEE-S,,1,\nnorth,TEE-S,3,1,2\nnorth,NIL,,1,\n\
                north,TEE-L,,,\nnorth,TEE-L,,1,\nworld,MUG,one,1,\n";
    let told = imported(&app, rows).await.refusals;
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: Market: there is no market `south`",
            "3: SKU: is missing",
            "4: Compare At Price: `-2` is below 0",
            "4: Price: `1.234` is not an amount in EUR: write digits with at most 2 decimal places, such as 19.99",
            "5: From: `TEE-L` has no price for a single one",
            "7: From: 1 has a price already",
            "8: Price: is missing",
            "10: Compare At Price: belongs to the price of a single one",
            "11: SKU: no variant has the stock keeping unit `NIL`",
            "13: Price: is missing in one of the rows",
            "14: From: `one` is not a whole number from 1 on",
        ]
    );
    assert_eq!(exported(&app).await, format!("{HEADER}{TEE}"));
    let told = import_prices(&app.shop, b"Market,SKU,Cost\n").await;
    let told: Vec<String> = told
        .unwrap()
        .refusals
        .iter()
        .map(ToString::to_string)
        .collect();
    let known = "is not one of the columns Market, SKU, From, Price, Compare At Price";
    assert_eq!(
        told,
        [
            format!("1: Cost: {known}"),
            "1: Price: the column is missing".to_owned()
        ]
    );
    // What the importer refuses, the database refuses as well.
    for (values, words) in [
        ("12, 100, NULL, 'EUR'", "larger_numbers_follow_one"),
        ("1, -1, NULL, 'EUR'", "price_minor"),
        ("0, 1, NULL, 'EUR'", "minimum"),
        ("1, 1, NULL, 'euro'", "currency"),
    ] {
        let row = format!(
            "INSERT INTO market_prices (market_id, variant_id, minimum, price_minor, compare_at_minor, currency) \
             SELECT m.id, v.id, {values} FROM markets m, variants v WHERE m.handle = 'north' AND v.sku = 'MUG'"
        );
        let refused = app.conn().await.batch_execute(&row).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{values}: {refused}");
    }
}

const PRICES: &str = "products(first: 5, sortKey: TITLE) { nodes { handle \
    priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount } } \
    compareAtPriceRange { minVariantPrice { amount } maxVariantPrice { amount } } \
    variants(first: 5) { nodes { sku price { amount currencyCode } compareAtPrice { amount } \
        quantityPriceBreaks(first: 5) { nodes { minimumQuantity price { amount currencyCode } } } } } } }";

/// Of each product its range; of each variant its price, the one to compare with and those for larger numbers.
fn told(data: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for product in data["products"]["nodes"].as_array().unwrap() {
        let end = |range: &str, end: &str| product[range][end]["amount"].as_str().unwrap();
        lines.push(format!(
            "{}: {} to {} {}, before {} to {}",
            product["handle"].as_str().unwrap(),
            end("priceRange", "minVariantPrice"),
            end("priceRange", "maxVariantPrice"),
            product["priceRange"]["minVariantPrice"]["currencyCode"]
                .as_str()
                .unwrap(),
            end("compareAtPriceRange", "minVariantPrice"),
            end("compareAtPriceRange", "maxVariantPrice"),
        ));
        for variant in product["variants"]["nodes"].as_array().unwrap() {
            let breaks = variant["quantityPriceBreaks"]["nodes"].as_array().unwrap();
            let breaks: Vec<String> = breaks
                .iter()
                .map(|one| {
                    let amount = one["price"]["amount"].as_str().unwrap();
                    format!(" {}×{amount}", one["minimumQuantity"])
                })
                .collect();
            lines.push(format!(
                "{}: {} {}, before {}{}",
                variant["sku"].as_str().unwrap(),
                variant["price"]["amount"].as_str().unwrap(),
                variant["price"]["currencyCode"].as_str().unwrap(),
                variant["compareAtPrice"]["amount"].as_str().unwrap_or("-"),
                breaks.concat()
            ));
        }
    }
    lines
}

#[tokio::test]
async fn the_catalogue_shows_the_market_s_own_prices_and_the_others_by_its_rate() {
    let app = TestApp::new().await;
    arranged(&app).await;
    app.execute(
        "UPDATE variants SET compare_at_minor = 2400 WHERE sku = 'TEE-L'; \
         INSERT INTO price_breaks (variant_id, minimum, price_minor, currency) SELECT id, 10, 900, 'USD' FROM variants; \
         SELECT refresh_product_summary(ARRAY(SELECT id FROM products))",
    )
    .await;
    let (before, without) = shown(&app, EURO, PRICES).await;
    let by_rate = [
        "mug: 15.0 to 15.0 EUR, before 0.0 to 0.0",
        "MUG: 15.0 EUR, before - 10×4.5",
        "tee: 5.0 to 10.0 EUR, before 12.0 to 12.0",
        "TEE-S: 5.0 EUR, before - 10×4.5",
        "TEE-L: 10.0 EUR, before 12.0 10×4.5",
    ];
    assert_eq!(told(&before), by_rate);
    imported(&app, &format!("{TEE}north,MUG,,29.9,35\n")).await;
    let (after, with) = shown(&app, EURO, PRICES).await;
    assert_eq!(
        told(&after),
        [
            "mug: 15.0 to 15.0 EUR, before 0.0 to 0.0",
            "MUG: 15.0 EUR, before - 10×4.5",
            "tee: 4.49 to 10.0 EUR, before 6.0 to 12.0",
            "TEE-S: 4.49 EUR, before 6.0 12×3.99",
            "TEE-L: 10.0 EUR, before 12.0 10×4.5",
        ]
    );
    // One statement for all variants, one for all ranges.
    assert_eq!(with, without + 2);
    let (north, _) = shown(&app, NORTH, PRICES).await;
    assert_eq!(
        told(&north)[..2],
        [
            "mug: 29.9 to 29.9 USD, before 35.0 to 35.0",
            "MUG: 29.9 USD, before 35.0"
        ]
    );
    let (nowhere, _) = shown(&app, "", PRICES).await;
    assert_eq!(told(&nowhere)[1], "MUG: 30.0 USD, before - 10×9.0");
    // What is in a currency that the market has left is used nowhere.
    app.execute("UPDATE markets SET currency = 'CHF' WHERE handle = 'euro'")
        .await;
    let (left, _) = shown(&app, EURO, PRICES).await;
    assert_eq!(told(&left), by_rate.map(|line| line.replace("EUR", "CHF")));
}

#[tokio::test]
async fn filters_and_their_counts_go_by_what_is_shown() {
    let app = TestApp::new().await;
    arranged(&app).await;
    imported(&app, TEE).await;
    let found = async |filters: &str| {
        let fields = format!(
            "collection(handle: \"all\") {{ products(first: 5, filters: [{filters}]) {{ nodes {{ handle }} \
             filters {{ id values {{ label count input }} }} }} }}"
        );
        let (data, _) = shown(&app, EURO, &fields).await;
        let products = &data["collection"]["products"];
        let handles = products["nodes"].as_array().unwrap().iter();
        let handles: Vec<String> = handles
            .map(|node| node["handle"].as_str().unwrap().to_owned())
            .collect();
        let filters = products["filters"].as_array().unwrap();
        let price = filters.iter().find(|it| it["id"] == "filter.v.price");
        let size = filters.iter().find(|it| it["label"] == "Size");
        assert!(size.is_none());
        let sizes = filters
            .iter()
            .find(|it| it["id"].as_str().unwrap().starts_with("filter.v.option"));
        let sizes = sizes.map(|it| {
            let values = it["values"].as_array().unwrap().iter();
            let values =
                values.map(|one| format!("{}×{}", one["label"].as_str().unwrap(), one["count"]));
            values.collect::<Vec<_>>().join(" ")
        });
        let price = price.map(|it| it["values"][0]["input"].as_str().unwrap().to_owned());
        (
            handles.join(" "),
            price.unwrap_or_default(),
            sizes.unwrap_or_default(),
        )
    };
    let is = |handles: &str, price: &str, sizes: &str| {
        (handles.to_owned(), price.to_owned(), sizes.to_owned())
    };
    let all = "{\"price\":{\"min\":4.49,\"max\":15.0}}";
    assert_eq!(found("").await, is("tee mug", all, "L×1 S×1"));
    // 4.49 is the market's, 5.00 would be the rate's.
    assert_eq!(
        found("{ price: { max: 4.49 } }").await,
        is("tee", all, "S×1")
    );
    assert_eq!(found("{ price: { max: 4.48 } }").await.0, "");
    assert_eq!(found("{ price: { min: 4.5, max: 9.99 } }").await.0, "");
    assert_eq!(
        found("{ price: { min: 10, max: 10 } }").await,
        is("tee", all, "L×1")
    );
    assert_eq!(
        found("{ price: { min: 4, max: 5 } }, { variantOption: { name: \"size\", value: \"L\" } }")
            .await
            .0,
        ""
    );
    assert_eq!(found("{ price: { min: 12 } }").await.0, "mug");
}

const CART: &str = "query ($id: ID!) { cart(id: $id) { cost { subtotalAmount { amount currencyCode } } \
    lines(first: 1) { nodes { cost { amountPerQuantity { amount } compareAtAmountPerQuantity { amount } } \
        merchandise { ... on ProductVariant { price { amount currencyCode } compareAtPrice { amount } \
            quantityPriceBreaks(first: 2) { nodes { price { amount } } } } } } } } }";

#[tokio::test]
async fn a_cart_is_bought_at_the_price_of_its_market() {
    let till = Till::open().await;
    let app = &till.app;
    arranged(app).await;
    imported(app, TEE).await;
    let query = "{ product(handle: \"tee\") { variants(first: 1) { nodes { id } } } }";
    let data = till.ask(query, json!({})).await;
    let small = data["product"]["variants"]["nodes"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let cart = till.filled_cart(&small, 11).await;
    let line = async || {
        let data = till.ask(CART, json!({ "id": cart })).await;
        let cart = data["cart"].clone();
        (
            cart["cost"]["subtotalAmount"].clone(),
            cart["lines"]["nodes"][0].clone(),
        )
    };
    let merchandise = json!({ "price": { "amount": "4.49", "currencyCode": "EUR" }, "compareAtPrice": { "amount": "6.0" },
        "quantityPriceBreaks": { "nodes": [{ "price": { "amount": "3.99" } }] } });
    let cost = |each: &str| json!({ "amountPerQuantity": { "amount": each }, "compareAtAmountPerQuantity": { "amount": "6.0" } });
    let (subtotal, first) = line().await;
    assert_eq!(
        subtotal,
        json!({ "amount": "49.39", "currencyCode": "EUR" })
    );
    assert_eq!(
        first,
        json!({ "cost": cost("4.49"), "merchandise": merchandise })
    );
    // In Canada, which has no price for it, the shop's holds; back home the market's.
    let move_to = async |country: &str| {
        let arguments =
            "$cart: ID!, $c: CountryCode|cartId: $cart, buyerIdentity: { countryCode: $c }";
        let variables = json!({ "cart": cart, "c": country });
        mutate(app, "cartBuyerIdentityUpdate", arguments, variables).await;
    };
    move_to("CA").await;
    assert_eq!(
        line().await.0,
        json!({ "amount": "110.0", "currencyCode": "USD" })
    );
    // A price in the shop's own currency counts for a cart that moves there without an exchange.
    imported(app, "north,TEE-S,,9.0,\n").await;
    assert_eq!(line().await.0["amount"], "99.0");
    move_to("GB").await;
    assert_eq!(line().await.0["amount"], "110.0");
    move_to("US").await;
    let data = till
        .ask(
            "query ($id: ID!) { cart(id: $id) { lines(first: 1) { nodes { id } } } }",
            json!({ "id": cart }),
        )
        .await;
    let line_id = data["cart"]["lines"]["nodes"][0]["id"].clone();
    let arguments = "$cart: ID!, $lines: [CartLineUpdateInput!]!|cartId: $cart, lines: $lines";
    let variables = json!({ "cart": cart, "lines": [{ "id": line_id, "quantity": 12 }] });
    mutate(app, "cartLinesUpdate", arguments, variables).await;
    let (subtotal, dozen) = line().await;
    assert_eq!(subtotal["amount"], "47.88");
    assert_eq!(dozen["cost"], cost("3.99"));
    // 12 for 3.99 each, and 15.00 USD of delivery for each half a euro.
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay_in("EUR", &cart, &session, "55.38").await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let row = "SELECT total_minor FROM orders WHERE currency = 'EUR' AND subtotal_minor = 4788 AND shipping_minor = 750 \
         AND captured_minor = 5538";
    assert_eq!(app.count(row).await, 5_538);
    till.assert_sound().await;
    // Whatever the merchant asks for now, the order is computed from what held then.
    imported(app, "euro,TEE-S,,99,\n").await;
    let mut different = Vec::new();
    let mut tell = |replayed: Replayed| different.extend(replayed.differences);
    replay_pricing(&app.shop, None, &mut tell).await.unwrap();
    assert_eq!(different, Vec::<String>::new());
}

#[tokio::test]
async fn a_price_that_changed_since_the_buyer_agreed_is_not_charged() {
    let till = Till::open().await;
    arranged(&till.app).await;
    let query = "{ product(handle: \"mug\") { variants(first: 1) { nodes { id } } } }";
    let data = till.ask(query, json!({})).await;
    let mug = data["product"]["variants"]["nodes"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let cart = till.filled_cart(&mug, 1).await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay_in("EUR", &cart, &session, "22.50").await;
    imported(&till.app, "euro,MUG,,14.99,\n").await;
    let result = till.submit(&cart, "press-1").await;
    assert_eq!(result["__typename"], "SubmitFailed", "{result}");
    till.pay_in("EUR", &cart, &session, "22.49").await;
    till.accepted(&cart, "press-2").await;
    till.drain().await;
    assert_eq!(
        till.app.count("SELECT total_minor FROM orders").await,
        2_249
    );
}

#[tokio::test]
async fn what_is_cheap_for_one_market_is_not_sent_to_another() {
    let till = Till::open().await;
    let app = &till.app;
    arranged(app).await;
    imported(app, "north,MUG,,1,\n").await;
    let query = "{ product(handle: \"mug\") { variants(first: 1) { nodes { id } } } }";
    let data = till.ask(query, json!({})).await;
    let mug = data["product"]["variants"]["nodes"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let cart = till.filled_cart(&mug, 1).await;
    let live_in = async |country: &str| {
        let arguments =
            "$cart: ID!, $c: CountryCode|cartId: $cart, buyerIdentity: { countryCode: $c }";
        let variables = json!({ "cart": cart, "c": country });
        mutate(app, "cartBuyerIdentityUpdate", arguments, variables).await;
    };
    // Somebody in the United States, where the parcel goes, says to live where it costs 1.00.
    live_in("CA").await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "16.00").await;
    let refused = till.submit(&cart, "press-1").await;
    assert_eq!(
        refused["errors"][0]["code"], "MERCHANDISE_NOT_APPLICABLE",
        "{refused}"
    );
    assert_eq!(
        refused["errors"][0]["message"],
        "the prices are those of another country: set `buyerIdentity.countryCode` to US"
    );
    live_in("US").await;
    till.pay_in("EUR", &cart, &session, "22.50").await;
    till.accepted(&cart, "press-2").await;
    // What has no price of the market's own may go wherever it is delivered.
    let query = "{ product(handle: \"tee\") { variants(first: 1) { nodes { id } } } }";
    let data = till.ask(query, json!({})).await;
    let tee = data["product"]["variants"]["nodes"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let present = till.filled_cart(&tee, 1).await;
    let arguments = "$cart: ID!, $c: CountryCode|cartId: $cart, buyerIdentity: { countryCode: $c }";
    let variables = json!({ "cart": present, "c": "CA" });
    mutate(app, "cartBuyerIdentityUpdate", arguments, variables).await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&present, &session, "25.00").await;
    till.accepted(&present, "press-3").await;
}

#[tokio::test]
async fn a_market_with_prices_is_not_taken_away() {
    let app = TestApp::new().await;
    arranged(&app).await;
    imported(&app, "north,MUG,,1,\n").await;
    let others = json!({ "markets": [{ "handle": "world", "name": "World", "countries": ["*"] }] });
    let file = ShopFile::read(&others.to_string()).unwrap();
    let arrangement = file.arrangement(Some(Currency::USD)).unwrap();
    let refused = arrange_shop(&app.shop, &arrangement).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("the market `north` has prices of its own"),
        "{refused}"
    );
    imported(&app, "north,MUG,,,\n").await;
    shop_file(&app, &others).await;
    assert_eq!(app.count("SELECT count(*) FROM markets").await, 1);
}
