//! The endpoint itself: what it takes, what it refuses, and how it says so.

use std::time::Duration;

use api::config::EdgeConfig;
use api::graphql::Limits;
use commerce::config::Profile;
use commerce::db::{Db, DbConfig};
use diesel_async::SimpleAsyncConnection;
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::test::TestClient;
use serde_json::{Value, json};
use tests::TestApp;

const VERSIONS: &str = "{ publicApiVersions { handle } }";

fn versions() -> Value {
    json!({ "data": { "publicApiVersions": [{ "handle": "2026-04" }] } })
}

#[tokio::test]
async fn every_version_of_the_contract_is_the_same_schema() {
    let app = TestApp::new().await;
    for path in [
        "/graphql",
        "/api/2023-01/graphql.json",
        "/api/unstable/graphql.json",
    ] {
        let request = app
            .client
            .post(path)
            .body_json(&json!({ "query": VERSIONS }));
        let response = request.send().await;
        response.assert_status_is_ok();
        response.assert_content_type("application/json; charset=utf-8");
        response.assert_json(versions()).await;
    }
    for path in ["/api/2026-4/graphql.json", "/api/latest/graphql.json"] {
        let request = app
            .client
            .post(path)
            .body_json(&json!({ "query": VERSIONS }));
        request.send().await.assert_status(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_document_may_be_the_whole_body_or_stand_in_the_address() {
    let app = TestApp::new().await;
    let raw = app
        .client
        .post("/graphql")
        .content_type("application/graphql")
        .body(VERSIONS);
    raw.send().await.assert_json(versions()).await;
    let address = app.client.get("/graphql").query("query", &VERSIONS);
    address.send().await.assert_json(versions()).await;
}

#[tokio::test]
async fn a_batch_is_answered_as_a_list_and_capped() {
    let app = TestApp::new().await;
    let batch = |n: usize| vec![json!({ "query": VERSIONS }); n];
    let response = app
        .client
        .post("/graphql")
        .body_json(&batch(2))
        .send()
        .await;
    response.assert_json(json!([versions(), versions()])).await;
    for n in [0, 11] {
        let response = app
            .client
            .post("/graphql")
            .body_json(&batch(n))
            .send()
            .await;
        response.assert_status(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn what_is_no_graphql_request_is_refused_before_it_runs() {
    let app = TestApp::new().await;
    let json_body = |text: &str| (StatusCode::BAD_REQUEST, "application/json", text.to_owned());
    let cases = [
        json_body("{"),
        json_body("1"),
        json_body("{}"),
        json_body(r#"{"query":1}"#),
        json_body(r#"{"query":"{a}","variables":[]}"#),
        json_body(r#"{"query":"{a}","operationName":1}"#),
        json_body(r#"{"query":"{a}","extensions":1}"#),
        (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "text/plain",
            "{}".to_owned(),
        ),
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            "application/json",
            " ".repeat(1_000_001),
        ),
    ];
    for (status, kind, body) in cases {
        let request = app.client.post("/graphql").content_type(kind).body(body);
        let response = request.send().await;
        response.assert_status(status);
        let body: Value = response.0.into_body().into_json().await.unwrap();
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1));
        assert_eq!(body.get("data"), None);
    }
}

#[tokio::test]
async fn errors_of_a_document_are_answered_with_200_unless_the_client_knows_better() {
    let app = TestApp::new().await;
    let body = json!({ "query": "{ nothing }" });
    let response = app.client.post("/graphql").body_json(&body).send().await;
    response.assert_status_is_ok();
    let answer: Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(
        answer["errors"][0]["locations"],
        json!([{ "line": 1, "column": 3 }])
    );
    assert_eq!(answer.get("data"), None);
    let modern = "application/graphql-response+json";
    let request = app
        .client
        .post("/graphql")
        .header("accept", modern)
        .body_json(&body);
    request.send().await.assert_status(StatusCode::BAD_REQUEST);
    let request = app
        .client
        .post("/graphql")
        .header("accept", "text/html")
        .body_json(&body);
    request
        .send()
        .await
        .assert_status(StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn documents_that_are_too_large_are_refused() {
    let app = TestApp::new().await;
    let deep = format!(
        "{{ {} __typename {} }}",
        "menu(handle:\"a\"){items{".repeat(13),
        "}}".repeat(13)
    );
    let aliases: String = (0..101).map(|i| format!("a{i}: __typename ")).collect();
    let roots = "__typename ".repeat(51);
    let nested = "{a".repeat(101);
    let ids = vec!["gid://shopify/Page/1"; 251];
    let cases = [
        (
            deep,
            "the document has more than 25 levels of fields; ask for less depth at once",
        ),
        (
            format!("{{ publicApiVersions {{ {aliases} }} }}"),
            "the document has more than 100 aliases; split it into several operations",
        ),
        (
            format!("{{ {roots} }}"),
            "the document has more than 50 fields at its root; split it into several operations",
        ),
        (
            nested,
            "the document has more than 100 brackets within each other; ask for less depth at once",
        ),
        (
            " ".repeat(100_001),
            "the document has more than 100000 bytes; shorten it or split it",
        ),
        (
            format!("{{ nodes(ids: {ids:?}) {{ id }} }}"),
            "`ids` may have 250 entries at most",
        ),
    ];
    for (document, message) in cases {
        let answer = app.graphql(&document, json!({})).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["errors"][0]["message"], message);
        assert_eq!(answer.statements, 0);
    }
}

#[tokio::test]
async fn context_and_defer_are_accepted_where_storefronts_write_them() {
    let app = TestApp::new().await;
    let answer = app
        .graphql(
            "query A($country: CountryCode = ZZ, $language: LanguageCode) \
             @inContext(country: $country, language: $language) { ... @defer { publicApiVersions { handle } } \
             ...Rest @defer(label: \"rest\") } fragment Rest on QueryRoot { __typename }",
            json!({ "language": "EN" }),
        )
        .await;
    assert_eq!(
        answer.data(),
        &json!({ "publicApiVersions": [{ "handle": "2026-04" }], "__typename": "QueryRoot" })
    );
    let misplaced = app
        .graphql(
            "{ publicApiVersions @inContext(country: DE) { handle } }",
            json!({}),
        )
        .await;
    assert_eq!(misplaced.body.get("data"), None);
    let unknown = "query A($c: CountryCode) @inContext(country: $c) { __typename }";
    let unknown = app.graphql(unknown, json!({ "c": "QQ" })).await;
    assert_eq!(unknown.body.get("data"), None);
}

#[tokio::test]
async fn a_broken_database_is_hidden_and_named_by_the_request_id() {
    let app = TestApp::new().await;
    let mut conn = app.conn().await;
    diesel_async::SimpleAsyncConnection::batch_execute(
        &mut conn,
        "ALTER TABLE pages RENAME TO away",
    )
    .await
    .unwrap();
    let request = app.client.post("/graphql").header("x-request-id", "r-1");
    let query = "{ a: page(handle: \"a\") { id } b: page(handle: \"b\") { id } }";
    let response = request.body_json(&json!({ "query": query })).send().await;
    response.assert_status_is_ok();
    response.assert_header("x-request-id", "r-1");
    let error = |field: &str, column: u32| {
        json!({
            "message": "something went wrong on our side; try again, or quote the request id",
            "locations": [{ "line": 1, "column": column }],
            "path": [field],
            "extensions": { "code": "INTERNAL_SERVER_ERROR", "requestId": "r-1" }
        })
    };
    response
        .assert_json(json!({
            "errors": [error("a", 3), error("b", 31)],
            "data": { "a": null, "b": null }
        }))
        .await;
}

#[tokio::test]
async fn things_of_one_kind_are_one_statement() {
    let app = TestApp::new().await;
    let ids: Vec<String> = (1..=20)
        .map(|n| format!("gid://shopify/Page/{n}"))
        .collect();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let answer = app.graphql(query, json!({ "ids": ids })).await;
    assert_eq!(answer.data()["nodes"], json!(vec![Value::Null; 20]));
    assert_eq!(answer.statements, 1);
}

#[tokio::test]
async fn a_cart_of_a_large_shop_passes_and_a_bomb_does_not() {
    let app = TestApp::new().await;
    let again =
        |inner: &str| format!("variants(first: 250) {{ nodes {{ product {{ {inner} }} }} }}");
    let bomb = again(&again(&again("variants(first: 250) { nodes { id } }")));
    let bomb = format!("{{ products(first: 250) {{ nodes {{ {bomb} }} }} }}");
    let refused = app.graphql(&bomb, json!({})).await;
    assert_eq!(
        refused.body["errors"][0]["message"],
        "the document has more than 650000000 rows to read if all its pages are full; \
         ask for smaller pages, or nest fewer of them"
    );
    assert_eq!(refused.body.get("data"), None);
    assert_eq!(refused.statements, 0);
    let introspection = "{ __schema { types { fields { args { type { ofType { ofType { ofType { \
                         ofType { ofType { ofType { name } } } } } } } } } } }";
    assert_eq!(app.graphql(introspection, json!({})).await.status, 200);
}

/// The endpoint alone, for one shop, with other limits.
fn endpoint(shop: commerce::Shop, limits: Limits) -> TestClient<BoxEndpoint<'static>> {
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.limits = limits;
    let routes = api::graphql::routes(poem::Route::new(), &edge, &shop).data(shop);
    TestClient::new(routes.map_to_response().boxed())
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let app = TestApp::new().await;
    let mut lock = app.conn().await;
    lock.batch_execute("BEGIN; LOCK TABLE pages IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let time = Duration::from_millis(100);
    let client = endpoint(
        app.shop.clone(),
        Limits {
            time,
            ..Limits::default()
        },
    );
    let body = json!({ "query": "{ page(handle: \"a\") { id } }" });
    let response = client.post("/graphql").body_json(&body).send().await;
    response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    let answer: Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(
        answer["errors"][0]["message"],
        "the request took too long and was given up; try again"
    );
}

#[tokio::test]
async fn without_a_database_clients_are_asked_to_come_again() {
    let app = TestApp::new().await;
    let nowhere = DbConfig {
        url: "postgres://nobody@127.0.0.1:1/nothing".to_owned(),
        replica_url: None,
        replica_max_lag: Duration::from_secs(5),
        pool_size: 1,
        acquire_timeout: Duration::from_millis(100),
        statement_timeout_ms: 1000,
        patience: Duration::from_secs(60),
    };
    let mut shop = app.shop.clone();
    shop.db = Db::connect(&nowhere).await.unwrap();
    let client = endpoint(shop, Limits::default());
    let body = json!({ "query": "{ page(handle: \"a\") { id } }" });
    let response = client.post("/graphql").body_json(&body).send().await;
    response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    response.assert_header("retry-after", "1");
    let answer: Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    assert_eq!(answer["data"], json!({ "page": null }));
}

#[tokio::test]
async fn only_queries_are_run_over_get() {
    let app = TestApp::new().await;
    let mutation = "mutation { cartCreate { cart { id } } }";
    let response = app
        .client
        .get("/graphql")
        .query("query", &mutation)
        .send()
        .await;
    response.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    response.assert_header("allow", "GET, HEAD, POST");
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 0);
    let put = app.client.put("/graphql").body("{}").send().await;
    put.assert_status(StatusCode::METHOD_NOT_ALLOWED);
}
