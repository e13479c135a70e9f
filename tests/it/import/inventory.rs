//! `api inventory import` and `export`: what lies where.

use commerce::flows::import_inventory::{ImportedInventory, export_inventory, import_inventory};
use serde_json::json;
use tests::TestApp;

use super::support::{import, rows};

const HEADER: &str = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,Location,\
    Incoming,Unavailable,Committed,Available,On hand\n";

const LEVELS: &str = "SELECT v.title, c.name, l.on_hand, l.unavailable, l.incoming, l.available FROM inventory_levels l \
    JOIN variants v ON v.id = l.variant_id JOIN locations c ON c.id = l.location_id ORDER BY v.id, c.id";

/// A mug in two sizes, whose stock is counted, and a cup, whose is not; a second location.
async fn shop() -> TestApp {
    let app = TestApp::new().await;
    let file = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n\
        mug,Mug,Size,S,M-S,shopify,5,10\nmug,,,L,M-L,shopify,6,10\ncup,Cup,,,CUP,,,5\n";
    import(&app, file).await;
    app.execute("INSERT INTO locations (name, priority) VALUES ('Harbour', 5)")
        .await;
    app
}

async fn imported(app: &TestApp, rows: &str) -> ImportedInventory {
    let text = format!("{HEADER}{rows}");
    import_inventory(&app.shop, text.as_bytes()).await.unwrap()
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export_inventory(&app.shop, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

fn counts(imported: &ImportedInventory) -> (u64, u64, u64, usize) {
    (
        imported.changed,
        imported.removed,
        imported.unchanged,
        imported.refusals.len(),
    )
}

#[tokio::test]
async fn levels_become_what_the_file_says_and_come_back() {
    let app = shop().await;
    let file = "mug,Mug,Size,S,,,,,M-S,,,Main,0,0,0,5,5\n\
        mug,Mug,Size,S,,,,,M-S,,,Harbour,4,2,3,5,10\n\
        mug,Mug,Size,L,,,,,M-L,,,Main,not stocked,not stocked,not stocked,not stocked,not stocked\n\
        mug,Mug,Size,L,,,,,M-L,,,harbour,0,0,0,7,7\n";
    let done = imported(&app, file).await;
    assert_eq!((counts(&done), done.refusals), ((2, 1, 1, 0), vec![]));
    // What another shop has promised is on the shelf, but nobody can buy it.
    let level = |title: &str,
                 place: &str,
                 on_hand: i64,
                 unavailable: i64,
                 incoming: i64,
                 available: i64| {
        json!({ "title": title, "name": place, "on_hand": on_hand, "unavailable": unavailable, "incoming": incoming, "available": available })
    };
    assert_eq!(
        rows(&app, LEVELS).await,
        json!([
            level("S", "Main", 5, 0, 0, 5),
            level("S", "Harbour", 10, 5, 4, 5),
            level("L", "Harbour", 7, 0, 0, 7),
        ])
    );
    let written = exported(&app).await;
    assert_eq!(
        written,
        format!(
            "{HEADER}mug,Mug,Size,S,,,,,M-S,,,Main,0,0,0,5,5\nmug,Mug,Size,S,,,,,M-S,,,Harbour,4,5,0,5,10\n\
             mug,Mug,Size,L,,,,,M-L,,,Main,not stocked,not stocked,not stocked,not stocked,not stocked\n\
             mug,Mug,Size,L,,,,,M-L,,,Harbour,0,0,0,7,7\n"
        )
    );
    let again = import_inventory(&app.shop, written.as_bytes())
        .await
        .unwrap();
    assert_eq!(counts(&again), (0, 0, 4, 0));
    app.assert_sound().await;
}

#[tokio::test]
async fn rows_that_cannot_be_are_refused() {
    let app = shop().await;
    let before = rows(&app, LEVELS).await;
    let done = imported(
        &app,
        "mug,,,M,,,,,,,,Main,,,,,1\nmug,,,S,,,,,,,,Moon,,,,,1\ncup,,,,,,,,,,,Main,,,,,1\n\
         nil,,,,,,,,,,,Main,,,,,1\nmug,,,S,,,,,,,,Main,,,,,few\n,,,,,,,,,,,Main,,,,,1\nmug,,,S,,,,,,,,,,,,,1\n",
    )
    .await;
    let told: Vec<String> = done.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: Option1 Value: there is no variant `M` of the product",
            "3: Location: there is no location `Moon`, only Main, Harbour",
            "4: Handle: its stock is not counted: give it an inventory tracker by the product CSV",
            "5: Handle: there is no `nil`",
            "6: On hand: `few` is not a whole number from 0 on",
            "7: Handle: is missing",
            "8: Location: is missing",
        ]
    );
    assert_eq!(rows(&app, LEVELS).await, before);
    let headless = import_inventory(&app.shop, &b"Title,Location\n"[..])
        .await
        .unwrap();
    let told: Vec<String> = headless.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "1: Handle: the column is missing, and so is SKU",
            "1: On hand: the column is missing, and so is Available",
        ]
    );
}

#[tokio::test]
async fn few_columns_are_enough() {
    let app = shop().await;
    let by_sku =
        "SKU\tLocation\tOn hand (current)\tOn hand (new)\n'M-S\tHarbour\t0\t3\nM-S\tMain\t5\t\n";
    let done = import_inventory(&app.shop, by_sku.as_bytes())
        .await
        .unwrap();
    assert_eq!(counts(&done), (1, 0, 1, 0));
    let available = "Handle,Option1 Value,Location,Available\nmug,L,Main,9\n";
    let done = import_inventory(&app.shop, available.as_bytes())
        .await
        .unwrap();
    assert_eq!(counts(&done), (1, 0, 0, 0));
    let held = rows(
        &app,
        "SELECT l.on_hand FROM inventory_levels l ORDER BY variant_id, location_id",
    )
    .await;
    assert_eq!(
        held,
        json!([{ "on_hand": 5 }, { "on_hand": 3 }, { "on_hand": 9 }])
    );
}
