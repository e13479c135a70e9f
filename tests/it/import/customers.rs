//! `api customers import` and `export`.

use commerce::customer::ImportedCustomers;
use commerce::customer::commands::{export_customers, import_customers, recover};
use commerce::identity::Caller;
use serde_json::json;
use tests::TestApp;

use super::support::rows;

const WHOLE: &str = "\
First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Note,Tags
Ada,Lovelace,ada@mail.example,yes,Engines,12 St James's Sq,Floor 2,London,ENG,GB,SW1Y 4JH,+442071234567,+442071234568,\"Counts, well\",\"vip, maths\"
,,bob@mail.example,no,,,,,,,,,,,
";

const ACCOUNTS: &str = "SELECT c.email, c.state, c.first_name, c.accepts_marketing, c.tags, c.note, \
    c.marketing_decided_at IS NOT NULL AS decided, c.updated_at > c.created_at AS changed, \
    (SELECT a.address FROM customer_addresses a WHERE a.id = c.default_address_id) AS address, \
    (SELECT count(*) FROM customer_addresses a WHERE a.customer_id = c.id) AS addresses \
    FROM customers c ORDER BY c.id";

async fn import(app: &TestApp, text: &str) -> ImportedCustomers {
    import_customers(&app.shop, text.as_bytes()).await.unwrap()
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export_customers(&app.shop, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// Created, updated, unchanged, and the reasons against rows.
fn counts(imported: &ImportedCustomers) -> (u64, u64, u64, usize) {
    let ImportedCustomers {
        created,
        updated,
        unchanged,
        ..
    } = *imported;
    (created, updated, unchanged, imported.refusals.len())
}

#[tokio::test]
async fn what_is_imported_comes_back_as_it_was_and_changes_nothing_again() {
    let app = TestApp::new().await;
    assert_eq!(counts(&import(&app, WHOLE).await), (2, 0, 0, 0));
    let address = json!({
        "first_name": "Ada", "last_name": "Lovelace", "company": "Engines", "address1": "12 St James's Sq",
        "address2": "Floor 2", "city": "London", "province": "ENG", "country": "GB", "zip": "SW1Y 4JH",
        "phone": "+442071234567",
    });
    let before = rows(&app, ACCOUNTS).await;
    assert_eq!(
        before,
        json!([
            { "email": "ada@mail.example", "state": "invited", "first_name": "Ada", "accepts_marketing": true,
              "tags": ["vip", "maths"], "note": "Counts, well", "decided": true, "changed": false,
              "address": address, "addresses": 1 },
            { "email": "bob@mail.example", "state": "invited", "first_name": null, "accepts_marketing": false,
              "tags": [], "note": "", "decided": true, "changed": false, "address": null, "addresses": 0 },
        ])
    );
    assert_eq!(exported(&app).await, WHOLE);
    app.advance(chrono::TimeDelta::hours(1)).await;
    assert_eq!(counts(&import(&app, WHOLE).await), (0, 0, 2, 0));
    assert_eq!(rows(&app, ACCOUNTS).await, before);

    let other = TestApp::new().await;
    import(&other, &exported(&app).await).await;
    assert_eq!(exported(&other).await, WHOLE);
}

#[tokio::test]
async fn columns_that_are_missing_leave_things_as_they_are_and_blanks_take_them_away() {
    let app = TestApp::new().await;
    import(&app, WHOLE).await;
    let changed = import(&app, "EMAIL,Tags,Total Spent\nADA@mail.example,,99.00\n").await;
    assert_eq!(counts(&changed), (0, 1, 0, 0));
    assert_eq!(changed.ignored, ["Total Spent"]);
    let ada = &rows(&app, ACCOUNTS).await[0];
    assert_eq!(
        (&ada["tags"], &ada["note"], &ada["email"]),
        (
            &json!([]),
            &json!("Counts, well"),
            &json!("ada@mail.example")
        )
    );
}

#[tokio::test]
async fn another_address_becomes_the_default_and_none_is_lost() {
    let app = TestApp::new().await;
    import(&app, WHOLE).await;
    let moved = "First Name,Email,Default Address City,Default Address Country Code\nAda,ada@mail.example,Turin,it\n";
    assert_eq!(counts(&import(&app, moved).await), (0, 1, 0, 0));
    let ada = rows(&app, ACCOUNTS).await[0].clone();
    let turin =
        json!({ "first_name": "Ada", "last_name": "Lovelace", "city": "Turin", "country": "IT" });
    assert_eq!((&ada["address"], &ada["addresses"]), (&turin, &json!(2)));
    // Back again: the address is there already.
    assert_eq!(counts(&import(&app, WHOLE).await), (0, 1, 1, 0));
    assert_eq!(rows(&app, ACCOUNTS).await[0]["addresses"], json!(2));
}

#[tokio::test]
async fn what_has_no_column_of_an_address_stays() {
    let app = TestApp::new().await;
    import(&app, WHOLE).await;
    let zip = "Email,Default Address Zip\nada@mail.example,'SW1A 2AA\nbob@mail.example,\n";
    assert_eq!(counts(&import(&app, zip).await), (0, 1, 1, 0));
    let ada = rows(&app, ACCOUNTS).await[0].clone();
    let address = json!({
        "first_name": "Ada", "last_name": "Lovelace", "company": "Engines", "address1": "12 St James's Sq",
        "address2": "Floor 2", "city": "London", "province": "ENG", "country": "GB", "zip": "SW1A 2AA",
        "phone": "+442071234567",
    });
    assert_eq!((&ada["address"], &ada["addresses"]), (&address, &json!(2)));
    assert_eq!(ada["note"], "Counts, well");
    // An address in another's name is the customer's all the same.
    let other = "UPDATE customer_addresses SET address = address || '{\"first_name\": \"Eve\"}'";
    app.execute(other).await;
    let file = exported(&app).await;
    assert_eq!(counts(&import(&app, &file).await), (0, 0, 2, 0));
}

#[tokio::test]
async fn older_headings_and_quoted_numbers_are_understood() {
    let app = TestApp::new().await;
    let older = "First Name,Last Name,Email,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,\
        Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt\n\
        Ada,Lovelace,ada@mail.example,Engines,1 Main St,,Boston,Massachusetts,MA,United States,US,'02108,'+16175550123,yes,9.00,1,vip,,no\n";
    let imported = import(&app, older).await;
    assert_eq!(counts(&imported), (1, 0, 0, 0));
    assert_eq!(
        imported.ignored,
        [
            "Province",
            "Country",
            "Total Spent",
            "Total Orders",
            "Tax Exempt"
        ]
    );
    let ada = &rows(&app, ACCOUNTS).await[0];
    let address = json!({ "first_name": "Ada", "last_name": "Lovelace", "company": "Engines", "address1": "1 Main St",
        "city": "Boston", "province": "MA", "country": "US", "zip": "02108" });
    assert_eq!(
        (&ada["address"], &ada["accepts_marketing"], &ada["tags"]),
        (&address, &json!(true), &json!(["vip"]))
    );
    let phone = rows(&app, "SELECT phone FROM customers").await;
    assert_eq!(phone, json!([{ "phone": "+16175550123" }]));
    assert_eq!(counts(&import(&app, older).await), (0, 0, 1, 0));
    // A country without its code is one where it is the code itself.
    let named = "Email;Country;City\r\nbob@mail.example;IT;Turin\r\n";
    let imported = import(&app, named).await;
    assert_eq!(counts(&imported), (1, 0, 0, 0));
    assert_eq!(
        imported.notes[0].to_string(),
        "1: the columns are separated by semicolons"
    );
}

#[tokio::test]
async fn a_row_with_more_cells_than_columns_is_refused() {
    let app = TestApp::new().await;
    let imported = import(
        &app,
        "Email,Tags,Note\nada@mail.example,vip,maths,counts well\n",
    )
    .await;
    assert_eq!(counts(&imported), (0, 0, 0, 1));
    assert_eq!(
        imported.refusals[0].to_string(),
        "2: the row has 4 fields, the header 3: a quote or comma may be missing"
    );
}

#[tokio::test]
async fn a_refused_row_names_its_columns_and_changes_nothing() {
    let app = TestApp::new().await;
    let text = "Email,Last Name,Phone,Default Address Country Code,Default Address City,Accepts Email Marketing\n\
        nobody,<b>,x,Utopia,Turin,perhaps\n,,,,,\nbob@mail.example,,,,,no\n";
    let imported = import(&app, text).await;
    assert_eq!(counts(&imported), (1, 0, 0, 6));
    let told: Vec<String> = imported.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: Email: the e-mail address is not valid",
            "2: Last Name: a name must not contain HTML",
            "2: Phone: the telephone number is not valid",
            "2: Accepts Email Marketing: `perhaps` is neither yes nor no",
            "2: Default Address Country Code: is not the code of a country",
            "3: Email: an e-mail address is needed",
        ]
    );
    let headless = import(&app, "Name,Phone,Phone\n").await;
    assert_eq!(
        headless
            .refusals
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [
            "1: Phone: stands in the header twice",
            "1: Email: the column is missing"
        ]
    );
}

#[tokio::test]
async fn an_imported_customer_chooses_the_first_password_by_asking_for_one() {
    let app = TestApp::new().await;
    import(&app, WHOLE).await;
    let notices = "SELECT kind FROM customer_notices";
    assert_eq!(rows(&app, notices).await, json!([]));
    recover(&app.shop, &Caller::local(), "ada@mail.example")
        .await
        .unwrap();
    assert_eq!(rows(&app, notices).await, json!([{ "kind": "activate" }]));
}

const FIELDS: &str = "\
First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Note,Tags,Club (customer.metafields.custom.club),Sizes (customer.metafields.custom.sizes)
Ada,,ada@mail.example,no,,,,,,,,,,,,Silver,38; 39
,,bob@mail.example,no,,,,,,,,,,,,,
";

#[tokio::test]
async fn columns_of_metafields_are_the_customers_own() {
    let app = TestApp::new().await;
    tests::factory::words::words(&app).await;
    let defined = json!({ "metafield_definitions": [{ "on": "customer", "key": "sizes", "type": "list.number_integer" }] });
    tests::factory::words::shop_file(&app, &defined).await;
    let imported = import(&app, FIELDS).await;
    assert_eq!(counts(&imported), (2, 0, 0, 0));
    assert_eq!(imported.ignored, Vec::<String>::new());
    assert_eq!(exported(&app).await, FIELDS);
    assert_eq!(counts(&import(&app, FIELDS).await), (0, 0, 2, 0));
    let fields = "SELECT owner_kind, customer_id, key, kind, value FROM metafields ORDER BY id";
    let expected = json!([
        { "owner_kind": "customer", "customer_id": 1, "key": "club", "kind": "single_line_text_field", "value": "Silver" },
        { "owner_kind": "customer", "customer_id": 1, "key": "sizes", "kind": "list.number_integer", "value": "[38,39]" },
    ]);
    assert_eq!(rows(&app, fields).await, expected);

    let header = "Email,First Name,Sizes(customer.metafields.custom.sizes)";
    let refused = import(&app, &format!("{header}\nada@mail.example,Eve,large\n")).await;
    let told: Vec<String> = refused.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: Sizes(customer.metafields.custom.sizes): `large` is not a whole number: the type is list.number_integer"
        ]
    );
    assert_eq!(rows(&app, fields).await, expected);
    assert_eq!(rows(&app, ACCOUNTS).await[0]["first_name"], json!("Ada"));

    // A shop file without them leaves them, a blank cell takes one away, and they go with the account.
    tests::factory::words::shop_file(&app, &json!({ "metafields": [] })).await;
    assert_eq!(rows(&app, fields).await, expected);
    let blank = import(&app, &format!("{header}\nada@mail.example,Ada,\n")).await;
    assert_eq!(counts(&blank), (0, 1, 0, 0));
    assert_eq!(rows(&app, fields).await, json!([expected[0]]));
    app.execute("DELETE FROM customers WHERE id = 1").await;
    assert_eq!(rows(&app, fields).await, json!([]));
}
