//! Taxes and duties: by where a purchase goes, added to prices or within them, from the cart to the mail.

use api::shop_file::ShopFile;
use commerce::flows::replay_pricing::replay_pricing;
use commerce::kernel::Currency;
use diesel_async::SimpleAsyncConnection;
use providers::mail::Mailbox;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;

use crate::cart::mutate;

const COSTS: &str = "cost { totalAmount { amount } totalTaxAmount { amount } totalTaxAmountEstimated \
    totalDutyAmount { amount } totalDutyAmountEstimated subtotalAmount { amount } } \
    estimatedCost { totalTaxAmount { amount } totalDutyAmount { amount } totalAmount { amount } }";

/// Total, tax and duty of a cart, as it is shown.
async fn costs(app: &TestApp, cart: &str) -> [Value; 3] {
    let query = format!("query ($id: ID!) {{ cart(id: $id) {{ {COSTS} }} }}");
    let answer = app.graphql(&query, json!({ "id": cart })).await;
    let (cost, estimated) = (
        &answer.data()["cart"]["cost"],
        &answer.data()["cart"]["estimatedCost"],
    );
    for name in ["totalAmount", "totalTaxAmount", "totalDutyAmount"] {
        assert_eq!(cost[name], estimated[name]);
    }
    ["totalAmount", "totalTaxAmount", "totalDutyAmount"].map(|name| cost[name]["amount"].clone())
}

/// Ten percent in the United States, delivery included, in a market of its own.
async fn taxed(app: &TestApp, included: bool) {
    let file = json!({
        "markets": [
            { "handle": "home", "name": "Home", "countries": ["US"], "taxes_included": included },
            { "handle": "world", "name": "World", "countries": ["*"] }],
        "taxes": [{ "country": "US", "name": "Sales tax", "rate": "10" }]
    });
    shop_file(app, &file).await;
}

/// Pays this much for two cups and has the order made.
async fn buy(till: &Till, cart: &str, amount: &str) {
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(cart, &session, amount).await;
    till.accepted(cart, "press-1").await;
    till.drain().await;
    till.assert_sound().await;
    let mut different = Vec::new();
    let mut told = |replayed: commerce::flows::replay_pricing::Replayed| {
        different.extend(replayed.differences)
    };
    replay_pricing(&till.app.shop, None, &mut told)
        .await
        .unwrap();
    assert_eq!(different, Vec::<String>::new());
}

/// The text of the only mail.
async fn mail(till: &Till) -> String {
    let mails = Mailbox::new(till.mailbox.path(), String::new())
        .list()
        .await
        .unwrap();
    assert_eq!(mails.len(), 1);
    mails[0].text.replace("\r\n", "\n")
}

#[tokio::test]
async fn a_tax_is_added_where_prices_do_not_contain_it() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    assert_eq!(
        costs(&till.app, &cart).await,
        [json!("35.0"), Value::Null, Value::Null]
    );
    taxed(&till.app, false).await;
    assert_eq!(
        costs(&till.app, &cart).await,
        [json!("38.5"), json!("3.5"), Value::Null]
    );
    // What the buyer agreed to before is not enough any more.
    let result = till.submit(&cart, "press-0").await;
    assert_eq!(
        result["errors"][0]["code"],
        "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"
    );
    buy(&till, &cart, "38.50").await;
    let row = "SELECT total_minor FROM orders WHERE tax_minor = 350 AND shipping_tax_minor = 150 AND NOT tax_inclusive";
    assert_eq!(till.app.count(row).await, 3_850);
    let text = mail(&till).await;
    assert!(text.contains("Tax: $3.50\nTotal: $38.50"), "{text}");
}

#[tokio::test]
async fn a_tax_is_found_within_prices_that_contain_it() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    taxed(&till.app, true).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    // 10/110 of 20.00 and of 15.00.
    assert_eq!(
        costs(&till.app, &cart).await,
        [json!("35.0"), json!("3.18"), Value::Null]
    );
    buy(&till, &cart, "35.00").await;
    let row = "SELECT total_minor FROM orders WHERE tax_minor = 318 AND shipping_tax_minor = 136 AND tax_inclusive";
    assert_eq!(till.app.count(row).await, 3_500);
    let text = mail(&till).await;
    assert!(
        text.contains("Total: $35.00\nTax, included: $3.18"),
        "{text}"
    );
    let by_hand = "UPDATE orders SET tax_inclusive = false";
    let mut conn = till.app.conn().await;
    let refused = conn.batch_execute(by_hand).await.unwrap_err().to_string();
    assert!(refused.contains("total_adds_up"), "{refused}");
}

#[tokio::test]
async fn duties_are_due_on_what_comes_in_from_abroad() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    taxed(&till.app, false).await;
    let duties = |from: &str| json!({ "duties": [{ "country": "US", "rate": "5", "from": from }] });
    shop_file(&till.app, &duties("20.00")).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    // The shop is there itself.
    assert_eq!(
        costs(&till.app, &cart).await,
        [json!("38.5"), json!("3.5"), Value::Null]
    );
    till.app.execute("UPDATE shops SET country = 'CA'").await;
    // 5 % of 20.00, and 10 % of 21.00 and of 15.00.
    assert_eq!(
        costs(&till.app, &cart).await,
        [json!("39.6"), json!("3.6"), json!("1.0")]
    );
    shop_file(&till.app, &duties("20.01")).await;
    assert_eq!(
        costs(&till.app, &cart).await,
        [json!("38.5"), json!("3.5"), json!("0.0")]
    );
    shop_file(&till.app, &duties("20.00")).await;
    let ada = till.app.person("ada").await;
    let identity =
        "$cart: ID!, $t: String!|cartId: $cart, buyerIdentity: { customerAccessToken: $t }";
    let variables = json!({ "cart": cart, "t": ada.token });
    mutate(&till.app, "cartBuyerIdentityUpdate", identity, variables).await;
    buy(&till, &cart, "39.60").await;
    let query = "query ($t: String!) { customer(customerAccessToken: $t) { orders(first: 1) { nodes { totalTax { amount } \
        currentTotalTax { amount } currentTotalDuties { amount } originalTotalDuties { amount } totalPrice { amount } } } } }";
    let data = till.ask(query, json!({ "t": ada.token })).await;
    assert_eq!(
        data["customer"]["orders"]["nodes"][0],
        json!({ "totalTax": { "amount": "3.6" }, "currentTotalTax": { "amount": "3.6" },
            "currentTotalDuties": { "amount": "1.0" }, "originalTotalDuties": { "amount": "1.0" },
            "totalPrice": { "amount": "39.6" } })
    );
}

#[tokio::test]
async fn the_place_decides_and_until_it_is_known_the_buyers_country() {
    let app = TestApp::new().await;
    let cup = crate::cart::variant(&app, "cup", None).await;
    let file = json!({ "taxes": [
        { "country": "CA", "name": "GST", "rate": "5" },
        { "country": "CA", "province": "CA-BC", "name": "PST", "rate": "7" },
        { "country": "CA", "province": "CA-QC", "name": "QST", "rate": "9.975" },
        { "country": "US", "name": "Sales tax", "rate": "10" }] });
    shop_file(&app, &file).await;
    let cart = crate::cart::cart_with(&app, json!([{ "merchandiseId": cup, "quantity": 1 }])).await;
    let id = cart["id"].as_str().unwrap();
    let tax = async || costs(&app, id).await[1].clone();
    // Nothing is known of the buyer: as at home.
    assert_eq!(tax().await, "1.0");
    let identity = "$cart: ID!|cartId: $cart, buyerIdentity: { countryCode: CA }";
    mutate(
        &app,
        "cartBuyerIdentityUpdate",
        identity,
        json!({ "cart": id }),
    )
    .await;
    assert_eq!(tax().await, "0.5");
    for (province, expected) in [("BC", "1.2"), ("QC", "1.5"), ("ON", "0.5")] {
        let add = "$cart: ID!, $a: [CartSelectableAddressInput!]!|cartId: $cart, addresses: $a";
        let to = json!({ "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
            "countryCode": "CA", "provinceCode": province, "zip": "V5K 0A1" });
        let addresses = json!([{ "selected": true, "address": { "deliveryAddress": to } }]);
        let variables = json!({ "cart": id, "a": addresses });
        let payload = mutate(&app, "cartDeliveryAddressesAdd", add, variables).await;
        assert_eq!(payload["userErrors"], json!([]));
        assert_eq!(tax().await, expected, "{province}");
    }
}

#[tokio::test]
async fn nobody_leaves_the_province_out_to_save_its_tax() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    let taxes = json!({ "taxes": [
        { "country": "US", "name": "Federal", "rate": "10" },
        { "country": "US", "province": "US-CA", "name": "State", "rate": "5" }] });
    shop_file(&till.app, &taxes).await;
    let deliver = async |province: Value| {
        let to = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
            "countryCode": "US", "provinceCode": province, "zip": "12345" });
        let addresses = json!([{ "selected": true, "address": { "deliveryAddress": to } }]);
        let payload = mutate(
            &till.app,
            "cartDeliveryAddressesReplace",
            "$cart: ID!, $a: [CartSelectableAddressInput!]!|cartId: $cart, addresses: $a",
            json!({ "cart": cart, "a": addresses }),
        )
        .await;
        assert_eq!(payload["userErrors"], json!([]));
    };
    let prepare = "mutation ($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { result { \
        ... on CartStatusNotReady { errors { code } } } } }";
    let session = till.sandbox.session(card::APPROVED).await;
    // 35.00 and a tenth of it, which is what somebody agrees to who names no province that is known.
    for (nth, (province, code)) in [
        (Value::Null, "DELIVERY_ZONE_REQUIRED_FOR_COUNTRY"),
        (json!(""), "DELIVERY_ZONE_REQUIRED_FOR_COUNTRY"),
        (json!("ZZ"), "DELIVERY_ZONE_NOT_FOUND"),
        (json!("Kalifornien"), "DELIVERY_ZONE_NOT_FOUND"),
    ]
    .into_iter()
    .enumerate()
    {
        deliver(province.clone()).await;
        till.pay(&cart, &session, "38.50").await;
        let data = till.ask(prepare, json!({ "cart": cart })).await;
        let errors = &data["cartPrepareForCompletion"]["result"]["errors"];
        assert_eq!(*errors, json!([{ "code": code }]), "{province}");
        let result = till.submit(&cart, &format!("early-{nth}")).await;
        assert_eq!(result["__typename"], "SubmitFailed", "{province}");
        assert_eq!(result["errors"][0]["code"], code, "{province}");
    }
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
    // By its name or its code it is known, and due.
    for province in ["CALIFORNIA", "US-CA", "ca", "California"] {
        deliver(json!(province)).await;
        till.pay(&cart, &session, "38.50").await;
        let data = till.ask(prepare, json!({ "cart": cart })).await;
        assert_eq!(
            data["cartPrepareForCompletion"]["result"]["errors"],
            json!([{ "code": "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT" }]),
            "{province}"
        );
    }
    buy(&till, &cart, "40.25").await;
    let sums = "SELECT count(*) FROM orders WHERE total_minor = 4025 AND tax_minor = 525";
    assert_eq!(till.app.count(sums).await, 1);
}

#[tokio::test]
async fn zones_for_provinces_ask_for_them_and_other_shops_do_not() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let prepare = "mutation ($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { result { __typename \
        ... on CartStatusNotReady { errors { code } } } } }";
    let errors = async || {
        let data = till.ask(prepare, json!({ "cart": cart })).await;
        data["cartPrepareForCompletion"]["result"]["errors"].clone()
    };
    assert_eq!(errors().await, Value::Null);
    let taxes =
        json!({ "taxes": [{ "country": "CA", "province": "CA-BC", "name": "PST", "rate": "7" }] });
    shop_file(&till.app, &taxes).await;
    assert_eq!(errors().await, Value::Null);
    till.app
        .execute("INSERT INTO delivery_zones (name, provinces) VALUES ('Far', '{US-AK,US-HI}')")
        .await;
    assert_eq!(
        errors().await,
        json!([{ "code": "DELIVERY_ZONE_REQUIRED_FOR_COUNTRY" }])
    );
}

#[tokio::test]
async fn a_country_is_in_one_market() {
    let app = TestApp::new().await;
    let query = "query ($c: CountryCode) @inContext(country: $c) { localization { market { id handle } \
        country { isoCode market { handle } } } }";
    app.execute("INSERT INTO delivery_zones (name) VALUES ('Everywhere')")
        .await;
    let market = async |country: &str| {
        let answer = app.graphql(query, json!({ "c": country })).await;
        let found = answer.data()["localization"].clone();
        assert_eq!(found["country"]["isoCode"], country);
        assert_eq!(
            found["country"]["market"]["handle"],
            found["market"]["handle"]
        );
        found["market"]["handle"].clone()
    };
    assert_eq!(market("DE").await, "default");
    let markets = |handle: &str| {
        json!({ "markets": [
            { "handle": handle, "name": "Euro", "countries": ["DE", "AT"], "taxes_included": true },
            { "handle": "default", "name": "World", "countries": ["*"] }] })
    };
    shop_file(&app, &markets("euro")).await;
    assert_eq!(
        [market("DE").await, market("US").await],
        ["euro", "default"]
    );
    let id = app
        .graphql(
            "query @inContext(country: AT) { localization { market { id } } }",
            json!({}),
        )
        .await;
    let id = id.data()["localization"]["market"]["id"].clone();
    let node = "query ($id: ID!) { node(id: $id) { ... on Market { handle } } }";
    assert_eq!(
        app.graphql(node, json!({ "id": id })).await.data()["node"],
        json!({ "handle": "euro" })
    );
    // Saved again, a market keeps its id; another handle is another market.
    shop_file(&app, &markets("euro")).await;
    assert_eq!(
        app.graphql(node, json!({ "id": id })).await.data()["node"]["handle"],
        "euro"
    );
    shop_file(&app, &markets("eurozone")).await;
    assert_eq!(
        app.graphql(node, json!({ "id": id })).await.data()["node"],
        Value::Null
    );
    let twice = "INSERT INTO market_countries SELECT 'DE', id FROM markets WHERE for_the_rest";
    let mut conn = app.conn().await;
    let refused = conn.batch_execute(twice).await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("market_countries_pkey")
    );
}

#[test]
fn mistakes_in_a_shop_file_are_named() {
    let file = json!({
        "markets": [{ "handle": "a b", "name": "", "countries": ["de"] }, { "handle": "c", "name": "C", "countries": [] },
            { "handle": "d", "name": "D", "countries": ["de"] }],
        "taxes": [{ "country": "DE", "province": "US-CA", "name": "MwSt", "rate": "19,5" },
            { "country": "DE", "name": "MwSt", "rate": "101" }, { "country": "DE", "name": "MwSt", "rate": "1.23456" },
            { "country": "FR", "province": "FR-COR", "name": "TVA", "rate": "10" }],
        "duties": [{ "country": "USA", "rate": "5", "from": "-1" }]
    });
    let read = ShopFile::read(&file.to_string()).unwrap();
    let error = read
        .arrangement(Some(Currency::USD))
        .unwrap_err()
        .to_string();
    let mistakes: Vec<&str> = error.lines().skip(1).collect();
    let rate = |at: usize, text: &str| {
        format!(
            "taxes[{at}].rate: `{text}` is not a percentage of 0 to 100 with at most 4 decimal places, such as \"19\" or \"8.875\""
        )
    };
    assert_eq!(
        mistakes,
        [
            "markets: `de` stands there twice",
            "markets: none has the `countries` [\"*\"], which are all that no other names",
            "markets[0].handle: may not contain white space, `/`, `?`, `#` or `%`",
            "markets[0].name: is missing",
            "markets[0].countries[0]: is not a code of two upper-case letters",
            "markets[1].countries: are missing",
            "markets[2].countries[0]: is not a code of two upper-case letters",
            "taxes: `DE MwSt` stands there twice",
            "taxes[0].province: is not an ISO 3166-2 code of the country, such as US-CA",
            "taxes[0].province: addresses of the country name no province, so nobody could be told to pay it",
            rate(0, "19,5").as_str(),
            rate(1, "101").as_str(),
            rate(2, "1.23456").as_str(),
            "taxes[3].province: addresses of the country name no province, so nobody could be told to pay it",
            "duties[0].country: is not a code of two upper-case letters",
            "duties[0].from: is negative",
        ]
    );
}
