//! GraphiQL and all it loads come from us, under a policy that allows nothing else.

use poem::http::StatusCode;
use tests::TestApp;

#[tokio::test]
async fn the_page_loads_only_files_that_are_served() {
    let app = TestApp::new().await;
    let page = app.client.get("/graphiql").send().await;
    page.assert_status_is_ok();
    page.assert_header(
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    );
    let html = page.0.into_body().into_string().await.expect("text");
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

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    let app = TestApp::new().await;
    let response = app.client.get("/graphiql/package-lock.json").send().await;
    response.assert_status(StatusCode::NOT_FOUND);
}
