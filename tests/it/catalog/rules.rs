//! Collections that rules fill: who is in them, and how they stay current.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::caching::Keeping;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;
use tests::{Scratch, TestApp};

use super::each;

/// A collection by one rule.
fn by(handle: &str, column: &str, relation: &str, condition: &Value) -> Value {
    let rule = json!({ "column": column, "relation": relation, "condition": condition });
    by_rules(handle, "all", &[rule])
}

fn by_rules(handle: &str, matching: &str, rules: &[Value]) -> Value {
    json!({ "handle": handle, "title": handle, "description_html": "",
        "rules": { "match": matching, "conditions": rules } })
}

async fn save(app: &TestApp, collections: &[Value]) {
    shop_file(app, &json!({ "collections": collections })).await;
}

/// The handles of a collection's products, as a storefront lists them.
async fn members(app: &TestApp, handle: &str) -> Vec<String> {
    let query = "query ($handle: String) { collection(handle: $handle) { products(first: 50) { nodes { handle } } } }";
    let answer = app.graphql(query, json!({ "handle": handle })).await;
    each(&answer.data()["collection"]["products"], "handle")
}

/// Runs the jobs that are due; answers their kinds.
async fn work(app: &TestApp) -> Vec<String> {
    let mailbox = Scratch::new();
    let drained = app.drain(&app.env(&mailbox)).await;
    drained.into_iter().map(|job| job.kind).collect()
}

/// A lamp and a mug that differ in everything, and a card without any of it.
async fn three(app: &TestApp) {
    let mut lamp = ProductSeed::new("lamp").with(
        &[("Color", &["Red", "Dark Blue"])],
        vec![
            VariantSeed::new(&["Red"], 4_000).stock(0),
            VariantSeed::new(&["Dark Blue"], 4_500).stock(7),
        ],
    );
    lamp.title = "Desk Lamp".to_owned();
    lamp.vendor = "Tarn & Sons".to_owned();
    lamp.product_type = "Light".to_owned();
    lamp.tags = vec!["Sale".to_owned(), "new in".to_owned()];
    lamp.variants[0].compare_at = Some(5_000);
    lamp.create(app).await;
    let mut mug = ProductSeed::new("mug").price(900);
    mug.title = "Mug for a desk".to_owned();
    mug.vendor = "Acme".to_owned();
    mug.product_type = "Kitchen".to_owned();
    mug.tags = vec!["wholesale".to_owned()];
    mug.create(app).await;
    ProductSeed::new("card").price(0).create(app).await;
    app.execute("UPDATE variants SET grams = 350 WHERE price_minor = 900")
        .await;
}

#[tokio::test]
async fn every_relation_of_every_column_is_kept() {
    let app = TestApp::new().await;
    three(&app).await;
    let text = |text: &str| json!(text);
    let cases: [(&str, &str, Value, &[&str]); 37] = [
        ("tag", "equals", text("sale"), &["lamp"]),
        ("tag", "equals", text("NEW IN"), &["lamp"]),
        ("tag", "not_equals", text("sale"), &["mug", "card"]),
        ("title", "equals", text("desk lamp"), &["lamp"]),
        ("title", "not_equals", text("Desk Lamp"), &["mug", "card"]),
        ("title", "contains", text("desk"), &["lamp", "mug"]),
        ("title", "not_contains", text("desk"), &["card"]),
        ("title", "starts_with", text("DESK"), &["lamp"]),
        ("title", "ends_with", text("desk"), &["mug"]),
        ("title", "contains", text("%"), &[]),
        ("type", "equals", text("light"), &["lamp"]),
        ("type", "starts_with", text("k"), &["mug"]),
        ("vendor", "equals", text("acme"), &["mug", "card"]),
        ("vendor", "contains", text("&"), &["lamp"]),
        ("vendor", "not_contains", text("a"), &[]),
        ("variant_title", "equals", text("red"), &["lamp"]),
        (
            "variant_title",
            "not_equals",
            text("red"),
            &["lamp", "mug", "card"],
        ),
        ("variant_title", "ends_with", text("blue"), &["lamp"]),
        ("variant_price", "equals", text("9.00"), &["mug"]),
        (
            "variant_price",
            "not_equals",
            text("9.00"),
            &["lamp", "card"],
        ),
        ("variant_price", "greater_than", text("40.00"), &["lamp"]),
        ("variant_price", "greater_than", text("45.00"), &[]),
        ("variant_price", "less_than", text("9.00"), &["card"]),
        ("variant_price", "less_than", text("9.01"), &["mug", "card"]),
        ("variant_compare_at_price", "is_set", Value::Null, &["lamp"]),
        (
            "variant_compare_at_price",
            "is_not_set",
            Value::Null,
            &["lamp", "mug", "card"],
        ),
        ("variant_compare_at_price", "equals", text("50"), &["lamp"]),
        ("variant_compare_at_price", "less_than", text("50"), &[]),
        ("variant_weight", "equals", text("350"), &["mug"]),
        ("variant_weight", "less_than", text("1"), &["lamp", "card"]),
        ("variant_weight", "greater_than", text("349"), &["mug"]),
        ("variant_weight", "not_equals", text("0"), &["mug"]),
        ("variant_inventory", "equals", text("0"), &["lamp"]),
        ("variant_inventory", "greater_than", text("6"), &["lamp"]),
        ("variant_inventory", "greater_than", text("7"), &[]),
        ("variant_inventory", "less_than", text("0"), &[]),
        ("variant_inventory", "not_equals", text("7"), &["lamp"]),
    ];
    let named = |at: usize| format!("c{at}");
    let collections: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(at, (column, relation, condition, _))| by(&named(at), column, relation, condition))
        .collect();
    save(&app, &collections).await;
    for (at, (column, relation, condition, expected)) in cases.iter().enumerate() {
        let found = members(&app, &named(at)).await;
        assert_eq!(found, *expected, "{column} {relation} {condition}");
    }
}

#[tokio::test]
async fn all_of_the_rules_or_any_of_them() {
    let app = TestApp::new().await;
    three(&app).await;
    let rules = [
        json!({ "column": "title", "relation": "contains", "condition": "desk" }),
        json!({ "column": "variant_price", "relation": "less_than", "condition": "10" }),
    ];
    save(
        &app,
        &[
            by_rules("both", "all", &rules),
            by_rules("either", "any", &rules),
        ],
    )
    .await;
    assert_eq!(members(&app, "both").await, ["mug"]);
    assert_eq!(members(&app, "either").await, ["lamp", "mug", "card"]);
}

#[tokio::test]
async fn a_product_enters_and_leaves_as_its_price_changes() {
    let app = TestApp::new().await;
    three(&app).await;
    save(
        &app,
        &[by("cheap", "variant_price", "less_than", &json!("10.00"))],
    )
    .await;
    let keeper = app.keeper(&Keeping::default()).await;
    let list = "{ collection(handle: \"cheap\") { products(first: 5) { nodes { handle } } } \
        product(handle: \"mug\") { collections(first: 5) { nodes { handle } } } }";
    let told = async || {
        app.heard_by(&keeper).await;
        let answer = keeper.ask(list, json!({})).await;
        let data = answer.data();
        [
            &data["collection"]["products"],
            &data["product"]["collections"],
        ]
        .map(|l| each(l, "handle").join(" "))
    };
    assert_eq!(told().await, ["mug card", "cheap"]);
    app.execute("UPDATE variants SET price_minor = 1000 WHERE price_minor = 900")
        .await;
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(told().await, ["card", ""]);
    app.execute("UPDATE variants SET price_minor = 999 WHERE price_minor = 1000")
        .await;
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(told().await, ["mug card", "cheap"]);
    // What no rule looks at is no change; nor is a price that is written as it was.
    app.execute(
        "UPDATE variants SET sku = 'M', price_minor = price_minor; UPDATE products SET description = 'x'; \
         UPDATE inventory_levels SET on_hand = on_hand + 1",
    )
    .await;
    assert_eq!(work(&app).await, [""; 0]);
    // A variant that is taken away counts no more.
    app.execute("UPDATE variants SET deleted_at = now() WHERE price_minor = 999")
        .await;
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(told().await, ["card", ""]);
    assert_eq!(app.count("SELECT count(*) FROM changed_products").await, 0);
}

#[tokio::test]
async fn new_products_and_new_words_are_looked_at() {
    let app = TestApp::new().await;
    save(&app, &[by("sale", "tag", "equals", &json!("sale"))]).await;
    three(&app).await;
    assert_eq!(members(&app, "sale").await, [""; 0]);
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(members(&app, "sale").await, ["lamp"]);
    app.execute("UPDATE products SET tags = '{sale}' WHERE handle = 'mug'; UPDATE products SET tags = '{}' WHERE handle = 'lamp'")
        .await;
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(members(&app, "sale").await, ["mug"]);
    // Hidden products are members that nobody sees; deleted ones are gone.
    app.execute("UPDATE products SET status = 'draft' WHERE handle = 'mug'")
        .await;
    assert_eq!(members(&app, "sale").await, [""; 0]);
    app.execute("UPDATE products SET status = 'active' WHERE handle = 'mug'")
        .await;
    assert_eq!(members(&app, "sale").await, ["mug"]);
}

#[tokio::test]
async fn selling_changes_who_is_in() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    till.stock("jug", 50).await;
    save(
        &till.app,
        &[by(
            "last-ones",
            "variant_inventory",
            "less_than",
            &json!("4"),
        )],
    )
    .await;
    assert_eq!(members(&till.app, "last-ones").await, [""; 0]);
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(members(&till.app, "last-ones").await, ["cup"]);
    till.app
        .execute("UPDATE inventory_levels SET on_hand = on_hand + 1")
        .await;
    till.drain().await;
    assert_eq!(members(&till.app, "last-ones").await, [""; 0]);
    till.assert_sound().await;
}

#[tokio::test]
async fn a_change_that_commits_after_the_job_ran_is_not_forgotten() {
    let app = TestApp::new().await;
    three(&app).await;
    save(
        &app,
        &[by("cheap", "variant_price", "less_than", &json!("10.00"))],
    )
    .await;
    app.execute("UPDATE variants SET price_minor = 1 WHERE price_minor = 0")
        .await;
    // Its job waits while another writer, who sees that, has not committed yet.
    let mut slow = app.conn().await;
    slow.batch_execute("BEGIN; UPDATE variants SET price_minor = 1000 WHERE price_minor = 900")
        .await
        .unwrap();
    assert_eq!(work(&app).await, ["fill_collections"]);
    slow.batch_execute("COMMIT").await.unwrap();
    assert_eq!(work(&app).await, [""; 0]);
    assert_eq!(members(&app, "cheap").await, ["mug", "card"]);
    let scheduled = commerce::jobs::Job::FillCollections;
    commerce::jobs::enqueue(&mut app.conn().await, &scheduled)
        .await
        .unwrap();
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(members(&app, "cheap").await, ["card"]);
}

#[tokio::test]
async fn the_triggers_add_the_job_as_it_is_specified() {
    let app = TestApp::new().await;
    save(
        &app,
        &[by("cheap", "variant_price", "less_than", &json!("10.00"))],
    )
    .await;
    three(&app).await;
    let spec = commerce::jobs::Job::FillCollections.spec();
    let same = format!(
        "SELECT count(*) FROM jobs WHERE kind = '{}' AND queue = '{}' AND priority = {} AND max_attempts = {} AND args = '{{}}'",
        spec.kind, spec.queue, spec.priority, spec.max_attempts
    );
    assert_eq!(app.count(&same).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 1);
    assert_eq!(work(&app).await, ["fill_collections"]);
}

#[tokio::test]
async fn what_was_changed_beside_the_triggers_is_found_within_the_hour() {
    let app = TestApp::new().await;
    three(&app).await;
    save(
        &app,
        &[by("cheap", "variant_price", "less_than", &json!("10.00"))],
    )
    .await;
    // What was written while the rules were made is looked at once they are.
    assert_eq!(work(&app).await, ["fill_collections"]);
    app.execute(
        "SET session_replication_role = replica; UPDATE variants SET price_minor = 2 WHERE price_minor >= 4000",
    )
    .await;
    assert_eq!(work(&app).await, [""; 0]);
    let hourly = commerce::jobs::Job::RefreshBestSellers;
    commerce::jobs::enqueue(&mut app.conn().await, &hourly)
        .await
        .unwrap();
    assert_eq!(
        work(&app).await,
        ["refresh_best_sellers", "fill_collections"]
    );
    assert_eq!(members(&app, "cheap").await, ["lamp", "mug", "card"]);
}

#[tokio::test]
async fn collections_are_ordered_as_they_say() {
    let app = TestApp::new().await;
    three(&app).await;
    let products = ["mug", "card", "lamp"];
    for (order, expected) in [
        ("manual", ["mug", "card", "lamp"]),
        ("title", ["card", "lamp", "mug"]),
        ("title_descending", ["mug", "lamp", "card"]),
        ("price", ["card", "mug", "lamp"]),
        ("price_descending", ["lamp", "mug", "card"]),
        ("created", ["lamp", "mug", "card"]),
        ("created_descending", ["card", "mug", "lamp"]),
    ] {
        save(&app, &[json!({ "handle": "all", "title": "All", "description_html": "", "order": order, "products": products })]).await;
        assert_eq!(members(&app, "all").await, expected, "{order}");
        // From the other end, page by page.
        let query = "query ($before: String) { collection(handle: \"all\") { products(last: 1, before: $before) { \
            pageInfo { startCursor hasPreviousPage } nodes { handle } } } }";
        let (mut backwards, mut before) = (Vec::new(), Value::Null);
        loop {
            let answer = app.graphql(query, json!({ "before": before })).await;
            let page = &answer.data()["collection"]["products"];
            backwards.extend(each(page, "handle"));
            if page["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
            before = page["pageInfo"]["startCursor"].clone();
        }
        backwards.reverse();
        assert_eq!(backwards, expected, "{order} from its end");
    }
}

#[tokio::test]
async fn a_collection_changes_its_way_with_the_file() {
    let app = TestApp::new().await;
    three(&app).await;
    let by_hand = json!({ "handle": "c", "title": "C", "description_html": "", "products": ["card", "lamp"] });
    let cheap = by("c", "variant_price", "less_than", &json!("10.00"));
    let dear = by("c", "variant_price", "greater_than", &json!("10.00"));
    for (file, expected) in [
        (&by_hand, vec!["card", "lamp"]),
        (&cheap, vec!["mug", "card"]),
        (&cheap, vec!["mug", "card"]),
        (&dear, vec!["lamp"]),
        (&by_hand, vec!["card", "lamp"]),
    ] {
        save(&app, std::slice::from_ref(file)).await;
        assert_eq!(members(&app, "c").await, expected, "{file}");
    }
    assert_eq!(app.count("SELECT count(*) FROM collection_rules").await, 0);
    save(&app, &[dear]).await;
    save(&app, &[]).await;
    assert_eq!(app.count("SELECT count(*) FROM collection_rules").await, 0);
}

/// Rules by hand, of whom, and the constraint that refuses each.
const NO_RULES: [(&str, &str, &str); 11] = [
    (
        "hand",
        "'tag', 'equals', 'x', NULL, NULL",
        "collection_rules_collection_id_by_rules_fkey",
    ),
    (
        "rules",
        "'tag', 'contains', 'x', NULL, NULL",
        "relations_fit_their_columns",
    ),
    (
        "rules",
        "'title', 'greater_than', 'x', NULL, NULL",
        "relations_fit_their_columns",
    ),
    (
        "rules",
        "'variant_price', 'is_set', NULL, NULL, NULL",
        "relations_fit_their_columns",
    ),
    (
        "rules",
        "'title', 'equals', NULL, 5, NULL",
        "values_fit_their_columns",
    ),
    (
        "rules",
        "'title', 'equals', '', NULL, NULL",
        "collection_rules_text_value_check",
    ),
    (
        "rules",
        "'variant_weight', 'equals', NULL, -1, NULL",
        "values_fit_their_columns",
    ),
    (
        "rules",
        "'variant_price', 'equals', NULL, 5, NULL",
        "amounts_have_currencies",
    ),
    (
        "rules",
        "'variant_weight', 'equals', NULL, 5, 'USD'",
        "amounts_have_currencies",
    ),
    (
        "rules",
        "'variant_price', 'equals', NULL, 5, 'CHF'",
        "collection_rules_currency_fkey",
    ),
    (
        "rules",
        "'color', 'equals', 'x', NULL, NULL",
        "collection_rules_rule_column_check",
    ),
];

/// Members in the wrong way: of whom, whether by rules.
const NO_MEMBERS: [(&str, bool); 2] = [("rules", false), ("hand", true)];

/// Statements about collections, and what refuses each.
const NO_COLLECTIONS: [(&str, &str); 5] = [
    (
        "UPDATE collections SET rules_match = 'most' WHERE handle = 'rules'",
        "collections_rules_match_check",
    ),
    (
        "UPDATE collections SET rules_match = NULL WHERE handle = 'rules'",
        "by_rules_fkey",
    ),
    (
        "UPDATE collections SET sort_order = 'color'",
        "collections_sort_order_check",
    ),
    (
        "DELETE FROM collection_rules",
        "is filled by rules and has none",
    ),
    (
        "INSERT INTO collections (handle, title, rules_match) VALUES ('none', 'None', 'any')",
        "is filled by rules and has none",
    ),
];

#[tokio::test]
async fn the_database_refuses_what_makes_no_sense() {
    let app = TestApp::new().await;
    three(&app).await;
    save(&app, &[by("rules", "title", "contains", &json!("desk"))]).await;
    let lamp = app
        .count("SELECT id FROM products WHERE handle = 'lamp'")
        .await;
    collection(&app, "hand", "manual", &[lamp]).await;
    let rules = NO_RULES.map(|(handle, rest, constraint)| {
        let statement = format!(
            "INSERT INTO collection_rules (collection_id, position, rule_column, relation, text_value, number_value, currency) \
             SELECT id, 2, {rest} FROM collections WHERE handle = '{handle}'"
        );
        (statement, constraint)
    });
    let members_of = NO_MEMBERS.map(|(handle, by_rules)| {
        let statement = format!(
            "INSERT INTO collection_products (collection_id, product_id, position, by_rules) \
             SELECT c.id, p.id, 9, {by_rules} FROM collections c, products p WHERE c.handle = '{handle}' AND p.handle = 'card'"
        );
        (statement, "collection_products_collection_id_by_rules_fkey")
    });
    let others = NO_COLLECTIONS.map(|(statement, refused)| (statement.to_owned(), refused));
    let mut conn = app.conn().await;
    for (statement, refused) in rules.into_iter().chain(members_of).chain(others) {
        let error = conn.batch_execute(&statement).await.unwrap_err();
        assert!(error.to_string().contains(refused), "{statement}: {error}");
    }
    assert_eq!(members(&app, "rules").await, ["lamp", "mug"]);
}

#[tokio::test]
async fn a_large_shop_is_filled_again_as_fast_as_at_first() {
    let app = TestApp::new().await;
    app.execute(
        "INSERT INTO products (handle, title, product_type, status, published_at) \
         SELECT 'p-' || n, 'Product ' || n, 'Thing', 'active', '2026-01-01' FROM generate_series(1, 5000) AS n",
    )
    .await;
    save(&app, &[by("things", "type", "equals", &json!("thing"))]).await;
    let all = "SELECT count(*) FROM collection_products WHERE by_rules";
    assert_eq!(app.count(all).await, 5_000);
    // Five batches, which find everything in its place: hashed, some milliseconds; each with each, hours.
    assert_eq!(work(&app).await, ["fill_collections"]);
    assert_eq!(app.count("SELECT count(*) FROM changed_products").await, 0);
    assert_eq!(app.count(all).await, 5_000);
}
