//! Storefront access tokens: who is let in, and whose bucket pays.

use api::commands::tokens::{self, Tokens};
use api::config::EdgeConfig;
use api::graphql::TokenRule;
use chrono::TimeDelta;
use commerce::kernel::Secret;
use poem::http::StatusCode;
use serde_json::{Value, json};
use tests::TestApp;

use super::{TEN, ask, edge};

const PUBLIC: &str = "x-shopify-storefront-access-token";
const PRIVATE: &str = "shopify-storefront-private-token";
const BUYER: &str = "shopify-storefront-buyer-ip";

/// The text of a new token.
async fn create(app: &TestApp, private: bool, bucket: Option<u32>) -> String {
    let command = Tokens::Create {
        title: "Shop".to_owned(),
        private,
        bucket,
        per_second: None,
        maximum: None,
    };
    let report = tokens::run(&app.shop, &command).await.unwrap();
    report.lines().nth(1).unwrap().to_owned()
}

fn required(bucket: u32) -> EdgeConfig {
    let mut edge = edge(bucket);
    edge.budgets.rule = TokenRule::Required;
    edge
}

#[tokio::test]
async fn only_known_tokens_are_let_in_where_one_is_required() {
    let app = TestApp::new().await;
    let (public, private) = (
        create(&app, false, None).await,
        create(&app, true, None).await,
    );
    assert_eq!((public.len(), private.len()), (32, 36));
    let client = app.process(&required(100));
    for (header, token) in [(PUBLIC, &public), (PRIVATE, &private)] {
        assert_eq!(
            ask(&client, TEN, &[(header, token)])
                .await
                .body
                .get("errors"),
            None
        );
    }
    // A token of the other kind is none: a private one must never stand in a script.
    let strangers = [
        vec![],
        vec![(PUBLIC, "0123456789abcdef0123456789abcdef")],
        vec![(PUBLIC, private.as_str())],
        vec![(PRIVATE, public.as_str())],
        vec![(PUBLIC, "")],
    ];
    for headers in strangers {
        let told = ask(&client, TEN, &headers).await;
        assert_eq!(
            (told.status, told.code().as_str()),
            (401, Some("UNAUTHORIZED"))
        );
        assert_eq!(told.body.get("data"), None);
    }
    let open = app.process(&edge(100));
    assert_eq!(ask(&open, TEN, &[]).await.status, 200);
    assert_eq!(ask(&open, TEN, &[(PUBLIC, "any")]).await.status, 401);
    let mut ignored = edge(100);
    ignored.budgets.rule = TokenRule::Ignored;
    let ignoring = app.process(&ignored);
    assert_eq!(ask(&ignoring, TEN, &[(PUBLIC, "any")]).await.status, 200);
}

#[tokio::test]
async fn who_is_not_let_in_is_told_what_is_missing() {
    let app = TestApp::new().await;
    let client = app.process(&required(100));
    let body = json!({ "query": TEN });
    let challenge = async |headers: &[(&'static str, &str)]| {
        let request = client.post("/graphql").body_json(&body);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let response = request.send().await;
        response.assert_status(StatusCode::UNAUTHORIZED);
        let challenge = response.0.headers()["www-authenticate"].to_str();
        challenge.unwrap().to_owned()
    };
    let storefront = "StorefrontAccessToken header=\"x-shopify-storefront-access-token\"";
    assert_eq!(challenge(&[]).await, storefront);
    assert_eq!(challenge(&[(PUBLIC, "any")]).await, storefront);
    assert_eq!(challenge(&[(PRIVATE, "any")]).await, storefront);
    let bearer = challenge(&[("authorization", "Bearer any")]).await;
    assert_eq!(bearer, "Bearer error=\"invalid_token\"");
}

#[tokio::test]
async fn a_revoked_token_is_forgotten_within_ten_seconds() {
    let app = TestApp::new().await;
    let token = create(&app, false, None).await;
    let client = app.process(&required(100));
    let headers = [(PUBLIC, token.as_str())];
    assert_eq!(ask(&client, TEN, &headers).await.status, 200);
    let id = app.count("SELECT id FROM access_tokens").await;
    tokens::run(&app.shop, &Tokens::Revoke { id })
        .await
        .unwrap();
    app.advance(TimeDelta::seconds(10)).await;
    assert_eq!(ask(&client, TEN, &headers).await.status, 401);
    let again = tokens::run(&app.shop, &Tokens::Revoke { id }).await;
    assert_eq!(
        again.unwrap_err().to_string(),
        format!("there is no token {id} that could be revoked; see `api tokens list`")
    );
}

#[tokio::test]
async fn a_known_token_costs_one_statement_in_ten_seconds() {
    let app = TestApp::new().await;
    let token = create(&app, false, None).await;
    let client = app.process(&required(1_000));
    for token in [token.as_str(), "0123456789abcdef0123456789abcdef"] {
        for statements in [1, 0, 0] {
            let headers = [(PUBLIC, token)];
            let work = ask(&client, TEN, &headers);
            let (_, meter) = commerce::meter::measure(work).await;
            assert_eq!(meter.statements(), statements);
        }
    }
}

#[tokio::test]
async fn each_buyer_of_a_server_has_a_bucket_and_a_stranger_cannot_pretend() {
    let app = TestApp::new().await;
    let (public, private) = (
        create(&app, false, None).await,
        create(&app, true, None).await,
    );
    let client = app.process(&edge(15));
    let left = async |headers: &[(&'static str, &str)]| {
        ask(&client, "mutation { cartCreate { __typename } }", headers)
            .await
            .cost()[2]
    };
    for buyer in ["203.0.113.7", "203.0.113.8", "2001:db8:1:2::3"] {
        assert_eq!(left(&[(PRIVATE, &private), (BUYER, buyer)]).await, Some(5));
    }
    // The same network of IPv6.
    let same = [(PRIVATE, private.as_str()), (BUYER, "2001:db8:1:2:ffff::9")];
    let told = ask(&client, "mutation { cartCreate { __typename } }", &same).await;
    assert_eq!(told.code(), "THROTTLED");
    // Without the private token the buyer is not believed.
    assert_eq!(
        left(&[(PUBLIC, &public), (BUYER, "203.0.113.9")]).await,
        Some(5)
    );
    let forged = [(PUBLIC, public.as_str()), (BUYER, "203.0.113.10")];
    let told = ask(&client, "mutation { cartCreate { __typename } }", &forged).await;
    assert_eq!(told.code(), "THROTTLED");
    // A bucket of its own for those without a token.
    assert_eq!(left(&[]).await, Some(5));
    let nonsense = [(PRIVATE, private.as_str()), (BUYER, "me")];
    let told = ask(&client, TEN, &nonsense).await;
    assert_eq!(told.status, 400);
    assert_eq!(
        told.body["errors"][0]["message"],
        "`shopify-storefront-buyer-ip` must be the buyer's address, such as 203.0.113.7"
    );
}

#[tokio::test]
async fn a_customer_has_one_bucket_wherever_they_are() {
    let app = TestApp::new().await;
    let private = create(&app, true, None).await;
    let ada = app.person("ada").await;
    let client = app.process(&edge(15));
    let body = json!({ "email": ada.email, "password": ada.password });
    let signed_in = client.post("/auth/sign-in").body_json(&body).send().await;
    let signed_in: Value = signed_in.0.into_body().into_json().await.unwrap();
    let bearer = format!("Bearer {}", signed_in["access_token"].as_str().unwrap());
    let spend = async |headers: &[(&'static str, &str)]| {
        ask(&client, "mutation { cartCreate { __typename } }", headers).await
    };
    let (here, there) = ((BUYER, "203.0.113.7"), (BUYER, "203.0.113.8"));
    let (server, who) = (
        (PRIVATE, private.as_str()),
        ("authorization", bearer.as_str()),
    );
    assert_eq!(spend(&[server, here, who]).await.cost()[2], Some(5));
    assert_eq!(spend(&[server, there, who]).await.code(), "THROTTLED");
    // What was refused has taken nothing there; where it was spent, the place has paid as well.
    assert_eq!(spend(&[server, there]).await.cost()[2], Some(5));
    assert_eq!(spend(&[server, here]).await.code(), "THROTTLED");
}

#[tokio::test]
async fn many_accounts_in_one_place_have_no_more_than_the_place() {
    let app = TestApp::new().await;
    let private = create(&app, true, None).await;
    let client = app.process(&edge(25));
    let mut bearers = Vec::new();
    for name in ["ada", "bob", "eve"] {
        let person = app.person(name).await;
        let body = json!({ "email": person.email, "password": person.password });
        let signed_in = client.post("/auth/sign-in").body_json(&body).send().await;
        let signed_in: Value = signed_in.0.into_body().into_json().await.unwrap();
        let token = signed_in["access_token"].as_str().unwrap();
        bearers.push(format!("Bearer {token}"));
    }
    let spend = async |bearer: &str, place: &str| {
        let headers = [
            (PRIVATE, private.as_str()),
            (BUYER, place),
            ("authorization", bearer),
        ];
        ask(&client, "mutation { cartCreate { __typename } }", &headers).await
    };
    let here = "203.0.113.7";
    assert_eq!(spend(&bearers[0], here).await.cost()[2], Some(15));
    assert_eq!(spend(&bearers[1], here).await.cost()[2], Some(5));
    assert_eq!(spend(&bearers[2], here).await.code(), "THROTTLED");
    // Somewhere else the third has all of their own: the refusal took nothing.
    assert_eq!(spend(&bearers[2], "203.0.113.8").await.cost()[2], Some(15));
}

#[tokio::test]
async fn a_token_may_have_a_budget_of_its_own() {
    let app = TestApp::new().await;
    let token = create(&app, false, Some(12)).await;
    let client = app.process(&edge(100));
    let headers = [(PUBLIC, token.as_str())];
    let told = ask(&client, TEN, &headers).await;
    let status = &told.body["extensions"]["cost"]["throttleStatus"];
    assert_eq!(status["maximumAvailable"], 12);
    // What its bucket cannot hold is stopped there, and what writes is too dear, rather than throttled for ever.
    let told = ask(
        &client,
        "{ products(first: 12) { nodes { id } } }",
        &headers,
    )
    .await;
    assert_eq!(told.code(), "THROTTLED");
    assert_eq!(told.cost()[0], Some(12));
    let document = "mutation { a: cartCreate { cart { id } } b: cartCreate { cart { id } } }";
    let told = ask(&client, document, &headers).await;
    assert_eq!(told.code(), "MAX_COST_EXCEEDED");
    let told = ask(&client, "{ products(first: 12) { nodes { id } } }", &[]).await;
    assert_eq!(told.body.get("errors"), None);
}

#[tokio::test]
async fn private_tokens_are_kept_as_hashes_and_listed_without_their_text() {
    let app = TestApp::new().await;
    let (public, private) = (
        create(&app, false, None).await,
        create(&app, true, Some(7)).await,
    );
    let kept = format!("SELECT count(*) FROM access_tokens t WHERE t::text LIKE '%{private}%'");
    assert_eq!(app.count(&kept).await, 0);
    let hash: String = Secret::new(private.as_str())
        .digest()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let known = format!(
        "SELECT count(*) FROM access_tokens WHERE kind = 'private' AND encode(token_hash, 'hex') = '{hash}'"
    );
    assert_eq!(app.count(&known).await, 1);
    let list = tokens::run(&app.shop, &Tokens::List).await.unwrap();
    assert!(list.contains(&public) && !list.contains(&private), "{list}");
    assert!(list.contains("bucket 7, per second -, maximum -"), "{list}");
}

#[tokio::test]
async fn a_token_that_could_never_pay_is_not_made() {
    let app = TestApp::new().await;
    let draft = |title: &str, bucket| Tokens::Create {
        title: title.to_owned(),
        private: false,
        bucket: Some(bucket),
        per_second: None,
        maximum: Some(10),
    };
    for (command, message) in [
        (
            draft("Shop", 9),
            "a bucket of 9 points can never pay for an operation of 10",
        ),
        (
            draft(" ", 10),
            "give the token a title that says whose it is",
        ),
    ] {
        let refused = tokens::run(&app.shop, &command).await.unwrap_err();
        assert_eq!(refused.to_string(), message);
    }
    assert_eq!(app.count("SELECT count(*) FROM access_tokens").await, 0);
}
