//! Mails that requests cause, and hashes that they take: both have an end.

use serde_json::{Value, json};
use tests::TestApp;

use super::refused;

/// So many mutations in one request; `one` writes the nth.
async fn aliases(app: &TestApp, one: impl Fn(usize) -> String) -> Vec<Value> {
    let body: Vec<String> = (0..50).map(|n| format!("m{n}: {}", one(n))).collect();
    let query = format!("mutation {{ {} }}", body.join(" "));
    let answer = app.graphql(&query, json!({})).await;
    let data = answer.data();
    (0..50).map(|n| data[format!("m{n}")].clone()).collect()
}

fn let_through(payloads: &[Value]) -> usize {
    let through = |payload: &&Value| refused(payload).is_empty();
    payloads.iter().filter(through).count()
}

async fn mails_of(app: &TestApp, wanted: &str) -> usize {
    let mails = app.mails().await;
    mails.iter().filter(|(kind, ..)| kind == wanted).count()
}

fn change(token: &str, customer: &str) -> String {
    format!(
        "customerUpdate(customerAccessToken: \"{token}\", customer: {{ {customer} }}) \
         {{ customer {{ id }} customerUserErrors {{ code field message }} }}"
    )
}

#[tokio::test]
async fn a_strangers_address_is_not_written_fifty_times() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    app.mails().await;
    let payloads = aliases(&app, |n| {
        change(&ada.token, &format!("email: \"victim@mail{n}.example\""))
    })
    .await;
    assert_eq!(let_through(&payloads), 5);
    assert_eq!(mails_of(&app, "confirm_email").await, 5);
    // Another request of the same customer.
    let payloads = aliases(&app, |_| {
        change(&ada.token, "email: \"victim@mail.example\"")
    })
    .await;
    assert_eq!(let_through(&payloads), 0);
    assert_eq!(app.mails().await, []);
    assert_eq!(
        app.count("SELECT count(*) FROM customers WHERE email = 'ada@mail.example'")
            .await,
        1
    );
}

#[tokio::test]
async fn many_customers_cannot_write_to_one_address() {
    let app = TestApp::new().await;
    let mut through = 0;
    for n in 0..8 {
        let person = app.person(&format!("person{n}")).await;
        app.mails().await;
        let query = format!(
            "mutation {{ {} }}",
            change(&person.token, "email: \"victim@mail.example\"")
        );
        let answer = app.graphql(&query, json!({})).await;
        // Nothing tells that the address has been written often.
        assert!(refused(&answer.data()["customerUpdate"]).is_empty());
        through += mails_of(&app, "confirm_email").await;
    }
    assert_eq!(through, 5);
}

#[tokio::test]
async fn recovering_and_signing_up_cause_few_mails_a_request() {
    let app = TestApp::new().await;
    for n in 0..10 {
        app.person(&format!("person{n}")).await;
    }
    app.mails().await;
    let payloads = aliases(&app, |n| {
        let n = n % 10;
        format!(
            "customerRecover(email: \"person{n}@mail.example\") {{ customerUserErrors {{ code field message }} }}"
        )
    })
    .await;
    assert_eq!(let_through(&payloads), 5);
    assert_eq!(mails_of(&app, "recover").await, 5);
    let payloads = aliases(&app, |n| {
        format!(
            "customerCreate(input: {{ email: \"new{n}@mail.example\", password: \"correct horse\" }}) \
             {{ customer {{ id }} customerUserErrors {{ code field message }} }}"
        )
    })
    .await;
    assert_eq!(let_through(&payloads), 5);
    assert_eq!(mails_of(&app, "welcome").await, 5);
}

#[tokio::test]
async fn passwords_are_hashed_for_a_customer_five_times_an_hour() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    app.mails().await;
    let payloads = aliases(&app, |n| {
        change(&ada.token, &format!("password: \"battery staple {n}\""))
    })
    .await;
    // The first one ends the token; the rest are strangers.
    assert_eq!(let_through(&payloads), 1);
    assert_eq!(mails_of(&app, "password_changed").await, 1);

    // A taken address is refused before anything is hashed, counted or written.
    let taken = change(
        &bob.token,
        "password: \"new password\", email: \"ADA@mail.example\"",
    );
    let payloads = aliases(&app, |_| taken.clone()).await;
    for payload in &payloads {
        assert_eq!(refused(payload), ["TAKEN customer.email"]);
    }
    assert_eq!(app.mails().await, []);
    assert_eq!(app.token_names(&bob.token).await, Some(bob.id));
}

#[tokio::test]
async fn the_right_password_is_not_compared_fifty_times() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let payloads = aliases(&app, |_| {
        format!(
            "customerAccessTokenCreate(input: {{ email: \"{}\", password: \"{}\" }}) \
             {{ customerUserErrors {{ code field message }} }}",
            ada.email, ada.password
        )
    })
    .await;
    // One of twenty was spent by signing in before; on a slow machine one comes back meanwhile.
    let through = let_through(&payloads);
    assert!((19..=21).contains(&through), "{through}");
}
