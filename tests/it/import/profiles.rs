//! Delivery profiles of a shop file, and what later imports leave of them.

use api::shop_file::ShopFile;
use commerce::flows::arrange_shop::arrange_shop;
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::shop_file;

use super::support::{csv, import, rows};

const PRODUCTS: [&str; 3] = [
    "chair,Chair,,,,,,,,,5,",
    "lamp,Lamp,,,,,,,,,5,",
    "mug,Mug,,,,,,,,,5,",
];

/// A profile with zones of these names, `All` and others for France.
fn profile(name: &str, products: &[&str], zones: &[&str]) -> Value {
    let rates = json!([{ "code": "a", "title": "A", "price": "1" }]);
    let zone = |name: &&str| {
        let countries = [if *name == "All" { "*" } else { "FR" }];
        json!({ "name": name, "countries": countries, "rates": rates })
    };
    let zones: Vec<Value> = zones.iter().map(zone).collect();
    json!({ "name": name, "products": products, "zones": zones })
}

async fn arrange(app: &TestApp, profiles: Value) {
    shop_file(app, &json!({ "delivery_profiles": profiles })).await;
}

/// Every profile in order, with its products and zones.
async fn profiles(app: &TestApp) -> Value {
    rows(
        app,
        "SELECT d.id, d.name, \
         ARRAY(SELECT handle FROM delivery_profile_products m JOIN products p ON p.id = m.product_id \
               WHERE m.profile_id = d.id ORDER BY handle) AS products, \
         ARRAY(SELECT id || ' ' || name FROM delivery_zones z WHERE z.profile_id = d.id ORDER BY id) AS zones \
         FROM delivery_profiles d ORDER BY position",
    )
    .await
}

#[tokio::test]
async fn a_file_again_makes_them_what_it_says() {
    let app = TestApp::new().await;
    import(&app, csv(&PRODUCTS)).await;
    let general = "SELECT id, name, profile_id FROM delivery_zones WHERE profile_id IS NULL";
    let zone = json!([{ "name": "All", "countries": ["*"], "rates": [] }]);
    shop_file(&app, &json!({ "shipping": { "zones": zone } })).await;
    let freight = profile("Freight", &["chair", "lamp"], &["All", "Near"]);
    let letters = profile("Letters", &[], &["All"]);
    arrange(&app, json!([freight, letters])).await;
    let first = json!([
        { "id": 1, "name": "Freight", "products": ["chair", "lamp"], "zones": ["2 All", "3 Near"] },
        { "id": 2, "name": "Letters", "products": [], "zones": ["4 All"] }]);
    assert_eq!(profiles(&app).await, first);
    arrange(&app, json!([freight, letters])).await;
    assert_eq!(profiles(&app).await, first);
    // Another order, another product, one that changed sides, one zone less.
    let letters = profile("Letters", &["lamp"], &["All"]);
    let freight = profile("Freight", &["mug"], &["Near"]);
    arrange(&app, json!([letters, freight])).await;
    let second = json!([
        { "id": 2, "name": "Letters", "products": ["lamp"], "zones": ["4 All"] },
        { "id": 1, "name": "Freight", "products": ["mug"], "zones": ["3 Near"] }]);
    assert_eq!(profiles(&app).await, second);
    // The same products again, changed, are still where they were; so they are after zones of the general profile.
    import(&app, csv(&["mug,Cup,,,,,,,,,7,", PRODUCTS[0], PRODUCTS[1]])).await;
    shop_file(&app, &json!({ "shipping": { "zones": zone } })).await;
    assert_eq!(profiles(&app).await, second);
    let untouched = json!([{ "id": 1, "name": "All", "profile_id": null }]);
    assert_eq!(rows(&app, general).await, untouched);
    arrange(&app, json!([])).await;
    assert_eq!(profiles(&app).await, json!([]));
    assert_eq!(rows(&app, general).await, untouched);
}

#[tokio::test]
async fn an_unknown_product_is_named_and_nothing_changes() {
    let app = TestApp::new().await;
    import(&app, csv(&PRODUCTS)).await;
    arrange(&app, json!([profile("Freight", &["chair"], &["All"])])).await;
    let before = profiles(&app).await;
    let file = json!({ "delivery_profiles": [
        profile("Freight", &["lamp"], &[]), profile("Letters", &["mug", "sofa"], &[])] });
    let read = ShopFile::read(&file.to_string()).unwrap();
    let arrangement = read.arrangement(Some(Currency::USD)).unwrap();
    let fault = arrange_shop(&app.shop, &arrangement).await.unwrap_err();
    assert!(
        fault
            .to_string()
            .contains("the delivery profile `Letters` lists `sofa`, which does not exist"),
        "{fault}"
    );
    assert_eq!(profiles(&app).await, before);
}
