//! HEAD, wherever there is GET: the same status and headers, and no body.

use api::config::EdgeConfig;
use commerce::config::Profile;
use poem::Endpoint;
use poem::http::{HeaderMap, Method, StatusCode};
use poem::test::TestClient;
use providers::mail::Mailbox;
use tests::Scratch;
use tests::factory::catalog::ProductSeed;
use tests::sandbox::card;
use tests::till::Till;

use crate::hosted_checkout::filled;

/// Headers that are another with each answer.
const OWN: [&str; 3] = ["x-request-id", "server-timing", "age"];

/// Status, headers and body of an answer, its length among the headers as a connection would tell it.
async fn answer(
    client: &TestClient<impl Endpoint>,
    method: Method,
    path: &str,
    headers: &[(&'static str, String)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = client.request(method, path.to_owned());
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, value)
    });
    let response = request.send().await.0;
    let (status, mut told) = (response.status(), response.headers().clone());
    let body = response.into_body().into_vec().await.unwrap();
    if !told.contains_key("content-length") && status != StatusCode::NOT_MODIFIED {
        told.insert("content-length", body.len().into());
    }
    for name in OWN {
        told.remove(name);
    }
    // A policy names what may run on this very page, by a number that is drawn for it.
    if let Some(policy) = told.get_mut("content-security-policy") {
        let text = policy.to_str().unwrap();
        if let Some((before, drawn)) = text.split_once("'nonce-") {
            let (_, after) = drawn.split_once('\'').unwrap();
            *policy = format!("{before}'nonce'{after}").parse().unwrap();
        }
    }
    (status, told, body)
}

/// Asks both ways; answers the status and the headers.
async fn both(
    client: &TestClient<impl Endpoint>,
    path: &str,
    headers: &[(&'static str, String)],
) -> (StatusCode, HeaderMap) {
    let (status, told, _) = answer(client, Method::GET, path, headers).await;
    let (of_head, told_head, body) = answer(client, Method::HEAD, path, headers).await;
    assert_eq!((of_head, &told_head), (status, &told), "{path}");
    assert_eq!(body, Vec::<u8>::new(), "{path}");
    (status, told)
}

#[tokio::test]
async fn the_head_of_every_answer_is_that_of_the_whole() {
    let (till, scratch) = (Till::open().await, Scratch::new());
    ProductSeed::new("cup").create(&till.app).await;
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.mailbox = Some(Mailbox::new(scratch.path(), String::new()));
    let client = till.app.process(&edge);
    let ask = "/graphql?query=%7Bproduct(handle:%22cup%22)%7Btitle%7D%7D";
    for path in [
        "/livez",
        "/readyz",
        ask,
        "/api/2026-04/graphql.json?query=%7B__typename%7D",
        "/graphiql",
        "/graphiql/graphiql.min.js",
        "/.well-known/jwks.json",
        "/mailbox",
    ] {
        let (status, told) = both(&client, path, &[]).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_ne!(told["content-length"], "0", "{path}");
    }
    let gzip = [("accept-encoding", "gzip".to_owned())];
    let (_, told) = both(&client, "/graphiql/graphiql.min.js", &gzip).await;
    assert_eq!(told["content-encoding"], "gzip");
    let (status, _) = both(&client, "/nowhere", &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Where there is no GET there is no HEAD.
    for path in ["/auth/sign-in", "/webhooks/sandbox"] {
        let (status, _) = both(&client, path, &[]).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    let change = "/graphql?query=mutation%7BcartCreate%7Bcart%7Bid%7D%7D%7D";
    assert_eq!(
        both(&client, change, &[]).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(till.app.count("SELECT count(*) FROM carts").await, 0);
}

#[tokio::test]
async fn pages_of_the_checkout_have_heads() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let (_cart, url) = filled(&till, &cup, 1).await;
    let path = url.replace("http://localhost:8080", "");
    let (status, entered) = both(&till.app.client, &path, &[]).await;
    assert!(status.is_redirection(), "{status} {path}");
    let cookie = entered["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = entered["location"].to_str().unwrap();
    let page = page.replace("http://localhost:8080", "");
    let (status, _) = both(&till.app.client, &page, &[("cookie", cookie)]).await;
    assert_eq!(status, StatusCode::OK, "{page}");

    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let order = till.app.count("SELECT id FROM orders").await;
    let (status, _) = both(&till.app.client, &format!("/orders/{order}/nonsense"), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
