//! Bodies and heads: sizes, encodings, JSON that is none.

use std::io::Write;

use poem::http::StatusCode;
use serde_json::{Value, json};
use tests::TestApp;

use super::Told;

const FINE: &str = "{ publicApiVersions { handle } }";

#[tokio::test]
async fn bodies_that_are_no_requests_are_refused() {
    let app = TestApp::new().await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 50_000_000]).unwrap();
    let bomb = gzip.finish().unwrap();
    let whole = json!({ "query": FINE }).to_string();
    let utf16: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&str, Vec<u8>); 16] = [
        ("nothing", Vec::new()),
        ("a NUL", vec![0]),
        ("bad UTF-8", b"{\"query\":\"{ a\xff\xfe }\"}".to_vec()),
        ("an overlong sequence", b"{\"query\":\"\xc0\xaf\"}".to_vec()),
        (
            "half a surrogate",
            b"{\"query\":\"{ shop { name } }\",\"variables\":{\"a\":\"\\ud800\"}}".to_vec(),
        ),
        ("UTF-16", utf16),
        ("gzip without a word", bomb.clone()),
        ("truncated", whole.as_bytes()[..whole.len() - 3].to_vec()),
        ("two values", format!("{whole}{whole}").into_bytes()),
        ("a number", b"1e999".to_vec()),
        ("a text", b"\"{ shop { name } }\"".to_vec()),
        ("null", b"null".to_vec()),
        ("lists in lists", vec![b'['; 100_000]),
        ("objects in objects", "{\"a\":".repeat(50_000).into_bytes()),
        ("a list of lists", b"[[],[]]".to_vec()),
        ("a batch of nothing", b"[null]".to_vec()),
    ];
    for (name, body) in cases {
        for kind in ["application/json", "application/json; charset=utf-16"] {
            let request = app
                .client
                .post("/graphql")
                .content_type(kind)
                .body(body.clone());
            let told = Told::of(name, request).await;
            assert_eq!((told.status, told.has_errors()), (400, true), "{name}");
        }
        let request = app
            .client
            .post("/graphql")
            .content_type("application/graphql");
        let told = Told::of(name, request.body(body)).await;
        assert!(told.has_errors(), "{name} as a document");
    }
    for encoding in ["gzip", "br", "deflate", "gzip, br"] {
        let request = app.client.post("/graphql").content_type("application/json");
        let told = Told::of(
            encoding,
            request
                .header("content-encoding", encoding)
                .body(bomb.clone()),
        )
        .await;
        assert_eq!(told.status, 415, "{encoding}");
    }
    let request = app.client.post("/graphql").content_type("application/json");
    let told = Told::of(
        "identity",
        request.header("content-encoding", "identity").body(whole),
    )
    .await;
    assert!(!told.has_errors());
}

/// A body of exactly so many bytes.
fn body_of(bytes: usize) -> String {
    let whole = json!({ "query": FINE }).to_string();
    format!("{whole}{}", " ".repeat(bytes - whole.len()))
}

#[tokio::test]
async fn every_limit_of_a_request_holds_at_its_edge_and_not_beyond() {
    let app = TestApp::new().await;
    let mut edge = api::config::EdgeConfig::of_profile(
        commerce::config::Profile::Development,
        "http://localhost:8080",
    );
    edge.limits
        .change("body_bytes=2000,batch=3,json_depth=5,json_values=12,headers=9,header_bytes=700")
        .unwrap();
    let client = app.process(&edge);
    let json_body = |text: String| {
        client
            .post("/graphql")
            .content_type("application/json")
            .body(text)
    };
    let nested = |depth: usize| {
        let value = "[".repeat(depth - 2) + &"]".repeat(depth - 2);
        format!("{{\"query\":\"{FINE}\",\"variables\":{{\"a\":{value}}}}}")
    };
    // Three brackets, the comma between the two fields, and a comma less than ones.
    let wide = |values: usize| {
        let ones = vec!["1"; values - 3].join(",");
        format!("{{\"query\":\"{FINE}\",\"variables\":{{\"a\":[{ones}]}}}}")
    };
    let batch = |n: usize| Value::from(vec![json!({ "query": FINE }); n]).to_string();
    // The content type is a header, too.
    let headers = |n: usize| {
        let request = json_body(body_of(100));
        (1..n).fold(request, |request, at| {
            request.header(format!("x-{at}"), "1")
        })
    };
    let sized = |bytes: usize| {
        let used = "content-type".len() + "application/json".len() + "x-a".len();
        json_body(body_of(100)).header("x-a", "1".repeat(bytes - used))
    };
    for (limit, status, at, past) in [
        (
            "body_bytes",
            413,
            json_body(body_of(2_000)),
            json_body(body_of(2_001)),
        ),
        ("batch", 400, json_body(batch(3)), json_body(batch(4))),
        (
            "json_depth",
            400,
            json_body(nested(5)),
            json_body(nested(6)),
        ),
        ("json_values", 400, json_body(wide(12)), json_body(wide(13))),
        ("headers", 431, headers(9), headers(10)),
        ("header_bytes", 431, sized(700), sized(701)),
    ] {
        let told = Told::of(limit, at).await;
        assert_eq!(
            (told.status, told.has_errors()),
            (200, false),
            "{limit}: {}",
            told.body
        );
        let told = Told::of(limit, past).await;
        assert_eq!(
            (told.status, told.limit()),
            (status, ("LIMIT_EXCEEDED", limit)),
            "{}",
            told.body
        );
    }
    let variables = "[".repeat(6) + &"]".repeat(6);
    let request = client
        .get("/graphql")
        .query("query", &FINE)
        .query("variables", &variables);
    assert_eq!(
        Told::of("in the address", request).await.limit().1,
        "json_depth"
    );
}

#[tokio::test]
async fn a_name_that_is_given_twice_counts_once() {
    let app = TestApp::new().await;
    let body = format!("{{\"query\":\"{{ nothing }}\",\"query\":\"{FINE}\"}}");
    let request = app
        .client
        .post("/graphql")
        .content_type("application/json")
        .body(body);
    assert!(!Told::of("twice", request).await.has_errors());
    let request = app
        .client
        .get("/graphql")
        .query("query", &"{ nothing }")
        .query("query", &FINE);
    assert!(!Told::of("twice in the address", request).await.has_errors());
}

#[tokio::test]
async fn heads_that_make_no_sense_are_answered() {
    let app = TestApp::new().await;
    let ask = || {
        app.client
            .post("/graphql")
            .body_json(&json!({ "query": FINE }))
    };
    for (name, value) in [
        ("accept", "\u{e9}"),
        ("accept", ",,;;,"),
        ("accept-encoding", "gzip;q=9,,br;q=x"),
        ("origin", "null"),
        ("x-request-id", "../../etc/passwd"),
        ("x-forwarded-for", "1.2.3.4.5, ,"),
        ("content-length", "18446744073709551616"),
        ("traceparent", "00-zz"),
    ] {
        let told = Told::of(name, ask().header(name, value)).await;
        assert!([200, 406].contains(&told.status), "{name}: {}", told.status);
    }
    let kinds = [
        "",
        ";",
        "application/json;charset",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
    ];
    for kind in kinds {
        let request = app
            .client
            .post("/graphql")
            .content_type(kind)
            .body(body_of(100));
        let told = Told::of(kind, request).await;
        let expected = if kind.starts_with("application/json") {
            200
        } else {
            415
        };
        assert_eq!(told.status, expected, "{kind}");
    }
    let put = app.client.put("/graphql").body("{}").send().await;
    put.assert_status(StatusCode::METHOD_NOT_ALLOWED);
}
