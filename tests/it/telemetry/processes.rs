//! What real processes say of themselves: to the log, to a collector, to Sentry and to Prometheus.

use std::collections::BTreeSet;

use commerce::config::Reader;
use serde_json::{Value, json};
use tests::load::buyer::Purchase;
use tests::load::process::End;
use tests::sandbox::card;
use tests::sink::Sink;

use crate::crash::stage::{PATIENCE, Role, Stage, World};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// What the collector must learn of one purchase.
const SPANS: [&str; 4] = [
    "Press",
    "job settle_payment",
    "sandbox POST",
    "job send_order_confirmation",
];

fn http() -> providers::http::Client {
    providers::http::client(PATIENCE).unwrap()
}

/// Posts one operation to the stage's API; answers status, request id and body.
async fn post(stage: &Stage, body: &Value, trace: &str) -> (u16, String, Value) {
    let url = format!("http://{}/graphql", stage.address(Role::Api));
    let request = http().post(url).json(body).header("traceparent", trace);
    let answer = request.send().await.unwrap();
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    (answer.status().as_u16(), id, answer.json().await.unwrap())
}

/// What a purchase knows that nobody else may: of the buyer, of the cart, of the shop.
async fn secrets(stage: &Stage, cart: &str) -> Vec<String> {
    let mut secrets: Vec<String> = [
        "buyer7@example.com",
        "Byron",
        "Main St",
        "Springfield",
        "4242 4242 4242 4242",
        "4242424242424242",
        "press-1",
        "the-sandbox's-secret",
        "the-collectors-key",
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.push(cart.split("key=").nth(1).unwrap().to_owned());
    let session = "SELECT payment_session FROM carts";
    secrets.push(stage.text(session).await);
    let reader = Reader::from_environment();
    for variable in ["DATABASE_URL", "REDIS_URL"] {
        let url = url::Url::parse(&reader.optional(variable).unwrap()).unwrap();
        secrets.extend(url.password().map(str::to_owned));
    }
    assert!(secrets.iter().all(|secret| secret.len() > 4), "{secrets:?}");
    secrets
}

/// The secrets that stand in a text, each with its line.
fn told(secrets: &[String], text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let told = secrets.iter().filter_map(|secret| {
        let line = text.lines().find(|line| line.contains(secret.as_str()))?;
        Some(format!("{secret}: {line}"))
    });
    told.collect()
}

fn assert_tells_nothing(secrets: &[String], place: &str, text: &[u8]) {
    assert_eq!(told(secrets, text), Vec::<String>::new(), "{place}");
}

/// Lines of the log, as JSON.
fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one purchase, told from end to end")]
async fn a_purchase_can_be_followed_everywhere_and_tells_nothing_of_the_buyer() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.stop(Role::Api).await;
    let (collector, sentry) = (Sink::start().await, Sink::start().await);
    let endpoint = format!("http://{}", collector.address);
    let dsn = format!("http://0123456789abcdef@{}/42", sentry.address);
    let loud = [
        ("LOG", "trace"),
        ("LOG_FORMAT", "json"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=the-collectors-key"),
        ("SENTRY_DSN", dsn.as_str()),
    ];
    stage.start(Role::Api, &loud).await;
    stage.ready(Role::Api).await;
    stage.start(Role::Worker, &loud).await;
    let cart = stage.cart(7).await;
    let mut secrets = secrets(&stage, &cart).await;
    let submit = json!({
        "query": "mutation Press($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") \
                  { result { __typename ... on SubmitSuccess { attemptId } } } }",
        "variables": { "cart": cart },
    });
    let (status, pressed, body) = post(&stage, &submit, GIVEN).await;
    let result = &body["data"]["cartSubmitForCompletion"]["result"];
    assert_eq!(
        (status, &result["__typename"]),
        (200, &json!("SubmitSuccess"))
    );
    let attempt = result["attemptId"].as_str().unwrap();
    secrets.push(attempt.rsplit_once('-').unwrap().1.to_owned());
    let bought = stage.buys(cart).await.unwrap();
    assert!(matches!(bought, Some(Purchase::Ordered(_))), "{bought:?}");
    let mailed =
        "SELECT count(*) FROM jobs WHERE kind = 'send_order_confirmation' AND state = 'completed'";
    stage.until(1, mailed).await;
    let order = json!({
        "query": "query Order($id: String!) { cartCompletionAttempt(attemptId: $id) { \
                  ... on CartCompletionSuccess { orderUrl } } }",
        "variables": { "id": attempt },
    });
    let (_, _, body) = post(&stage, &order, GIVEN).await;
    let page = body["data"]["cartCompletionAttempt"]["orderUrl"]
        .as_str()
        .unwrap();
    assert_eq!(
        http().get(page).send().await.unwrap().status().as_u16(),
        200
    );
    secrets.push(page.rsplit_once('/').unwrap().1.to_owned());
    // The buyer's mail may say it, which shows that it would be found.
    let mail = std::fs::read(&stage.mails()[0]).unwrap();
    assert!(told(&secrets, &mail).len() >= 3, "{secrets:?}");

    // Something of ours breaks.
    stage.app.execute("ALTER TABLE pages RENAME TO lost").await;
    let page = json!({ "query": "query Broken { page(handle: \"about\") { title } }" });
    let (_, broke, body) = post(&stage, &page, GIVEN).await;
    let code = &body["errors"][0]["extensions"]["code"];
    assert_eq!(code, "INTERNAL_SERVER_ERROR");
    // Spans leave in batches.
    let arrived = || {
        let bodies = collector.posted().into_iter().flat_map(|one| one.body);
        let all = String::from_utf8_lossy(&bodies.collect::<Vec<u8>>()).into_owned();
        SPANS.iter().all(|name| all.contains(name)) && !sentry.posted().is_empty()
    };
    super::soon(async {
        while !arrived() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    stage.stop(Role::Worker).await;
    stage.stop(Role::Api).await;

    let log = stage.logs();
    assert_tells_nothing(&secrets, "the log", log.as_bytes());
    let lines = lines(&log);
    let of_trace = |line: &&Value| line["trace_id"] == TRACE;
    let request = lines
        .iter()
        .find(|line| line["request_id"] == pressed.as_str());
    assert_eq!(request.unwrap()["trace_id"], TRACE);
    assert!(request.unwrap()["statements"].as_u64().unwrap() > 3);
    for kind in ["settle_payment", "send_order_confirmation"] {
        let of_kind = |line: &&Value| line["kind"] == kind && line["outcome"] == "done";
        let job = lines.iter().filter(of_trace).find(of_kind);
        assert!(job.unwrap()["statements"].as_u64().unwrap() > 0, "{kind}");
    }

    assert_spans(&collector, &secrets);
    assert_report(&sentry, &secrets, &broke);
}

/// The collector has the request, its jobs and the call of the provider, all of one trace.
fn assert_spans(collector: &Sink, secrets: &[String]) {
    let posted = collector.posted();
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    let mut of_trace = Vec::new();
    for one in &posted {
        assert_eq!(one.path, "/v1/traces");
        assert!(one.headers.contains("x-key: the-collectors-key"));
        assert!(one.headers.contains("application/x-protobuf"));
        assert_tells_nothing(secrets, "a batch of spans", &one.body);
        // Each span begins with the trace it is of: field 1, 16 bytes.
        let begin = [&[0x0a, 16][..], &trace].concat();
        let found = one.body.windows(begin.len()).enumerate();
        let found = found.filter(|(_, window)| *window == begin);
        of_trace.extend(found.map(|(at, _)| {
            let end = one.body.len().min(at + 120);
            String::from_utf8_lossy(&one.body[at..end]).into_owned()
        }));
    }
    for name in SPANS {
        let found = of_trace.iter().any(|span| span.contains(name));
        assert!(found, "{name} is missing in {of_trace:?}");
    }
    let all: Vec<u8> = posted.iter().flat_map(|one| one.body.clone()).collect();
    let all = String::from_utf8_lossy(&all);
    assert!(all.contains("cartwright-api") && all.contains("cartwright-worker"));
}

/// Sentry has the failure, with the request it was of, and nothing else.
fn assert_report(sentry: &Sink, secrets: &[String], request: &str) {
    let posted = sentry.posted();
    assert_eq!(posted.len(), 1, "{posted:?}");
    assert_eq!(posted[0].path, "/api/42/envelope/");
    assert!(posted[0].headers.contains("sentry_key=0123456789abcdef"));
    assert_tells_nothing(secrets, "the report", &posted[0].body);
    let body = String::from_utf8(posted[0].body.clone()).unwrap();
    let event: Value = serde_json::from_str(body.lines().nth(2).unwrap()).unwrap();
    assert_eq!(event["message"], "a resolver failed");
    assert_eq!(
        event["tags"],
        json!({ "request_id": request, "trace_id": TRACE })
    );
    assert_eq!(event["server_name"], "cartwright-api");
    for absent in ["user", "request", "breadcrumbs", "modules"] {
        assert_eq!(event[absent], json!(null), "{absent}");
    }
}

#[tokio::test]
async fn told_once_a_process_finishes_and_told_twice_it_ends_at_once() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.stop(Role::Api).await;
    stage
        .start(Role::Api, &[("SHUTDOWN_DELAY_SECONDS", "86400")])
        .await;
    stage.ready(Role::Api).await;
    stage.terminate(Role::Api).await;
    let ready = format!("http://{}/readyz", stage.address(Role::Api));
    let draining = async {
        loop {
            let answer = http().get(&ready).send().await.unwrap();
            if answer.status().as_u16() == 503 {
                return answer.json::<Value>().await.unwrap();
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    assert_eq!(super::soon(draining).await, json!({ "status": "draining" }));
    // Balancers that have not noticed yet still get answers.
    let query = json!({ "query": "{ publicApiVersions { handle } }" });
    let (status, _, body) = post(&stage, &query, GIVEN).await;
    assert_eq!((status, &body["errors"]), (200, &json!(null)));
    stage.terminate(Role::Api).await;
    assert_eq!(stage.ended(Role::Api).await, End::Exited(143));
}

/// Names of figures in a text: of ours, of the process, and those that rules record from them.
fn names(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = text.split(|c| !is_name(c));
    let figures = words.filter(|w| {
        let ours = ["cartwright_", "process_"]
            .iter()
            .any(|part| w.contains(part));
        ours && !w.ends_with('_')
    });
    figures.map(str::to_owned).collect()
}

#[tokio::test]
async fn dashboards_alerts_and_the_manual_speak_of_figures_that_are_really_answered() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.stop(Role::Api).await;
    let [api, worker] = [18_084, 18_085].map(|port| stage.at(port));
    let replica = stage.app.database.url.clone();
    let scraped = [
        ("API_METRICS_LISTEN", api.as_str()),
        // Not one that is read: it is the primary.
        ("DATABASE_REPLICA_URL", replica.as_str()),
        ("REQUESTS_PER_MINUTE", "100000"),
    ];
    stage.start(Role::Api, &scraped).await;
    stage.ready(Role::Api).await;
    stage
        .start(Role::Worker, &[("WORKER_METRICS_LISTEN", worker.as_str())])
        .await;
    let bought = stage.buys(stage.cart(7).await).await.unwrap();
    assert!(matches!(bought, Some(Purchase::Ordered(_))), "{bought:?}");
    let mut answered = String::new();
    for (address, expected) in [
        (
            &api,
            "cartwright_request_statements_bucket{operation=\"Submit\"",
        ),
        (
            &worker,
            "cartwright_jobs{queue=\"payments\",kind=\"settle_payment\",state=\"discarded\"} 0",
        ),
    ] {
        let text = http().get(format!("http://{address}/metrics"));
        let text = text.send().await.unwrap().text().await.unwrap();
        assert!(text.contains(expected), "{text}");
        answered.push_str(&text);
    }
    let series: BTreeSet<String> = answered
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| names(line.split(['{', ' ']).next().unwrap()))
        .collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = |path: &str| std::fs::read_to_string(format!("{root}/{path}")).unwrap();
    let rules = read("deploy/prometheus/rules.yml");
    let recorded = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- record: "));
    let recorded: BTreeSet<String> = recorded.map(str::to_owned).collect();
    for file in [
        "deploy/prometheus/rules.yml",
        "deploy/prometheus/alerts.yml",
        "deploy/grafana/cartwright.json",
    ] {
        let unknown: Vec<String> = names(&read(file))
            .into_iter()
            .filter(|name| !series.contains(name) && !recorded.contains(name))
            .collect();
        assert_eq!(unknown, Vec::<String>::new(), "{file}");
    }
    let families: BTreeSet<String> = answered
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    let manual = read("docs/monitoring.md");
    let listed = manual.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<String> = listed
        .filter_map(|line| line.split('`').next())
        .flat_map(names)
        .collect();
    assert_eq!(listed, families, "docs/monitoring.md lists every figure");
    for role in [Role::Worker, Role::Api] {
        stage.stop(role).await;
    }
}
