//! GraphiQL and all it loads come from us, under a policy that allows nothing else.

use api::config::EdgeConfig;
use commerce::config::Profile;
use commerce::kernel::id::ordered_uuid;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::test::{TestClient, TestResponse};
use serde_json::{Value, json};
use tests::TestApp;
use tests::till::Till;

#[tokio::test]
async fn the_page_loads_only_files_that_are_served() {
    let app = TestApp::new().await;
    let page = app.client.get("/graphiql").send().await;
    page.assert_status_is_ok();
    let policy = policy(&page);
    let html = page.0.into_body().into_string().await.expect("text");
    let nonce = html
        .split("nonce=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let nonce = nonce.expect("a nonce");
    assert_eq!(nonce.len(), 22);
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
             connect-src 'self'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        )
    );
    let again = app.client.get("/graphiql").send().await;
    assert_ne!(self::policy(&again), policy, "a nonce is used once");
    let files: Vec<&str> = html
        .split(['"'])
        .filter(|part| part.starts_with('/'))
        .collect();
    assert_eq!(
        files,
        [
            "/graphiql/graphiql.min.css",
            "/graphiql/page.css",
            "/graphiql/react.production.min.js",
            "/graphiql/react-dom.production.min.js",
            "/graphiql/graphiql.min.js",
            "/graphiql/examples.js",
            "/graphiql/boot.js",
        ]
    );
    for file in files {
        let response = app.client.get(file).send().await;
        response.assert_status_is_ok();
        response.assert_header("x-content-type-options", "nosniff");
    }
}

fn policy(response: &TestResponse) -> String {
    let policy = response.0.header("content-security-policy");
    policy.expect("a policy").to_owned()
}

#[tokio::test]
async fn with_the_sandbox_its_vault_may_be_given_a_test_card() {
    let till = Till::open().await;
    let page = till.app.client.get("/graphiql").send().await;
    let vault = till.sandbox.provider.vault_url();
    let policy = policy(&page);
    assert!(
        policy.contains(&format!("; connect-src 'self' {vault}; ")),
        "{policy}"
    );
}

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    let app = TestApp::new().await;
    let response = app.client.get("/graphiql/package-lock.json").send().await;
    response.assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn its_files_are_compressed_as_the_browser_likes() {
    let app = TestApp::new().await;
    let plain = app.client.get("/graphiql/boot.js").send().await;
    let plain = plain.0.into_body().into_vec().await.unwrap();
    assert!(plain.len() > 1024, "{}", plain.len());
    for encoding in ["gzip", "br"] {
        let request = app.client.get("/graphiql/boot.js");
        let response = request.header("accept-encoding", encoding).send().await;
        response.assert_header("content-encoding", encoding);
        response.assert_header("vary", "accept-encoding");
        let body = response.0.into_body().into_vec().await.unwrap();
        assert!(
            body.len() * 3 < plain.len() * 2,
            "{encoding}: {}",
            body.len()
        );
    }
    // One is too small to gain by it, and a picture is compressed already.
    for path in ["/graphiql/page.css", "/demo/afternoon-teapot-berry.webp"] {
        let request = app.client.get(path);
        let response = request.header("accept-encoding", "gzip").send().await;
        response.assert_status_is_ok();
        assert!(
            !response.0.headers().contains_key("content-encoding"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn in_production_nothing_helps_to_explore_the_schema() {
    let app = TestApp::new().await;
    let production = EdgeConfig {
        key_prefix: format!("test-{}", ordered_uuid()),
        ..EdgeConfig::of_profile(Profile::Production, "https://shop.example")
    };
    let client = app.process(&production);
    for path in ["/graphiql", "/graphiql/boot.js"] {
        let response = client.get(path).send().await;
        response.assert_status(StatusCode::NOT_FOUND);
    }
    let ask = async |client: &TestClient<BoxEndpoint<'static>>, document: &str| {
        let body = json!({ "query": document });
        let response = client.post("/graphql").body_json(&body).send().await;
        let answer: Value = response.0.into_body().into_json().await.unwrap();
        answer
    };
    for document in [
        "{ __schema { types { name } } }",
        "{ __type(name: \"Product\") { name } }",
        "{ a: __type(name: \"Product\") { name } }",
        "{ ... { ...a } } fragment a on QueryRoot { __schema { description } }",
        "query A { __typename } query B { __schema { description } }",
    ] {
        let answer = ask(&client, document).await;
        assert_eq!(
            answer["errors"][0]["message"],
            "`__schema` and `__type` are not answered here; read the published schema",
            "{document}"
        );
        assert_eq!(answer.get("data"), None);
    }
    let answer = ask(&client, "{ __typename shop { __typename name } }").await;
    assert_eq!(answer["data"]["shop"]["__typename"], "Shop");

    let misspelt = "{ shop { nam } }";
    let message = |answer: Value| answer["errors"][0]["message"].as_str().unwrap().to_owned();
    let unhelpful = "Unknown field \"nam\" on type \"Shop\".";
    assert_eq!(message(ask(&client, misspelt).await), unhelpful);
    let helpful = format!("{unhelpful} Did you mean \"name\"?");
    assert_eq!(message(ask(&app.client, misspelt).await), helpful);
}
