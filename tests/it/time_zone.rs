//! The shop's time zone: where people read or write a day, it is the shop's.

use api::shop_file::ShopFile;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use commerce::content::identity::time_zone;
use commerce::flows::import_discounts::import_discounts;
use commerce::flows::import_orders::{export_orders, import_orders};
use commerce::flows::issue_gift_card::{IssueGiftCard, NotIssued, issue_gift_card};
use commerce::kernel::{Currency, Failure, TimeZone};
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::ProductSeed;
use tests::factory::offers::{discounts, gift_card};
use tests::factory::words::{shop_file, words};

use crate::cart::{cart_with, read, variant};

/// A zone whose clocks show about noon, so that no day ends while a test runs.
fn noon(now: DateTime<Utc>) -> TimeZone {
    let ahead = (12 - i64::from(now.hour())).min(11);
    // The names say by how much the zone is behind.
    let name = match ahead {
        0 => "Etc/GMT".to_owned(),
        ahead => format!("Etc/GMT{:+}", -ahead),
    };
    name.parse().unwrap()
}

async fn set_zone(app: &TestApp, zone: TimeZone) {
    shop_file(app, &json!({ "time_zone": zone.name() })).await;
}

/// Moves time to this moment.
async fn wait_until(app: &TestApp, moment: DateTime<Utc>) {
    app.advance(moment - app.shop.clock.now()).await;
}

async fn total(app: &TestApp, cart: &Value) -> Value {
    let answer = read(
        app,
        cart,
        "cost { totalAmount { amount } checkoutChargeAmount { amount } }",
    )
    .await;
    let cost = &answer.data()["cart"]["cost"];
    json!([
        cost["totalAmount"]["amount"],
        cost["checkoutChargeAmount"]["amount"]
    ])
}

#[tokio::test]
async fn it_is_a_setting_of_the_shop() {
    let app = TestApp::new().await;
    assert_eq!(
        time_zone(&mut app.conn().await).await.unwrap(),
        TimeZone::UTC
    );
    set_zone(&app, "Asia/Kolkata".parse().unwrap()).await;
    // A file that says nothing of it leaves it.
    shop_file(&app, &json!({ "pages": [] })).await;
    let held = time_zone(&mut app.conn().await).await.unwrap();
    assert_eq!(held.name(), "Asia/Kolkata");
    for wrong in ["Kolkata", "IST", "+05:30", ""] {
        let file = ShopFile::read(&json!({ "time_zone": wrong }).to_string()).unwrap();
        let error = file
            .arrangement(Some(Currency::USD))
            .unwrap_err()
            .to_string();
        let place = format!(
            "time_zone: `{wrong}` is not a time zone of the IANA's database, such as Europe/Berlin"
        );
        assert!(error.ends_with(&place), "{error}");
    }
    // The database takes no other text either.
    let update = diesel::sql_query("UPDATE shops SET time_zone = 'Nowhere/Town'");
    let refused = diesel_async::RunQueryDsl::execute(update, &mut app.conn().await).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_discount_ends_with_the_day_in_the_shop() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let zone = noon(app.shop.clock.now());
    set_zone(&app, zone).await;
    let today = zone.day(app.shop.clock.now());
    let rows = format!("Title,Type,Value,Starts,Ends\nToday,percentage,10,{today},{today}\n");
    discounts(&app, &rows).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    assert_eq!(total(&app, &cart).await, json!(["9.0", "9.0"]));
    let is_over = zone.end_of(today).unwrap();
    wait_until(&app, is_over - TimeDelta::minutes(1)).await;
    assert_eq!(total(&app, &cart).await, json!(["9.0", "9.0"]));
    wait_until(&app, is_over).await;
    assert_eq!(total(&app, &cart).await, json!(["10.0", "10.0"]));
    // What is exported says the same days, and imports as the same.
    let listed = "SELECT (extract(epoch FROM ends_at))::bigint FROM discounts";
    let stored = app.count(listed).await;
    assert_eq!(stored, is_over.timestamp());
    let (all, currency) = commerce::flows::import_discounts::export_discounts(&app.shop)
        .await
        .unwrap();
    let drafts: Vec<_> = all.into_iter().map(|listed| listed.draft).collect();
    let mut out = Vec::new();
    commerce::discount::sheet::write(&mut out, &drafts, currency, zone).unwrap();
    let written = String::from_utf8(out).unwrap();
    assert!(
        written.ends_with(&format!("{today},{today}\n")),
        "{written}"
    );
    let again = import_discounts(&app.shop, written.as_bytes())
        .await
        .unwrap();
    assert_eq!((again.unchanged, again.refusals), (1, vec![]));
    assert_eq!(app.count(listed).await, stored);
}

#[tokio::test]
async fn a_gift_card_expires_with_the_day_in_the_shop() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let zone = noon(app.shop.clock.now());
    set_zone(&app, zone).await;
    let today = zone.day(app.shop.clock.now());
    let code = gift_card(&app, "5").await;
    let tomorrow = today.succ_opt().unwrap();
    app.execute(&format!("UPDATE gift_cards SET expires_on = '{tomorrow}'"))
        .await;
    let input =
        json!({ "input": { "lines": [{ "merchandiseId": cup }], "giftCardCodes": [code] } });
    let made =
        crate::cart::mutate(&app, "cartCreate", "$input: CartInput|input: $input", input).await;
    assert_eq!(made["warnings"], json!([]));
    let cart = &made["cart"];
    let is_over = zone.end_of(today).unwrap();
    wait_until(&app, is_over - TimeDelta::minutes(1)).await;
    assert_eq!(total(&app, cart).await, json!(["10.0", "5.0"]));
    wait_until(&app, is_over).await;
    assert_eq!(total(&app, cart).await, json!(["10.0", "10.0"]));
    // None is issued that has expired where the shop is.
    let wanted = IssueGiftCard {
        amount: "5".to_owned(),
        currency: None,
        expires_on: Some(tomorrow),
        note: String::new(),
        key: None,
    };
    let refused = issue_gift_card(&app.shop, &wanted).await;
    assert!(matches!(refused, Err(Failure::Refused(NotIssued::Expired))));
}

#[tokio::test]
async fn searches_mean_the_days_of_the_shop() {
    let app = TestApp::new().await;
    for (handle, made) in [
        ("early", "2026-01-09T14:59:59Z"),
        ("late", "2026-01-09T15:00:00Z"),
    ] {
        ProductSeed::new(handle).create(&app).await;
        app.execute(&format!(
            "UPDATE products SET created_at = '{made}' WHERE handle = '{handle}'"
        ))
        .await;
    }
    set_zone(&app, "Asia/Tokyo".parse().unwrap()).await;
    let found = async |query: &str| -> Vec<String> {
        let ask = "query ($q: String) { products(first: 9, query: $q) { nodes { handle } } }";
        let data = app.ask(ask, json!({ "q": query })).await;
        let nodes = data["products"]["nodes"].as_array().unwrap().clone();
        nodes
            .iter()
            .map(|node| node["handle"].as_str().unwrap().to_owned())
            .collect()
    };
    for (query, handles) in [
        ("created_at:2026-01-09", ["early"]),
        ("created_at:2026-01-10", ["late"]),
        ("created_at:>2026-01-09", ["late"]),
        ("created_at:<=2026-01-09", ["early"]),
        ("created_at:<'2026-01-10T00:00:00'", ["early"]),
        ("created_at:<'2026-01-09T15:00:00Z'", ["early"]),
    ] {
        assert_eq!(found(query).await, handles, "{query}");
    }
}

#[tokio::test]
async fn statements_and_files_begin_a_day_at_the_same_moment() {
    let app = TestApp::new().await;
    for name in [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "America/Havana",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
    ] {
        let zone: TimeZone = name.parse().unwrap();
        set_zone(&app, zone).await;
        // Clocks change on some of them.
        for text in [
            "2025-09-07",
            "2025-11-02",
            "2026-03-29",
            "2026-04-05",
            "2026-10-25",
        ] {
            let begin = zone.begin_of(text.parse().unwrap()).unwrap();
            let asked = format!("SELECT extract(epoch FROM shop_time('{text} 00:00'))::bigint");
            assert_eq!(app.count(&asked).await, begin.timestamp(), "{name} {text}");
            let before = begin - TimeDelta::seconds(1);
            for (moment, is_same) in [(begin, 1), (before, 0)] {
                let moment = moment.to_rfc3339();
                let asked = format!("SELECT (shop_day('{moment}') = '{text}')::int::bigint");
                assert_eq!(app.count(&asked).await, is_same, "{name} {moment}");
            }
        }
    }
}

#[tokio::test]
async fn files_are_read_and_written_by_the_shops_clocks() {
    let app = TestApp::new().await;
    words(&app).await;
    let article = |published_at: &str| {
        json!({ "time_zone": "America/New_York",
            "authors": [{ "handle": "ada", "first_name": "Ada" }],
            "blogs": [{ "handle": "news", "title": "News", "articles": [{ "handle": "a", "title": "A",
                "author": "ada", "body_html": "A", "published_at": published_at,
                "comments": [{ "author": "Bo", "body_html": "B", "created_at": published_at }] }] }] })
    };
    let published = "{ articles(first: 1) { nodes { publishedAt } } }";
    for (written, at) in [
        ("2026-01-31", "2026-01-31T05:00:00Z"),
        ("2026-07-01 09:30", "2026-07-01T13:30:00Z"),
        ("2026-07-01T09:30:00Z", "2026-07-01T09:30:00Z"),
    ] {
        shop_file(&app, &article(written)).await;
        let data = app.ask(published, json!({})).await;
        assert_eq!(data["articles"]["nodes"][0]["publishedAt"], at, "{written}");
    }
    let file = ShopFile::read(&article("soon").to_string()).unwrap();
    let error = file
        .arrangement(Some(Currency::USD))
        .unwrap_err()
        .to_string();
    let reason = "`soon` is neither a day nor a time such as 2026-04-01T08:00:00Z";
    assert!(
        error.contains(&format!("blogs[0].articles[0].published_at: {reason}")),
        "{error}"
    );
    assert!(
        error.contains(&format!(
            "blogs[0].articles[0].comments[0].created_at: {reason}"
        )),
        "{error}"
    );

    let orders = "Name,Email,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price\n\
        #7,ada@mail.example,10.00,2026-01-31 20:00:00,1,Cup,10.00\n";
    let told = import_orders(&app.shop, orders.as_bytes()).await.unwrap();
    assert_eq!((told.created, told.refusals), (1, vec![]));
    let placed = "SELECT extract(epoch FROM processed_at)::bigint FROM orders";
    let moment: DateTime<Utc> = "2026-02-01T01:00:00Z".parse().unwrap();
    assert_eq!(app.count(placed).await, moment.timestamp());
    let mut out = Vec::new();
    export_orders(&app.shop, &mut out).await.unwrap();
    let written = String::from_utf8(out).unwrap();
    assert!(written.contains(",2026-01-31 20:00:00 -0500,"), "{written}");
}

#[tokio::test]
async fn pages_and_commands_show_the_days_of_the_shop() {
    let app = TestApp::new().await;
    set_zone(&app, "Asia/Tokyo".parse().unwrap()).await;
    let orders = "Name,Email,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price\n\
        #7,ada@mail.example,10.00,2026-01-31 20:00:00 +0000,1,Cup,10.00\n";
    let told = import_orders(&app.shop, orders.as_bytes()).await.unwrap();
    assert_eq!(told.refusals, []);
    let list = api::commands::orders::Orders::List { limit: 5 };
    let said = api::commands::orders::run(&app.shop, &list).await.unwrap();
    assert!(said.contains("#7  2026-02-01 05:00  "), "{said}");
    let till = tests::till::Till::open().await;
    set_zone(&till.app, "Asia/Tokyo".parse().unwrap()).await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, tests::sandbox::card::APPROVED).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    till.app
        .rewrite("UPDATE orders SET processed_at = '2026-01-31 20:00:00+00'")
        .await;
    let url = tests::till::text(&till.attempt(&attempt).await["orderUrl"]);
    let path = url.find("/orders/").map(|at| &url[at..]).unwrap();
    let response = till.app.client.get(path).send().await;
    response.assert_status_is_ok();
    let page = response.0.into_body().into_string().await.unwrap();
    assert!(page.contains("February 1, 2026"), "{page}");
}
