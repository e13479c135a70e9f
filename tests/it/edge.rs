//! What stands around every route: headers, errors, request ids, compression, shedding.

use std::io::Read;

use api::config::{EdgeConfig, Origins};
use commerce::config::Profile;
use poem::http::{HeaderValue, Method, StatusCode};
use poem::test::TestResponse;
use serde_json::json;
use tests::TestApp;

const VERSIONS: &str = "{ publicApiVersions { handle } }";

fn edge() -> EdgeConfig {
    EdgeConfig::of_profile(Profile::Development, "http://localhost:8080")
}

/// The answer's headers of these names, those that are missing as `-`.
fn headers<'a>(response: &'a TestResponse, names: &[&str]) -> Vec<&'a str> {
    let headers = response.0.headers();
    let one = |name| headers.get(name).map_or("-", |v| v.to_str().unwrap());
    names.iter().map(|name| one(*name)).collect()
}

#[tokio::test]
async fn every_answer_is_careful_and_pages_keep_their_own_policy() {
    let app = TestApp::new().await;
    let names = [
        "content-security-policy",
        "cross-origin-resource-policy",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "strict-transport-security",
    ];
    let careful = [
        "default-src 'none'; frame-ancestors 'none'",
        "cross-origin",
        "nosniff",
        "DENY",
        "no-referrer",
        "-",
    ];
    for path in ["/livez", "/nowhere"] {
        let response = app.client.get(path).send().await;
        assert_eq!(headers(&response, &names), careful, "{path}");
    }
    let request = app.client.post("/graphql");
    let response = request
        .body_json(&json!({ "query": VERSIONS }))
        .send()
        .await;
    assert_eq!(headers(&response, &names), careful);

    let https = EdgeConfig::of_profile(Profile::Development, "https://shop.example");
    let response = app.process(&https).get("/livez").send().await;
    response.assert_header(
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    );
    let page = app.client.get("/graphiql").send().await;
    let policy = page.0.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("script-src 'self'"), "{policy}");
}

#[tokio::test]
async fn what_is_not_served_says_what_to_do_and_names_the_request() {
    let app = TestApp::new().await;
    let client = &app.client;
    for (request, status, code, message) in [
        (
            client.get("/nowhere"),
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "nothing is here; the GraphQL endpoint is /graphql",
        ),
        (
            client.get("/graphiql/nowhere.js"),
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "nothing is here; the GraphQL endpoint is /graphql",
        ),
        (
            client.delete("/livez"),
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "this method is not answered here; use GET for pages, POST for GraphQL",
        ),
    ] {
        let response = request.header("x-request-id", "r-7").send().await;
        response.assert_status(status);
        response.assert_header("x-request-id", "r-7");
        response.assert_content_type("application/json; charset=utf-8");
        let extensions = json!({ "code": code, "requestId": "r-7" });
        response
            .assert_json(json!({ "errors": [{ "message": message, "extensions": extensions }] }))
            .await;
    }
}

#[tokio::test]
async fn only_harmless_request_ids_are_taken_over() {
    let app = TestApp::new().await;
    for given in ["", "a b", "x\u{e9}", &"a".repeat(65)] {
        let request = app.client.get("/livez").header("x-request-id", given);
        let response = request.send().await;
        let made = response.0.headers()["x-request-id"].to_str().unwrap();
        assert_eq!((made.len(), made == given), (36, false), "{given}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_call_the_endpoint_without_credentials() {
    let app = TestApp::new().await;
    let path = "/api/2026-04/graphql.json";
    let ask = |headers: &str| {
        app.client
            .request(Method::OPTIONS, path)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", headers.to_owned())
    };
    let preflight = ask("content-type,x-shopify-storefront-access-token")
        .send()
        .await;
    preflight.assert_status(StatusCode::NO_CONTENT);
    let names = [
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-credentials",
        "access-control-max-age",
    ];
    assert_eq!(headers(&preflight, &names), ["*", "GET, POST", "-", "7200"]);
    let allowed = headers(&preflight, &["access-control-allow-headers"])[0];
    let allowed: Vec<&str> = allowed.split(", ").collect();
    for sent in [
        "content-type",
        "authorization",
        "x-shopify-storefront-access-token",
        "x-sdk-version",
        "custom-storefront-request-group-id",
    ] {
        assert!(allowed.contains(&sent), "{sent}");
    }
    assert!(!allowed.contains(&"shopify-storefront-private-token"));

    let request = app
        .client
        .post(path)
        .header("origin", "https://shop.example");
    let response = request
        .body_json(&json!({ "query": VERSIONS }))
        .send()
        .await;
    response.assert_status_is_ok();
    let names = [
        "access-control-allow-origin",
        "access-control-expose-headers",
    ];
    let exposed = "x-request-id, server-timing, retry-after, ratelimit, ratelimit-policy";
    assert_eq!(headers(&response, &names), ["*", exposed]);

    let request = app
        .client
        .get("/livez")
        .header("origin", "https://shop.example");
    assert_eq!(headers(&request.send().await, &names), ["-", "-"]);
}

#[tokio::test]
async fn listed_origins_are_named_and_others_are_not() {
    let app = TestApp::new().await;
    let client = app.process(&EdgeConfig {
        origins: Origins::Listed(vec![HeaderValue::from_static("https://shop.example")]),
        ..edge()
    });
    let names = ["access-control-allow-origin", "vary"];
    for (origin, expected) in [
        ("https://shop.example", ["https://shop.example", "origin"]),
        ("https://evil.example", ["-", "origin"]),
    ] {
        let request = client
            .request(Method::OPTIONS, "/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        let response = request.send().await;
        response.assert_status(StatusCode::NO_CONTENT);
        assert_eq!(headers(&response, &names), expected);
    }
}

#[tokio::test]
async fn whatever_may_be_kept_on_the_way_depends_on_the_origin() {
    let app = TestApp::new().await;
    for path in [
        "/graphql?query={__typename}",
        "/livez",
        "/.well-known/jwks.json",
        "/graphiql",
        "/nowhere",
    ] {
        for origin in [None, Some("https://shop.example")] {
            let request = app.client.get(path);
            let request = match origin {
                Some(origin) => request.header("origin", origin),
                None => request,
            };
            let response = request.send().await;
            let headers = response.0.headers();
            let lines = |name| {
                let lines = headers.get_all(name).iter();
                let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap()).collect();
                lines.join(", ")
            };
            let kept = !lines("cache-control").contains("no-store");
            let varies = lines("vary").split(", ").any(|name| name == "origin");
            assert_eq!(varies, kept, "{path} from {origin:?}");
        }
    }
}

#[tokio::test]
async fn large_answers_are_compressed_as_the_client_likes() {
    let app = TestApp::new().await;
    let long = json!({ "query": "{ __schema { types { name kind description fields { name description } } } }" });
    let names = ["content-encoding", "vary"];
    for (accepted, expected) in [
        ("gzip, deflate, br", ["gzip", "accept-encoding"]),
        ("br", ["br", "accept-encoding"]),
        ("gzip;q=0", ["-", "accept-encoding"]),
        ("identity", ["-", "accept-encoding"]),
    ] {
        let request = app.client.post("/graphql").body_json(&long);
        let response = request.header("accept-encoding", accepted).send().await;
        response.assert_status_is_ok();
        assert_eq!(headers(&response, &names), expected, "{accepted}");
    }
    let off = app.process(&EdgeConfig {
        compression: false,
        ..edge()
    });
    for (client, body, asked) in [
        (&app.client, &json!({ "query": VERSIONS }), "gzip"),
        (&off, &long, "gzip"),
    ] {
        let request = client.post("/graphql").body_json(body);
        let response = request.header("accept-encoding", asked).send().await;
        assert_eq!(headers(&response, &["content-encoding"]), ["-"]);
    }
    let request = app.client.post("/graphql").body_json(&long);
    let request = request.header("cache-control", "no-transform");
    let response = request.header("accept-encoding", "gzip").send().await;
    assert_eq!(headers(&response, &["content-encoding"]), ["-"]);
}

#[tokio::test]
async fn a_compressed_answer_says_the_same() {
    let app = TestApp::new().await;
    let long = json!({ "query": "{ __schema { types { name kind description fields { name description } } } }" });
    let plain = app.client.post("/graphql").body_json(&long).send().await;
    let plain = plain.0.into_body().into_vec().await.unwrap();
    assert!(plain.len() > 10_000, "{}", String::from_utf8_lossy(&plain));
    for encoding in ["gzip", "br"] {
        let request = app.client.post("/graphql").body_json(&long);
        let response = request.header("accept-encoding", encoding).send().await;
        let body = response.0.into_body().into_vec().await.unwrap();
        assert!(body.len() * 3 < plain.len(), "{encoding}: {}", body.len());
        let mut text = Vec::new();
        let unpacked = match encoding {
            "gzip" => flate2::read::GzDecoder::new(&*body).read_to_end(&mut text),
            _ => brotli::Decompressor::new(&*body, 4096).read_to_end(&mut text),
        };
        unpacked.unwrap();
        assert!(text == plain, "{encoding}");
    }
}
