//! GraphiQL and all it loads come from us, under a policy that allows nothing else.

use poem::http::StatusCode;
use poem::test::TestResponse;
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
