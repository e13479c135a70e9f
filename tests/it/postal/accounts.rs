//! E-mail addresses of other scripts, and telephone numbers that are one account's.

use commerce::customer::commands::import_customers;
use serde_json::{Value, json};
use tests::TestApp;
use tests::people::Person;

use crate::identity::{ERRORS, mutate, refused};

async fn create(app: &TestApp, email: &str, phone: &str) -> Value {
    let input = json!({ "email": email, "password": "correct horse", "phone": phone });
    let selection = format!("customer {{ email phone }} {ERRORS}");
    let arguments = "$i: CustomerCreateInput!|input: $i";
    mutate(
        app,
        "customerCreate",
        arguments,
        &selection,
        json!({ "i": input }),
    )
    .await
}

async fn change_phone(app: &TestApp, person: &Person, phone: &str) -> Value {
    let arguments = "$t: String!, $c: CustomerUpdateInput!|customerAccessToken: $t, customer: $c";
    let selection = format!("customer {{ phone }} {ERRORS}");
    let variables = json!({ "t": person.token, "c": { "phone": phone } });
    mutate(app, "customerUpdate", arguments, &selection, variables).await
}

#[tokio::test]
async fn a_telephone_number_is_one_accounts() {
    let app = TestApp::new().await;
    let made = create(&app, "ada@mail.example", "+49 (0)30 123456").await;
    assert_eq!(
        made["customer"],
        json!({ "email": "ada@mail.example", "phone": "+4930123456" })
    );
    // However it is written.
    let taken = create(&app, "bob@mail.example", "0049 30 123 456").await;
    assert_eq!(refused(&taken), ["TAKEN input.phone"]);
    assert_eq!(
        taken["customerUserErrors"][0]["message"],
        "Phone has already been taken"
    );
    assert_eq!(app.count("SELECT count(*) FROM customers").await, 1);
    let eve = app.person("eve").await;
    let taken = change_phone(&app, &eve, "+4930123456").await;
    assert_eq!(refused(&taken), ["TAKEN customer.phone"]);
    let odd = change_phone(&app, &eve, "+49 1").await;
    assert_eq!(refused(&odd), ["INVALID customer.phone"]);
    assert_eq!(odd["customerUserErrors"][0]["message"], "Phone is invalid");
    // A number without a calling code is dialled in the shop's country.
    let own = change_phone(&app, &eve, "(503) 555-0100").await;
    assert_eq!(own["customer"]["phone"], "+15035550100");
    // One's own may be said again.
    let again = change_phone(&app, &eve, "+1 503 555 0100").await;
    assert_eq!(refused(&again), [""; 0]);
}

#[tokio::test]
async fn the_database_lets_no_two_accounts_have_a_number() {
    let app = TestApp::new().await;
    create(&app, "ada@mail.example", "+4930123456").await;
    let eve = app.person("eve").await;
    let mut conn = app.conn().await;
    let set = format!(
        "UPDATE customers SET phone = '+4930123456' WHERE email = '{}'",
        eve.email
    );
    let error = diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, &set).await;
    assert!(error.unwrap_err().to_string().contains("customers_phone"));
}

#[tokio::test]
async fn imported_numbers_are_one_accounts_too() {
    let app = TestApp::new().await;
    let file = "Email,Phone,Default Address Country Code,Default Address Province Code,Default Address Zip,Default Address Phone\n\
        ada@mail.example,030 123456,Germany,,D-80331,089/123456\n\
        bob@mail.example,+4930123456,UK,,sw1a1aa,\n\
        cy@mail.example,,US,New York,10001,555\n\
        dan@mail.example,,XX,,,\n";
    let imported = import_customers(&app.shop, file.as_bytes()).await.unwrap();
    let told: Vec<String> = imported.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "3: Phone: is the number of another account",
            "4: Default Address Phone: is not in the expected form",
            "5: Default Address Country Code: is not the code of a country",
        ]
    );
    let stored = "SELECT count(*) FROM customers c JOIN customer_addresses a ON a.customer_id = c.id WHERE c.phone = '+4930123456' \
        AND a.address @> '{\"country\": \"DE\", \"zip\": \"80331\", \"phone\": \"+4989123456\"}'";
    assert_eq!(app.count(stored).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM customers").await, 1);
}

#[tokio::test]
async fn a_mail_domain_may_be_of_any_script() {
    let app = TestApp::new().await;
    let made = create(&app, "ada@Bücher.example", "+4930123456").await;
    assert_eq!(made["customer"]["email"], "ada@xn--bcher-kva.example");
    for written in [
        "ada@bücher.example",
        "ADA@xn--bcher-kva.example",
        "ada＠ｂücher.example",
    ] {
        let token = app.token(written, "correct horse").await;
        assert_ne!(token["customerAccessToken"], Value::Null, "{written}");
    }
    let again = create(&app, "ADA@BÜCHER.example", "+49301234567").await;
    assert_eq!(refused(&again), ["TAKEN input.email"]);
    let bad = create(&app, "ada@-ü.example", "").await;
    assert_eq!(refused(&bad), ["BAD_DOMAIN input.email"]);
    let cart = crate::cart::cart_with(&app, json!([])).await;
    let arguments = "$c: ID!, $b: CartBuyerIdentityInput!|cartId: $c, buyerIdentity: $b";
    let buyer = json!({ "email": "ada@例え.example", "phone": "030 123456", "countryCode": "DE" });
    let variables = json!({ "c": cart["id"], "b": buyer });
    let payload = crate::cart::mutate(&app, "cartBuyerIdentityUpdate", arguments, variables).await;
    assert_eq!(payload["userErrors"], json!([]));
    let answer = crate::cart::read(&app, &cart, "buyerIdentity { email phone }").await;
    assert_eq!(
        answer.data()["cart"]["buyerIdentity"],
        json!({ "email": "ada@xn--r8jz45g.example", "phone": "+4930123456" })
    );
}
