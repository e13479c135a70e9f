//! One import at a time, and dry runs, which change nothing.

use std::io::Cursor;

use commerce::customer::commands::import_customers_in;
use commerce::db::Run;
use commerce::db::import_lock::BUSY;
use commerce::flows::import_catalog::{import_catalog, import_catalog_in};
use commerce::flows::import_discounts::import_discounts_in;
use commerce::flows::import_inventory::import_inventory_in;
use commerce::flows::import_orders::import_orders_in;
use commerce::flows::import_prices::import_prices_in;
use commerce::flows::import_quantities::import_quantities_in;
use commerce::kernel::{Currency, Fault};
use serde_json::json;
use tests::TestApp;

use super::support::{Said, import, rows};

const FILE: &str = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Material (product.metafields.custom.material)\n\
    mug,Mug,M-1,shopify,5,10,Clay\n";

#[tokio::test]
async fn a_second_import_is_refused_while_one_runs() {
    let app = TestApp::new().await;
    let other = app.shop.clone();
    let inside = app.shop.db.alone(async {
        // The first runs as long as this future.
        let mut said = Said::default();
        let refused = import_catalog(&other, Cursor::new(FILE), Currency::USD, &mut said).await;
        let customers =
            import_customers_in(Run::Dry, &other, &b"Email\nada@mail.example\n"[..]).await;
        Ok::<_, Fault>((refused, customers))
    });
    let (refused, customers) = inside.await.unwrap();
    assert_eq!(refused.unwrap_err().to_string(), BUSY);
    assert_eq!(customers.unwrap_err().to_string(), BUSY);
    assert_eq!(rows(&app, "SELECT handle FROM products").await, json!([]));
    // When it has ended, the next one runs.
    let (counts, _) = import(&app, FILE).await;
    assert_eq!(counts.created, 1);
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let app = TestApp::new().await;
    let everything = "SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM variants) AS variants, \
        (SELECT count(*) FROM metafields) AS fields, (SELECT count(*) FROM customers) AS customers, \
        (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM discounts) AS discounts, \
        (SELECT sum(on_hand) FROM inventory_levels) AS stock, (SELECT count(*) FROM quantity_rules) AS rules, \
        (SELECT count(*) FROM market_prices) AS prices, (SELECT last_value FROM order_numbers) AS number, \
        (SELECT count(*) FROM jobs) AS jobs";
    let try_it = async |text: &str| {
        let mut said = Said::default();
        let source = Cursor::new(text.to_owned());
        let counts = import_catalog_in(Run::Dry, &app.shop, source, Currency::USD, &mut said).await;
        (counts.unwrap(), said)
    };
    let before = rows(&app, everything).await;
    let (counts, _) = try_it(FILE).await;
    assert_eq!((counts.created, counts.updated), (1, 0));
    assert_eq!(rows(&app, everything).await, before);

    import(&app, FILE).await;
    let before = rows(&app, everything).await;
    let (counts, _) = try_it(FILE).await;
    assert_eq!((counts.updated, counts.unchanged), (0, 1));
    for changed in [
        FILE.replace("Clay", "Glass"),
        FILE.replace(",5,10", ",6,10"),
    ] {
        let (counts, _) = try_it(&changed).await;
        assert_eq!((counts.updated, counts.unchanged), (1, 0), "{changed}");
    }
    let (counts, said) = try_it(&FILE.replace(",10,", ",ten,")).await;
    assert_eq!((counts.refused, said.refused.len()), (1, 1));

    let shop = &app.shop;
    let customers = import_customers_in(Run::Dry, shop, &b"Email\nada@mail.example\n"[..])
        .await
        .unwrap();
    assert_eq!(customers.created, 1);
    let orders = "Name,Email,Created at,Total,Lineitem name,Lineitem price\n#9001,,2024-01-01T00:00:00Z,5,Cup,5\n";
    let orders = import_orders_in(Run::Dry, shop, orders.as_bytes())
        .await
        .unwrap();
    assert_eq!(orders.created, 1);
    let discounts = "Title,Type,Value\nSummer,percentage,10\n";
    let discounts = import_discounts_in(Run::Dry, shop, discounts.as_bytes())
        .await
        .unwrap();
    assert_eq!(discounts.created, 1);
    let stock = import_inventory_in(Run::Dry, shop, &b"SKU,On hand\nM-1,9\n"[..])
        .await
        .unwrap();
    assert_eq!(stock.changed, 1);
    let rules = import_quantities_in(Run::Dry, shop, b"SKU,Minimum\nM-1,2\n")
        .await
        .unwrap();
    assert_eq!(rules.changed, 1);
    let prices = import_prices_in(Run::Dry, shop, b"Market,SKU,Price\nmoon,M-1,2\n")
        .await
        .unwrap();
    assert_eq!(prices.refusals.len(), 1);
    assert_eq!(rows(&app, everything).await, before);
}
