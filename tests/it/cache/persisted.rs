//! Automatic persisted queries: rounds over GET and POST, and whatever may be wrong with them.

use poem::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::TestApp;
use tests::caching::{Keeper, Keeping};

const SHOP: &str = "query Shop($n: Int = 1) { shop { name } pages(first: $n) { nodes { id } } }";

fn hash(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn named(text: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(text) } })
}

async fn post(keeper: &Keeper, body: &Value) -> (StatusCode, Value) {
    let response = keeper.client.post("/graphql").body_json(body).send().await;
    let status = response.0.status();
    (status, response.0.into_body().into_json().await.unwrap())
}

async fn get(keeper: &Keeper, text: &str, with_text: bool) -> (StatusCode, Value) {
    let request = keeper.client.get("/graphql");
    let request = request.query("extensions", &named(text).to_string());
    let request = match with_text {
        true => request.query("query", &text),
        false => request,
    };
    let response = request.send().await;
    let status = response.0.status();
    (status, response.0.into_body().into_json().await.unwrap())
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("")
}

async fn known(keeper: &Keeper, text: &str) -> bool {
    let (_, body) = post(keeper, &json!({ "extensions": named(text) })).await;
    body.get("data").is_some()
}

#[tokio::test]
async fn a_document_is_sent_once_and_named_from_then_on() {
    let app = TestApp::new().await;
    let keeping = Keeping::default();
    let keeper = app.keeper(&keeping).await;
    let (status, body) = post(&keeper, &json!({ "extensions": named(SHOP) })).await;
    assert_eq!(
        (status, code(&body)),
        (StatusCode::OK, "PERSISTED_QUERY_NOT_FOUND")
    );
    assert_eq!(body["errors"][0]["message"], "PersistedQueryNotFound");
    let (_, unknown) = get(&keeper, SHOP, false).await;
    assert_eq!(code(&unknown), "PERSISTED_QUERY_NOT_FOUND");
    let whole = json!({ "query": SHOP, "extensions": named(SHOP), "variables": { "n": 2 } });
    let (status, body) = post(&keeper, &whole).await;
    assert_eq!(
        (status, &body["data"]["shop"]["name"]),
        (StatusCode::OK, &json!("Test Shop"))
    );
    let short =
        json!({ "extensions": named(SHOP), "variables": { "n": 2 }, "operationName": "Shop" });
    assert_eq!(post(&keeper, &short).await, (StatusCode::OK, body.clone()));
    assert_eq!(
        get(&keeper, SHOP, false).await.1["data"]["shop"],
        body["data"]["shop"]
    );
    // Another process knows it by Redis, as soon as it has arrived there.
    loop {
        let other = app.keeper(&keeping).await;
        if known(&other, SHOP).await {
            break;
        }
    }
}

#[tokio::test]
async fn a_get_may_bring_the_document_as_well() {
    let app = TestApp::new().await;
    let keeper = app.keeper(&Keeping::default()).await;
    assert_eq!(get(&keeper, SHOP, true).await.0, StatusCode::OK);
    assert!(get(&keeper, SHOP, false).await.1.get("data").is_some());
    let request = keeper.client.get("/graphql");
    let request = request.query("extensions", &named(SHOP).to_string());
    let answer = request.send().await;
    let rule = answer.0.headers()["cache-control"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(rule.starts_with("public, max-age=0, s-maxage="), "{rule}");
    // A mutation does not become harmless by a hash.
    let mutation = "mutation { cartCreate { cart { id } } }";
    post(
        &keeper,
        &json!({ "query": mutation, "extensions": named(mutation) }),
    )
    .await;
    assert!(known(&keeper, mutation).await);
    assert_eq!(
        get(&keeper, mutation, false).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn nobody_can_put_another_document_behind_a_hash() {
    let app = TestApp::new().await;
    let keeping = Keeping::default();
    let keeper = app.keeper(&keeping).await;
    let wrong = json!({ "query": "{ shop { id } }", "extensions": named(SHOP) });
    let (_, body) = post(&keeper, &wrong).await;
    assert_eq!(code(&body), "PERSISTED_QUERY_HASH_MISMATCH");
    assert!(!known(&keeper, SHOP).await);
    // Not even who can write to Redis.
    let client = redis::Client::open(
        commerce::config::Reader::from_environment()
            .optional("REDIS_URL")
            .unwrap(),
    )
    .unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    let name = format!("{}:document:{}", keeping.edge.key_prefix, hash(SHOP));
    redis::AsyncCommands::set::<_, _, ()>(&mut conn, name, "{ shop { id } }")
        .await
        .unwrap();
    assert!(!known(&keeper, SHOP).await);
}

#[tokio::test]
async fn bad_extensions_are_refused_by_name() {
    let app = TestApp::new().await;
    let keeper = app.keeper(&Keeping::default()).await;
    for (extensions, what) in [
        (json!([]), "`extensions` must be an object"),
        (
            json!({ "persistedQuery": { "version": 2, "sha256Hash": hash(SHOP) } }),
            "`extensions.persistedQuery.version` must be 1",
        ),
        (
            json!({ "persistedQuery": { "version": 1, "sha256Hash": "abc" } }),
            "`extensions.persistedQuery.sha256Hash` must be a SHA-256 in 64 hexadecimal digits",
        ),
        (
            json!({ "persistedQuery": true }),
            "`extensions.persistedQuery.version` must be 1",
        ),
    ] {
        let (status, body) =
            post(&keeper, &json!({ "query": SHOP, "extensions": extensions })).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{extensions}");
        assert_eq!(body["errors"][0]["message"], what);
    }
    let none = json!({ "extensions": { "other": 1 } });
    assert_eq!(
        post(&keeper, &none).await.1["errors"][0]["message"],
        "`query` must be a text"
    );
}

#[tokio::test]
async fn documents_that_are_not_run_are_not_remembered() {
    let app = TestApp::new().await;
    let keeper = app.keeper(&Keeping::default()).await;
    let long = format!("{{ shop {{ name }} }} #{}", "x".repeat(200_000));
    for text in ["{ shop {", &long] {
        let (_, body) = post(
            &keeper,
            &json!({ "query": text, "extensions": named(text) }),
        )
        .await;
        assert_eq!(body.get("data"), None);
        let (_, body) = post(&keeper, &json!({ "extensions": named(text) })).await;
        assert_eq!(code(&body), "PERSISTED_QUERY_NOT_FOUND");
    }
}

#[tokio::test]
async fn without_redis_a_process_knows_its_own() {
    let app = TestApp::new().await;
    let keeping = Keeping::with_redis("redis://127.0.0.1:1".to_owned());
    let keeper = app.keeper(&keeping).await;
    assert!(!known(&keeper, SHOP).await);
    post(
        &keeper,
        &json!({ "query": SHOP, "extensions": named(SHOP) }),
    )
    .await;
    assert!(known(&keeper, SHOP).await);
}

/// How many documents Redis keeps for the process.
async fn stored(keeping: &Keeping) -> usize {
    let reader = commerce::config::Reader::from_environment();
    let client = redis::Client::open(reader.optional("REDIS_URL").unwrap()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    let names = format!("{}:document:*", keeping.edge.key_prefix);
    let names: Vec<String> = redis::AsyncCommands::keys(&mut conn, names).await.unwrap();
    names.len()
}

/// Ten mutations, dearer than one operation may be.
fn dear(n: usize) -> String {
    let one = |m| format!("m{n}x{m}: cartCreate {{ cart {{ id }} }} ");
    (0..10).map(one).collect()
}

#[tokio::test]
async fn what_validation_or_the_gate_refuses_is_not_kept() {
    let app = TestApp::new().await;
    let mut keeping = Keeping::default();
    keeping.edge.budgets.token.maximum = 50;
    let keeper = app.keeper(&keeping).await;
    let documents: Vec<String> = (0..180)
        .flat_map(|n| {
            [
                format!("{{ shop {{ name no{n} }} }}"),
                format!("mutation {{ {} }}", dear(n)),
                format!("{{ pages(first: 1, no{n}: 2) {{ nodes {{ id }} }} }}"),
            ]
        })
        .collect();
    assert_eq!(documents.len(), 540);
    for batch in documents.chunks(10) {
        let operation = |text: &String| json!({ "query": text, "extensions": named(text) });
        let batch: Vec<Value> = batch.iter().map(operation).collect();
        let (_, answers) = post(&keeper, &json!(batch)).await;
        for answer in answers.as_array().unwrap() {
            assert!(answer["data"].is_null(), "{answer}");
        }
    }
    for text in &documents {
        assert_eq!(
            code(&post(&keeper, &json!({ "extensions": named(text) })).await.1),
            "PERSISTED_QUERY_NOT_FOUND"
        );
    }
    let whole = json!({ "query": SHOP, "extensions": named(SHOP) });
    post(&keeper, &whole).await;
    while stored(&keeping).await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stored(&keeping).await, 1);
}

#[tokio::test]
async fn a_caller_has_a_quota_and_others_have_their_own() {
    let app = TestApp::new().await;
    let mut keeping = Keeping::default();
    keeping.edge.caches.persisted_bytes_per_caller = 1_000;
    keeping.edge.proxies.trusted = vec!["127.0.0.1/32".parse().unwrap()];
    let keeper = app.keeper(&keeping).await;
    let document = |n: usize| format!("{{ shop {{ name }} }} # {n} {}", "x".repeat(380));
    let send = async |n: usize, address: &str| {
        let text = document(n);
        let body = json!({ "query": text, "extensions": named(&text) });
        let request = keeper.client.post("/graphql");
        let request = request.header("x-forwarded-for", address);
        let answer = request.body_json(&body).send().await;
        let answer: Value = answer.0.into_body().into_json().await.unwrap();
        assert_eq!(answer["data"]["shop"]["name"], "Test Shop");
        known(&keeper, &text).await
    };
    let one = "2001:db8::1";
    assert_eq!((send(1, one).await, send(2, one).await), (true, true));
    // The same network, whichever of its addresses is used.
    assert_eq!(
        (send(3, one).await, send(4, "2001:db8::ffff").await),
        (false, false)
    );
    assert!(send(5, "203.0.113.7").await);
    // What is known already takes nothing.
    assert_eq!((send(1, one).await, send(3, one).await), (true, false));
}

#[tokio::test]
async fn a_document_is_kept_for_as_long_as_is_set() {
    let app = TestApp::new().await;
    let mut keeping = Keeping::default();
    keeping.edge.caches.persisted_time = std::time::Duration::from_secs(120);
    let keeper = app.keeper(&keeping).await;
    post(
        &keeper,
        &json!({ "query": SHOP, "extensions": named(SHOP) }),
    )
    .await;
    while stored(&keeping).await == 0 {
        tokio::task::yield_now().await;
    }
    let reader = commerce::config::Reader::from_environment();
    let client = redis::Client::open(reader.optional("REDIS_URL").unwrap()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    let name = format!("{}:document:{}", keeping.edge.key_prefix, hash(SHOP));
    let left: i64 = redis::AsyncCommands::ttl(&mut conn, name).await.unwrap();
    assert!((1..=120).contains(&left), "{left}");
}
