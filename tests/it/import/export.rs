//! `api export products`, and that importing an export changes nothing.

use commerce::flows::export_catalog::export_products;
use commerce::kernel::Currency;
use serde_json::json;
use tests::TestApp;

use super::support::{import, import_fixture, rows};

const EVERYTHING: &str = "SELECT \
    (SELECT jsonb_agg(p ORDER BY p.id) FROM products p) AS products, \
    (SELECT jsonb_agg(v ORDER BY v.id) FROM variants v) AS variants, \
    (SELECT jsonb_agg(o ORDER BY o.id) FROM product_options o) AS options, \
    (SELECT jsonb_agg(pm ORDER BY pm.product_id, pm.position) FROM product_media pm) AS places, \
    (SELECT jsonb_agg(l ORDER BY l.variant_id) FROM inventory_levels l) AS levels";

/// Everything that is the merchant's, without what the database numbers and dates.
const SAID: &str = "SELECT p.handle, p.title, p.description_html, p.vendor, p.product_type, p.tags, p.status, \
    p.published_at IS NOT NULL AS published, p.is_gift_card, p.seo_title, p.seo_description, p.carried, p.option_names, \
    (SELECT jsonb_agg(jsonb_build_array(m.url, m.alt) ORDER BY pm.position) FROM product_media pm \
     JOIN media m ON m.id = pm.media_id WHERE pm.product_id = p.id) AS images, \
    (SELECT jsonb_agg(jsonb_build_array(v.title, v.option_values, v.sku, v.barcode, v.price_minor, v.compare_at_minor, \
         v.cost_minor, v.requires_shipping, v.taxable, v.grams, v.weight_unit, v.inventory_tracked, v.inventory_policy, \
         v.carried, (SELECT url FROM media WHERE id = v.media_id), \
         (SELECT on_hand FROM inventory_levels WHERE variant_id = v.id)) ORDER BY v.position) \
     FROM variants v WHERE v.product_id = p.id AND v.deleted_at IS NULL) AS variants \
    FROM products p ORDER BY p.id";

/// A product that uses every column, with more pictures than variants and headings of somebody else's.
const WHOLE: &str = "\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,Status,Colour of the week,Google Shopping / MPN,Product Category,Variant Fulfillment Service,Variant Tax Code
mug,Mug,<p>Holds tea.</p>,Clay,Cups,\"blue, tea\",true,Size,Small,Glaze,Matt,Foot,Yes,M-1,250,shopify,7,deny,10.00,12.50,true,true,4006381333931,https://img.example/1.png,1,From the left,false,A mug,\"It holds tea, and coffee.\",https://img.example/2.png,g,4.05,active,teal,MPN-1,Home > Cups,manual,P0000000
mug,,,,,,,,Large,,Matt,,Yes,M-2,1000,,,continue,11.00,,false,false,,https://img.example/2.png,2,,,,,,kg,,,,MPN-2,,manual,
mug,,,,,,,,,,,,,,,,,,,,,,,https://img.example/3.png,3,,,,,,,,,,,,,
";

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export_products(&app.shop, Currency::USD, &mut out)
        .await
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn every_column_comes_back_as_it_was() {
    let app = TestApp::new().await;
    let (counts, said) = import(&app, WHOLE).await;
    assert_eq!((counts.created, counts.refusals), (1, 0));
    assert_eq!(said.ignored, ["Colour of the week"]);
    assert_eq!(exported(&app).await, WHOLE);
}

#[tokio::test]
async fn importing_an_export_changes_nothing_here_and_makes_the_same_elsewhere() {
    let app = TestApp::new().await;
    import_fixture(&app, "catalogue.csv").await;
    import(&app, WHOLE).await;
    let file = exported(&app).await;
    let before = rows(&app, EVERYTHING).await;
    let (counts, _) = import(&app, file.clone()).await;
    assert_eq!(
        (counts.created, counts.updated, counts.unchanged),
        (0, 0, 4)
    );
    assert_eq!(rows(&app, EVERYTHING).await, before);

    let other = TestApp::new().await;
    let (counts, _) = import(&other, file.clone()).await;
    assert_eq!((counts.created, counts.refusals), (4, 0));
    assert_eq!(rows(&other, SAID).await, rows(&app, SAID).await);
    assert_eq!(exported(&other).await, file);
}

#[tokio::test]
async fn pages_of_products_make_one_file() {
    let app = TestApp::new().await;
    let lines = (1..=250).map(|n| format!("p-{n},Product {n},{n}.00\n"));
    let file: String = std::iter::once("Handle,Title,Variant Price\n".to_owned())
        .chain(lines)
        .collect();
    import(&app, file).await;
    let exported = exported(&app).await;
    let handles: Vec<&str> = exported
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    let expected: Vec<String> = (1..=250).map(|n| format!("p-{n}")).collect();
    assert_eq!(handles, expected);
}

#[tokio::test]
async fn what_is_carried_stays_without_its_column_and_goes_with_its_cell() {
    let app = TestApp::new().await;
    let carried = "SELECT p.carried AS product, v.carried AS variant FROM products p JOIN variants v ON v.product_id = p.id";
    import(
        &app,
        "Handle,Title,Variant Price,Material,Tax code,Product category\nmug,Mug,5,Clay,P1,Cups\n",
    )
    .await;
    let all = json!([{ "product": { "Product Category": "Cups" },
        "variant": { "Material": "Clay", "Variant Tax Code": "P1" } }]);
    assert_eq!(rows(&app, carried).await, all);
    let (counts, _) = import(&app, "Handle,Title,Variant Price\nmug,Mug,5\n").await;
    assert_eq!((counts.updated, counts.unchanged), (0, 1));
    assert_eq!(rows(&app, carried).await, all);
    // The same heading in another case.
    let (counts, _) = import(
        &app,
        "Handle,Title,Variant Price,MATERIAL\nmug,Mug,5,Clay\n",
    )
    .await;
    assert_eq!((counts.updated, counts.unchanged), (0, 1));
    let (counts, _) = import(&app, "Handle,Title,Variant Price,material\nmug,Mug,5,\n").await;
    assert_eq!(counts.updated, 1);
    assert_eq!(
        rows(&app, carried).await,
        json!([{ "product": { "Product Category": "Cups" }, "variant": { "Variant Tax Code": "P1" } }])
    );
    let (_, said) = import(&app, "Handle,Title,Variant Price,Material\nmug,Mug,5,\0\n").await;
    assert_eq!(said.refused, ["2: Material: contains a NUL character"]);
}
