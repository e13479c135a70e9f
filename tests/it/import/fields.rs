//! Columns of metafields: what a product CSV says of fields that the merchant added.

use commerce::flows::export_catalog::export_products;
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::{shop_file, words};

use super::support::{import, rows};

const FIELDS: &str = "SELECT p.handle, f.namespace, f.key, f.kind, f.value FROM metafields f \
    JOIN products p ON p.id = f.product_id ORDER BY p.id, f.namespace, f.key";

/// Every kind of cell, in the order in which an export has the columns.
const WHOLE: &str = "\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,Status,Care (product.metafields.custom.care),Colours (product.metafields.custom.colours),Drawn by (product.metafields.custom.designer),Goes with (product.metafields.custom.goes_with),Google: Custom Product (product.metafields.mm-google-shopping.custom_product),Never said (product.metafields.custom.never),Snowboard length (product.metafields.test_data.snowboard_length),Colour of the week
mug,Mug,,,,,true,Title,Default Title,,,,,M-1,0,,,deny,10.00,,true,true,,https://img.example/1.png,1,,false,,,,kg,,active,\"Wash it.
Dry it.\",blue; dark red,designer/ada,cup; plate,false,,170,teal
mug,,,,,,,,,,,,,,,,,,,,,,,https://img.example/2.png,2,,,,,,,,,,,,,,,,
cup,Cup,,,,,true,Title,Default Title,,,,,C-1,0,,,deny,11.00,,true,true,,,,,false,,,,kg,,active,,\"[\"\"a;b\"\"]\",,mug,,,,
plate,Plate,,,,,true,Title,Default Title,,,,,P-1,0,,,deny,12.00,,true,true,,,,,false,,,,kg,,active,,,,,,,,
";

fn definitions() -> Value {
    json!({
        "metaobjects": [{ "type": "designer", "name": "Designer",
            "fields": [{ "key": "name", "type": "single_line_text_field" }],
            "entries": [{ "handle": "ada", "fields": { "name": "Ada" } }] }],
        "metafield_definitions": [
            { "on": "product", "key": "colours", "type": "list.single_line_text_field", "name": "Colours" },
            { "on": "product", "key": "designer", "type": "metaobject_reference" },
            { "on": "product", "key": "goes_with", "type": "list.product_reference" },
            { "on": "product", "namespace": "test_data", "key": "snowboard_length", "type": "number_integer" }
        ]
    })
}

async fn defined() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    shop_file(&app, &definitions()).await;
    app
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export_products(&app.shop, Currency::USD, &mut out)
        .await
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn columns_of_metafields_become_metafields_and_come_back() {
    let app = defined().await;
    let (counts, said) = import(&app, WHOLE).await;
    assert_eq!(said.refused, Vec::<String>::new());
    assert_eq!((counts.created, counts.refusals), (3, 0));
    assert_eq!(said.ignored, ["Colour of the week"]);
    let field = |handle: &str, namespace: &str, key: &str, kind: &str, value: &str| json!({ "handle": handle, "namespace": namespace, "key": key, "kind": kind, "value": value });
    let products = |ids: &[i64]| {
        let ids: Vec<String> = ids
            .iter()
            .map(|id| format!("gid://shopify/Product/{id}"))
            .collect();
        serde_json::to_string(&ids).unwrap()
    };
    let list = "list.single_line_text_field";
    assert_eq!(
        rows(&app, FIELDS).await,
        json!([
            field(
                "mug",
                "custom",
                "care",
                "multi_line_text_field",
                "Wash it.\nDry it."
            ),
            field("mug", "custom", "colours", list, "[\"blue\",\"dark red\"]"),
            field(
                "mug",
                "custom",
                "designer",
                "metaobject_reference",
                "gid://shopify/Metaobject/1"
            ),
            field(
                "mug",
                "custom",
                "goes_with",
                "list.product_reference",
                &products(&[2, 3])
            ),
            field(
                "mug",
                "mm-google-shopping",
                "custom_product",
                "single_line_text_field",
                "false"
            ),
            field(
                "mug",
                "test_data",
                "snowboard_length",
                "number_integer",
                "170"
            ),
            field("cup", "custom", "colours", list, "[\"a;b\"]"),
            field(
                "cup",
                "custom",
                "goes_with",
                "list.product_reference",
                &products(&[1])
            ),
        ])
    );
    let query = "{ product(handle: \"mug\") { \
        length: metafield(namespace: \"test_data\", key: \"snowboard_length\") { value type } \
        designer: metafield(key: \"designer\") { reference { ... on Metaobject { handle } } } \
        never: metafield(key: \"never\") { value } } }";
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(
        answer.data()["product"],
        json!({ "length": { "value": "170", "type": "number_integer" },
            "designer": { "reference": { "handle": "ada" } }, "never": null })
    );
    assert_eq!(exported(&app).await, WHOLE);
}

#[tokio::test]
async fn importing_their_export_changes_nothing_here_and_makes_the_same_elsewhere() {
    let app = defined().await;
    import(&app, WHOLE).await;
    // What no CSV says, and no cell could say plainly.
    app.execute(
        "INSERT INTO metafields (owner_kind, owner_id, namespace, key, kind, value) VALUES \
         ('product', 3, 'custom', 'size', 'dimension', '{\"unit\":\"cm\",\"value\":2}'), \
         ('product', 3, 'custom', 'blank', 'single_line_text_field', ''), \
         ('product', 3, 'custom', 'outer', 'single_line_text_field', ' a '), \
         ('product', 3, 'mixed', 'a', 'number_integer', '7'), ('product', 1, 'mixed', 'a', 'url', 'https://a.example/'), \
         ('product', 3, 'custom', 'lines', 'multi_line_text_field', E'one\\r\\ntwo'), \
         ('product', 2, 'custom', 'lines', 'multi_line_text_field', 'one')",
    )
    .await;
    let all = "SELECT jsonb_agg(f ORDER BY f.id) AS fields FROM metafields f";
    let before = rows(&app, all).await;
    let file = exported(&app).await;
    let (counts, said) = import(&app, file.clone()).await;
    assert_eq!(said.refused, Vec::<String>::new());
    assert_eq!((counts.updated, counts.unchanged), (0, 3));
    assert_eq!(rows(&app, all).await, before);
    assert_eq!(exported(&app).await, file);

    let other = defined().await;
    let (counts, _) = import(&other, WHOLE).await;
    assert_eq!((counts.created, counts.refusals), (3, 0));
    assert_eq!(exported(&other).await, WHOLE);
}

#[tokio::test]
async fn a_cell_that_does_not_fit_leaves_its_product_as_it_was() {
    let app = defined().await;
    let header =
        "Handle,Title,Variant Price,Length (product.metafields.test_data.snowboard_length)";
    import(&app, format!("{header}\nmug,Mug,5,170\n")).await;
    let before = rows(&app, FIELDS).await;
    let (counts, said) = import(
        &app,
        format!("{header}\nmug,Renamed,5,long\ncup,Cup,6,160\nplate,Plate,7,a\0b\n"),
    )
    .await;
    assert_eq!(
        said.refused,
        [
            "2: Length (product.metafields.test_data.snowboard_length): `long` is not a whole number: the type is \
             number_integer",
            "4: Length (product.metafields.test_data.snowboard_length): contains a NUL character"
        ]
    );
    assert_eq!((counts.created, counts.updated, counts.refused), (1, 0, 2));
    let titles = rows(&app, "SELECT title FROM products ORDER BY id").await;
    assert_eq!(titles, json!([{ "title": "Mug" }, { "title": "Cup" }]));
    assert_eq!(rows(&app, FIELDS).await[0], before[0]);

    let twice = "Handle,Title,Variant Price,A (product.metafields.a.b),B (product.metafields.a.b)\nmug,Mug,5,1,2\n";
    let (_, said) = import(&app, twice).await;
    assert_eq!(
        said.refused,
        ["1: B (product.metafields.a.b): holds a metafield that another column holds, too"]
    );
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_is_named_and_changes_nothing() {
    let app = defined().await;
    let header = "Handle,Title,Variant Price,By (product.metafields.custom.designer)";
    import(&app, format!("{header}\nmug,Mug,5,designer/ada\n")).await;
    let before = rows(&app, FIELDS).await;
    let (counts, said) = import(&app, format!("{header}\nmug,Mug,5,designer/bo\n")).await;
    assert_eq!(
        said.refused,
        [
            "2: By (product.metafields.custom.designer): leads to what does not exist: the metafield stays as it was"
        ]
    );
    assert_eq!((counts.unchanged, counts.refusals), (1, 1));
    assert_eq!(rows(&app, FIELDS).await, before);
}

#[tokio::test]
async fn a_blank_cell_takes_the_field_away_and_a_missing_column_leaves_it() {
    let app = TestApp::new().await;
    let header = "Handle,Title,Variant Price,Material (product.metafields.custom.material)";
    let facet = "{ products(first: 1) { nodes { handle } } search(query: \"mug\", first: 1) { productFilters { id \
        values { label count } } } }";
    import(&app, format!("{header}\nmug,Mug,5,Clay\n")).await;
    let answer = app.graphql(facet, json!({})).await;
    let filters = answer.data()["search"]["productFilters"].to_string();
    assert!(filters.contains("\"label\":\"Clay\""), "{filters}");

    let (counts, _) = import(&app, "Handle,Title,Variant Price\nmug,Mug,5\n").await;
    assert_eq!((counts.updated, counts.unchanged), (0, 1));
    assert_eq!(rows(&app, FIELDS).await.as_array().unwrap().len(), 1);

    let (counts, _) = import(&app, format!("{header}\nmug,Mug,5, \n")).await;
    assert_eq!((counts.updated, counts.unchanged), (1, 0));
    assert_eq!(rows(&app, FIELDS).await, json!([]));
    let answer = app.graphql(facet, json!({})).await;
    let filters = answer.data()["search"]["productFilters"].to_string();
    assert!(!filters.contains("Clay"), "{filters}");
}

#[tokio::test]
async fn the_shop_file_defines_types_afterwards_too_and_leaves_columns_alone() {
    let app = TestApp::new().await;
    words(&app).await;
    let header = "Handle,Title,Variant Price,Height (product.metafields.custom.height)";
    import(&app, format!("{header}\nmug,Mug,5,9\ncup,Cup,6,8\n")).await;
    let defined = json!({
        "metafield_definitions": [{ "on": "product", "key": "height", "type": "number_integer" }],
        "metafields": [{ "on": "product/mug", "key": "shape", "type": "single_line_text_field", "value": "round" }]
    });
    shop_file(&app, &defined).await;
    let short = "SELECT p.handle, f.key, f.kind, f.value FROM metafields f JOIN products p ON p.id = f.product_id \
        ORDER BY p.id, f.key";
    let row = |handle: &str, key: &str, kind: &str, value: &str| json!({ "handle": handle, "key": key, "kind": kind, "value": value });
    let expected = json!([
        row("mug", "height", "number_integer", "9"),
        row("mug", "shape", "single_line_text_field", "round"),
        row("cup", "height", "number_integer", "8"),
    ]);
    assert_eq!(rows(&app, short).await, expected);
    shop_file(&app, &defined).await;
    assert_eq!(rows(&app, short).await, expected);
    let known = "SELECT key, name, kind, is_column FROM metafield_definitions";
    assert_eq!(
        rows(&app, known).await,
        json!([{ "key": "height", "name": "Height", "kind": "number_integer", "is_column": true }])
    );
    // What is not listed any more goes, but for what the CSV's column holds.
    shop_file(
        &app,
        &json!({ "metafield_definitions": [], "metafields": [] }),
    )
    .await;
    assert_eq!(rows(&app, short).await, json!([expected[0], expected[2]]));
    assert_eq!(rows(&app, known).await[0]["kind"], Value::Null);
}

/// What databases have that imported such columns before they became metafields.
const CARRIED: &str = "UPDATE variants SET carried = '{\"Colour\": \"teal\", \
    \"Length (product.metafields.custom.length)\": \"170\", \"Care (product.metafields.custom.care)\": \"Wash.\\nDry.\"}' \
    WHERE product_id = 1";

#[tokio::test]
async fn columns_that_were_carried_along_become_metafields() {
    let app = TestApp::new().await;
    import(&app, "Handle,Title,Variant Price\nmug,Mug,5\ncup,Cup,6\n").await;
    app.execute(CARRIED).await;
    app.execute(include_str!(
        "../../../migrations/20261121008450_metafield_definitions/down.sql"
    ))
    .await;
    app.execute(&format!(
        "BEGIN; {} COMMIT;",
        include_str!("../../../migrations/20261121008450_metafield_definitions/up.sql")
    ))
    .await;
    let short = "SELECT namespace, key, kind, value FROM metafields ORDER BY key";
    assert_eq!(
        rows(&app, short).await,
        json!([
            { "namespace": "custom", "key": "care", "kind": "multi_line_text_field", "value": "Wash.\nDry." },
            { "namespace": "custom", "key": "length", "kind": "single_line_text_field", "value": "170" },
        ])
    );
    let carried = "SELECT carried FROM variants ORDER BY id";
    assert_eq!(
        rows(&app, carried).await,
        json!([{ "carried": { "Colour": "teal" } }, { "carried": {} }])
    );
    let file = exported(&app).await;
    let header = file.lines().next().unwrap();
    assert!(
        header.ends_with(
            ",Care (product.metafields.custom.care),Length (product.metafields.custom.length),Colour"
        ),
        "{header}"
    );
}
