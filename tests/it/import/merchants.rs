//! Files as merchants have them: headings of today, quoted numbers, separators, encodings, markets, and what is said of them.

use commerce::flows::export_catalog::{Headings, export_products, export_products_as};
use commerce::flows::import_prices::export_prices;
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::{shop_file, words};

use super::support::{import, rows};

/// The columns of today's exports.
const TODAY: &str = "\
Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Option2 name,Option2 value,Option2 Linked To,Option3 name,Option3 value,Option3 Linked To,Price,Compare-at price,Cost per item,Charge tax,Tax code,Unit price total measure,Unit price total measure unit,Unit price base measure,Unit price base measure unit,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),Weight unit for display,Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,Variant image URL,Gift card,SEO title,SEO description,Google Shopping / MPN
Mug,,<p>Holds tea.</p>,Clay,Home > Cups,Cups,\"blue, tea\",TRUE,Active,'0012,'0850064060010,Size,Small,,,,,,,,10.00,12.50,4.05,TRUE,P1,750,ml,1,l,shopify,7,TRUE,250,g,TRUE,manual,https://img.example/1.png,1,Left,https://img.example/1.png,FALSE,A mug,It holds tea.,MPN
,mug,,,,,,,,M-2,,,Large,,,,,,,,11.00,,,FALSE,,,,,,shopify,3,FALSE,500,kg,FALSE,manual,,,,,,,,
";

const MUG: &str = "SELECT p.handle, p.title, p.description_html, p.vendor, p.product_type, p.tags, p.status, p.seo_title, p.carried, \
    v.title AS variant, v.sku, v.barcode, v.price_minor, v.compare_at_minor, v.cost_minor, v.taxable, v.inventory_tracked, \
    v.inventory_policy, v.grams, v.weight_unit, v.requires_shipping, v.measure_thousandths, m.url, l.on_hand, v.carried AS of_variant \
    FROM products p JOIN variants v ON v.product_id = p.id LEFT JOIN media m ON m.id = v.media_id \
    LEFT JOIN inventory_levels l ON l.variant_id = v.id ORDER BY v.position";

async fn exported(app: &TestApp, headings: Headings) -> String {
    let mut out = Vec::new();
    export_products_as(&app.shop, Currency::USD, headings, &mut out)
        .await
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn headings_of_today_mean_what_older_ones_do() {
    let app = TestApp::new().await;
    let (counts, said) = import(&app, TODAY).await;
    assert_eq!((counts.created, said.refused.len()), (1, 0), "{said:?}");
    assert_eq!((said.ignored.len(), said.warned.len()), (0, 0));
    let seen = rows(&app, MUG).await;
    assert_eq!(
        seen,
        json!([
            { "handle": "mug", "title": "Mug", "description_html": "<p>Holds tea.</p>", "vendor": "Clay", "product_type": "Cups",
              "tags": ["blue", "tea"], "status": "active", "seo_title": "A mug", "carried": { "Product Category": "Home > Cups" },
              "variant": "Small", "sku": "0012", "barcode": "0850064060010", "price_minor": 1_000, "compare_at_minor": 1_250,
              "cost_minor": 405, "taxable": true, "inventory_tracked": true, "inventory_policy": "continue", "grams": 250,
              "weight_unit": "g", "requires_shipping": true, "measure_thousandths": 750_000, "url": "https://img.example/1.png",
              "on_hand": 7, "of_variant": { "Variant Tax Code": "P1", "Variant Fulfillment Service": "manual",
                  "Google Shopping / MPN": "MPN", "Unit Price Total Measure": "750", "Unit Price Total Measure Unit": "ml",
                  "Unit Price Base Measure": "1", "Unit Price Base Measure Unit": "l" } },
            { "handle": "mug", "title": "Mug", "description_html": "<p>Holds tea.</p>", "vendor": "Clay", "product_type": "Cups",
              "tags": ["blue", "tea"], "status": "active", "seo_title": "A mug", "carried": { "Product Category": "Home > Cups" },
              "variant": "Large", "sku": "M-2", "barcode": null, "price_minor": 1_100, "compare_at_minor": null,
              "cost_minor": null, "taxable": false, "inventory_tracked": true, "inventory_policy": "deny", "grams": 500,
              "weight_unit": "kg", "requires_shipping": false, "measure_thousandths": null, "url": null, "on_hand": 3,
              "of_variant": { "Variant Fulfillment Service": "manual" } },
        ])
    );
    // Both exports read back as nothing new, here and elsewhere.
    for headings in [Headings::Older, Headings::Current] {
        let file = exported(&app, headings).await;
        let (counts, said) = import(&app, file.clone()).await;
        assert_eq!((counts.updated, counts.unchanged), (0, 1), "{headings:?}");
        assert_eq!((said.ignored.len(), said.refused.len()), (0, 0));
        let other = TestApp::new().await;
        import(&other, file).await;
        assert_eq!(rows(&other, MUG).await, seen, "{headings:?}");
    }
    let current = exported(&app, Headings::Current).await;
    assert!(
        current.starts_with("URL handle,Title,Description,"),
        "{current}"
    );
    assert!(
        current.contains(",SKU,Weight value (grams),Inventory tracker,"),
        "{current}"
    );
}

#[tokio::test]
async fn two_headings_for_one_column_are_refused() {
    let app = TestApp::new().await;
    let (counts, said) = import(&app, "Handle,Title,SKU,Variant SKU,Price\nmug,Mug,a,b,5\n").await;
    assert_eq!(said.refused, ["1: Variant SKU: means the same as `SKU`"]);
    assert_eq!(counts.created, 0);
    // Reasons name the file's own headings.
    let (_, said) = import(
        &app,
        "URL handle,Title,Price,Cost per item\nmug,Mug,free,x\n",
    )
    .await;
    assert!(said.refused[0].starts_with("2: Price: `free`"), "{said:?}");
}

#[tokio::test]
async fn separators_and_encodings_are_found_and_named() {
    let text = "Handle;Title;Variant Price\r\nmug;\"Größe\r\nS\";5.00\r\ncup;Cup;a\r\n";
    let units = |text: &str| -> Vec<u8> {
        let bytes = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(bytes).collect()
    };
    let tabs = text.replace(';', "\t");
    for (bytes, said_first) in [
        (
            text.as_bytes().to_vec(),
            "1: the columns are separated by semicolons",
        ),
        (
            tabs.as_bytes().to_vec(),
            "1: the columns are separated by tabs",
        ),
        (units(text), "1: the file is read as UTF-16"),
    ] {
        let app = TestApp::new().await;
        let (counts, said) = import(&app, bytes).await;
        assert_eq!((counts.created, counts.refused), (1, 1), "{said_first}");
        assert_eq!(said.warned[0], said_first);
        // A quoted line end counts as a line.
        assert!(
            said.refused[0].starts_with("4: Variant Price: `a`"),
            "{said:?}"
        );
        let titles = rows(&app, "SELECT title FROM products").await;
        assert_eq!(titles, json!([{ "title": "Größe\nS" }]));
    }
}

#[tokio::test]
async fn a_spreadsheets_apostrophe_goes_and_ones_own_stays() {
    let app = TestApp::new().await;
    let file = "Handle,Title,Vendor,Tags,Variant SKU,Variant Barcode,Option1 Name,Option1 Value,Variant Price,Google Shopping / MPN\n\
        mug,'2024,'47 Brand,'90s,'AB-1,'0850064060010,Size,'38,5,'0012\n";
    import(&app, file).await;
    let seen = "SELECT p.title, p.vendor, p.tags, v.sku, v.barcode, v.title AS size, v.carried FROM products p JOIN variants v ON v.product_id = p.id";
    let expected = json!([{ "title": "2024", "vendor": "'47 Brand", "tags": ["'90s"], "sku": "AB-1",
        "barcode": "0850064060010", "size": "38", "carried": { "Google Shopping / MPN": "0012" } }]);
    assert_eq!(rows(&app, seen).await, expected);
    // What is quoted in the shop itself comes back as it is.
    app.execute("UPDATE variants SET sku = '''X-1', barcode = '''0012'")
        .await;
    let before = rows(&app, seen).await;
    let file = exported(&app, Headings::Older).await;
    let (counts, _) = import(&app, file).await;
    assert_eq!((counts.updated, counts.unchanged), (0, 1));
    assert_eq!(rows(&app, seen).await, before);
}

#[tokio::test]
async fn an_export_of_any_description_changes_nothing() {
    let app = TestApp::new().await;
    let bodies = [
        "<meta charset=\"\"utf-8\"\">\n<p>Holds tea.</p>",
        "<p>a</p>\n<script>x()</script>\n",
        "<p><button><p>a</p></button></p>",
        "<pre>\n\ncode</pre>",
        "<div style=\"\"color: red\"\" class=x>Soft &amp; warm</div>&nbsp;",
    ];
    let lines = bodies.iter().enumerate();
    let lines = lines.map(|(n, body)| format!("p-{n},Product {n},5,\"{body}\"\n"));
    let file: String = std::iter::once("Handle,Title,Variant Price,Body (HTML)\n".to_owned())
        .chain(lines)
        .collect();
    let (counts, _) = import(&app, file).await;
    assert_eq!((counts.created, counts.cut), (5, 4));
    assert_eq!((counts.elements, counts.attributes), (3, 2));
    let (again, _) = import(&app, exported(&app, Headings::Older).await).await;
    assert_eq!((again.updated, again.unchanged), (0, 5));
    assert_eq!((again.cut, again.elements), (0, 0));
}

#[tokio::test]
async fn a_file_without_a_column_of_stock_is_warned_about() {
    let app = TestApp::new().await;
    let file = "Handle,Title,Option1 Name,Option1 Value,Variant Inventory Tracker,Variant Price\n\
        mug,Mug,Size,S,shopify,5\nmug,,,M,shopify,5\ncup,Cup,,,,5\n";
    let (counts, said) = import(&app, file).await;
    assert_eq!((counts.created, counts.uncounted), (2, 2));
    assert_eq!(
        said.warned,
        [
            "1: the file has no column for the stock of 2 variants that is counted: it stays as it is, and is 0 for new ones; \
          import the inventory CSV with `api inventory import`"
        ]
    );
}

/// A market that pays in euros, half a euro for a dollar.
async fn markets(app: &TestApp) {
    words(app).await;
    let file = json!({ "markets": [
        { "handle": "de", "name": "Germany", "countries": ["DE"], "currency": "EUR", "rate": "0.5" },
        { "handle": "world", "name": "World", "countries": ["*"] },
    ] });
    shop_file(app, &file).await;
}

async fn price(app: &TestApp, country: &str) -> Value {
    let query = "query ($c: CountryCode) @inContext(country: $c) { product(handle: \"mug\") { variants(first: 1) { nodes { \
        price { amount currencyCode } compareAtPrice { amount } } } } }";
    let answer = app.graphql(query, json!({ "c": country })).await;
    answer.data()["product"]["variants"]["nodes"][0].clone()
}

#[tokio::test]
async fn markets_have_columns_of_their_own() {
    let app = TestApp::new().await;
    markets(&app).await;
    let header = "Handle,Title,Variant Price,Included / Germany,Price / Germany,Compare At Price / Germany,Price / Atlantis";
    let (counts, said) = import(
        &app,
        format!("{header}\nmug,Mug,10.00,TRUE,8.50,9.00,1\ncup,Cup,10.00,FALSE,,,\n"),
    )
    .await;
    assert_eq!(
        (counts.created, counts.left_out, said.refused.len()),
        (2, 1, 0)
    );
    assert_eq!(said.ignored, ["Price / Atlantis"]);
    assert_eq!(
        said.warned,
        [
            "1: the shop has no market `Atlantis`, so its columns are only kept for exports",
            "1: 1 products are left out of a market by the file: the shop sells every product in every market",
        ]
    );
    let shown = |amount: &str, before: &str| json!({ "price": { "amount": amount, "currencyCode": "EUR" }, "compareAtPrice": { "amount": before } });
    assert_eq!(price(&app, "DE").await, shown("8.5", "9.0"));
    let file = exported(&app, Headings::Older).await;
    assert!(
        file.lines()
            .next()
            .unwrap()
            .contains(",Price / Germany,Compare At Price / Germany,"),
        "{file}"
    );
    let (counts, _) = import(&app, file).await;
    assert_eq!((counts.updated, counts.unchanged), (0, 2));
    // Today's heading, without the price to compare with, which stays; then a blank, which clears.
    let (counts, _) = import(&app, "Handle,Price / germany\nmug,7\n").await;
    assert_eq!(counts.updated, 1);
    assert_eq!(price(&app, "DE").await, shown("7.0", "9.0"));
    let (counts, said) = import(
        &app,
        "Handle,Price / Germany,Compare-at price / Germany\nmug,,9\n",
    )
    .await;
    assert_eq!(
        (counts.refused, &*said.refused),
        (1, &["2: Price / Germany: is missing".to_owned()][..])
    );
    import(&app, "Handle,Price / Germany\nmug,\n").await;
    assert_eq!(price(&app, "DE").await["price"]["amount"], "5.0");
    let mut out = Vec::new();
    export_prices(&app.shop, &mut out).await.unwrap();
    assert_eq!(out, b"Market,SKU,From,Price,Compare At Price\n");
}

#[tokio::test]
async fn unlisted_products_are_reached_by_their_link_alone() {
    let app = TestApp::new().await;
    words(&app).await;
    let file = "Handle,Title,Status,Tags,Type,Vendor,Variant Price\nmug,Secret mug,Unlisted,hidden,Cups,Clay,5\ncup,Open cup,active,seen,Cups,Clay,5\n";
    let (counts, said) = import(&app, file).await;
    assert_eq!((counts.created, said.refused.len()), (2, 0), "{said:?}");
    let query = "{ product(handle: \"mug\") { id title variants(first: 1) { nodes { id availableForSale } } } \
        products(first: 5) { nodes { handle } } found: products(first: 5, query: \"secret\") { nodes { handle } } \
        search(query: \"mug\", first: 5) { totalCount } productTags(first: 5) { nodes } \
        predictiveSearch(query: \"secret\") { products { handle } } \
        sitemap(type: PRODUCT) { resources(page: 1) { items { handle } } } }";
    let data = app.graphql(query, json!({})).await.data().clone();
    assert_eq!(data["product"]["title"], "Secret mug");
    assert_eq!(data["products"]["nodes"], json!([{ "handle": "cup" }]));
    assert_eq!(data["found"]["nodes"], json!([]));
    assert_eq!(data["search"]["totalCount"], 0);
    assert_eq!(data["productTags"]["nodes"], json!(["seen"]));
    assert_eq!(data["predictiveSearch"]["products"], json!([]));
    assert_eq!(
        data["sitemap"]["resources"]["items"],
        json!([{ "handle": "cup" }])
    );
    // It can be put into carts, and its field tells storefronts to keep it out of search engines.
    let add = "mutation ($v: ID!) { cartCreate(input: { lines: [{ merchandiseId: $v, quantity: 1 }] }) { \
        cart { totalQuantity } userErrors { code } } }";
    let variant = &data["product"]["variants"]["nodes"][0]["id"];
    let made = app
        .graphql(add, json!({ "v": variant }))
        .await
        .data()
        .clone();
    assert_eq!(made["cartCreate"]["cart"]["totalQuantity"], 1, "{made}");
    let hidden = "{ a: product(handle: \"mug\") { metafield(namespace: \"seo\", key: \"hidden\") { value type } } \
        b: product(handle: \"cup\") { metafield(namespace: \"seo\", key: \"hidden\") { value } } }";
    let data = app.graphql(hidden, json!({})).await.data().clone();
    assert_eq!(
        data,
        json!({ "a": { "metafield": { "value": "1", "type": "number_integer" } }, "b": { "metafield": null } })
    );
    let mut out = Vec::new();
    export_products(&app.shop, Currency::USD, &mut out)
        .await
        .unwrap();
    let (counts, _) = import(&app, out).await;
    assert_eq!((counts.updated, counts.unchanged), (0, 2));
}
