//! Stock at several locations: whose policy it follows, who is sold what is left, and who locks what first.

use std::sync::Arc;

use commerce::Settings;
use commerce::cart::CartKey;
use commerce::flows::place_order::{NotPlaced, PlaceOrder, place_order};
use commerce::kernel::Failure;
use diesel_async::SimpleAsyncConnection;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::{Till, text};
use tokio::sync::Barrier;

use crate::import::support::{csv, import};

const LEVELS: &str = "SELECT count(*) FROM inventory_levels";

/// Imports the mug with so many at the main location.
async fn mug(till: &Till, tracker: &str, on_hand: &str, policy: &str) {
    let line = format!("mug,Mug,,,,,MUG,{tracker},{on_hand},{policy},10,");
    let (counts, said) = import(&till.app, csv(&[&line])).await;
    assert_eq!((counts.refused, said.refused), (0, Vec::new()));
}

/// Two locations; so many of each SKU at the second one.
fn locations(stock: Value) -> Value {
    json!({ "locations": [
        { "handle": "main", "name": "Workshop", "country": "US" },
        { "handle": "harbour", "name": "Harbour shop", "country": "US", "stock": stock },
    ] })
}

async fn variant(till: &Till) -> Value {
    let query = "{ product(handle: \"mug\") { availableForSale totalInventory \
        variants(first: 1) { nodes { id availableForSale currentlyNotInStock } } } }";
    till.ask(query, json!({})).await["product"].clone()
}

async fn mug_id(till: &Till) -> String {
    text(&variant(till).await["variants"]["nodes"][0]["id"])
}

/// So many buyers who press "pay" for one piece at the same moment; answers the codes of those who were refused.
async fn rush(till: &Till, carts: &[String]) -> Vec<String> {
    let barrier = Barrier::new(carts.len());
    let presses = carts.iter().map(|cart| async {
        barrier.wait().await;
        till.submit(cart, "press-1").await
    });
    let results = join_all(presses).await;
    let refused = results.iter().filter(|r| r["__typename"] == "SubmitFailed");
    refused.map(|r| text(&r["errors"][0]["code"])).collect()
}

async fn carts(till: &Till, number: usize) -> Vec<String> {
    let mug = mug_id(till).await;
    let mut carts = Vec::new();
    for _ in 0..number {
        carts.push(till.cart(&mug, 1, card::APPROVED).await);
    }
    carts
}

/// Waits until so many connections wait for a lock.
async fn somebody_waits(app: &TestApp) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while app.count(waiting).await == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_policy_reaches_every_location() {
    let till = Till::open().await;
    mug(&till, "shopify", "0", "continue").await;
    shop_file(&till.app, &locations(json!({ "MUG": 2 }))).await;
    let carts = carts(&till, 12).await;
    mug(&till, "shopify", "0", "deny").await;
    let limits = "SELECT sum(backorder_limit)::bigint FROM inventory_levels";
    assert_eq!(till.app.count(limits).await, 0);
    assert_eq!(
        rush(&till, &carts).await,
        vec!["MERCHANDISE_OUT_OF_STOCK"; 10]
    );
    till.drain().await;
    assert_eq!(till.counts().await, [2, 2, 2, 0, 2]);
    assert_eq!(variant(&till).await["availableForSale"], false);
    // And the other way: whoever is counted later is sold on, too.
    mug(&till, "shopify", "0", "continue").await;
    shop_file(
        &till.app,
        &json!({ "locations": [{ "handle": "attic", "name": "Attic" }] }),
    )
    .await;
    till.app
        .execute(
            "UPDATE locations SET active = false WHERE handle = 'harbour'; \
             INSERT INTO inventory_levels (variant_id, location_id) SELECT v.id, l.id FROM variants v, locations l \
             WHERE l.handle = 'attic'",
        )
        .await;
    let unlimited = "SELECT count(*) FROM inventory_levels WHERE backorder_limit = 2147483647";
    assert_eq!(till.app.count(unlimited).await, 3);
    assert_eq!(variant(&till).await["availableForSale"], true);
    till.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_location_owes_another_does_not_sell() {
    let till = Till::open().await;
    mug(&till, "shopify", "0", "continue").await;
    let mug_variant = mug_id(&till).await;
    let cart = till.cart(&mug_variant, 2, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    shop_file(&till.app, &locations(json!({ "MUG": 3 }))).await;
    let carts = carts(&till, 4).await;
    mug(&till, "shopify", "0", "deny").await;
    assert_eq!(variant(&till).await["totalInventory"], 1);
    assert_eq!(
        rush(&till, &carts).await,
        vec!["MERCHANDISE_OUT_OF_STOCK"; 3]
    );
    till.drain().await;
    assert_eq!(till.counts().await, [2, 2, 2, 0, 3]);
    assert_eq!(variant(&till).await["totalInventory"], 0);
}

#[tokio::test]
async fn a_location_that_is_counted_while_the_policy_changes_follows_it() {
    let till = Till::open().await;
    mug(&till, "shopify", "0", "continue").await;
    let mut merchant = till.app.conn().await;
    let change = "BEGIN; UPDATE variants SET inventory_policy = 'deny'";
    merchant.batch_execute(change).await.unwrap();
    let stock = locations(json!({ "MUG": 2 }));
    let count = shop_file(&till.app, &stock);
    let commit = async {
        somebody_waits(&till.app).await;
        merchant.batch_execute("COMMIT").await.unwrap();
    };
    tokio::join!(count, commit);
    assert_eq!(till.app.count(LEVELS).await, 2);
    till.assert_sound().await;
    let limits = "SELECT sum(backorder_limit)::bigint FROM inventory_levels";
    assert_eq!(till.app.count(limits).await, 0);
}

#[tokio::test]
async fn stock_at_a_location_that_is_not_active_is_not_for_sale() {
    let till = Till::open().await;
    mug(&till, "shopify", "1", "deny").await;
    shop_file(&till.app, &locations(json!({ "MUG": 5 }))).await;
    let large = till.cart(&mug_id(&till).await, 3, card::APPROVED).await;
    let small = till.cart(&mug_id(&till).await, 1, card::APPROVED).await;
    let other = till.cart(&mug_id(&till).await, 1, card::APPROVED).await;
    assert_eq!(variant(&till).await["totalInventory"], 6);
    let found = "{ products(first: 1, query: \"available_for_sale:true\") { nodes { handle } } }";
    let lists = async || till.ask(found, json!({})).await["products"]["nodes"].clone();

    let close = |name: &str| format!("UPDATE locations SET active = false WHERE name = '{name}'");
    till.app.execute(&close("Harbour shop")).await;
    assert_eq!(variant(&till).await["totalInventory"], 1);
    assert_eq!(lists().await, json!([{ "handle": "mug" }]));
    till.assert_sound().await;
    let refused = till.submit(&large, "press-1").await;
    assert_eq!(refused["__typename"], "SubmitFailed");
    let code = &refused["errors"][0]["code"];
    assert_eq!(code, "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE");
    till.accepted(&small, "press-1").await;
    assert_eq!(variant(&till).await["availableForSale"], false);

    // Nothing is left but what lies where nobody sells.
    let refused = till.submit(&other, "press-1").await;
    let code = &refused["errors"][0]["code"];
    assert_eq!(code, "MERCHANDISE_OUT_OF_STOCK");
    assert_eq!(lists().await, json!([]));
    till.app.execute(&close("Workshop")).await;
    assert_eq!(variant(&till).await["totalInventory"], 0);
    till.assert_sound().await;

    // The database refuses it as well, and an invariant finds what it was told to overlook.
    let held = "INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity) \
        SELECT a.id, l.variant_id, l.location_id, 1 FROM checkout_attempts a, inventory_levels l WHERE l.on_hand = 5";
    let mut conn = till.app.conn().await;
    let refused = conn.batch_execute(held).await.unwrap_err().to_string();
    assert!(refused.contains("is not active"), "{refused}");
    till.app
        .rewrite("UPDATE locations SET active = true WHERE name = 'Harbour shop'")
        .await;
    let found = commerce::invariants::check(&mut conn).await.unwrap();
    let names: Vec<&str> = found.iter().map(|(found, _)| found.name).collect();
    assert_eq!(names, ["offers_follow_the_stock"]);
}

#[tokio::test]
async fn what_is_no_longer_counted_can_be_bought() {
    let till = Till::open().await;
    mug(&till, "shopify", "1", "deny").await;
    let first = till.cart(&mug_id(&till).await, 1, card::APPROVED).await;
    till.accepted(&first, "press-1").await;
    // Its level stays, because a reservation points at it.
    mug(&till, "", "", "deny").await;
    assert_eq!(till.app.count(LEVELS).await, 1);
    let shown = variant(&till).await;
    assert_eq!(
        [
            &shown["availableForSale"],
            &shown["variants"]["nodes"][0]["availableForSale"]
        ],
        [true, true]
    );
    let second = till.cart(&mug_id(&till).await, 3, card::APPROVED).await;
    till.accepted(&second, "press-1").await;
    till.drain().await;
    assert_eq!(till.counts().await, [2, 2, 2, 0, 1]);
    // Counted again, it is sold by the count.
    mug(&till, "shopify", "1", "deny").await;
    let available = "SELECT sum(available)::bigint FROM inventory_levels";
    assert_eq!(till.app.count(available).await, 0);
    assert_eq!(variant(&till).await["availableForSale"], false);
    till.assert_sound().await;
}

#[tokio::test]
async fn no_number_of_back_orders_locks_a_product() {
    let till = Till::open().await;
    mug(&till, "shopify", "0", "continue").await;
    let attempts = [1, 2].map(|number| {
        format!(
            "INSERT INTO carts (id, secret_hash, currency, created_at, updated_at, expires_at) \
             VALUES ('00000000-0000-7000-8000-00000000000{number}', decode(repeat('ab', 32), 'hex'), 'USD', now(), now(), now()); \
             INSERT INTO checkout_attempts (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, \
                 expires_at, created_at, updated_at) \
             VALUES ('00000000-0000-7000-8000-00000000001{number}', '00000000-0000-7000-8000-00000000000{number}', 1, 't', '{{}}', 1, \
                 'USD', 'processing', now() + interval '1 day', now(), now()); \
             INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity) \
             SELECT '00000000-0000-7000-8000-00000000001{number}', id, 1, 2147483647 FROM variants;"
        )
    });
    till.app.execute(&attempts.concat()).await;
    let cart = till.cart(&mug_id(&till).await, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    let reserved = "SELECT reserved FROM inventory_levels";
    assert_eq!(till.app.count(reserved).await, 2 * 2_147_483_647 + 1);
    assert_eq!(variant(&till).await["availableForSale"], true);
}

#[tokio::test]
async fn locations_lock_levels_as_checkouts_do() {
    let till = Till::open().await;
    let both = csv(&[
        "cup,Cup,,,,,CUP,shopify,5,deny,10,",
        "mug,Mug,,,,,MUG,shopify,5,deny,10,",
    ]);
    import(&till.app, both).await;
    let counts = json!({ "MUG": 3, "CUP": 3 });
    let mut file = locations(counts.clone());
    file["locations"][0]["stock"] = counts;
    shop_file(&till.app, &file).await;
    // Somebody has the first variant at the second location.
    let mut buyer = till.app.conn().await;
    let hold = "BEGIN; SELECT FROM inventory_levels WHERE variant_id = (SELECT min(id) FROM variants) \
        AND location_id = (SELECT max(id) FROM locations) FOR UPDATE";
    buyer.batch_execute(hold).await.unwrap();
    let count = shop_file(&till.app, &file);
    let probe = async {
        somebody_waits(&till.app).await;
        // Whoever waits for it has not locked the second variant anywhere.
        till.app
            .execute(
                "SELECT FROM inventory_levels WHERE variant_id = (SELECT max(id) FROM variants) \
                 ORDER BY location_id FOR UPDATE NOWAIT",
            )
            .await;
        buyer.batch_execute("COMMIT").await.unwrap();
    };
    tokio::join!(count, probe);
    let on_hand = "SELECT sum(on_hand)::bigint FROM inventory_levels";
    assert_eq!(till.app.count(on_hand).await, 12);
}

#[tokio::test]
async fn an_order_has_no_more_pieces_than_is_set() {
    let mut till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 4, card::APPROVED).await;
    let mut settings = Settings::clone(&till.app.shop.settings);
    settings.orders.most_pieces = 3;
    till.app.shop.settings = Arc::new(settings);
    let command = PlaceOrder {
        cart: CartKey::parse(&cart).unwrap(),
        token: "press-1".to_owned(),
        client: Some(std::net::Ipv4Addr::LOCALHOST.into()),
        shown: None,
    };
    let refused = place_order(&till.app.shop, &command).await;
    let Err(Failure::Refused(NotPlaced::Blocked(blockers))) = refused else {
        panic!("{refused:?}");
    };
    let told: Vec<_> = blockers
        .iter()
        .map(|b| (b.code, b.message.as_str()))
        .collect();
    let message = "an order has at most 3 pieces";
    assert_eq!(told, [("MERCHANDISE_LINE_LIMIT_REACHED", message)]);
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
}
