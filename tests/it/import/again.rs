//! Importing again: no duplicates, only what differs is changed.

use chrono::TimeDelta;
use serde_json::json;
use tests::factory::words::shop_file;
use tests::{Scratch, TestApp};

use super::support::{csv, import, import_fixture, rows};

const EVERYTHING: &str = "SELECT \
    (SELECT jsonb_agg(p ORDER BY p.id) FROM products p) AS products, \
    (SELECT jsonb_agg(v ORDER BY v.id) FROM variants v) AS variants, \
    (SELECT jsonb_agg(o ORDER BY o.id) FROM product_options o) AS options, \
    (SELECT jsonb_agg(x ORDER BY x.id) FROM product_option_values x) AS values, \
    (SELECT jsonb_agg(m ORDER BY m.id) FROM media m) AS media, \
    (SELECT jsonb_agg(pm ORDER BY pm.product_id, pm.position) FROM product_media pm) AS places, \
    (SELECT jsonb_agg(l ORDER BY l.variant_id) FROM inventory_levels l) AS levels";

const VARIANTS: &str = "SELECT v.id, v.position, v.title, v.deleted_at IS NOT NULL AS deleted FROM variants v ORDER BY v.id";

#[tokio::test]
async fn the_same_file_changes_nothing() {
    let app = TestApp::new().await;
    import_fixture(&app, "catalogue.csv").await;
    let before = rows(&app, EVERYTHING).await;
    app.advance(TimeDelta::hours(1)).await;
    let (counts, _) = import_fixture(&app, "catalogue.csv").await;
    assert_eq!(
        (counts.created, counts.updated, counts.unchanged),
        (0, 0, 3)
    );
    assert_eq!(rows(&app, EVERYTHING).await, before);
}

#[tokio::test]
async fn changed_fields_are_updated_and_the_rest_is_kept() {
    let app = TestApp::new().await;
    import(
        &app,
        csv(&[
            "mug,Mug,,,,,M-1,,,,5,https://img.example/1",
            "cup,Cup,,,,,,,,,5,",
        ]),
    )
    .await;
    let ids = rows(&app, "SELECT id, product_id FROM variants ORDER BY id").await;
    app.advance(TimeDelta::hours(1)).await;
    let (counts, _) = import(
        &app,
        csv(&[
            "mug,Large Mug,,,,,M-2,,,,6.5,https://img.example/1",
            "cup,Cup,,,,,,,,,5,",
        ]),
    )
    .await;
    assert_eq!(
        (counts.created, counts.updated, counts.unchanged),
        (0, 1, 1)
    );
    assert_eq!(
        rows(&app, "SELECT id, product_id FROM variants ORDER BY id").await,
        ids
    );
    let products = rows(
        &app,
        "SELECT p.handle, p.title, v.sku, p.price_min_minor, p.version, p.updated_at > p.created_at AS later, \
         p.published_at = p.created_at AS published_then FROM products p JOIN variants v ON v.product_id = p.id ORDER BY p.id",
    )
    .await;
    assert_eq!(
        products,
        json!([
            { "handle": "mug", "title": "Large Mug", "sku": "M-2", "price_min_minor": 650, "version": 2, "later": true, "published_then": true },
            { "handle": "cup", "title": "Cup", "sku": null, "price_min_minor": 500, "version": 1, "later": false, "published_then": true },
        ])
    );
}

#[tokio::test]
async fn a_change_of_a_variant_alone_counts_as_a_change_of_the_product() {
    let app = TestApp::new().await;
    import(&app, csv(&["mug,Mug,Size,S,,,,,,,5,", "mug,,,M,,,,,,,6,"])).await;
    let (counts, _) = import(&app, csv(&["mug,Mug,Size,S,,,,,,,5,", "mug,,,M,,,,,,,7,"])).await;
    assert_eq!((counts.updated, counts.unchanged), (1, 0));
    let product = rows(
        &app,
        "SELECT version, price_min_minor, price_max_minor FROM products",
    )
    .await;
    assert_eq!(
        product,
        json!([{ "version": 2, "price_min_minor": 500, "price_max_minor": 700 }])
    );
}

#[tokio::test]
async fn variants_are_reordered_deleted_and_revived_by_their_combination() {
    let app = TestApp::new().await;
    let small = "mug,Mug,Size,S,Colour,Ink,,,,,5,";
    import(
        &app,
        csv(&[small, "mug,,,M,,Ink,,,,,6,", "mug,,,L,,Moss,,,,,7,"]),
    )
    .await;
    let first = rows(&app, VARIANTS).await;
    import(
        &app,
        csv(&["mug,Mug,Size,L,Colour,Moss,,,,,7,", "mug,,,S,,Ink,,,,,5,"]),
    )
    .await;
    assert_eq!(
        rows(&app, VARIANTS).await,
        json!([
            { "id": 1, "position": 2, "title": "S / Ink", "deleted": false },
            { "id": 2, "position": 2, "title": "M / Ink", "deleted": true },
            { "id": 3, "position": 1, "title": "L / Moss", "deleted": false },
        ])
    );
    let values = "SELECT name, position FROM product_option_values ORDER BY option_id, position";
    assert_eq!(
        rows(&app, values).await,
        json!([
            { "name": "L", "position": 1 }, { "name": "S", "position": 2 },
            { "name": "Moss", "position": 1 }, { "name": "Ink", "position": 2 },
        ])
    );
    let price = rows(&app, "SELECT price_max_minor FROM products").await;
    assert_eq!(price, json!([{ "price_max_minor": 700 }]));
    let (counts, _) = import(
        &app,
        csv(&[small, "mug,,,M,,Ink,,,,,6,", "mug,,,L,,Moss,,,,,7,"]),
    )
    .await;
    assert_eq!(counts.updated, 1);
    assert_eq!(rows(&app, VARIANTS).await, first);
}

#[tokio::test]
async fn options_may_be_renamed_and_change_places() {
    let app = TestApp::new().await;
    import(
        &app,
        csv(&[
            "mug,Mug,Size,S,Color,Ink,,,,,5,",
            "mug,,,M,,Ink,,,,,6,",
            "mug,,,M,,Moss,,,,,6,",
        ]),
    )
    .await;
    let combinations = "SELECT v.id, v.title, x.name AS first, y.name AS second FROM variants v \
        JOIN product_option_values x ON x.id = v.value1_id JOIN product_option_values y ON y.id = v.value2_id ORDER BY v.id";
    // Renamed: the values stay where they were.
    import(
        &app,
        csv(&[
            "mug,Mug,Size,S,Colour,Ink,,,,,5,",
            "mug,,,M,,Ink,,,,,6,",
            "mug,,,M,,Moss,,,,,6,",
        ]),
    )
    .await;
    // Turned round: each variant is still the same.
    import(
        &app,
        csv(&[
            "mug,Mug,Colour,Ink,Size,S,,,,,5,",
            "mug,,Colour,Ink,,M,,,,,6,",
            "mug,,,Moss,,M,,,,,6,",
        ]),
    )
    .await;
    assert_eq!(
        rows(&app, combinations).await,
        json!([
            { "id": 1, "title": "Ink / S", "first": "Ink", "second": "S" },
            { "id": 2, "title": "Ink / M", "first": "Ink", "second": "M" },
            { "id": 3, "title": "Moss / M", "first": "Moss", "second": "M" },
        ])
    );
    let options = rows(
        &app,
        "SELECT id, name, position FROM product_options ORDER BY id",
    )
    .await;
    assert_eq!(
        options,
        json!([{ "id": 1, "name": "Size", "position": 2 }, { "id": 2, "name": "Colour", "position": 1 }])
    );
    // One taken away: what is left are other things to buy.
    import(&app, csv(&["mug,Mug,Size,S,,,,,,,5,", "mug,,,M,,,,,,,6,"])).await;
    let live = rows(
        &app,
        "SELECT title FROM variants WHERE deleted_at IS NULL ORDER BY position",
    )
    .await;
    assert_eq!(live, json!([{ "title": "S" }, { "title": "M" }]));
    let options = rows(&app, "SELECT id, name, position FROM product_options").await;
    assert_eq!(options, json!([{ "id": 1, "name": "Size", "position": 1 }]));
}

#[tokio::test]
async fn images_are_added_moved_and_taken_away() {
    let app = TestApp::new().await;
    let image = |n: u32| format!("mug,,,,,,,,,,,https://img.example/{n}");
    let first = "mug,Mug,,,,,,,,,5,https://img.example/1";
    import(&app, csv(&[first, &image(2), &image(3)])).await;
    let (counts, _) = import(&app, csv(&[first, &image(3), &image(4)])).await;
    assert_eq!((counts.updated, counts.images), (1, 3));
    let images = rows(
        &app,
        "SELECT m.id, m.url, pm.position FROM product_media pm JOIN media m ON m.id = pm.media_id ORDER BY pm.position",
    )
    .await;
    assert_eq!(
        images,
        json!([
            { "id": 1, "url": "https://img.example/1", "position": 1 },
            { "id": 3, "url": "https://img.example/3", "position": 2 },
            { "id": 4, "url": "https://img.example/4", "position": 3 },
        ])
    );
}

#[tokio::test]
async fn what_is_published_keeps_its_date_until_it_is_hidden() {
    let app = TestApp::new().await;
    let text = |published: &str, status: &str| {
        format!("Handle,Title,Variant Price,Published,Status\nmug,Mug,5,{published},{status}\n")
    };
    let state = "SELECT status, published_at FROM products";
    import(&app, text("true", "")).await;
    let first = rows(&app, state).await;
    app.advance(TimeDelta::hours(1)).await;
    import(&app, text("TRUE", "Active")).await;
    assert_eq!(rows(&app, state).await, first);
    import(&app, text("false", "archived")).await;
    assert_eq!(
        rows(&app, state).await,
        json!([{ "status": "archived", "published_at": null }])
    );
    import(&app, text("true", "draft")).await;
    let later = rows(
        &app,
        "SELECT published_at > created_at AS later FROM products",
    )
    .await;
    assert_eq!(later, json!([{ "later": true }]));
}

#[tokio::test]
async fn what_an_import_changes_enters_and_leaves_collections_by_rules() {
    let app = TestApp::new().await;
    let rule = json!({ "column": "variant_price", "relation": "less_than", "condition": "6.00" });
    let cheap = json!({ "handle": "cheap", "title": "Cheap", "description_html": "",
        "rules": { "match": "all", "conditions": [rule] } });
    shop_file(&app, &json!({ "collections": [cheap] })).await;
    let members = "SELECT p.handle FROM collection_products c JOIN products p ON p.id = c.product_id ORDER BY c.position";
    let mailbox = Scratch::new();
    for (mug, expected) in [
        ("5", json!([{ "handle": "mug" }])),
        ("6.5", json!([])),
        ("5.99", json!([{ "handle": "mug" }])),
    ] {
        let lines = [
            format!("mug,Mug,,,,,M-1,,,,{mug},"),
            "jug,Jug,,,,,,,,,9,".to_owned(),
        ];
        import(&app, csv(&lines.each_ref().map(String::as_str))).await;
        let drained = app.drain(&app.env(&mailbox)).await;
        let kinds: Vec<&str> = drained.iter().map(|job| job.kind.as_str()).collect();
        assert_eq!(kinds, ["fill_collections"]);
        assert_eq!(rows(&app, members).await, expected, "{mug}");
    }
}
