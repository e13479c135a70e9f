//! What `validationStrategy: STRICT` refuses, and in which form the rest is stored.

use serde_json::{Value, json};
use tests::TestApp;

use super::{deliver_to, stored};

fn address(country: &str, province: Option<&str>, zip: Option<&str>) -> Value {
    json!({ "lastName": "Byron", "address1": "1 Main St", "city": "Town", "countryCode": country,
        "provinceCode": province, "zip": zip })
}

#[tokio::test]
async fn an_address_is_right_for_its_country_or_refused_by_the_contracts_code() {
    let app = TestApp::new().await;
    let required = "ADDRESS_FIELD_IS_REQUIRED";
    let (of_country, of_province) = (
        "INVALID_ZIP_CODE_FOR_COUNTRY",
        "INVALID_ZIP_CODE_FOR_PROVINCE",
    );
    for (country, province, zip, expected) in [
        ("US", Some("NY"), Some("1000"), vec![(of_country, "zip")]),
        ("US", Some("NY"), Some("97201"), vec![(of_province, "zip")]),
        (
            "US",
            Some("ZZ"),
            Some("10001"),
            vec![("PROVINCE_NOT_FOUND", "provinceCode")],
        ),
        (
            "US",
            None,
            None,
            vec![(required, "provinceCode"), (required, "zip")],
        ),
        (
            "CA",
            Some("Ontario"),
            Some("V6B 1A1"),
            vec![(of_province, "zip")],
        ),
        ("GB", None, Some("SW1A"), vec![(of_country, "zip")]),
        ("DE", None, Some("F-80331"), vec![(of_country, "zip")]),
        ("DE", None, None, vec![(required, "zip")]),
        (
            "JP",
            Some("Atlantis"),
            Some("100-0001"),
            vec![("PROVINCE_NOT_FOUND", "provinceCode")],
        ),
    ] {
        let payload = deliver_to(&app, "STRICT", address(country, province, zip)).await;
        let expected: Vec<Value> = expected
            .into_iter()
            .map(|(code, field)| json!({ "code": code, "field": ["addresses", "0", "address", "deliveryAddress", field] }))
            .collect();
        assert_eq!(
            payload["userErrors"],
            json!(expected),
            "{country} {province:?} {zip:?}"
        );
    }
    assert_eq!(app.count("SELECT count(*) FROM cart_addresses").await, 0);
    // Only the country counts where nothing else was asked for.
    let loose = deliver_to(
        &app,
        "COUNTRY_CODE_ONLY",
        address("US", Some("ZZ"), Some("x")),
    )
    .await;
    assert_eq!(loose["userErrors"], json!([]));
}

#[tokio::test]
async fn what_people_type_is_stored_in_the_countrys_form() {
    let app = TestApp::new().await;
    for (country, province, zip, province_code, canonical) in [
        ("US", Some("New York"), "１０００１", Some("NY"), "10001"),
        ("US", Some("us-ny"), "10001 1234", Some("NY"), "10001-1234"),
        (
            "JP",
            Some("東京都"),
            "〒１００－０００１",
            Some("13"),
            "100-0001",
        ),
        ("JP", Some("JP-13"), "1000001", Some("13"), "100-0001"),
        ("LU", None, "L-1234", None, "1234"),
        ("DE", None, "D-80331", None, "80331"),
        ("CH", None, "CH-8001", None, "8001"),
        ("GB", None, "gir0aa", None, "GIR 0AA"),
        ("CA", Some("québec"), "h3z2y7", Some("QC"), "H3Z 2Y7"),
        ("NL", None, "1012ab", None, "1012 AB"),
    ] {
        let payload = deliver_to(&app, "STRICT", address(country, province, Some(zip))).await;
        assert_eq!(
            stored(&payload),
            json!({ "countryCode": country, "provinceCode": province_code, "zip": canonical, "phone": null }),
            "{country} {zip}"
        );
    }
}

#[tokio::test]
async fn one_name_is_a_name() {
    let app = TestApp::new().await;
    for field in ["firstName", "lastName"] {
        let address = json!({ field: "Suharto", "address1": "1 Main St", "city": "Berlin", "countryCode": "DE", "zip": "10115" });
        assert_eq!(
            stored(&deliver_to(&app, "STRICT", address).await)["countryCode"],
            "DE"
        );
    }
    let nobody =
        json!({ "address1": "1 Main St", "city": "Berlin", "countryCode": "DE", "zip": "10115" });
    let payload = deliver_to(&app, "STRICT", nobody).await;
    assert_eq!(payload["userErrors"][0]["field"][4], "lastName");
}

#[tokio::test]
async fn a_telephone_number_is_dialled_in_the_addresss_country() {
    let app = TestApp::new().await;
    for (country, typed, number) in [
        ("DE", "030 / 123456", "+4930123456"),
        ("US", "(503) 555-0100", "+15035550100"),
        ("JP", "０３-１２３４-５６７８", "+81312345678"),
        ("DE", "+44 20 7946 0000", "+442079460000"),
    ] {
        let address = json!({ "countryCode": country, "phone": typed });
        let payload = deliver_to(&app, "COUNTRY_CODE_ONLY", address).await;
        assert_eq!(stored(&payload)["phone"], number, "{typed}");
    }
    let address = json!({ "countryCode": "US", "phone": "12345" });
    let payload = deliver_to(&app, "COUNTRY_CODE_ONLY", address).await;
    assert_eq!(
        payload["userErrors"],
        json!([{ "code": "ADDRESS_FIELD_DOES_NOT_MATCH_EXPECTED_PATTERN",
            "field": ["addresses", "0", "address", "deliveryAddress", "phone"] }])
    );
}
