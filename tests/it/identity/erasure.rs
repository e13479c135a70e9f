//! A person who is read out whole and erased everywhere.

use api::commands::orders::{self, CancelArgs, FulfillArgs, Once, Orders, RefundArgs};
use api::commands::replay_pricing;
use commerce::customer::person::{self, PersonRefusal};
use commerce::kernel::Failure;
use commerce::order::cancellations::OrderCancelReason;
use diesel::sql_types::Text;
use diesel_async::SimpleAsyncConnection;
use serde_json::json;
use tests::TestApp;
use tests::sandbox::card;
use tests::till::{Till, text};

/// What leads to the buyer, wherever it was written.
const MARKS: [&str; 6] = [
    "ada@mail.example",
    "Byron",
    "1 Main St",
    "Anytown",
    "Zqxmark",
    "+4930123456",
];

/// The tables in which a text stands, in any column, as text or as bytes.
async fn tables_with(app: &TestApp, mark: &str) -> Vec<String> {
    let query = format!(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
            AND query_to_xml(format('SELECT count(*) AS n FROM %I x WHERE x::text ILIKE %L OR x::text LIKE %L',
                table_name, '%{mark}%', '%' || encode('{mark}', 'hex') || '%'), false, true, '')::text NOT LIKE '%<n>0</n>%'
         ORDER BY 1"
    );
    let query = commerce::db::sql::uncached::<Text, _>(diesel::sql_query(query));
    diesel_async::RunQueryDsl::load(query, &mut app.conn().await)
        .await
        .expect("every table can be read")
}

/// Buys a cup, with something of the buyer's wherever a storefront can write it.
async fn bought(till: &Till) {
    let cup = till.stock("cup", 5).await;
    let cart = till.filled_cart(&cup, 1).await;
    let say = "mutation ($id: ID!) { cartNoteUpdate(cartId: $id, note: \"Zqxmark note\") { userErrors { message } } \
        cartAttributesUpdate(cartId: $id, attributes: [{ key: \"Zqxmark key\", value: \"Zqxmark value\" }]) { userErrors { message } } \
        cartMetafieldsSet(metafields: [{ ownerId: $id, key: \"gift\", type: \"single_line_text_field\", value: \"Zqxmark field\" }]) \
            { userErrors { message } } \
        cartBuyerIdentityUpdate(cartId: $id, buyerIdentity: { phone: \"+4930123456\" }) { userErrors { message } } }";
    till.ask(say, json!({ "id": cart })).await;
    let lines = "query ($id: ID!) { cart(id: $id) { lines(first: 1) { nodes { id } } } }";
    let data = till.ask(lines, json!({ "id": cart })).await;
    let line = text(&data["cart"]["lines"]["nodes"][0]["id"]);
    let engrave = "mutation ($id: ID!, $line: ID!) { cartLinesUpdate(cartId: $id, lines: [{ id: $line, \
        attributes: [{ key: \"engraving\", value: \"Zqxmark line\" }] }]) { userErrors { message } } }";
    till.ask(engrave, json!({ "id": cart, "line": line })).await;
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay(&cart, &session, "25.00").await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
}

/// An account of the same person with all that a merchant and a provider can keep of one.
async fn known(till: &Till) {
    let ada = till.app.person("ada").await;
    let create = "mutation ($t: String!, $a: MailingAddressInput!) { customerAddressCreate(customerAccessToken: $t, address: $a) \
                  { customerUserErrors { message } } }";
    let address = json!({ "firstName": "Zqxmark", "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
        "country": "US", "province": "OR", "zip": "12345" });
    till.ask(create, json!({ "t": ada.token, "a": address }))
        .await;
    till.drain().await;
    till.app
        .execute(
            "UPDATE customers SET last_name = 'Zqxmark', phone = '+4930123456', note = 'Zqxmark', tags = '{Zqxmark}';
             INSERT INTO metafields (owner_kind, owner_id, namespace, key, kind, value)
                SELECT 'customer', id, 'custom', 'size', 'single_line_text_field', 'Zqxmark' FROM customers;
             INSERT INTO carts (id, secret_hash, currency, country, email, note, billing_address, payment_session, preferences,
                    created_at, updated_at, expires_at)
                VALUES (gen_random_uuid(), sha256('x'), 'USD', 'US', 'ADA@mail.example', 'Zqxmark', '{\"last_name\": \"Zqxmark\", \"country\": \"US\"}',
                    'sess-Zqxmark', '{\"a\": \"Zqxmark\"}', now(), now(), now() + interval '1 day');
             INSERT INTO webhook_inbox (provider, event_id, kind, body, received_at, processed_at)
                SELECT 'sandbox', 'evt_zq', 'charge', convert_to(format('{\"payment\": \"%s\", \"holder\": \"Zqxmark Byron\"}', id), 'UTF8'), now(), now()
                FROM payments;
             INSERT INTO gift_cards (code_hash, last_characters, currency, initial_minor, note, created_at)
                VALUES (sha256('x'), 'abcd', 'USD', 100, 'for ada@mail.example (Zqxmark)', now());
             UPDATE jobs SET errors = '[{\"error\": \"no mail to ada@mail.example, Zqxmark\"}]' WHERE kind = 'send_order_confirmation'",
        )
        .await;
}

#[tokio::test]
async fn nothing_of_a_person_is_left_but_amounts() {
    let till = Till::open().await;
    bought(&till).await;
    known(&till).await;
    let url = till.app.database.url.clone();
    let before = tables_with(&till.app, "Zqxmark").await;
    let expected = [
        "cart_lines",
        "cart_metafields",
        "carts",
        "checkout_attempts",
        "customer_addresses",
        "customers",
        "gift_cards",
        "jobs",
        "metafields",
        "order_lines",
        "orders",
        "webhook_inbox",
    ];
    assert_eq!(before, expected);

    // Whatever is kept is told first, but nothing that opens anything.
    let told = person::export(&url, "Ada@Mail.example").await.unwrap();
    for table in expected {
        let told = match table {
            "metafields" => &told["customer_metafields"],
            "customers" => &told["customer"],
            other => &told[other],
        };
        assert!(told.to_string().contains("Zqxmark"), "{table}: {told}");
    }
    let told = told.to_string();
    for secret in [
        "secret_hash",
        "password_hash",
        "token_hash",
        "\"key\":\"order",
        "payment_session",
        "code_hash",
        "argon2",
    ] {
        assert!(!told.contains(secret), "{secret}");
    }

    let sums = "SELECT sum(total_minor + captured_minor)::bigint FROM orders";
    let total = till.app.count(sums).await;
    let erased = person::erase(&url, " ada@mail.example ", "request 7")
        .await
        .unwrap();
    assert_eq!(
        (&erased.counts["orders"], &erased.counts["carts"]),
        (&json!(1), &json!(2))
    );
    for mark in MARKS {
        assert_eq!(
            tables_with(&till.app, mark).await,
            Vec::<String>::new(),
            "{mark}"
        );
    }
    assert_eq!(till.app.count(sums).await, total);
    till.assert_sound().await;
    let again = replay_pricing::run(
        &till.app.shop,
        &replay_pricing::ReplayArgs {
            order: None,
            all: true,
        },
    )
    .await;
    assert_eq!(
        again.unwrap(),
        "1 orders computed again; all come out as they were recorded\n"
    );
    let audit = format!(
        "SELECT count(*) FROM erasures WHERE actor = 'request 7' AND person = '{}' AND role = current_user",
        erased.person
    );
    assert_eq!(till.app.count(&audit).await, 1);

    assert_gone(&till, &url).await;
}

/// What is gone is nobody's, and the account lets nobody in.
async fn assert_gone(till: &Till, url: &str) {
    let nobody = person::erase(url, "ada@mail.example", "request 8").await;
    assert!(matches!(
        nobody,
        Err(Failure::Refused(PersonRefusal::Nobody))
    ));
    let nobody = person::export(url, "ada@mail.example").await;
    assert!(matches!(
        nobody,
        Err(Failure::Refused(PersonRefusal::Nobody))
    ));
    // The marker stands for everybody who was erased.
    let everybody = person::erase(url, "erased@erased.invalid", "request 9").await;
    assert!(matches!(
        everybody,
        Err(Failure::Refused(PersonRefusal::Nobody))
    ));
    let live = "SELECT (SELECT count(*) FROM customer_access_tokens) + (SELECT count(*) FROM customers WHERE state <> 'disabled')";
    assert_eq!(till.app.count(live).await, 0);
}

/// An address that an account only asked to confirm may be another person's.
#[tokio::test]
async fn an_address_that_waits_for_confirmation_leads_to_nobody_else() {
    let till = Till::open().await;
    till.app.person("ada").await;
    till.drain().await;
    till.app
        .execute(
            "INSERT INTO customer_link_tokens (token_hash, kind, customer_id, password_version, email, created_at, expires_at)
                SELECT sha256('link'), 'email', id, password_version, 'bob@mail.example', db_now(), db_now() + interval '1 day' FROM customers;
             INSERT INTO customer_notices (customer_id, email, kind, created_at)
                SELECT id, 'bob@mail.example', 'confirm_email', db_now() FROM customers;
             INSERT INTO carts (id, secret_hash, currency, country, email, note, created_at, updated_at, expires_at)
                VALUES (gen_random_uuid(), sha256('x'), 'USD', 'US', 'bob@mail.example', 'Bob was here', db_now(), db_now(),
                    db_now() + interval '1 day')",
        )
        .await;
    let url = till.app.database.url.clone();
    let exported = person::export(&url, "ada@mail.example").await.unwrap();
    assert_eq!(
        exported["customer_link_tokens"][0]["email"],
        "bob@mail.example"
    );
    assert_eq!(exported["carts"], json!([]));
    let erased = person::erase(&url, "ada@mail.example", "me").await.unwrap();
    assert_eq!(erased.counts["carts"], 0);
    let kept =
        "SELECT count(*) FROM carts WHERE email = 'bob@mail.example' AND note = 'Bob was here'";
    assert_eq!(till.app.count(kept).await, 1);
    let pending = "SELECT count(*) FROM customer_link_tokens";
    assert_eq!(till.app.count(pending).await, 0);
}

#[tokio::test]
async fn notes_of_staff_are_erased_and_nothing_else_of_a_refund() {
    let till = Till::open().await;
    bought(&till).await;
    let refund = RefundArgs {
        number: 1001,
        amount: Some("1.00".to_owned()),
        note: Some("Zqxmark called".to_owned()),
        ..RefundArgs::default()
    };
    let cancel = CancelArgs {
        number: 1001,
        reason: OrderCancelReason::Customer,
        lines: Vec::new(),
        restock: true,
        refund: false,
        staff_note: Some("Zqxmark called again".to_owned()),
        once: Once::default(),
    };
    for command in [Orders::Refund(refund), Orders::Cancel(cancel)] {
        orders::run(&till.app.shop, &command).await.unwrap();
        till.drain().await;
    }
    let noted = ["order_cancellations", "refunds"];
    let found = tables_with(&till.app, "Zqxmark").await;
    assert!(
        noted
            .iter()
            .all(|table| found.contains(&(*table).to_owned())),
        "{found:?}"
    );
    for more in [
        "note = 'another'",
        "note = '[erased]', total_minor = total_minor + 1",
    ] {
        let change = format!("UPDATE refunds SET {more}");
        let refused = till.app.conn().await.batch_execute(&change).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("only grows"), "{more}: {refused}");
    }
    let url = till.app.database.url.clone();
    person::erase(&url, "ada@mail.example", "me").await.unwrap();
    assert_eq!(
        tables_with(&till.app, "Zqxmark").await,
        Vec::<String>::new()
    );
    let erased = "SELECT (SELECT count(*) FROM refunds WHERE note = '[erased]') \
        + (SELECT count(*) FROM order_cancellations WHERE staff_note = '[erased]')";
    // A cancellation is recorded with a refund of its own, which has its note.
    assert_eq!(till.app.count(erased).await, 3);
    till.assert_sound().await;
}

#[tokio::test]
async fn nothing_is_sent_about_an_order_whose_buyer_was_erased() {
    let till = Till::open().await;
    bought(&till).await;
    let sent = till.mailbox.files();
    let url = till.app.database.url.clone();
    person::erase(&url, "ada@mail.example", "me").await.unwrap();
    let parcel = FulfillArgs {
        number: 1001,
        lines: vec![(1, 1)],
        company: None,
        tracking_number: None,
        tracking_url: None,
        once: Once::default(),
    };
    let refund = RefundArgs {
        number: 1001,
        amount: Some("1.00".to_owned()),
        ..RefundArgs::default()
    };
    for command in [Orders::Fulfill(parcel), Orders::Refund(refund)] {
        orders::run(&till.app.shop, &command).await.unwrap();
        till.drain().await;
    }
    assert_eq!(till.mailbox.files(), sent);
    let kinds = "kind IN ('send_shipping_confirmation', 'send_refund_notification')";
    let done = format!("SELECT count(*) FROM jobs WHERE {kinds} AND state = 'completed'");
    assert_eq!(till.app.count(&done).await, 2);
    till.assert_sound().await;
}

#[tokio::test]
async fn nobody_is_erased_whose_payment_is_under_way() {
    let (till, _) = Till::pressed(card::APPROVED).await;
    let url = till.app.database.url.clone();
    let early = person::erase(&url, "ada@mail.example", "me").await;
    assert!(matches!(
        early,
        Err(Failure::Refused(PersonRefusal::PaymentUnderWay))
    ));
    assert_eq!(till.app.count("SELECT count(*) FROM erasures").await, 0);
    till.drain().await;
    person::erase(&url, "ada@mail.example", "me").await.unwrap();
    till.assert_sound().await;
}
