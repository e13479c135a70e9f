//! Making and changing accounts.

use serde_json::{Value, json};
use tests::TestApp;

use super::{ERRORS, mutate, refused};

const CUSTOMER: &str = "customer { id email firstName lastName phone displayName acceptsMarketing tags \
    numberOfOrders createdAt updatedAt avatarUrl socialLoginProvider { handle } defaultAddress { id } }";

async fn create(app: &TestApp, input: Value) -> Value {
    let selection = format!("{CUSTOMER} {ERRORS} userErrors {{ field message }}");
    let arguments = "$input: CustomerCreateInput!|input: $input";
    mutate(
        app,
        "customerCreate",
        arguments,
        &selection,
        json!({ "input": input }),
    )
    .await
}

async fn update(app: &TestApp, token: &str, customer: Value) -> Value {
    let selection = format!("{CUSTOMER} customerAccessToken {{ accessToken }} {ERRORS}");
    let arguments = "$c: CustomerUpdateInput!, $t: String!|customer: $c, customerAccessToken: $t";
    let variables = json!({ "c": customer, "t": token });
    mutate(app, "customerUpdate", arguments, &selection, variables).await
}

#[tokio::test]
async fn an_account_is_made_with_its_welcome() {
    let app = TestApp::new().await;
    let payload = create(
        &app,
        json!({ "email": " Ada@Mail.example ", "password": "correct horse", "firstName": "Ada",
            "lastName": "Byron", "phone": "+44 20 7946 0000", "acceptsMarketing": true }),
    )
    .await;
    assert_eq!(payload["customerUserErrors"], json!([]));
    let mut customer = payload["customer"].clone();
    let made = customer["createdAt"].take();
    assert_eq!(customer["updatedAt"].take(), made);
    assert_eq!(
        customer,
        json!({ "id": "gid://shopify/Customer/1", "email": "Ada@Mail.example", "firstName": "Ada",
            "lastName": "Byron", "phone": "+442079460000", "displayName": "Ada Byron",
            "acceptsMarketing": true, "tags": [], "numberOfOrders": "0", "avatarUrl": null,
            "socialLoginProvider": null, "defaultAddress": null, "createdAt": null, "updatedAt": null })
    );
    let hashed = "SELECT count(*) FROM customers WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' \
                  AND marketing_decided_at IS NOT NULL AND state = 'enabled'";
    assert_eq!(app.count(hashed).await, 1);
    let mails = app.mails().await;
    assert_eq!(
        mails,
        [("welcome".to_owned(), "Ada@Mail.example".to_owned(), None)]
    );

    let again = create(
        &app,
        json!({ "email": "ADA@mail.EXAMPLE", "password": "battery staple" }),
    )
    .await;
    assert_eq!(refused(&again), ["TAKEN input.email"]);
    assert_eq!(again["customer"], json!(null));
    assert_eq!(again["userErrors"][0]["field"], json!(["input", "email"]));
    assert_eq!(app.count("SELECT count(*) FROM customers").await, 1);
    assert_eq!(app.mails().await, []);
}

#[tokio::test]
async fn what_an_account_may_not_hold_is_refused_field_by_field() {
    let app = TestApp::new().await;
    let payload = create(
        &app,
        json!({ "email": "ada", "password": "short", "firstName": "<b>", "lastName": "www.x.example", "phone": "call" }),
    )
    .await;
    let each = [
        "INVALID input.email",
        "TOO_SHORT input.password",
        "CONTAINS_HTML_TAGS input.firstName",
        "CONTAINS_URL input.lastName",
        "INVALID input.phone",
    ];
    assert_eq!(refused(&payload), each);
    for (email, password, code) in [
        (" ", "correct horse", "BLANK input.email"),
        ("a@b", "correct horse", "BAD_DOMAIN input.email"),
        ("a@b.example", " ", "BLANK input.password"),
        (
            "a@b.example",
            "correct horse ",
            "PASSWORD_STARTS_OR_ENDS_WITH_WHITESPACE input.password",
        ),
        ("a@b.example", &"x".repeat(129), "TOO_LONG input.password"),
    ] {
        let payload = create(&app, json!({ "email": email, "password": password })).await;
        assert_eq!(refused(&payload), [code]);
    }
    assert_eq!(app.count("SELECT count(*) FROM customers").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 0);
}

#[tokio::test]
async fn an_account_is_changed_field_by_field() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    app.mails().await;
    let changed = update(
        &app,
        &ada.token,
        json!({ "lastName": "Byron", "acceptsMarketing": true }),
    )
    .await;
    assert_eq!(changed["customerUserErrors"], json!([]));
    assert_eq!(changed["customerAccessToken"], json!(null));
    let customer = &changed["customer"];
    assert_eq!(
        (
            &customer["displayName"],
            &customer["acceptsMarketing"],
            &customer["email"]
        ),
        (
            &json!("ada Byron"),
            &json!(true),
            &json!("ada@mail.example")
        )
    );
    let changed = update(
        &app,
        &ada.token,
        json!({ "firstName": null, "lastName": "" }),
    )
    .await;
    assert_eq!(changed["customer"]["displayName"], "ada@mail.example");
    assert_eq!(app.mails().await, []);

    let wrong = json!({ "email": "x", "password": "short", "phone": "?" });
    let payload = update(&app, &ada.token, wrong).await;
    let each = [
        "INVALID customer.email",
        "TOO_SHORT customer.password",
        "INVALID customer.phone",
    ];
    assert_eq!(refused(&payload), each);
    for token in ["", "nonsense"] {
        let payload = update(&app, token, json!({ "firstName": "Eve" })).await;
        assert_eq!(
            refused(&payload),
            ["UNIDENTIFIED_CUSTOMER customerAccessToken"]
        );
    }
    assert_eq!(
        app.count("SELECT count(*) FROM customers WHERE first_name IS NULL")
            .await,
        1
    );
}

/// How many accounts have the old address.
async fn emails(app: &TestApp) -> i64 {
    app.count("SELECT count(*) FROM customers WHERE email = 'ada@mail.example'")
        .await
}

#[tokio::test]
async fn a_changed_address_is_told_to_both_and_ends_old_links() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let recover =
        "mutation { customerRecover(email: \"ada@mail.example\") { customerUserErrors { code } } }";
    app.ask(recover, json!({})).await;
    let mails = app.mails().await;
    let link = mails
        .iter()
        .find_map(|(kind, _, link)| (kind == "recover").then(|| link.clone()).flatten());
    let link = link.expect("a link");
    let taken = update(
        &app,
        &ada.token,
        json!({ "email": "BOB@mail.example", "firstName": "Eve" }),
    )
    .await;
    assert_eq!(refused(&taken), ["TAKEN customer.email"]);
    assert_eq!(
        app.count("SELECT count(*) FROM customers WHERE first_name = 'Eve'")
            .await,
        0
    );
    let asked = update(
        &app,
        &ada.token,
        json!({ "email": "ada@new.example", "firstName": "Ada" }),
    )
    .await;
    assert_eq!(asked["customerUserErrors"], json!([]));
    assert_eq!(asked["customer"]["email"], "ada@mail.example");
    assert_eq!(asked["customer"]["firstName"], "Ada");
    let mut mails = app.mails().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (kind, to, confirm) = mails.remove(0);
    assert_eq!(
        (kind.as_str(), to.as_str()),
        ("confirm_email", "ada@new.example")
    );
    // Until the link is opened, the old address signs in.
    assert!(app.token("ada@new.example", &ada.password).await["customerAccessToken"].is_null());
    assert!(app.token(&ada.email, &ada.password).await["customerAccessToken"].is_object());
    let confirm = confirm.expect("a link");
    let path = confirm.strip_prefix("http://localhost:8080").unwrap();
    app.client.get(path).send().await.assert_status_is_ok();
    assert_eq!(emails(&app).await, 1);
    app.client.post(path).send().await.assert_status_is_ok();
    assert_eq!(emails(&app).await, 0);
    let again = app.client.post(path).send().await;
    assert_eq!(again.0.status().as_u16(), 410);
    assert!(app.token("ada@new.example", &ada.password).await["customerAccessToken"].is_object());
    assert!(app.token(&ada.email, &ada.password).await["customerAccessToken"].is_null());
    let told: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|(kind, to, _)| (kind, to))
        .collect();
    let wanted = ["ada@mail.example", "ada@new.example"]
        .map(|to| ("email_changed".to_owned(), to.to_owned()));
    assert_eq!(told, wanted);
    // Whoever reads the old mailbox cannot take the account over.
    let reset = "mutation ($u: URL!) { customerResetByUrl(resetUrl: $u, password: \"taken over by now\") \
                 { customer { id } customerUserErrors { code field message } } }";
    let answer = app.graphql(reset, json!({ "u": link })).await;
    assert_eq!(
        refused(&answer.data()["customerResetByUrl"]),
        ["TOKEN_INVALID -"]
    );
    assert_eq!(app.token_names(&ada.token).await, Some(ada.id));
    assert_eq!(app.token_names(&bob.token).await, Some(bob.id));
}

#[tokio::test]
async fn a_new_password_ends_everything_that_was_signed_in() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let (session, other) = (app.sign_in(&ada).await, app.sign_in(&bob).await);
    let second = app.token(&ada.email, &ada.password).await;
    let second = second["customerAccessToken"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    app.mails().await;
    assert_eq!(
        app.bearer_names(&session.access).await,
        Ok(Some(ada.id.clone()))
    );

    let changed = update(&app, &ada.token, json!({ "password": "battery staple" })).await;
    assert_eq!(changed["customerUserErrors"], json!([]));
    let fresh = changed["customerAccessToken"]["accessToken"]
        .as_str()
        .unwrap();
    assert_eq!(app.token_names(fresh).await, Some(ada.id.clone()));
    for old in [ada.token.as_str(), second.as_str()] {
        assert_eq!(app.token_names(old).await, None);
    }
    assert_eq!(app.bearer_names(&session.access).await, Ok(None));
    assert_eq!(app.refresh(&session.refresh).await.0, 401);
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        ["UNIDENTIFIED_CUSTOMER -"]
    );
    assert_eq!(
        refused(&app.token(&ada.email, "battery staple").await),
        [""; 0]
    );
    // Nobody else is touched.
    assert_eq!(app.bearer_names(&other.access).await, Ok(Some(bob.id)));
    assert_eq!(app.refresh(&other.refresh).await.0, 200);
    let mails = app.mails().await;
    assert_eq!(mails, [("password_changed".to_owned(), ada.email, None)]);
    // What has no owner any more is forgotten by the hourly job.
    let ownerless = "SELECT (SELECT count(*) FROM customer_access_tokens WHERE customer_id IS NULL) \
                     + (SELECT count(*) FROM customer_sessions WHERE customer_id IS NULL)";
    assert_eq!(app.count(ownerless).await, 3);
    commerce::customer::commands::forget_ended(&app.shop, 100)
        .await
        .unwrap();
    assert_eq!(app.count(ownerless).await, 0);
}

#[tokio::test]
async fn the_database_refuses_what_a_bug_would_do() {
    use diesel_async::SimpleAsyncConnection;
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let order = app.order_of(&ada).await;
    app.execute("INSERT INTO customer_addresses (customer_id, address, created_at, updated_at) VALUES (2, '{}', now(), now())")
        .await;
    for (statement, constraint) in [
        (
            "UPDATE customers SET default_address_id = 1 WHERE id = 1",
            "default_address_is_own",
        ),
        (
            "UPDATE customers SET email = 'BOB@Mail.Example' WHERE id = 1",
            "customers_email",
        ),
        (
            "UPDATE customers SET password_version = 0 WHERE id = 1",
            "the version of a password never falls",
        ),
        (
            "UPDATE customers SET password_hash = 'plain' WHERE id = 1",
            "customers_password_hash_check",
        ),
        (
            "UPDATE customers SET password_hash = NULL WHERE id = 1",
            "customers_check",
        ),
        (
            &format!("UPDATE orders SET customer_id = 2 WHERE id = {order}"),
            "an order belongs to whoever bought it",
        ),
        (
            "INSERT INTO customer_access_tokens SELECT token_hash, 2, 1, now(), now() FROM customer_access_tokens LIMIT 1",
            "customer_access_tokens_pkey",
        ),
        (
            "INSERT INTO customer_access_tokens VALUES (sha256('x'), 1, 7, now(), now())",
            "customer_access_tokens_customer_id_password_version_fkey",
        ),
        (
            "INSERT INTO staff_roles (name, scopes) VALUES ('x', '{everything}')",
            "staff_roles_scopes_check",
        ),
    ] {
        let refused = app.conn().await.batch_execute(statement).await.unwrap_err();
        assert!(
            refused.to_string().contains(constraint),
            "{statement}: {refused}"
        );
    }
    assert_eq!(app.token_names(&bob.token).await, Some(bob.id));
}

#[tokio::test]
async fn confirmed_sign_ups_say_the_same_for_every_address() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    app.mails().await;
    let mut settings = (*app.shop.settings).clone();
    settings.accounts.is_confirmed = true;
    let app = app.with_settings(settings);
    let ask = async |email: &str| {
        let arguments = "$input: CustomerCreateInput!|input: $input";
        let (declared, arguments) = arguments.split_once('|').unwrap();
        let query = format!(
            "mutation ({declared}) {{ customerCreate({arguments}) {{ customer {{ id }} {ERRORS} }} }}"
        );
        let input = json!({ "email": email, "password": "correct horse" });
        let answer = app.graphql(&query, json!({ "input": input })).await;
        (answer.data()["customerCreate"].clone(), answer.statements)
    };
    let (known, known_cost) = ask("ada@mail.example").await;
    let (unknown, unknown_cost) = ask("eve@mail.example").await;
    assert_eq!(refused(&known), ["CUSTOMER_DISABLED input.email"]);
    assert_eq!((known, known_cost), (unknown, unknown_cost));
    let mails = app.mails().await;
    let kinds: Vec<_> = mails
        .iter()
        .map(|(kind, to, _)| (kind.as_str(), to.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("activate", "eve@mail.example"),
            ("known", "ada@mail.example")
        ]
    );
    assert_eq!(
        refused(&app.token("eve@mail.example", "correct horse").await),
        ["UNIDENTIFIED_CUSTOMER -"]
    );
    let activate = "mutation ($u: URL!) { customerActivateByUrl(activationUrl: $u, password: \"my own choice\") \
                    { customer { email } customerAccessToken { accessToken } customerUserErrors { code } } }";
    let link = mails[0].2.clone().unwrap();
    let answer = app.graphql(activate, json!({ "u": link })).await;
    let payload = &answer.data()["customerActivateByUrl"];
    assert_eq!(payload["customer"]["email"], "eve@mail.example");
    assert_eq!(
        refused(&app.token("eve@mail.example", "my own choice").await),
        [""; 0]
    );
    assert_eq!(app.token_names(&ada.token).await, Some(ada.id));
}
