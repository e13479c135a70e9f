//! What search reads follows what it is made of.

use commerce::search::lexicon;
use serde_json::json;
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};

use super::find;

async fn found(app: &TestApp, query: &str) -> bool {
    find(app, json!({ "query": query })).await == ["thing"]
}

#[tokio::test]
async fn changes_are_found_at_once() {
    let app = TestApp::new().await;
    let mut seed = ProductSeed::new("thing");
    seed.title = "Kettle".to_owned();
    let id = seed.create(&app).await;
    assert!(found(&app, "kettle").await);
    for (change, before, now) in [
        ("title = 'Teapot'", "kettle", "teapot"),
        ("vendor = 'Brewers'", "acme", "brewers"),
        ("product_type = 'Pots'", "things", "pots"),
        ("tags = '{porcelain}'", "china", "porcelain"),
        ("description = 'Pours well'", "spills", "pours"),
    ] {
        app.execute(&format!("UPDATE products SET {change} WHERE id = {id}"))
            .await;
        assert!(!found(&app, before).await, "{before}");
        assert!(found(&app, now).await, "{now}");
    }
    app.execute("UPDATE products SET status = 'draft'").await;
    assert!(!found(&app, "teapot").await);
}

#[tokio::test]
async fn selling_the_last_one_is_seen_and_so_is_a_return() {
    let app = TestApp::new().await;
    let seed = ProductSeed::new("thing").with(
        &[("Size", &["S", "M"])],
        vec![
            VariantSeed::new(&["S"], 100).stock(1),
            VariantSeed::new(&["M"], 200).stock(3),
        ],
    );
    let id = seed.create(&app).await;
    collection(&app, "all", "manual", &[id]).await;
    let small =
        json!([{ "available": true }, { "variantOption": { "name": "Size", "value": "S" } }]);
    let any = json!([{ "available": true }]);
    let finds = async |filters: &serde_json::Value| {
        let found = find(&app, json!({ "query": "thing", "filters": filters })).await;
        found.len()
    };
    assert_eq!((finds(&small).await, finds(&any).await), (1, 1));
    let set = async |size: &str, column: &str, count: i32| {
        app.execute(&format!(
            "UPDATE inventory_levels SET {column} = {count} \
             WHERE variant_id = (SELECT id FROM variants WHERE title = '{size}')"
        ))
        .await;
    };
    set("S", "on_hand", 0).await;
    assert_eq!((finds(&small).await, finds(&any).await), (0, 1));
    set("M", "unavailable", 2).await;
    assert_eq!(finds(&any).await, 1);
    set("M", "unavailable", 3).await;
    assert_eq!(finds(&any).await, 0);
    set("S", "on_hand", 5).await;
    assert_eq!((finds(&small).await, finds(&any).await), (1, 1));
    // Another location has some: the sum counts.
    app.execute(
        "INSERT INTO locations (name, active, priority) VALUES ('Elsewhere', true, 2); \
         INSERT INTO inventory_levels (variant_id, location_id, on_hand) \
         SELECT v.id, l.id, 4 FROM variants v, locations l WHERE v.title = 'M' AND l.name = 'Elsewhere'; \
         UPDATE inventory_levels SET on_hand = 0, unavailable = 0 WHERE on_hand <> 4",
    )
    .await;
    assert_eq!((finds(&small).await, finds(&any).await), (0, 1));
    app.execute("DELETE FROM inventory_levels WHERE on_hand = 4")
        .await;
    assert_eq!(finds(&any).await, 0);
}

/// Two buyers take the last of two locations at the same moment: neither sees what the other takes.
#[tokio::test]
async fn two_last_ones_sold_at_once_leave_nothing() {
    use diesel_async::SimpleAsyncConnection;

    let app = TestApp::new().await;
    let seed = ProductSeed::new("thing").with(
        &[("Title", &["Default Title"])],
        vec![VariantSeed::new(&["Default Title"], 100).stock(1)],
    );
    seed.create(&app).await;
    app.execute(
        "INSERT INTO locations (name, active, priority) VALUES ('Elsewhere', true, 2); \
         INSERT INTO inventory_levels (variant_id, location_id, on_hand) \
         SELECT v.id, l.id, 1 FROM variants v, locations l WHERE l.name = 'Elsewhere'",
    )
    .await;
    let (mut one, mut other) = (app.conn().await, app.conn().await);
    let take = |elsewhere: &str| {
        format!(
            "UPDATE inventory_levels SET on_hand = 0 \
             WHERE location_id {elsewhere} (SELECT id FROM locations WHERE name = 'Elsewhere')"
        )
    };
    one.batch_execute(&format!("BEGIN; {}", take("=")))
        .await
        .unwrap();
    let waiting = tokio::spawn(async move { other.batch_execute(&take("<>")).await });
    // The second has to wait for the first, which then commits.
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while app.count(blocked).await == 0 {
        assert!(!waiting.is_finished(), "the second did not wait");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    one.batch_execute("COMMIT").await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM product_offers WHERE available")
            .await,
        0
    );
}

#[tokio::test]
async fn words_are_counted_and_forgotten() {
    let app = TestApp::new().await;
    let mut seed = ProductSeed::new("thing");
    seed.title = "Kettle".to_owned();
    seed.create(&app).await;
    let mut other = ProductSeed::new("other");
    other.title = "Red kettle".to_owned();
    other.create(&app).await;
    let known = async |word: &str| {
        let sql =
            format!("SELECT coalesce(sum(things), 0)::bigint FROM lexicon WHERE word = '{word}'");
        app.count(&sql).await
    };
    assert_eq!((known("kettle").await, known("red").await), (1, 1));
    assert_eq!(lexicon::refresh(&mut app.conn().await).await.unwrap(), 3);
    assert_eq!((known("kettle").await, known("red").await), (2, 1));
    app.execute("UPDATE products SET title = 'Kettle'").await;
    lexicon::refresh(&mut app.conn().await).await.unwrap();
    assert_eq!((known("kettle").await, known("red").await), (2, 0));
    assert_eq!(lexicon::refresh(&mut app.conn().await).await.unwrap(), 0);
}
