//! `api orders import` and `export`: the orders of another shop, as their buyers and the shop's operators see them.

use commerce::customer::commands::import_customers;
use commerce::flows::import_orders::{ImportedOrders, export_orders, import_orders};
use commerce::flows::refund_order::{NotRefunded, RefundOrder, refund_order};
use commerce::kernel::Failure;
use commerce::order::idempotency::IdempotencyKey;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::people::Person;
use tests::sandbox::card;
use tests::till::{Till, text};

const ORDERS: &str = "Name,Email,Financial Status,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,\
    Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,\
    Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Notes,Note Attributes,Refunded Amount,Id\n\
    #5002,ada@mail.example,partially_refunded,fulfilled,2024-05-03 10:00:00 +0200,USD,27.00,5.00,0.00,32.00,\
    WELCOME,3.00,Post,2024-05-01 10:00:00 +0200,2,Cup - Blue,10.00,CUP-B,Ada Maria Byron,1 Main St,Anytown,'01234,US,Ring twice,gift: yes,7.00,99\n\
    #5002,ada@mail.example,,,,,,,,,,,,,1,Something old,10.00,GONE,,,,,,,,,\n\
    #5001,bob@mail.example,pending,,,USD,10.00,0.00,0.00,10.00,,,,2024-04-01 10:00:00 +0200,1,Something old,10.00,,,,,,,,,,98\n";

async fn imported(app: &TestApp, text: &str) -> ImportedOrders {
    import_orders(&app.shop, text.as_bytes()).await.unwrap()
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export_orders(&app.shop, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn cup(app: &TestApp) {
    let mut seed = tests::factory::catalog::ProductSeed::new("cup");
    seed.title = "Cup".to_owned();
    seed.options = vec![("Color".to_owned(), vec!["Blue".to_owned()])];
    let mut blue = tests::factory::catalog::VariantSeed::new(&["Blue"], 1200).stock(3);
    blue.sku = Some("CUP-B".to_owned());
    seed.variants = vec![blue];
    seed.create(app).await;
}

const OF_ADA: &str = "query ($t: String!) { customer(customerAccessToken: $t) { numberOfOrders orders(first: 5) { nodes { \
    name orderNumber processedAt financialStatus fulfillmentStatus statusUrl totalRefundedV2 { amount } \
    subtotalPrice { amount } totalPrice { amount } totalShippingPrice { amount } customAttributes { key value } \
    shippingAddress { firstName lastName address1 zip countryCodeV2 } \
    discountApplications(first: 3) { nodes { ... on DiscountCodeApplication { code } } } \
    successfulFulfillments(first: 2) { fulfillmentLineItems(first: 5) { nodes { quantity lineItem { title } } } } \
    lineItems(first: 5) { nodes { title quantity variant { sku } originalTotalPrice { amount } discountedTotalPrice { amount } } } } } } }";

/// Sets another password by a link in a mail; answers the new access token.
async fn reset(app: &TestApp, person: &Person) -> String {
    let recover =
        "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code } } }";
    app.ask(recover, json!({ "e": person.email })).await;
    let mails = app.mails().await.into_iter();
    let link = mails.filter(|(kind, ..)| kind == "recover");
    let link = link.filter_map(|(_, _, link)| link).next().unwrap();
    let by_url = "mutation ($url: URL!) { customerResetByUrl(resetUrl: $url, password: \"battery staple\") { \
        customerAccessToken { accessToken } customerUserErrors { code } } }";
    let data = app.ask(by_url, json!({ "url": link })).await;
    text(&data["customerResetByUrl"]["customerAccessToken"]["accessToken"])
}

#[tokio::test]
async fn accounts_that_only_a_mail_opens_have_their_orders_at_once() {
    let app = TestApp::new().await;
    let customers = "Email,First Name\nADA@mail.example,Ada\n";
    import_customers(&app.shop, customers.as_bytes())
        .await
        .unwrap();
    imported(&app, ORDERS).await;
    let hers = "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.number = 5002";
    assert_eq!(app.count(hers).await, 1);
    app.assert_sound().await;
}

#[tokio::test]
async fn buyers_find_the_orders_that_they_made_elsewhere() {
    let app = TestApp::new().await;
    cup(&app).await;
    let mut ada = app.person("ada").await;
    let done = imported(&app, ORDERS).await;
    assert_eq!((done.created, done.there), (2, 0));
    assert_eq!(done.refusals, []);
    assert_eq!(done.ignored, ["Id"]);
    let again = imported(&app, ORDERS).await;
    assert_eq!((again.created, again.there), (0, 2));

    // Anybody can make an account with her address; whoever reads its mail is her.
    let data = app.ask(OF_ADA, json!({ "t": ada.token })).await;
    assert_eq!(data["customer"]["numberOfOrders"], "0");
    ada.token = reset(&app, &ada).await;
    let mut data = app.ask(OF_ADA, json!({ "t": ada.token })).await;
    let order = &mut data["customer"]["orders"]["nodes"][0];
    let page = order["statusUrl"].take();
    let amount = |amount: &str| json!({ "amount": amount });
    let line = |title: &str, quantity: i32, sku: Value, whole: &str, paid: &str| {
        json!({ "title": title, "quantity": quantity, "variant": sku,
            "originalTotalPrice": amount(whole), "discountedTotalPrice": amount(paid) })
    };
    assert_eq!(
        data["customer"],
        json!({ "numberOfOrders": "1", "orders": { "nodes": [{
            "name": "#5002", "orderNumber": 5002, "processedAt": "2024-05-01T08:00:00Z",
            "financialStatus": "PARTIALLY_REFUNDED", "fulfillmentStatus": "FULFILLED", "statusUrl": null,
            "totalRefundedV2": amount("7.0"), "subtotalPrice": amount("27.0"), "totalPrice": amount("32.0"),
            "totalShippingPrice": amount("5.0"), "customAttributes": [{ "key": "gift", "value": "yes" }],
            "shippingAddress": { "firstName": "Ada Maria", "lastName": "Byron", "address1": "1 Main St", "zip": "01234", "countryCodeV2": "US" },
            "discountApplications": { "nodes": [{ "code": "WELCOME" }] },
            "successfulFulfillments": [{ "fulfillmentLineItems": { "nodes": [
                { "quantity": 2, "lineItem": { "title": "Cup" } }, { "quantity": 1, "lineItem": { "title": "Something old" } }] } }],
            "lineItems": { "nodes": [
                line("Cup", 2, json!({ "sku": "CUP-B" }), "20.0", "18.0"),
                line("Something old", 1, json!(null), "10.0", "9.0")] } }] } })
    );
    let path = page.as_str().unwrap();
    let path = path.strip_prefix("http://localhost:8080").unwrap();
    let page = app.client.get(path).send().await;
    page.assert_status_is_ok();
    let page = page.0.into_body().into_string().await.unwrap();
    assert!(
        page.contains("5002") && page.contains("Something old"),
        "{page}"
    );
    let wanted = RefundOrder {
        number: 5002,
        amount: None,
        lines: Vec::new(),
        shipping: None,
        restock: false,
        reason: None,
        note: None,
        notify: true,
        actor: "operator".to_owned(),
        key: IdempotencyKey::generate(),
    };
    let refused = refund_order(&app.shop, &wanted).await;
    assert!(matches!(
        refused,
        Err(Failure::Refused(NotRefunded::Carried(5002)))
    ));
    // Nothing was sold here.
    assert_eq!(app.count("SELECT count(*) FROM payments").await, 0);
    assert_eq!(
        app.count("SELECT sum(on_hand)::bigint FROM inventory_levels")
            .await,
        3
    );
    let mails = "SELECT count(*) FROM jobs WHERE kind = 'send_order_confirmation'";
    assert_eq!(app.count(mails).await, 0);
    app.assert_sound().await;
}

#[tokio::test]
async fn orders_to_come_are_numbered_above_and_what_was_bought_here_is_left_alone() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    imported(&till.app, ORDERS).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(till.app.count("SELECT max(number) FROM orders").await, 5003);

    // The number of a sale, and a name that only looks like one that is there.
    let theirs = ORDERS.replace("#5001", "#5003").replace("#5002", "EU-5002");
    let told = imported(&till.app, &theirs).await;
    let reasons: Vec<String> = told.refusals.iter().map(ToString::to_string).collect();
    let reason =
        |line: u32, number: u32| format!("{line}: Name: {number} is the number of another order");
    assert_eq!(reasons, [reason(2, 5002), reason(4, 5003)]);
    till.assert_sound().await;

    // Another shop takes over all three, and tells of them in the same words.
    let written = exported(&till.app).await;
    let other = TestApp::new().await;
    tests::factory::shop::delivery(&other).await;
    let taken = imported(&other, &written).await;
    assert_eq!((taken.created, taken.refusals), (3, vec![]));
    assert_eq!(exported(&other).await, written);
    other.assert_sound().await;
}

#[tokio::test]
async fn orders_are_taken_over_as_other_shops_have_them() {
    let app = TestApp::new().await;
    let mut ada = app.person("ada").await;
    let file = "Name,Email,Financial Status,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Billing Name,Billing Zip\n\
        #1007,ada@mail.example,paid,5.00,5.00,2024-01-01T00:00:00Z,1,Cup,5.00,Cher,\n\
        #1007-F1,ada@mail.example,paid,5.00,7.00,2024-01-02T00:00:00Z,1,Cup,5.00,,'01234\n\
        #1007-F1,,,,,,1,Tip,2.00,,\n\
        #1008,,paid,0.00,0.00,2024-01-03T00:00:00Z,0,Cup,5.00,,\n";
    let done = imported(&app, file).await;
    assert_eq!((done.created, done.refusals), (3, vec![]));
    let again = imported(&app, file).await;
    assert_eq!((again.created, again.there), (0, 3));
    let kept = "SELECT number, carried ->> 'name' AS name, email, billing_address, subtotal_minor, discount_minor, \
        (SELECT count(*) FROM order_lines l WHERE l.order_id = o.id) AS lines FROM orders o ORDER BY id";
    assert_eq!(
        super::support::rows(&app, kept).await,
        json!([
            { "number": 1007, "name": "#1007", "email": "ada@mail.example", "billing_address": { "last_name": "Cher" },
              "subtotal_minor": 500, "discount_minor": 0, "lines": 1 },
            { "number": 1009, "name": "#1007-F1", "email": "ada@mail.example", "billing_address": { "zip": "01234" },
              "subtotal_minor": 700, "discount_minor": 0, "lines": 2 },
            { "number": 1008, "name": "#1008", "email": "", "billing_address": null,
              "subtotal_minor": 0, "discount_minor": 0, "lines": 0 },
        ])
    );
    ada.token = reset(&app, &ada).await;
    let query = "query ($t: String!) { customer(customerAccessToken: $t) { orders(first: 5) { nodes { name orderNumber } } } }";
    let data = app.ask(query, json!({ "t": ada.token })).await;
    assert_eq!(
        data["customer"]["orders"]["nodes"],
        json!([{ "name": "#1007", "orderNumber": 1007 }, { "name": "#1007-F1", "orderNumber": 1009 }])
    );
    app.assert_sound().await;
    let written = exported(&app).await;
    let other = TestApp::new().await;
    let taken = imported(&other, &written).await;
    assert_eq!((taken.created, taken.refusals), (3, vec![]));
    assert_eq!(exported(&other).await, written);
}

#[tokio::test]
async fn the_database_keeps_carried_orders_and_bought_ones_apart() {
    let app = TestApp::new().await;
    imported(&app, ORDERS).await;
    app.person("eve").await;
    let eve = "UPDATE orders SET customer_id = (SELECT id FROM customers) WHERE number = 5001";
    for wrong in [
        eve,
        "UPDATE orders SET captured_minor = 1000, authorized_minor = 1000 WHERE number = 5001",
        "UPDATE orders SET carried = NULL WHERE number = 5001",
        "UPDATE order_lines SET fulfilled = 1 WHERE order_id = (SELECT id FROM orders WHERE number = 5001)",
    ] {
        let refused = app.conn().await.batch_execute(wrong).await;
        assert!(refused.is_err(), "{wrong}");
    }
}
