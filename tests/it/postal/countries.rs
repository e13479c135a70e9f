//! Countries and provinces wherever a merchant or a buyer names one: only the contract's, and refusals name the place.

use api::shop_file::ShopFile;
use commerce::flows::import_discounts::import_discounts;
use commerce::flows::import_orders::import_orders;
use commerce::kernel::Currency;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::shop_file;

/// A shop file that names this country everywhere.
fn everywhere(country: &str, province: &str) -> Value {
    let rates = json!([{ "code": "x", "title": "X", "price": "1.00" }]);
    let zones =
        json!([{ "name": "Z", "countries": [country], "provinces": [province], "rates": rates }]);
    json!({
        "locations": [{ "handle": "main", "name": "Main", "country": country, "province": "new york", "zip": "１２３４５" }],
        "markets": [{ "handle": "m", "name": "M", "countries": [country] }, { "handle": "w", "name": "W", "countries": ["*"] }],
        "taxes": [{ "country": country, "name": "VAT", "rate": "20" }],
        "duties": [{ "country": country, "rate": "5" }],
        "shipping": { "zones": zones },
        "delivery_profiles": [{ "name": "P", "products": [], "zones": zones }],
    })
}

fn mistakes(file: &Value) -> Vec<String> {
    let read = ShopFile::read(&file.to_string()).unwrap();
    let error = read
        .arrangement(Some(Currency::USD))
        .unwrap_err()
        .to_string();
    error.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_shop_file_names_only_countries_of_the_contract() {
    for code in ["XX", "EU", "ZZ"] {
        let mut told = mistakes(&everywhere(code, &format!("{code}-1")));
        told.sort();
        let unknown = format!("`{code}` is not the code of a country");
        let part = "is not an ISO 3166-2 code, such as US-CA";
        assert_eq!(
            told,
            [
                format!("delivery_profiles[0].zones[0].countries[0]: {unknown}"),
                format!("delivery_profiles[0].zones[0].provinces[0]: {part}"),
                format!("duties[0].country: {unknown}"),
                format!("locations[0].country: {unknown}"),
                format!("markets[0].countries[0]: {unknown}"),
                format!("shipping.zones[0].countries[0]: {unknown}"),
                format!("shipping.zones[0].provinces[0]: {part}"),
                format!("taxes[0].country: {unknown}"),
            ]
        );
    }
    let puerto_rico =
        mistakes(&json!({ "taxes": [{ "country": "PR", "name": "IVU", "rate": "11.5" }] }));
    assert_eq!(
        puerto_rico,
        ["taxes[0].country: `PR` is a part of the United States: give `US` and the province `PR`"]
    );
    let unknown = mistakes(
        &json!({ "taxes": [{ "country": "US", "province": "US-ZZ", "name": "T", "rate": "1" }] }),
    );
    assert_eq!(
        unknown,
        ["taxes[0].province: is not an ISO 3166-2 code of the country, such as US-CA"]
    );
}

#[tokio::test]
async fn what_means_a_country_or_a_province_is_stored_as_its_code() {
    let app = TestApp::new().await;
    shop_file(&app, &everywhere("UK", "US-New York")).await;
    for sql in [
        "SELECT count(*) FROM locations WHERE handle = 'main' AND country = 'GB'",
        "SELECT count(*) FROM market_countries WHERE country = 'GB'",
        "SELECT count(*) FROM tax_rates WHERE country = 'GB'",
        "SELECT count(*) FROM duty_rates WHERE country = 'GB'",
    ] {
        assert_eq!(app.count(sql).await, 1, "{sql}");
    }
    let zones =
        "SELECT count(*) FROM delivery_zones WHERE countries = '{GB}' AND provinces = '{US-NY}'";
    assert_eq!(app.count(zones).await, 2);
    let taxes = json!([{ "country": "US", "province": "New York", "name": "Tax", "rate": "4" },
        { "country": "US", "province": "OR", "name": "Tax", "rate": "1" }]);
    shop_file(&app, &json!({ "taxes": taxes })).await;
    let taxes = "SELECT count(*) FROM tax_rates WHERE province IN ('US-NY', 'US-OR')";
    assert_eq!(app.count(taxes).await, 2);
}

#[tokio::test]
async fn files_name_only_countries_of_the_contract() {
    let app = TestApp::new().await;
    let csv = "Title,Type,Value,Countries\nA,free_shipping,,UK;DE\nB,free_shipping,,XX\n";
    let imported = import_discounts(&app.shop, csv.as_bytes()).await.unwrap();
    let told: Vec<String> = imported.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["3: Countries: `XX` is not the code of a country"]);
    let stored = "SELECT count(*) FROM discounts WHERE countries = '{GB,DE}'";
    assert_eq!(app.count(stored).await, 1);

    let orders = "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,\
        Lineitem price,Shipping Name,Shipping Address1,Shipping City,Shipping Province,Shipping Country,Shipping Zip,Shipping Phone\n\
        #7,ada@bücher.example,paid,USD,10.00,0.00,0.00,10.00,2024-03-01 12:00:00 +0000,1,Cup,10.00,Madonna,1 Main St,Albany,\
        New York,USA,'12207,(518) 555-1111\n\
        #8,bob@mail.example,paid,USD,10.00,0.00,0.00,10.00,2024-03-01 12:00:00 +0000,1,Cup,10.00,Bob,1 Main St,Utopia,,XX,,\n";
    let imported = import_orders(&app.shop, orders.as_bytes()).await.unwrap();
    let told: Vec<String> = imported.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["3: Shipping Country: is not the code of a country"]);
    let stored = "SELECT count(*) FROM orders WHERE email = 'ada@xn--bcher-kva.example' AND shipping_address @> \
        '{\"country\": \"US\", \"province\": \"NY\", \"zip\": \"12207\", \"phone\": \"+15185551111\", \"last_name\": \"Madonna\"}'";
    assert_eq!(app.count(stored).await, 1);
}

#[tokio::test]
async fn a_buyers_country_is_read_by_code_and_by_name_or_refused() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let add = "mutation ($t: String!, $a: MailingAddressInput!) { customerAddressCreate(customerAccessToken: $t, address: $a) { \
        customerAddress { countryCodeV2 province provinceCode zip } customerUserErrors { code field } } }";
    for (country, province, zip, expected) in [
        (
            "UK",
            json!(null),
            "gir 0aa",
            json!({ "countryCodeV2": "GB", "province": null, "provinceCode": null, "zip": "GIR 0AA" }),
        ),
        (
            "usa",
            json!("new york"),
            "10001",
            json!({ "countryCodeV2": "US", "province": "New York", "provinceCode": "NY", "zip": "10001" }),
        ),
        (
            "PR",
            json!(null),
            "00901",
            json!({ "countryCodeV2": "US", "province": "Puerto Rico", "provinceCode": "PR", "zip": "00901" }),
        ),
        (
            "日本",
            json!("東京"),
            "〒100-0001",
            json!({ "countryCodeV2": "JP", "province": "Tokyo", "provinceCode": "13", "zip": "100-0001" }),
        ),
    ] {
        let address =
            json!({ "lastName": "Byron", "country": country, "province": province, "zip": zip });
        let answer = app
            .graphql(add, json!({ "t": ada.token, "a": address }))
            .await;
        assert_eq!(
            answer.data()["customerAddressCreate"]["customerAddress"],
            expected,
            "{country}"
        );
    }
    for country in ["XX", "EU", "Utopia"] {
        let address = json!({ "lastName": "Byron", "country": country });
        let answer = app
            .graphql(add, json!({ "t": ada.token, "a": address }))
            .await;
        assert_eq!(
            answer.data()["customerAddressCreate"]["customerUserErrors"],
            json!([{ "code": "INVALID", "field": ["address", "country"] }]),
            "{country}"
        );
    }
}

#[tokio::test]
async fn the_database_knows_the_countries_too() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let mut conn = app.conn().await;
    let of_ada = format!(
        "INSERT INTO customer_addresses (customer_id, address, created_at, updated_at) \
         SELECT id, '{{\"country\": \"XX\"}}', db_now(), db_now() FROM customers WHERE email = '{}'",
        ada.email
    );
    for (sql, constraint) in [
        ("UPDATE shops SET country = 'UK'", "shops_country_is_known"),
        (
            "INSERT INTO delivery_zones (name, countries) VALUES ('Z', '{US,XX}')",
            "delivery_zones_countries_are_known",
        ),
        (
            "INSERT INTO delivery_zones (name, provinces) VALUES ('Z', '{XX-1}')",
            "delivery_zones_provinces_are_known",
        ),
        (
            "INSERT INTO duty_rates (country, rate_ppm, from_minor, currency) VALUES ('XX', 1, 0, 'USD')",
            "duty_rates_country_is_known",
        ),
        (
            "INSERT INTO tax_rates (country, name, rate_ppm, on_shipping) VALUES ('EU', 'VAT', 1, true)",
            "tax_rates_country_is_known",
        ),
        (&of_ada, "customer_addresses_country_is_known"),
    ] {
        let error = conn.batch_execute(sql).await.expect_err(sql).to_string();
        assert!(error.contains(constraint), "{sql}: {error}");
    }
}
