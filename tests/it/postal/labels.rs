//! Addresses as they stand on labels: in answers, on pages and in mails.

use commerce::notification::order_confirmation;
use serde_json::{Value, json};
use tests::TestApp;
use tests::people::Person;
use tests::till::text;

async fn add(app: &TestApp, person: &Person, address: Value) -> String {
    let query = "mutation ($t: String!, $a: MailingAddressInput!) { customerAddressCreate(customerAccessToken: $t, address: $a) \
        { customerAddress { id } customerUserErrors { code field } } }";
    let answer = app
        .graphql(query, json!({ "t": person.token, "a": address }))
        .await;
    let payload = &answer.data()["customerAddressCreate"];
    assert_eq!(payload["customerUserErrors"], json!([]));
    text(&payload["customerAddress"]["id"])
}

async fn shown(app: &TestApp, person: &Person, language: &str) -> Value {
    let query = format!(
        "query ($t: String!) @inContext(language: {language}) {{ customer(customerAccessToken: $t) {{ addresses(first: 10) {{ nodes {{ \
         country province provinceCode formattedArea formatted(withName: true) }} }} }} }}"
    );
    let answer = app.graphql(&query, json!({ "t": person.token })).await;
    answer.data()["customer"]["addresses"]["nodes"].clone()
}

#[tokio::test]
async fn answers_follow_the_country_and_the_readers_language() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    for (street, city, province, country, zip) in [
        ("Hauptstr. 1", "Berlin", None, "Germany", "10115"),
        (
            "1 Rodeo Dr",
            "Beverly Hills",
            Some("California"),
            "USA",
            "90210",
        ),
        ("1 Mall", "London", None, "UK", "sw1a1aa"),
        (
            "千代田1-1",
            "千代田区",
            Some("東京都"),
            "日本",
            "１０００００１",
        ),
    ] {
        let address = json!({ "firstName": "Ada", "lastName": "Byron", "address1": street, "city": city,
            "province": province, "country": country, "zip": zip });
        add(&app, &ada, address).await;
    }
    assert_eq!(
        shown(&app, &ada, "DE").await,
        json!([
            { "country": "Deutschland", "province": null, "provinceCode": null, "formattedArea": "Berlin, Deutschland",
              "formatted": ["Ada Byron", "Hauptstr. 1", "10115 Berlin", "Deutschland"] },
            { "country": "Vereinigte Staaten", "province": "California", "provinceCode": "CA",
              "formattedArea": "Beverly Hills, CA, Vereinigte Staaten",
              "formatted": ["Ada Byron", "1 Rodeo Dr", "Beverly Hills CA 90210", "Vereinigte Staaten"] },
            { "country": "Vereinigtes Königreich", "province": null, "provinceCode": null,
              "formattedArea": "London, Vereinigtes Königreich",
              "formatted": ["Ada Byron", "1 Mall", "London", "SW1A 1AA", "Vereinigtes Königreich"] },
            { "country": "Japan", "province": "Tokyo", "provinceCode": "13", "formattedArea": "千代田区, 東京都, Japan",
              "formatted": ["〒100-0001", "東京都千代田区", "千代田1-1", "Ada Byron", "Japan"] },
        ])
    );
    let english = shown(&app, &ada, "EN").await;
    assert_eq!(english[0]["country"], "Germany");
    let japanese = shown(&app, &ada, "JA").await;
    assert_eq!(japanese[1]["country"], "アメリカ合衆国");
}

#[tokio::test]
async fn countries_have_their_names_in_the_readers_language() {
    let app = TestApp::new().await;
    let query = "query @inContext(language: FR) { localization { country { isoCode name } } }";
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(
        answer.data()["localization"]["country"],
        json!({ "isoCode": "US", "name": "États-Unis" })
    );
}

#[tokio::test]
async fn a_confirmation_has_the_label_in_the_buyers_language() {
    let app = TestApp::new().await;
    let id = tests::factory::order::order(&app, "buyer@example.com").await;
    app.rewrite(
        "UPDATE orders SET shipping_address = '{\"first_name\": \"Ada\", \"last_name\": \"Byron\", \"address1\": \"Hauptstr. 1\", \
         \"city\": \"Berlin\", \"zip\": \"10115\", \"country\": \"DE\"}'; \
         UPDATE checkout_attempts SET snapshot = snapshot || '{\"lang\": \"de\"}'",
    )
    .await;
    let mut conn = app.conn().await;
    let mail = order_confirmation(&mut conn, &app.shop.settings, id).await;
    let mail = mail.unwrap().unwrap();
    let label = "Ada Byron\nHauptstr. 1\n10115 Berlin\nDeutschland\n";
    assert!(mail.text.contains(label), "{}", mail.text);
}
