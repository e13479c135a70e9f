//! Customers of the shop under test, and how they come to it.

use std::sync::atomic::{AtomicU64, Ordering};

use commerce::meter;
use poem::test::TestResponse;
use serde_json::{Value, json};

use crate::till::text;
use crate::{Answer, Scratch, TestApp};

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// The contract's id.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// An access token.
    pub token: String,
}

/// A sign-in by `/auth/sign-in`.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The bearer token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl TestApp {
    /// Makes the account `<name>@mail.example` and signs in.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@mail.example");
        let password = format!("the password of {name}");
        let create = "mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { \
                      customer { id } customerUserErrors { code message } } }";
        let input = json!({ "email": email, "password": password, "firstName": name });
        let answer = self.graphql(create, json!({ "input": input })).await;
        let payload = &answer.data()["customerCreate"];
        assert_eq!(payload["customerUserErrors"], json!([]));
        let id = text(&payload["customer"]["id"]);
        let token = self.token(&email, &password).await["customerAccessToken"].clone();
        Person {
            id,
            email,
            password,
            token: text(&token["accessToken"]),
        }
    }

    /// The payload of signing in by the contract.
    pub async fn token(&self, email: &str, password: &str) -> Value {
        let sign_in = "mutation ($input: CustomerAccessTokenCreateInput!) { \
                       customerAccessTokenCreate(input: $input) { customerAccessToken { accessToken expiresAt } \
                       customerUserErrors { code field message } userErrors { field message } } }";
        let input = json!({ "email": email, "password": password });
        let answer = self.graphql(sign_in, json!({ "input": input })).await;
        answer.data()["customerAccessTokenCreate"].clone()
    }

    /// Signs in by `/auth/sign-in`, for the body.
    pub async fn sign_in(&self, person: &Person) -> SignedIn {
        let body = json!({ "email": person.email, "password": person.password });
        let response = self
            .client
            .post("/auth/sign-in")
            .body_json(&body)
            .send()
            .await;
        response.assert_status_is_ok();
        signed_in(response).await.1
    }

    /// Sends one operation with a bearer token, and measures it.
    pub async fn graphql_as(&self, bearer: &str, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables });
        let request = self.client.post("/graphql");
        let request = request.header("authorization", format!("Bearer {bearer}"));
        let (response, meter) = meter::measure(request.body_json(&body).send()).await;
        Answer {
            status: response.0.status().as_u16(),
            body: response.0.into_body().into_json().await.expect("JSON"),
            statements: meter.statements(),
        }
    }

    /// Sends one operation, whose answer must be without errors.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        self.graphql(query, variables).await.data().clone()
    }

    /// Whether a refresh token brings another, and which.
    pub async fn refresh(&self, token: &str) -> (u16, Option<SignedIn>) {
        let body = json!({ "refresh_token": token });
        let response = self
            .client
            .post("/auth/refresh")
            .body_json(&body)
            .send()
            .await;
        let status = response.0.status().as_u16();
        if status == 200 {
            (status, Some(signed_in(response).await.1))
        } else {
            (status, None)
        }
    }

    /// Whether a bearer token names somebody: the id that `customer` answers, or the status.
    pub async fn bearer_names(&self, bearer: &str) -> Result<Option<String>, u16> {
        let query = "{ customer(customerAccessToken: \"\") { id } }";
        let answer = self.graphql_as(bearer, query, json!({})).await;
        if answer.status == 200 {
            Ok(answer.data()["customer"]["id"].as_str().map(str::to_owned))
        } else {
            Err(answer.status)
        }
    }

    /// The id of the customer whom an access token names.
    pub async fn token_names(&self, token: &str) -> Option<String> {
        let query = "query ($t: String!) { customer(customerAccessToken: $t) { id } }";
        let answer = self.graphql(query, json!({ "t": token })).await;
        answer.data()["customer"]["id"].as_str().map(str::to_owned)
    }

    /// Sends what waits, and answers the mails as `kind, recipient, link`, in the order of their
    /// kinds and recipients.
    pub async fn mails(&self) -> Vec<(String, String, Option<String>)> {
        let scratch = Scratch::new();
        worker::drain(&self.env(&scratch))
            .await
            .expect("the jobs run");
        let mailbox = providers::mail::Mailbox::new(scratch.path(), String::new());
        let mut mails = Vec::new();
        for file in scratch.files() {
            let id = file.trim_end_matches(".eml");
            let mail = mailbox.read(id).await.expect("readable").expect("there");
            let link = mail
                .text
                .split_whitespace()
                .find(|word| word.contains("/account/"));
            let kind = id.split('-').nth(1).unwrap_or_default();
            mails.push((kind.to_owned(), mail.to.clone(), link.map(str::to_owned)));
        }
        mails.sort();
        mails
    }

    /// An order of this customer for 30.00 USD, placed without the checkout; answers its number in
    /// the database.
    pub async fn order_of(&self, person: &Person) -> i64 {
        static PLACED: AtomicU64 = AtomicU64::new(0);
        let nth = PLACED.fetch_add(1, Ordering::Relaxed);
        let order = crate::factory::order::order(self, &person.email).await;
        let customer = person.id.rsplit('/').next().unwrap_or_default();
        self.rewrite(&format!(
            "UPDATE checkout_attempts SET customer_id = {customer}, snapshot = '{{\"key\": \"key-{nth}\"}}' \
             WHERE id = (SELECT attempt_id FROM orders WHERE id = {order}); \
             UPDATE orders SET customer_id = {customer} WHERE id = {order};"
        ))
        .await;
        order
    }
}

/// The cookie that was set, and the tokens of the body.
pub async fn signed_in(response: TestResponse) -> (Option<String>, SignedIn) {
    let cookie = response.0.headers().get("set-cookie");
    let cookie = cookie.map(|value| value.to_str().expect("a text").to_owned());
    let body: Value = response.0.into_body().into_json().await.expect("JSON");
    let tokens = SignedIn {
        access: text(&body["access_token"]),
        refresh: text(&body["refresh_token"]),
    };
    (cookie, tokens)
}
