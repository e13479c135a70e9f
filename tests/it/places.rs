//! Where buyers may fetch what they buy, and what lies there.

use serde_json::{Value, json};
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;
use tests::{TestApp, till};

fn places(stock: Value) -> Value {
    json!({ "locations": [
        { "handle": "main", "name": "Workshop", "address1": "1 Mill Lane", "city": "Portland", "province": "OR", "country": "US", "zip": "97201",
          "phone": "+1 503 555 0100", "latitude": 45.5152, "longitude": -122.6784, "pick_up_time": "Usually ready in 2 hours" },
        { "handle": "harbour", "name": "Harbour shop", "city": "Astoria", "country": "US", "latitude": 46.1879, "longitude": -123.8313,
          "pick_up_time": "Usually ready in 24 hours", "stock": stock },
        { "handle": "attic", "name": "Attic", "city": "Bend", "country": "US", "pick_up_time": "Usually ready in 5 days" },
        { "handle": "store", "name": "Store room" }
    ] })
}

async fn names(app: &TestApp, arguments: &str) -> Vec<String> {
    let answer = app
        .graphql(
            &format!("{{ locations({arguments}) {{ nodes {{ name }} }} }}"),
            json!({}),
        )
        .await;
    let nodes = answer.data()["locations"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| till::text(&node["name"])).collect()
}

#[tokio::test]
async fn places_are_listed_in_every_order() {
    let app = TestApp::new().await;
    shop_file(&app, &places(json!({}))).await;
    let seattle = "near: { latitude: 47.6062, longitude: -122.3321 }";
    let astoria = "near: { latitude: 46.2, longitude: -123.8 }";
    for (arguments, expected) in [
        ("first: 5".to_owned(), ["Workshop", "Harbour shop", "Attic"]),
        (
            "first: 5, sortKey: NAME".to_owned(),
            ["Attic", "Harbour shop", "Workshop"],
        ),
        (
            "last: 5, sortKey: CITY".to_owned(),
            ["Harbour shop", "Attic", "Workshop"],
        ),
        (
            format!("first: 5, sortKey: DISTANCE, {seattle}"),
            ["Harbour shop", "Workshop", "Attic"],
        ),
        (
            format!("first: 5, sortKey: DISTANCE, reverse: true, {astoria}"),
            ["Attic", "Workshop", "Harbour shop"],
        ),
        (
            "first: 5, sortKey: DISTANCE".to_owned(),
            ["Workshop", "Harbour shop", "Attic"],
        ),
    ] {
        assert_eq!(names(&app, &arguments).await, expected, "{arguments}");
    }
    let walk = "query ($at: String) { locations(first: 1, after: $at, sortKey: DISTANCE, near: { latitude: 46.2, longitude: -123.8 }) { \
        nodes { name } pageInfo { endCursor hasNextPage } } }";
    let (mut at, mut found) = (Value::Null, Vec::new());
    loop {
        let answer = app.graphql(walk, json!({ "at": at })).await;
        let page = &answer.data()["locations"];
        found.push(till::text(&page["nodes"][0]["name"]));
        assert_eq!(answer.statements, 1);
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        at = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(found, ["Harbour shop", "Workshop", "Attic"]);
    let nowhere = app
        .graphql(
            "{ locations(first: 1, near: { latitude: 91, longitude: 0 }) { nodes { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        nowhere.body["errors"][0]["message"],
        "`near` must have a `latitude` of -90 to 90 and a `longitude` of -180 to 180"
    );
    let query = "{ node(id: \"gid://shopify/Location/1\") { ... on Location { name metafield(key: \"a\") { id } address { address1 city province \
        provinceCode country countryCode zip phone latitude longitude formatted } } } closed: node(id: \"gid://shopify/Location/4\") { id } }";
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(
        answer.data(),
        &json!({ "node": { "name": "Workshop", "metafield": null, "address": { "address1": "1 Mill Lane", "city": "Portland", "province": "Oregon",
            "provinceCode": "OR", "country": "United States", "countryCode": "US", "zip": "97201", "phone": "+15035550100",
            "latitude": 45.5152, "longitude": -122.6784, "formatted": ["1 Mill Lane", "Portland OR 97201", "United States"] } }, "closed": null })
    );
    shop_file(&app, &json!({ "locations": [] })).await;
    assert_eq!(names(&app, "first: 5").await, [""; 0]);
}

#[tokio::test]
async fn a_variant_says_where_it_can_be_fetched() {
    let app = TestApp::new().await;
    let seed = ProductSeed::new("lamp").with(
        &[("Color", &["Red", "Blue"])],
        vec![
            VariantSeed::new(&["Red"], 4000).stock(0),
            VariantSeed::new(&["Blue"], 4500),
        ],
    );
    seed.create(&app).await;
    app.execute("UPDATE variants SET sku = 'RED' WHERE price_minor = 4000")
        .await;
    shop_file(&app, &places(json!({ "RED": 3 }))).await;
    let query = "query ($near: GeoCoordinateInput) { product(handle: \"lamp\") { variants(first: 5) { nodes { quantityAvailable \
        storeAvailability(first: 5, near: $near) { nodes { available quantityAvailable pickUpTime location { name } } } } } } }";
    let answer = app
        .graphql(
            query,
            json!({ "near": { "latitude": 46.2, "longitude": -123.8 } }),
        )
        .await;
    let at = |name: &str, time: &str, available: bool, quantity: i32| {
        json!({ "available": available, "quantityAvailable": quantity,
        "pickUpTime": format!("Usually ready in {time}"), "location": { "name": name } })
    };
    assert_eq!(
        answer.data()["product"]["variants"]["nodes"],
        json!([
            { "quantityAvailable": 3, "storeAvailability": { "nodes": [at("Harbour shop", "24 hours", true, 3), at("Workshop", "2 hours", false, 0)] } },
            { "quantityAvailable": null, "storeAvailability": { "nodes": [
                at("Harbour shop", "24 hours", true, 0), at("Workshop", "2 hours", true, 0), at("Attic", "5 days", true, 0)] } }
        ])
    );
    assert_eq!(
        answer.statements, 4,
        "the product, its variants, their stock, where they are"
    );
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(
        answer.data()["product"]["variants"]["nodes"][0]["storeAvailability"]["nodes"][0],
        at("Workshop", "2 hours", false, 0)
    );
}

#[tokio::test]
async fn an_order_takes_from_one_place_after_the_other_and_never_more_than_there_is() {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    till.app.execute("UPDATE variants SET sku = 'CUP'").await;
    shop_file(&till.app, &places(json!({ "CUP": 3 }))).await;
    let held = "SELECT coalesce(sum(quantity * power(10, location_id - 1)), 0)::bigint FROM inventory_reservations WHERE state <> 'released'";
    let cart = till.cart(&cup, 4, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    // 2 at the first place, 2 at the second.
    assert_eq!(till.app.count(held).await, 22);
    till.drain().await;
    assert_eq!(
        till.app
            .count("SELECT sum(available)::bigint FROM inventory_levels")
            .await,
        1
    );
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-2").await;
    assert_eq!(till.app.count(held).await, 32);
    assert_eq!(
        till.app
            .count("SELECT sum(available)::bigint FROM inventory_levels")
            .await,
        0
    );
    assert_eq!(
        till.app
            .count("SELECT min(available)::bigint FROM inventory_levels")
            .await,
        0
    );
}
