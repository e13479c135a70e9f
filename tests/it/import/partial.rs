//! Files that do not have all columns: what is missing stays as it is.

use serde_json::{Value, json};
use tests::TestApp;

use super::support::{import, rows};

/// Everything that a merchant says of products, variants, images and stock.
const STATE: &str = "SELECT p.handle, p.title, p.description_html, p.vendor, p.product_type, p.tags, p.status, \
    p.published_at IS NOT NULL AS published, p.is_gift_card, p.seo_title, p.seo_description, p.carried, \
    (SELECT jsonb_agg(jsonb_build_array(m.url, m.alt) ORDER BY pm.position) FROM product_media pm \
     JOIN media m ON m.id = pm.media_id WHERE pm.product_id = p.id) AS images, \
    (SELECT jsonb_agg(to_jsonb(v) - 'updated_at' - 'created_at' || jsonb_build_object('stock', \
         (SELECT on_hand FROM inventory_levels WHERE variant_id = v.id)) ORDER BY v.position) \
     FROM variants v WHERE v.product_id = p.id AND v.deleted_at IS NULL) AS variants \
    FROM products p ORDER BY p.id";

const WHOLE: &str = "\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,Status,Unit Price Total Measure,Unit Price Total Measure Unit,Unit Price Base Measure,Unit Price Base Measure Unit,Product Category
mug,Mug,<p>Holds tea.</p>,Clay,Cups,\"blue, tea\",true,Title,Default Title,,,,,M-1,250,shopify,7,continue,10.00,12.50,false,false,4006381333931,https://img.example/1.png,1,Left,false,A mug,It holds tea.,https://img.example/1.png,g,4.05,draft,750,ml,1,l,Cups
tee,Tee,<p>Cotton.</p>,Loom,Tops,red,true,Size,S,Colour,Ink,,,T-S,100,shopify,3,deny,20.00,,true,true,,https://img.example/2.png,1,,false,,,,kg,,active,,,,,
tee,,,,,,,,M,,Ink,,,T-M,100,shopify,4,deny,21.00,,true,true,,https://img.example/3.png,2,,,,,,kg,,,,,,,
";

async fn whole() -> (TestApp, Value) {
    let app = TestApp::new().await;
    let (counts, said) = import(&app, WHOLE).await;
    assert_eq!((counts.created, said.refused.len()), (2, 0), "{said:?}");
    let state = rows(&app, STATE).await;
    (app, state)
}

#[tokio::test]
async fn a_price_update_changes_prices_and_nothing_else() {
    let (app, mut state) = whole().await;
    let (counts, said) = import(&app, "Handle,Title,Variant Price\nmug,Mug,11.00\n").await;
    assert_eq!((counts.updated, said.refused.len()), (1, 0), "{said:?}");
    assert_eq!(said.warned, [""; 0]);
    state[0]["variants"][0]["price_minor"] = json!(1_100);
    assert_eq!(rows(&app, STATE).await, state);
    // By the stock keeping unit where there are several variants.
    let by_sku = "Handle,Variant SKU,Variant Price\ntee,'T-M,22.00\n";
    let (counts, said) = import(&app, by_sku).await;
    assert_eq!((counts.updated, said.refused.len()), (1, 0), "{said:?}");
    state[1]["variants"][1]["price_minor"] = json!(2_200);
    assert_eq!(rows(&app, STATE).await, state);
    // By the values of the options; the other variant stays.
    let by_values = "Handle,Option1 Value,Option2 Value,Price\ntee,S,Ink,19\n";
    let (counts, said) = import(&app, by_values).await;
    assert_eq!((counts.updated, said.refused.len()), (1, 0), "{said:?}");
    state[1]["variants"][0]["price_minor"] = json!(1_900);
    assert_eq!(rows(&app, STATE).await, state);
    // One of two options is enough where it tells the variants apart.
    let by_one = "Handle,Option1 Name,Option1 Value,Price\ntee,Size,M,23\n";
    let (counts, said) = import(&app, by_one).await;
    assert_eq!((counts.updated, said.refused.len()), (1, 0), "{said:?}");
    state[1]["variants"][1]["price_minor"] = json!(2_300);
    assert_eq!(rows(&app, STATE).await, state);
}

#[tokio::test]
async fn every_single_column_leaves_the_others() {
    let (app, state) = whole().await;
    let header: Vec<&str> = WHOLE.lines().next().unwrap().split(',').collect();
    let cell = |column: &str| match column {
        "Body (HTML)" => "<p>Holds tea.</p>",
        "Vendor" => "Clay",
        "Type" | "Product Category" => "Cups",
        "Tags" => "\"blue, tea\"",
        "Published" => "true",
        "Option1 Name" => "Title",
        "Option1 Value" => "Default Title",
        "Variant SKU" => "M-1",
        "Variant Grams" => "250",
        "Variant Inventory Tracker" => "shopify",
        "Variant Inventory Qty" => "7",
        "Variant Inventory Policy" => "continue",
        "Variant Price" => "10.00",
        "Variant Compare At Price" => "12.50",
        "Variant Requires Shipping" | "Variant Taxable" | "Gift Card" => "false",
        "Variant Barcode" => "'4006381333931",
        "Image Src" | "Variant Image" => "https://img.example/1.png",
        "Image Position" => "1",
        "Image Alt Text" => "Left",
        "SEO Title" => "A mug",
        "SEO Description" => "It holds tea.",
        "Variant Weight Unit" => "g",
        "Cost per item" => "4.05",
        "Status" => "draft",
        "Unit Price Total Measure" => "750",
        "Unit Price Total Measure Unit" => "ml",
        "Unit Price Base Measure" => "1",
        "Unit Price Base Measure Unit" => "l",
        _ => "",
    };
    for column in header.iter().skip(2) {
        let text = cell(column);
        let file = format!("Handle,{column}\nmug,{text}\n");
        let (counts, said) = import(&app, file).await;
        assert_eq!((counts.unchanged, said.refused.len()), (1, 0), "{said:?}");
        assert_eq!(rows(&app, STATE).await, state, "{column}");
    }
}

#[tokio::test]
async fn a_blank_cell_clears() {
    let (app, _) = whole().await;
    let file = "Handle,Title,Body (HTML),Tags,Variant Barcode,Variant Compare At Price,SEO Title\nmug,Mug,,,,,\n";
    let (counts, _) = import(&app, file).await;
    assert_eq!(counts.updated, 1);
    let cleared = "SELECT p.description_html, p.tags, p.seo_title, v.barcode, v.compare_at_minor, v.sku, v.price_minor \
        FROM products p JOIN variants v ON v.product_id = p.id WHERE p.handle = 'mug'";
    assert_eq!(
        rows(&app, cleared).await,
        json!([{ "description_html": "", "tags": [], "seo_title": null, "barcode": null, "compare_at_minor": null,
            "sku": "M-1", "price_minor": 1_000 }])
    );
}

#[tokio::test]
async fn rows_that_do_not_tell_variants_apart_change_nothing() {
    let (app, state) = whole().await;
    for (file, reason) in [
        (
            "Handle,Title,Variant Price\ntee,Tee,1\n",
            "2: Option1 Value: is missing: the product has 2 variants, which the row does not tell apart",
        ),
        (
            "Handle,Variant SKU,Variant Price\ntee,NONE,1\n",
            "2: Option1 Value: is missing: the product has 2 variants, which the row does not tell apart",
        ),
        (
            "Handle,Variant SKU,Variant Price\ntee,T-S,1\ntee,T-S,2\n",
            "3: a second row for the variant `S / Ink`",
        ),
        (
            "Handle,Option1 Value,Option2 Value,Cost per item\ntee,XL,Ink,1\n",
            "2: Variant Price: is missing, and the variant is new",
        ),
        (
            "Handle,Option1 Value,Option2 Value,Variant Price\ntee,S,,1\n",
            "2: Option2 Value: is missing",
        ),
    ] {
        let (counts, said) = import(&app, file).await;
        assert_eq!(said.refused, [reason], "{file}");
        assert_eq!(counts.refused, 1);
        assert_eq!(rows(&app, STATE).await, state, "{file}");
    }
}

#[tokio::test]
async fn images_and_stock_have_columns_of_their_own() {
    let (app, mut state) = whole().await;
    // What images show, and no places: they stay where they are.
    let alts = "Handle,Image Src,Image Alt Text\ntee,https://img.example/3.png,Back\ntee,https://img.example/2.png,Front\n";
    let (counts, said) = import(&app, alts).await;
    assert_eq!((counts.updated, said.refused.len()), (1, 0), "{said:?}");
    state[1]["images"] = json!([
        ["https://img.example/2.png", "Front"],
        ["https://img.example/3.png", "Back"],
    ]);
    assert_eq!(rows(&app, STATE).await, state);
    // Counts alone: of variants whose stock is counted.
    let stock = "URL handle,SKU,Inventory quantity\ntee,T-S,9\nmug,M-1,8\n";
    let (counts, said) = import(&app, stock).await;
    assert_eq!((counts.updated, said.refused.len()), (2, 0), "{said:?}");
    state[1]["variants"][0]["stock"] = json!(9);
    state[0]["variants"][0]["stock"] = json!(8);
    assert_eq!(rows(&app, STATE).await, state);
    // An image of a variant is added to the product's, and none is taken away.
    let image = "Handle,Variant SKU,Variant Image\ntee,T-M,https://img.example/9.png\n";
    import(&app, image).await;
    let images = rows(&app, STATE).await[1]["images"].clone();
    assert_eq!(images.as_array().unwrap().len(), 3);
    assert_eq!(images[2], json!(["https://img.example/9.png", null]));
    // The images of variants stay where only those of the product are told.
    let only = "Handle,Image Src\ntee,https://img.example/2.png\n";
    import(&app, only).await;
    let images = rows(&app, STATE).await[1]["images"].clone();
    assert_eq!(
        images,
        json!([
            ["https://img.example/2.png", "Front"],
            ["https://img.example/9.png", null]
        ])
    );
}
