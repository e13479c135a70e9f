//! Two real processes of the API, and whoever writes beside them: what one does, the others show.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::load::http::Connection;
use tests::load::process::{End, Process};
use tests::sandbox::card;

use crate::crash::stage::{PATIENCE, Role, Stage, World};

const CUP: &str = "{ product(handle: \"cup\") { title availableForSale variants(first: 1) { nodes { price { amount } } } } }";

const SUBMIT: &str = "mutation ($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") { \
    result { __typename } } }";

/// What a process shows of the cup: its title, its price, and whether it can be bought.
type Shown = (String, String, bool);

fn cup(title: &str, price: &str, can_be_bought: bool) -> Shown {
    (title.to_owned(), price.to_owned(), can_be_bought)
}

/// What a process shows, and how many statements that took.
async fn look(on: &mut Connection) -> (Shown, u64) {
    let body = json!({ "query": CUP }).to_string();
    let reply = on.post("/graphql", &body).await.unwrap();
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    let product = &answer["data"]["product"];
    let price = &product["variants"]["nodes"][0]["price"]["amount"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let can_be_bought = product["availableForSale"].as_bool().unwrap();
    let shown = (text(&product["title"]), text(price), can_be_bought);
    (shown, reply.statements.unwrap())
}

/// Waits until the process shows what is right, and until it has kept that.
async fn shows(on: &mut Connection, wanted: &Shown) {
    let until = Instant::now() + PATIENCE;
    loop {
        let (shown, statements) = look(on).await;
        if shown == *wanted && statements == 0 {
            return;
        }
        assert!(
            Instant::now() < until,
            "{shown:?} by {statements} statements instead of {wanted:?}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Imports the cup anew, in a process of its own.
async fn import(stage: &Stage, title: &str) {
    let file = stage.path("cup.csv");
    let text = format!("Handle,Title,Variant Price\ncup,{title},11.00\n");
    std::fs::write(&file, text).unwrap();
    let variables = [
        ("CARTWRIGHT_PROFILE", "development".to_owned()),
        ("DATABASE_URL", stage.app.database.url.clone()),
    ];
    let arguments = ["import", "--currency", "USD", &file];
    let log = stage.path("import.log");
    let import = Process::start("api", &arguments, &variables, log.as_ref());
    let end = import.unwrap().end(PATIENCE).await.unwrap();
    assert_eq!(end, End::Exited(0));
}

/// The value of a figure in the answer to a scrape.
fn figure(scraped: &str, name: &str) -> u64 {
    let line = scraped.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name} in {scraped}"))
        .trim()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn what_anybody_writes_every_process_shows() {
    let mut stage = Stage::open(card::DECLINED, World::default()).await;
    let figures = stage.at(18_084);
    stage.stop(Role::Api).await;
    // Nothing goes stale by its time while the test runs.
    let usual = [
        ("RESPONSE_CACHE_SECONDS", "3600"),
        ("REQUESTS_PER_MINUTE", "1000000"),
    ];
    let scraped = ("API_METRICS_LISTEN", figures.as_str());
    let counting = [&usual[..], &[scraped]].concat();
    stage.start(Role::Api, &counting).await;
    stage.start(Role::Neighbour, &usual).await;
    let mut processes = Vec::new();
    for role in [Role::Api, Role::Neighbour] {
        stage.ready(role).await;
        processes.push(Connection::open(&stage.address(role)).await.unwrap());
    }
    let everywhere = async |processes: &mut Vec<Connection>, wanted: Shown| {
        for on in processes {
            shows(on, &wanted).await;
        }
    };
    everywhere(&mut processes, cup("cup", "10.0", true)).await;

    // By hand.
    stage
        .app
        .execute("UPDATE inventory_levels SET on_hand = 1; UPDATE variants SET price_minor = 1100")
        .await;
    everywhere(&mut processes, cup("cup", "11.0", true)).await;

    // By one of the two: it shows so itself as soon as it has answered.
    let cart = stage.cart(0).await;
    let body = json!({ "query": SUBMIT, "variables": { "cart": cart } }).to_string();
    let reply = processes[0].post("/graphql", &body).await.unwrap();
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    let result = &answer["data"]["cartSubmitForCompletion"]["result"]["__typename"];
    assert_eq!(result, "SubmitSuccess");
    assert!(!look(&mut processes[0]).await.0.2);
    everywhere(&mut processes, cup("cup", "11.0", false)).await;

    // By a worker, who learns that the card is declined and lets go of the stock.
    stage.start(Role::Worker, &[]).await;
    everywhere(&mut processes, cup("cup", "11.0", true)).await;

    // By an import.
    import(&stage, "Cup with a handle").await;
    everywhere(&mut processes, cup("Cup with a handle", "11.0", true)).await;

    // The first to be asked after each change: the other may find all its answers in Redis.
    let http = providers::http::client(PATIENCE).unwrap();
    let scraped = http.get(format!("http://{figures}/metrics")).send().await;
    let scraped = scraped.unwrap().text().await.unwrap();
    for name in [
        "cartwright_cache_hears",
        "cartwright_cache_changes_total",
        "cartwright_cache_bytes{cache=\"answers\"}",
        "cartwright_cache_bytes{cache=\"documents\"}",
        "cartwright_cache_bytes{cache=\"requests\"}",
        "cartwright_cache_answers_total{result=\"hit\"}",
        // Answered anew after each change, without parsing and validating the document anew.
        "cartwright_cache_documents_total{step=\"parsed\",result=\"hit\"}",
        "cartwright_cache_documents_total{step=\"validated\",result=\"hit\"}",
    ] {
        assert_ne!(figure(&scraped, name), 0, "{name}");
    }
    for role in [Role::Worker, Role::Neighbour, Role::Api] {
        stage.stop(role).await;
    }
}
