//! What is said to caches on the way, and what never leaves the server's hand.

use poem::http::{StatusCode, header};
use poem::test::TestResponse;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::TestApp;
use tests::caching::{Keeper, Keeping};
use tests::factory::catalog::ProductSeed;

const CUP: &str = "{ product(handle: \"cup\") { title } }";

const VARY: &str = "accept, x-shopify-storefront-access-token";

async fn shop() -> (TestApp, Keeper) {
    let app = TestApp::new().await;
    ProductSeed::new("cup").create(&app).await;
    let keeper = app.keeper(&Keeping::default()).await;
    app.heard_by(&keeper).await;
    (app, keeper)
}

async fn get(keeper: &Keeper, query: &str, headers: &[(&str, &str)]) -> TestResponse {
    let request = keeper.client.get("/graphql").query("query", &query);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.send().await
}

fn said(response: &TestResponse, name: header::HeaderName) -> Vec<&str> {
    let values = response.0.headers().get_all(name).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test]
async fn a_public_answer_may_be_kept_on_the_way() {
    let (app, keeper) = shop().await;
    let answer = get(&keeper, CUP, &[]).await;
    answer.assert_status_is_ok();
    assert_eq!(
        said(&answer, header::CACHE_CONTROL),
        ["public, max-age=0, s-maxage=10, must-revalidate"]
    );
    assert_eq!(
        said(&answer, header::VARY),
        [VARY, "accept-encoding", "origin"]
    );
    let age: u64 = said(&answer, header::AGE)[0].parse().unwrap();
    assert!(age <= 60, "{age}");
    assert!(!answer.0.headers().contains_key(header::SET_COOKIE));
    let etag = said(&answer, header::ETAG)[0].to_owned();
    for known in [
        etag.clone(),
        format!("W/{etag}"),
        format!("\"x\", {etag}"),
        "*".to_owned(),
    ] {
        let same = get(&keeper, CUP, &[("if-none-match", &known)]).await;
        same.assert_status(StatusCode::NOT_MODIFIED);
        assert_eq!(said(&same, header::ETAG), [etag.as_str()]);
        assert_eq!(
            said(&same, header::VARY),
            [VARY, "accept-encoding", "origin"]
        );
        assert_eq!(
            same.0.into_body().into_vec().await.unwrap(),
            Vec::<u8>::new()
        );
    }
    // A page of another origin gets the same, and the caches know that it could be another.
    let theirs = get(&keeper, CUP, &[("origin", "https://shop.example")]).await;
    assert_eq!(said(&theirs, header::ACCESS_CONTROL_ALLOW_ORIGIN), ["*"]);
    assert_eq!(
        said(&theirs, header::VARY),
        [VARY, "accept-encoding", "origin"]
    );
    // Another representation, and another answer.
    let accept = ("accept", "application/graphql-response+json");
    let other = get(&keeper, CUP, &[("if-none-match", &etag), accept]).await;
    other.assert_status_is_ok();
    app.execute("UPDATE products SET title = 'Large cup'").await;
    app.heard_by(&keeper).await;
    let changed = get(&keeper, CUP, &[("if-none-match", &etag)]).await;
    changed.assert_status_is_ok();
    assert_ne!(said(&changed, header::ETAG), [etag.as_str()]);
}

#[tokio::test]
async fn a_compressed_answer_has_a_weak_name_that_counts() {
    let (app, keeper) = shop().await;
    let long = "x".repeat(5_000);
    app.execute(&format!("UPDATE products SET title = '{long}'"))
        .await;
    app.heard_by(&keeper).await;
    let answer = get(&keeper, CUP, &[("accept-encoding", "gzip")]).await;
    answer.assert_header("content-encoding", "gzip");
    let etag = said(&answer, header::ETAG)[0].to_owned();
    assert!(etag.starts_with("W/\""), "{etag}");
    let headers = [("accept-encoding", "gzip"), ("if-none-match", &*etag)];
    get(&keeper, CUP, &headers)
        .await
        .assert_status(StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_seconds_are_those_of_the_shortest_lived_type_and_the_operator_s() {
    let (app, keeper) = shop().await;
    for (query, seconds) in [
        ("{ shop { name } }", "s-maxage=60"),
        (
            "{ shop { name } product(handle: \"cup\") { title } }",
            "s-maxage=10",
        ),
        ("{ publicApiVersions { handle } }", "no-cache"),
    ] {
        let answer = get(&keeper, query, &[]).await;
        let rule = said(&answer, header::CACHE_CONTROL)[0].to_owned();
        assert!(rule.contains(seconds), "{query}: {rule}");
    }
    let mut keeping = Keeping::default();
    keeping.edge.caches.on_the_way = std::time::Duration::ZERO;
    let keeper = app.keeper(&keeping).await;
    let answer = get(&keeper, CUP, &[]).await;
    assert_eq!(said(&answer, header::CACHE_CONTROL), ["public, no-cache"]);
    assert!(answer.0.headers().contains_key(header::ETAG));
}

#[tokio::test]
async fn nothing_else_may() {
    let (app, keeper) = shop().await;
    let cart = "{ cart(id: \"gid://shopify/Cart/x?key=y\") { id } }";
    let forged = [("authorization", "Bearer x")];
    let other = [("authorization", "Basic x")];
    let access = keeper.sign_in(&app.person("ann").await).await;
    let signed = format!("Bearer {access}");
    let signed = [("authorization", signed.as_str())];
    let private = [("shopify-storefront-private-token", "x")];
    for (query, headers) in [
        (cart, &[][..]),
        ("{ node(id: \"gid://shopify/Product/1\") { id } }", &[]),
        (
            "{ product(handle: \"cup\") { title } cart(id: \"x\") { id } }",
            &[],
        ),
        ("{ products(first: -1) { nodes { id } } }", &[]),
        ("{ nothing }", &[]),
        (CUP, &signed),
        (CUP, &forged),
        (CUP, &other),
        (CUP, &private),
    ] {
        for _ in 0..2 {
            let answer = get(&keeper, query, headers).await;
            assert_eq!(
                said(&answer, header::CACHE_CONTROL),
                ["no-store"],
                "{query}"
            );
            assert!(!answer.0.headers().contains_key(header::ETAG), "{query}");
        }
    }
    let body = json!({ "query": CUP });
    let posted = keeper.client.post("/graphql").body_json(&body).send().await;
    assert_eq!(said(&posted, header::CACHE_CONTROL), ["no-store"]);
}

#[tokio::test]
async fn a_cart_and_whoever_is_signed_in_are_asked_anew_each_time() {
    let (app, keeper) = shop().await;
    let create = "mutation { cartCreate { cart { id note } } }";
    let made = keeper.ask(create, json!({})).await;
    let id = &made.data()["cartCreate"]["cart"]["id"];
    let cart = "query ($id: ID!) { cart(id: $id) { note } }";
    let note = "mutation ($id: ID!, $note: String!) { cartNoteUpdate(cartId: $id, note: $note) { cart { note } } }";
    for text in ["one", "two"] {
        keeper.ask(note, json!({ "id": id, "note": text })).await;
        let answer = keeper.ask(cart, json!({ "id": id })).await;
        assert_eq!(answer.data()["cart"]["note"], text);
        assert_ne!(answer.statements, 0);
    }
    for query in [
        "query ($id: ID!) { node(id: $id) { id } }",
        "query ($id: ID!) { shop { name } nodes(ids: [$id]) { id } }",
    ] {
        for _ in 0..2 {
            let answer = keeper.ask(query, json!({ "id": id })).await;
            let _sound = answer.data();
            assert_ne!(answer.statements, 0, "{query}");
        }
    }
    let body = json!({ "query": CUP });
    let person = app.person("ann").await;
    let bearer = format!("Bearer {}", keeper.sign_in(&person).await);
    for _ in 0..2 {
        let request = keeper.client.post("/graphql").body_json(&body);
        let request = request.header("authorization", &bearer).send();
        let (answer, meter) = commerce::meter::measure(request).await;
        answer.assert_status_is_ok();
        assert_ne!(meter.statements(), 0);
    }
}

/// Types that are somebody's.
const PRIVATE: [&str; 12] = [
    "Cart",
    "CartBuyerIdentity",
    "CartCompletionAttemptResult",
    "CartDelivery",
    "CartDeliveryGroup",
    "CartLine",
    "CompanyContact",
    "Customer",
    "CustomerAccessToken",
    "MailingAddress",
    "Node",
    "Order",
];

#[tokio::test]
async fn no_way_leads_from_a_kept_answer_to_anything_of_somebody_s() {
    let app = TestApp::new().await;
    let query = "{ __schema { types { name fields(includeDeprecated: true) { name type { ...t } } \
                 possibleTypes { name } } } } \
                 fragment t on __Type { name ofType { name ofType { name ofType { name } } } }";
    let answer = app.graphql(query, json!({})).await;
    let types = answer.data()["__schema"]["types"].as_array().unwrap();
    let named = |name: &str| types.iter().find(|kind| kind["name"] == name).unwrap();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    // A merchant's own field names what it belongs to, which is what it was reached by.
    let mut reached = BTreeSet::from(["MetafieldParentResource".to_owned()]);
    let mut left = Vec::new();
    for field in list(&named("QueryRoot")["fields"]) {
        if schema::caching::PUBLIC.contains(&field["name"].as_str().unwrap()) {
            left.push(innermost(&field["type"]));
        }
    }
    while let Some(name) = left.pop() {
        if reached.insert(name.clone()) {
            let kind = named(&name);
            left.extend(list(&kind["fields"]).iter().map(|f| innermost(&f["type"])));
            let possible = list(&kind["possibleTypes"]);
            left.extend(
                possible
                    .iter()
                    .map(|p| p["name"].as_str().unwrap().to_owned()),
            );
        }
    }
    assert!(reached.contains("ProductVariant"));
    for name in PRIVATE {
        assert!(!reached.contains(name), "{name} can be reached");
    }
}

fn innermost(kind: &Value) -> String {
    match &kind["ofType"] {
        Value::Null => kind["name"].as_str().unwrap().to_owned(),
        inner => innermost(inner),
    }
}

#[tokio::test]
async fn a_body_never_meets_an_address_of_the_same_bytes() {
    let (_app, keeper) = shop().await;
    let pairs = "query=%7Bproduct(handle:%22cup%22)%7Btitle%7D%7D";
    for _ in 0..2 {
        let answer = keeper.client.get(format!("/graphql?{pairs}")).send().await;
        answer.assert_status_is_ok();
        answer
            .assert_json(json!({ "data": { "product": { "title": "cup" } } }))
            .await;
    }
    for kind in ["application/json", "application/graphql"] {
        let request = keeper.client.post("/graphql").content_type(kind);
        let answer = request.body(pairs).send().await;
        let body: Value = answer.0.into_body().into_json().await.unwrap();
        assert_eq!(body.get("data"), None, "{kind}: {body}");
        assert!(body["errors"][0]["message"].is_string(), "{kind}: {body}");
    }
}
