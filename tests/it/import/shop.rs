//! The command itself: files, currencies, exit.

use api::commands::import::{ImportArgs, run};
use commerce::flows::settle_currency::{CurrencyRefusal, settle_currency};
use commerce::kernel::{Currency, Failure};
use serde_json::json;
use tests::{TestApp, TestDatabase};

use super::support::{fixture, import_fixture, rows};

fn args(files: &[&str], currency: Option<&str>) -> ImportArgs {
    ImportArgs {
        files: files.iter().map(|name| fixture(name)).collect(),
        currency: currency.map(|code| code.parse().expect("a currency")),
        dry_run: false,
    }
}

#[tokio::test]
async fn good_files_succeed_and_refused_rows_fail_after_the_rest_is_imported() {
    let app = TestApp::new().await;
    let counts = run(&app.shop, &args(&["catalogue.csv"], Some("USD")))
        .await
        .expect("no refusals");
    assert_eq!((counts.created, counts.refusals), (3, 0));
    let files = ["no-such-file.csv", "faults.csv", "catalogue.csv"];
    let error = run(&app.shop, &args(&files, None)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "28 reasons against rows, 1 files that were left out; everything else is imported"
    );
    assert_eq!(
        rows(&app, "SELECT count(*) FROM products").await,
        json!([{ "count": 5 }])
    );
}

#[tokio::test]
async fn the_first_import_founds_a_shop_that_can_sell() {
    let app = TestApp::on(TestDatabase::create().await).await;
    let error = run(&app.shop, &args(&["catalogue.csv"], None))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no shop yet: say what it sells in, such as --currency USD"
    );
    run(&app.shop, &args(&["catalogue.csv"], Some("eur")))
        .await
        .expect("no refusals");
    let shop = "SELECT s.name, s.currency, s.country, s.primary_domain_url, z.countries, r.code, r.price_minor, \
        r.currency AS rate_currency FROM shops s, delivery_zones z, delivery_rates r";
    assert_eq!(
        rows(&app, shop).await,
        json!([{
            "name": "My shop", "currency": "EUR", "country": "US", "primary_domain_url": "http://localhost:8080",
            "countries": [], "code": "standard", "price_minor": 0, "rate_currency": "EUR"
        }])
    );
    let currencies = rows(&app, "SELECT DISTINCT currency FROM variants").await;
    assert_eq!(currencies, json!([{ "currency": "EUR" }]));
}

#[tokio::test]
async fn amounts_are_read_with_the_places_of_their_currency() {
    let app = TestApp::on(TestDatabase::create().await).await;
    let error = run(&app.shop, &args(&["catalogue.csv"], Some("JPY")))
        .await
        .unwrap_err();
    // 150.50, 60.25 twice and 125.5 have no yen.
    assert_eq!(
        error.to_string(),
        "4 reasons against rows, 0 files that were left out; everything else is imported"
    );
    let prices = rows(&app, "SELECT price_minor FROM variants ORDER BY id").await;
    assert_eq!(prices, json!([{ "price_minor": 10 }, { "price_minor": 0 }]));
}

#[tokio::test]
async fn a_shop_changes_its_currency_only_while_it_has_no_amounts() {
    let app = TestApp::new().await;
    let eur: Currency = "EUR".parse().expect("a currency");
    assert_eq!(
        settle_currency(&app.shop, Some(eur))
            .await
            .expect("no amounts yet"),
        eur
    );
    assert_eq!(
        settle_currency(&app.shop, Some(Currency::USD))
            .await
            .expect("none still"),
        Currency::USD
    );
    import_fixture(&app, "catalogue.csv").await;
    let Err(Failure::Refused(refusal)) = settle_currency(&app.shop, Some(eur)).await else {
        panic!("the shop has prices in USD");
    };
    assert_eq!(
        refusal,
        CurrencyRefusal::Differs {
            shop: Currency::USD,
            wanted: eur
        }
    );
    assert_eq!(
        refusal.to_string(),
        "the shop sells in USD: prices in EUR cannot be imported"
    );
    assert_eq!(
        rows(&app, "SELECT currency FROM shops").await,
        json!([{ "currency": "USD" }])
    );
}
