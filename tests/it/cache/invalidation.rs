//! Whoever writes, and however: nobody is shown what was before.

use chrono::TimeDelta;
use commerce::catalog::import::Refusal;
use commerce::flows::import_catalog::{Counts, Observer, import_catalog};
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::caching::{Keeper, Keeping, until};
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::sandbox::card;
use tests::till::Till;

/// Every field of the query root whose answers are kept, with whatever hangs on other tables.
const DOCUMENTS: [&str; 21] = [
    "{ paymentSettings { countryCode currencyCode } shop { paymentSettings { cardVaultUrl } } }",
    "{ shop { name description moneyFormat primaryDomain { url } privacyPolicy { title body url } shipsToCountries } }",
    "{ localization { availableLanguages { isoCode } availableCountries { isoCode } country { isoCode currency { isoCode } market { id handle } } } }",
    "{ menu(handle: \"main\") { title items { title url resource { ... on Product { title } ... on Collection { title } \
       ... on Page { title } ... on ShopPolicy { title } } items { title url } } } }",
    "{ page(handle: \"about\") { title body seo { title } } pageByHandle(handle: \"later\") { title } }",
    "{ pages(first: 5, sortKey: TITLE) { nodes { handle title updatedAt } } }",
    "{ product(handle: \"lamp\") { title vendor tags description descriptionHtml seo { title } updatedAt publishedAt \
       priceRange { minVariantPrice { amount currencyCode } } options { name optionValues { name swatch { color image { alt } } } } \
       images(first: 5) { nodes { url altText } } featuredImage { url altText } \
       collections(first: 5) { totalCount nodes { handle title } } \
       variants(first: 10) { nodes { title sku price { amount } compareAtPrice { amount } availableForSale \
         image { altText } unitPrice { amount } selectedOptions { name value } } } } }",
    "{ product(handle: \"lamp\") { totalInventory variantsCount { count } encodedVariantAvailability \
       selectedOrFirstAvailableVariant { title quantityAvailable currentlyNotInStock } \
       adjacentVariants { title availableForSale } \
       variants(first: 1) { nodes { quantityRule { minimum } quantityPriceBreaks(first: 2) { nodes { price { amount } } } } } } }",
    "{ product(handle: \"later\") { title } again: productByHandle(handle: \"never\") { title } \
       byId: product(id: \"gid://shopify/Product/777\") { title } }",
    "{ products(first: 3) { nodes { handle title availableForSale } pageInfo { hasNextPage } } }",
    "{ products(first: 3, sortKey: PRICE, reverse: true) { nodes { handle priceRange { maxVariantPrice { amount } } } } \
       best: products(first: 1, sortKey: BEST_SELLING) { nodes { handle } } }",
    "{ products(first: 3, query: \"available_for_sale:true price:<30\", sortKey: TITLE) { nodes { handle } } }",
    "{ collection(handle: \"all\") { title descriptionHtml image { url altText } updatedAt \
       products(first: 5) { nodes { handle title } filters { values { label swatch { color image { alt } } } } } byPrice: products(first: 2, sortKey: PRICE) { nodes { handle } } } }",
    "{ collections(first: 5) { totalCount nodes { handle title products(first: 1) { nodes { handle } } } } \
       collectionByHandle(handle: \"new\") { title } }",
    "{ productRecommendations(productHandle: \"lamp\") { handle title } }",
    "{ productTags(first: 5) { nodes } productTypes(first: 5) { nodes } }",
    "{ blogs(first: 5) { nodes { title authors { name } } } blog(handle: \"news\") { articleByHandle(handle: \"first\") { title } \
       articles(first: 5) { nodes { title content image { altText } comments(first: 5) { nodes { content } } } } } \
       articles(first: 5, sortKey: TITLE) { nodes { title } } blogByHandle(handle: \"none\") { id } \
       article(id: \"gid://shopify/Article/1\") { title } }",
    "{ product(handle: \"lamp\") { metafield(key: \"maker\") { value reference { ... on Metaobject { handle field(key: \"name\") { value } } } } } \
       metaobjects(type: \"maker\", first: 5) { nodes { handle } } metaobject(handle: { type: \"maker\", handle: \"ada\" }) { type } \
       sitemap(type: PRODUCT) { pagesCount { count } resources(page: 1) { items { handle updatedAt } } } \
       pages: sitemap(type: PAGE) { resources(page: 1) { items { handle } } } \
       made: sitemap(type: METAOBJECT) { resources(page: 1) { items { handle } } } }",
    "{ locations(first: 5) { nodes { name } } product(handle: \"lamp\") { variants(first: 5) { nodes { \
       storeAvailability(first: 5) { nodes { available quantityAvailable location { name } } } } } } }",
    "query @inContext(country: FR) { product(handle: \"lamp\") { priceRange { minVariantPrice { amount currencyCode } } \
       variants(first: 1) { nodes { price { amount } } } } localization { country { currency { isoCode } } } }",
    "{ publicApiVersions { handle } urlRedirects(first: 1) { nodes { path } } __typename }",
];

/// Writes by hand, each to something that the documents show: whoever writes differently writes the
/// same tables.
const WRITES: [&str; 71] = [
    "INSERT INTO url_redirects (path, target, created_at) VALUES ('/old', '/new', now())",
    "UPDATE shops SET name = 'Other'",
    "UPDATE shops SET primary_domain_url = 'https://other.example', own_money_format = '{{amount}} USD'",
    "INSERT INTO shop_policies (kind, handle, title, body_html) VALUES ('privacy', 'privacy', 'Privacy', '<p>x</p>')",
    "UPDATE shop_policies SET title = 'Your privacy', handle = 'your-privacy'",
    "INSERT INTO delivery_zones (name, countries) VALUES ('DE', '{DE}')",
    "UPDATE delivery_zones SET countries = '{FR}' WHERE name = 'DE'",
    "WITH profile AS (INSERT INTO delivery_profiles (name, position) VALUES ('Freight', 1) RETURNING id) \
     INSERT INTO delivery_zones (name, countries, profile_id) SELECT 'IT', '{IT}', id FROM profile",
    "DELETE FROM delivery_profiles",
    "UPDATE markets SET handle = 'world'",
    "WITH home AS (INSERT INTO markets (handle, name) VALUES ('home', 'Home') RETURNING id) \
     INSERT INTO market_countries SELECT 'US', id FROM home",
    "UPDATE market_countries SET market_id = (SELECT min(id) FROM markets)",
    "UPDATE market_countries SET market_id = (SELECT max(id) FROM markets)",
    "DELETE FROM market_countries",
    "UPDATE markets SET currency = 'EUR', own_currency = 'USD', rate_micros = 920000",
    "UPDATE markets SET rate_micros = 930000",
    "INSERT INTO pages (handle, title, published_at) VALUES ('later', 'Later', now() - interval '1 day')",
    "UPDATE pages SET title = 'About them', body_html = '<p>them</p>' WHERE handle = 'about'",
    "UPDATE pages SET handle = 'about-us' WHERE handle = 'about'",
    "UPDATE pages SET handle = 'about' WHERE handle = 'about-us'",
    "UPDATE menus SET title = 'Header'",
    "UPDATE menu_items SET title = 'Everything' WHERE kind = 'collection'",
    "INSERT INTO menu_items (menu_id, position, title, kind, policy_id) SELECT 1, 9, 'Privacy', 'policy', id FROM shop_policies",
    "UPDATE products SET title = 'Desk lamp', description = 'It shines.', seo_title = 'Lamp' WHERE handle = 'lamp'",
    "UPDATE products SET tags = '{bright}', product_type = 'Light', vendor = 'Elm' WHERE handle = 'lamp'",
    "UPDATE products SET handle = 'never' WHERE handle = 'mug'",
    "UPDATE products SET handle = 'mug' WHERE handle = 'never'",
    "UPDATE variants SET price_minor = 99 WHERE product_id = (SELECT id FROM products WHERE handle = 'cup'); \
     SELECT refresh_product_summary(ARRAY(SELECT id FROM products))",
    "UPDATE variants SET compare_at_minor = 5000, sku = 'NEW' WHERE product_id = (SELECT id FROM products WHERE handle = 'lamp')",
    "UPDATE variants SET measure_thousandths = 500, measure_unit = 'g', reference_value = 1, reference_unit = 'kg'",
    "UPDATE variants SET deleted_at = now() WHERE id = (SELECT max(id) FROM variants WHERE inventory_tracked)",
    "UPDATE product_options SET name = 'Colour' WHERE name = 'Color'",
    "INSERT INTO swatches (option_name, value_name, color) VALUES ('COLOUR', 'red', '#ff0000'), ('color', 'BLUE', '#0000ff')",
    "UPDATE swatches SET color = '#00ff00', media_id = 1",
    "DELETE FROM swatches WHERE option_name = 'COLOUR'",
    "UPDATE media SET alt = 'From above', url = 'https://cdn.example/new' || id || '.jpg'",
    "UPDATE product_media SET position = 5 - position",
    "DELETE FROM product_media WHERE position = (SELECT min(position) FROM product_media)",
    "UPDATE inventory_levels SET on_hand = on_hand + 3",
    "UPDATE inventory_levels SET on_hand = 0",
    "UPDATE inventory_levels SET on_hand = 1",
    "INSERT INTO inventory_levels (variant_id, location_id, on_hand) SELECT v.id, l.id, 2 FROM variants v, \
     (INSERT_LOCATION) l WHERE v.inventory_tracked",
    "UPDATE inventory_levels SET on_hand = 0 WHERE on_hand = 1",
    "UPDATE inventory_levels SET on_hand = 0",
    "INSERT INTO quantity_rules (variant_id, minimum, increment) SELECT min(id), 2, 2 FROM variants",
    "UPDATE quantity_rules SET minimum = 4",
    "INSERT INTO price_breaks (variant_id, minimum, price_minor, currency) SELECT min(id), 10, 5, 'USD' FROM variants",
    "INSERT INTO market_prices (market_id, variant_id, price_minor, currency) SELECT m.id, v.id, 5, coalesce(m.currency, 'USD') \
     FROM markets m, variants v WHERE v.product_id = (SELECT id FROM products WHERE handle = 'lamp')",
    "UPDATE market_prices SET price_minor = 6",
    "DELETE FROM market_prices",
    "UPDATE products SET units_sold = 50 WHERE handle = 'mug'",
    "UPDATE products SET published_at = now() - interval '1 day' WHERE handle = 'later'",
    "UPDATE products SET status = 'archived' WHERE handle = 'cup'",
    "INSERT INTO collections (handle, title, published_at) VALUES ('new', 'New', now() - interval '1 day')",
    "UPDATE collection_products SET position = -position - 1 WHERE collection_id = (SELECT id FROM collections WHERE handle = 'all')",
    "UPDATE collections SET title = 'All of it', sort_order = 'title' WHERE handle = 'all'",
    "INSERT INTO collection_products SELECT c.id, p.id, 0 FROM collections c, products p WHERE c.handle = 'new' AND p.handle = 'lamp'",
    "DELETE FROM collection_products WHERE product_id = (SELECT id FROM products WHERE handle = 'mug')",
    "DELETE FROM collections WHERE handle = 'new'",
    "UPDATE blogs SET title = 'All news'",
    "UPDATE articles SET title = 'Second', content = 'Words', media_id = 1",
    "UPDATE article_authors SET first_name = 'Bea'",
    "INSERT INTO article_comments (article_id, author_name, content_html, content) VALUES (1, 'Cy', 'Nice', 'Nice')",
    "DELETE FROM articles",
    "UPDATE metaobjects SET fields = '{\"name\": \"Ada\"}', handle = 'ada-byron'",
    "INSERT INTO metaobject_fields (definition_id, key, kind, position) VALUES (1, 'name', 'single_line_text_field', 1)",
    "UPDATE metafields SET value = 'gid://shopify/Metaobject/2'",
    "UPDATE metaobject_definitions SET renderable = true",
    "UPDATE locations SET pick_up_time = 'Soon', name = 'Here'",
    "DELETE FROM metaobject_definitions",
    "TRUNCATE menu_items",
];

async fn stocked() -> TestApp {
    let app = TestApp::new().await;
    tests::factory::shop::delivery(&app).await;
    let mut lamp = ProductSeed::new("lamp").with(
        &[("Color", &["Red", "Blue"])],
        vec![
            VariantSeed::new(&["Red"], 4000).stock(4),
            VariantSeed::new(&["Blue"], 4500).stock(0),
        ],
    );
    lamp.tags = vec!["light".to_owned()];
    let lamp = lamp.create(&app).await;
    let mug = ProductSeed::new("mug").price(900).create(&app).await;
    let cup = ProductSeed::new("cup").price(700).create(&app).await;
    let later = ProductSeed::new("later").price(100).create(&app).await;
    collection(&app, "all", "manual", &[lamp, mug, cup]).await;
    app.execute(&format!(
        "UPDATE products SET published_at = NULL WHERE id = {later}; \
         INSERT INTO media (url, alt) VALUES ('https://cdn.example/1.jpg', 'One'), ('https://cdn.example/2.jpg', 'Two'); \
         INSERT INTO product_media SELECT {lamp}, id, id FROM media; \
         SELECT refresh_product_summary(ARRAY[{lamp}::bigint]); \
         UPDATE variants SET media_id = 2 WHERE product_id = {lamp} AND price_minor = 4500; \
         UPDATE collections SET media_id = 1; \
         INSERT INTO pages (handle, title, published_at) VALUES ('about', 'About us', now() - interval '1 day'); \
         INSERT INTO blogs (handle, title) VALUES ('news', 'News'); \
         INSERT INTO article_authors (handle, first_name) VALUES ('ada', 'Ada'); \
         INSERT INTO articles (blog_id, handle, title, author_id, published_at) \
         VALUES (1, 'first', 'First', 1, now() - interval '1 day'); \
         INSERT INTO metaobject_definitions (kind, name) VALUES ('maker', 'Maker'); \
         INSERT INTO metaobjects (definition_id, handle) VALUES (1, 'ada'); \
         INSERT INTO metafields (owner_kind, owner_id, namespace, key, kind, value) \
         VALUES ('product', {lamp}, 'custom', 'maker', 'metaobject_reference', 'gid://shopify/Metaobject/1'); \
         INSERT INTO menus (handle, title) VALUES ('main', 'Main'); \
         INSERT INTO menu_items (menu_id, position, title, kind, collection_id, product_id, page_id) \
         VALUES (1, 1, 'All', 'collection', 1, NULL, NULL), (1, 2, 'Lamp', 'product', NULL, {lamp}, NULL), \
                (1, 3, 'About', 'page', NULL, NULL, 1)",
    ))
    .await;
    app
}

/// What a process answers to all documents, and how many of them it had kept.
async fn all(keeper: &Keeper) -> (Vec<Value>, usize) {
    let (mut bodies, mut kept) = (Vec::new(), 0);
    for document in DOCUMENTS {
        let answer = keeper.ask(document, json!({})).await;
        let _sound = answer.data();
        kept += usize::from(answer.statements == 0);
        bodies.push(answer.body);
    }
    (bodies, kept)
}

#[tokio::test]
async fn no_write_leaves_a_stale_answer() {
    let app = stocked().await;
    let keeper = app.keeper(&Keeping::default()).await;
    let mut without = Keeping::default();
    without.edge.caches.answers = false;
    let other = app.keeper(&without).await;
    let (mut before, _) = all(&keeper).await;
    assert_eq!(all(&keeper).await.1, DOCUMENTS.len());
    for write in WRITES {
        let place = "INSERT INTO locations (name) VALUES ('Second') RETURNING id";
        match write.split_once("(INSERT_LOCATION) l") {
            Some((head, tail)) => {
                app.execute(&format!("WITH l AS ({place}) {head}l{tail}"))
                    .await;
            }
            None => app.execute(write).await,
        }
        app.heard_by(&keeper).await;
        let (now, _) = all(&keeper).await;
        let (right, _) = all(&other).await;
        for (place, document) in DOCUMENTS.iter().enumerate() {
            assert_eq!(now[place], right[place], "after {write}: {document}");
        }
        let changes = now
            .iter()
            .zip(&before)
            .filter(|(now, before)| now != before);
        assert!(changes.count() > 0, "{write} changes nothing");
        before = now;
    }
    assert_eq!(all(&keeper).await.1, DOCUMENTS.len());
}

const LAMP: &str =
    "{ product(handle: \"lamp\") { title variants(first: 1) { nodes { price { amount } } } } }";

fn price(body: &Value) -> &Value {
    &body["data"]["product"]["variants"]["nodes"][0]["price"]["amount"]
}

#[tokio::test]
async fn a_change_is_seen_by_every_process() {
    let app = stocked().await;
    let keepers = [
        app.keeper(&Keeping::default()).await,
        app.keeper(&Keeping::default()).await,
    ];
    for keeper in &keepers {
        keeper.ask(LAMP, json!({})).await;
        let kept = keeper.ask(LAMP, json!({})).await;
        assert_eq!((price(&kept.body), kept.statements), (&json!("40.0"), 0));
    }
    app.execute("UPDATE variants SET price_minor = 3100 WHERE price_minor = 4000")
        .await;
    for keeper in &keepers {
        app.heard_by(keeper).await;
        let answer = keeper.ask(LAMP, json!({})).await;
        assert_eq!(price(&answer.body), &json!("31.0"));
    }
}

#[tokio::test]
async fn what_is_rolled_back_outdates_nothing() {
    let app = stocked().await;
    let keeper = app.keeper(&Keeping::default()).await;
    app.heard_by(&keeper).await;
    keeper.ask(LAMP, json!({})).await;
    app.execute(
        "BEGIN; UPDATE variants SET price_minor = 1; UPDATE products SET title = 'x'; ROLLBACK; \
         BEGIN; SAVEPOINT s; UPDATE variants SET price_minor = 1; ROLLBACK TO s; COMMIT",
    )
    .await;
    app.heard_by(&keeper).await;
    let answer = keeper.ask(LAMP, json!({})).await;
    assert_eq!(
        (price(&answer.body), answer.statements),
        (&json!("40.0"), 0)
    );
}

#[tokio::test]
async fn what_does_not_show_outdates_nothing() {
    let app = stocked().await;
    let keeper = app.keeper(&Keeping::default()).await;
    app.heard_by(&keeper).await;
    let list = "{ products(first: 3) { nodes { handle availableForSale } } }";
    keeper.ask(list, json!({})).await;
    // Three of four are left: that can still be bought. A price of a product that is not listed.
    app.execute(
        "UPDATE inventory_levels SET on_hand = 3 WHERE on_hand = 4; \
         UPDATE products SET units_sold = 9, price_min_minor = 5 WHERE handle = 'later'; \
         UPDATE products SET title = title",
    )
    .await;
    app.heard_by(&keeper).await;
    assert_eq!(keeper.ask(list, json!({})).await.statements, 0);
}

#[tokio::test]
async fn nothing_is_shown_from_the_cache_while_changes_are_not_heard_of() {
    let app = stocked().await;
    let keeping = Keeping {
        holds: None,
        ..Keeping::default()
    };
    let keeper = app.keeper(&keeping).await;
    while keeper.ask(LAMP, json!({})).await.statements != 0 {}
    keeper.deafen();
    until(|| !keeper.shop.freshness.hears()).await;
    app.execute("UPDATE variants SET price_minor = 3100 WHERE price_minor = 4000")
        .await;
    for _ in 0..2 {
        let answer = keeper.ask(LAMP, json!({})).await;
        assert_eq!(price(&answer.body), &json!("31.0"));
        assert_ne!(answer.statements, 0);
    }
}

#[tokio::test]
async fn a_listener_that_was_cut_off_forgets_what_it_may_have_missed() {
    let app = stocked().await;
    let mut keeping = Keeping::default();
    // What Redis has may have seen everything.
    keeping.edge.caches.shared = false;
    let keeper = app.keeper(&keeping).await;
    app.heard_by(&keeper).await;
    keeper.ask(LAMP, json!({})).await;
    let before = keeper.shop.freshness.count();
    let listeners = app
        .count(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
             WHERE datname = current_database() AND query LIKE '%published_at > $1%' \
             AND pid <> pg_backend_pid()",
        )
        .await;
    assert_eq!(listeners, 1);
    // Connected anew, everything from before counts as touched.
    until(|| keeper.shop.freshness.count() > before).await;
    until(|| keeper.shop.freshness.hears()).await;
    assert_ne!(keeper.ask(LAMP, json!({})).await.statements, 0);
    assert_eq!(keeper.ask(LAMP, json!({})).await.statements, 0);
}

#[tokio::test]
async fn stock_that_an_order_holds_is_gone_at_once_in_the_process_that_took_it() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let keeper = till.app.keeper(&Keeping::default()).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.app.heard_by(&keeper).await;
    let query = "{ product(handle: \"cup\") { availableForSale } }";
    let shown = |body: &Value| body["data"]["product"]["availableForSale"].clone();
    keeper.ask(query, json!({})).await;
    let kept = keeper.ask(query, json!({})).await;
    assert_eq!((shown(&kept.body), kept.statements), (json!(true), 0));
    // No notice can tell it.
    keeper.deafen();
    let before = keeper.shop.freshness.count();
    let submit = "mutation ($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") { \
                  result { __typename } } }";
    let placed = keeper.ask(submit, json!({ "cart": cart })).await;
    let result = &placed.data()["cartSubmitForCompletion"]["result"]["__typename"];
    assert_eq!(result, "SubmitSuccess");
    assert!(keeper.shop.freshness.count() > before);
    let answer = keeper.ask(query, json!({})).await;
    assert_eq!(shown(&answer.body), json!(false));
}

struct Silent;

impl Observer for Silent {
    fn ignored(&mut self, _: &str) {}
    fn refused(&mut self, _: &Refusal) {}
    fn warned(&mut self, _: &Refusal) {}
    fn progress(&mut self, _: &Counts) {}
}

#[tokio::test]
async fn an_import_is_seen() {
    let app = TestApp::new().await;
    let keeper = app.keeper(&Keeping::default()).await;
    let query = "{ product(handle: \"tent\") { title } products(first: 2) { nodes { handle } } }";
    keeper.ask(query, json!({})).await;
    assert_eq!(keeper.ask(query, json!({})).await.statements, 0);
    for title in ["Tent", "Large tent"] {
        let text = format!("Handle,Title,Variant Price\ntent,{title},100.00\n");
        let source = std::io::Cursor::new(text.into_bytes());
        import_catalog(&app.shop, source, Currency::USD, &mut Silent)
            .await
            .unwrap();
        app.heard_by(&keeper).await;
        let answer = keeper.ask(query, json!({})).await;
        assert_eq!(answer.data()["product"]["title"], title);
        assert_eq!(answer.data()["products"]["nodes"][0]["handle"], "tent");
    }
}

#[tokio::test]
async fn that_there_is_nothing_is_kept_too_until_the_clock_says_otherwise() {
    let app = stocked().await;
    app.execute(
        "UPDATE products SET published_at = now() + interval '1 hour' WHERE handle = 'later'",
    )
    .await;
    let mut keeping = Keeping::default();
    keeping.edge.caches.answer_time = std::time::Duration::from_secs(3_600 * 5);
    let keeper = app.keeper(&keeping).await;
    app.heard_by(&keeper).await;
    let query = "{ product(handle: \"later\") { handle } products(first: 9) { nodes { handle } } }";
    for statements in [true, false] {
        let answer = keeper.ask(query, json!({})).await;
        assert_eq!(answer.data()["product"], Value::Null);
        assert_eq!(answer.statements > 0, statements);
    }
    app.advance(TimeDelta::minutes(61)).await;
    let answer = keeper.ask(query, json!({})).await;
    assert_eq!(answer.data()["product"]["handle"], "later");
    assert_eq!(answer.data()["products"]["nodes"][3]["handle"], "later");
}

#[tokio::test]
async fn a_change_too_long_to_tell_outdates_everything() {
    let app = stocked().await;
    let keeper = app.keeper(&Keeping::default()).await;
    app.heard_by(&keeper).await;
    let query = "{ shop { name } }";
    keeper.ask(query, json!({})).await;
    for (many, statements) in [(200, 0), (1_000, 1)] {
        // Rows of another table, as an import of many products would touch them.
        let write = format!(
            "SELECT touch_answers(ARRAY(SELECT 'collection:' || 9000000000 + n FROM generate_series(1, {many}) n))"
        );
        app.execute(&write).await;
        app.heard_by(&keeper).await;
        let answer = keeper.ask(query, json!({})).await;
        assert_eq!(answer.statements, statements, "{many}");
    }
}
