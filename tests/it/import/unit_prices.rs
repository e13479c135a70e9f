//! Unit prices, from the four columns of the product CSV to the API.

use commerce::flows::export_catalog::export_products;
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::{shop_file, words};

use super::support::{import, rows};

/// In the order of an export.
const HEAD: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,\
    Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
    Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,\
    Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,Status,\
    Unit Price Base Measure,Unit Price Base Measure Unit,Unit Price Total Measure,Unit Price Total Measure Unit";

/// Three bottles of oil, of which the last has no unit price.
fn oil() -> String {
    let bottle = |head: &str, size: &str, price: &str, tail: &str, measure: &str| {
        format!("{head}{size},,,,,,0,,,deny,{price},,true,true,,,,,{tail},{measure}\n")
    };
    let first = "oil,Oil,,,,,true,Size,";
    let rest = "oil,,,,,,,,";
    format!("{HEAD}\n")
        + &bottle(
            first,
            "Small",
            "12.99",
            "false,,,,kg,,active",
            "1,L,750.0,ml",
        )
        + &bottle(rest, "Large", "50.00", ",,,,kg,,", "100,ml,2.5,l")
        + &bottle(rest, "Sample", "1.00", ",,,,kg,,", ",,,")
}

const QUERY: &str = "query Oil($country: CountryCode) @inContext(country: $country) { product(handle: \"oil\") { variants(first: 5) { nodes {
    unitPrice { amount currencyCode }
    unitPriceMeasurement { measuredType quantityUnit quantityValue referenceUnit referenceValue } } } } }";

async fn seen(app: &TestApp, country: Value) -> Vec<Value> {
    let answer = app.graphql(QUERY, json!({ "country": country })).await;
    let nodes = &answer.data()["product"]["variants"]["nodes"];
    nodes.as_array().unwrap().clone()
}

#[tokio::test]
async fn variants_have_the_unit_prices_of_the_csv() {
    let app = TestApp::new().await;
    words(&app).await;
    let (counts, said) = import(&app, oil()).await;
    assert_eq!((counts.created, counts.refusals), (1, 0));
    assert_eq!(
        (said.refused, said.warned, said.ignored),
        (Vec::new(), Vec::new(), Vec::new())
    );
    let small = json!({ "measuredType": "VOLUME", "quantityUnit": "ML", "quantityValue": 750.0, "referenceUnit": "L", "referenceValue": 1 });
    let large = json!({ "measuredType": "VOLUME", "quantityUnit": "L", "quantityValue": 2.5, "referenceUnit": "ML", "referenceValue": 100 });
    let price =
        |amount: &str, currency: &str| json!({ "amount": amount, "currencyCode": currency });
    assert_eq!(
        seen(&app, Value::Null).await,
        [
            json!({ "unitPrice": price("17.32", "USD"), "unitPriceMeasurement": small }),
            json!({ "unitPrice": price("2.0", "USD"), "unitPriceMeasurement": large }),
            json!({ "unitPrice": null, "unitPriceMeasurement": null }),
        ]
    );
    // Of what the buyer is shown: 11.69 and 45.00 euros.
    shop_file(
        &app,
        &json!({ "markets": [{ "handle": "world", "name": "World", "countries": ["*"] },
            { "handle": "fr", "name": "France", "countries": ["FR"], "currency": "EUR", "rate": "0.9" }] }),
    )
    .await;
    let shown = seen(&app, json!("FR")).await;
    let prices: Vec<&Value> = shown.iter().map(|variant| &variant["unitPrice"]).collect();
    assert_eq!(
        prices,
        [&price("15.59", "EUR"), &price("1.8", "EUR"), &Value::Null]
    );
}

#[tokio::test]
async fn the_columns_come_back_as_they_were() {
    let app = TestApp::new().await;
    words(&app).await;
    let file = oil();
    import(&app, file.clone()).await;
    let mut out = Vec::new();
    export_products(&app.shop, Currency::USD, &mut out)
        .await
        .unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), file);
    let (counts, _) = import(&app, file.clone()).await;
    assert_eq!((counts.unchanged, counts.updated), (1, 0));
    // Another measure is a change; a blank one takes the unit price away.
    let (counts, _) = import(&app, file.replace("750.0", "700")).await;
    assert_eq!(counts.updated, 1);
    assert_eq!(
        seen(&app, Value::Null).await[0]["unitPrice"]["amount"],
        "18.56"
    );
    import(&app, file.replace("1,L,750.0,ml", ",,,")).await;
    assert_eq!(seen(&app, Value::Null).await[0]["unitPrice"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_measured_is_refused() {
    let app = TestApp::new().await;
    let row = |handle: &str, measure: &str| format!("{handle},{handle},1.00,{measure}\n");
    let file = "Handle,Title,Variant Price,Unit Price Total Measure,Unit Price Total Measure Unit,\
        Unit Price Base Measure,unit price base measure unit\n"
        .to_owned()
        + &row("zero", "0,ml,1,l")
        + &row("fine", "1.0005,ml,1,l")
        + &row("part", "750,ml,1.5,l")
        + &row("cups", "3,cups,1,l")
        + &row("mixed", "750,ml,1,kg")
        + &row("half", "750,ml,,l");
    let (counts, said) = import(&app, file).await;
    assert_eq!((counts.created, counts.refusals), (1, 5));
    let units =
        "ml, cl, l, m3, floz, pt, qt, gal, mg, g, kg, oz, lb, mm, cm, m, in, ft, yd, m2, ft2, item";
    let number = "is not a number above zero with at most 3 decimal places";
    assert_eq!(
        said.refused,
        [
            format!("2: Unit Price Total Measure: `0` {number}"),
            format!("3: Unit Price Total Measure: `1.0005` {number}"),
            "4: Unit Price Base Measure: `1.5` is not a whole number above zero".to_owned(),
            format!("5: Unit Price Total Measure Unit: `cups` is not one of {units}"),
            "6: Unit Price Base Measure Unit: `kg` is not a unit of what ml measures".to_owned(),
        ]
    );
    assert_eq!(
        said.warned,
        ["7: Unit Price Base Measure: is missing, so there is no unit price"]
    );
    assert_eq!(
        rows(
            &app,
            "SELECT p.handle, v.measure_unit FROM variants v JOIN products p ON p.id = v.product_id"
        )
        .await,
        json!([{ "handle": "half", "measure_unit": null }])
    );
}
