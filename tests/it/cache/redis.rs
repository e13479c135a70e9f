//! Redis, shared, away, restarted, slow and swallowing everything.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;

use api::config::CacheConfig;
use commerce::kernel::Secret;
use commerce::payment::PaymentConfig;
use redis::AsyncCommands;
use serde_json::{Value, json};
use tests::caching::{Keeper, Keeping};
use tests::factory::catalog::ProductSeed;
use tests::proxy::{Mood, Proxy};
use tests::{Scratch, TestApp};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

const CUP: &str = "query Cup { product(handle: \"cup\") { title } }";

async fn shop() -> TestApp {
    let app = TestApp::new().await;
    ProductSeed::new("cup").create(&app).await;
    app
}

async fn title(keeper: &Keeper) -> (String, u64) {
    let answer = keeper.ask(CUP, json!({})).await;
    let title = answer.data()["product"]["title"].as_str().unwrap();
    (title.to_owned(), answer.statements)
}

/// The Redis of all tests.
fn redis_url() -> String {
    let reader = commerce::config::Reader::from_environment();
    reader.optional("REDIS_URL").unwrap()
}

/// Waits until Redis has so many answers under the prefix.
async fn shared(url: &str, prefix: &str, wanted: usize) {
    let client = redis::Client::open(url).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    loop {
        let names: Vec<String> = conn.keys(format!("{prefix}:answer:*")).await.unwrap();
        if names.len() == wanted {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_one_process_has_answered_the_others_need_not_ask_for() {
    let app = shop().await;
    let keeping = Keeping::default();
    let (one, other) = (app.keeper(&keeping).await, app.keeper(&keeping).await);
    app.heard_by(&one).await;
    app.heard_by(&other).await;
    assert_eq!(title(&one).await, ("cup".to_owned(), 1));
    shared(&redis_url(), &keeping.edge.key_prefix, 1).await;
    assert_eq!(title(&other).await, ("cup".to_owned(), 0));
}

#[tokio::test]
async fn a_shared_answer_from_before_a_change_is_not_taken() {
    let app = shop().await;
    let keeping = Keeping::default();
    let (one, other) = (app.keeper(&keeping).await, app.keeper(&keeping).await);
    app.heard_by(&one).await;
    title(&one).await;
    shared(&redis_url(), &keeping.edge.key_prefix, 1).await;
    app.execute("UPDATE products SET title = 'Large cup'").await;
    app.heard_by(&other).await;
    assert_eq!(title(&other).await, ("Large cup".to_owned(), 1));
    // Nor by somebody who was not there to hear of the change.
    app.execute("UPDATE products SET title = 'Small cup'").await;
    let third = app.keeper(&keeping).await;
    assert_eq!(title(&third).await, ("Small cup".to_owned(), 1));
}

#[tokio::test]
async fn shops_with_one_redis_do_not_see_each_others_answers() {
    let keeping = Keeping::default();
    let (one, other) = (shop().await, shop().await);
    other.execute("UPDATE products SET title = 'Other'").await;
    let keepers = (one.keeper(&keeping).await, other.keeper(&keeping).await);
    assert_eq!(title(&keepers.0).await.0, "cup");
    shared(&redis_url(), &keeping.edge.key_prefix, 1).await;
    assert_eq!(title(&keepers.1).await, ("Other".to_owned(), 1));
}

#[tokio::test]
async fn without_redis_each_process_keeps_its_own() {
    let app = shop().await;
    let keeping = Keeping::with_redis("redis://127.0.0.1:1".to_owned());
    let (one, other) = (app.keeper(&keeping).await, app.keeper(&keeping).await);
    for keeper in [&one, &other] {
        assert_eq!(title(keeper).await, ("cup".to_owned(), 1));
        assert_eq!(title(keeper).await, ("cup".to_owned(), 0));
    }
}

/// A Redis of the test's own, at an address that it keeps over restarts.
pub(super) struct OwnRedis {
    port: u16,
    folder: Scratch,
    child: Child,
    settings: &'static [&'static str],
}

impl OwnRedis {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With settings of its own.
    pub(super) async fn with(settings: &'static [&'static str]) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = Scratch::new();
        let child = run(port, &folder, settings);
        let redis = Self {
            port,
            folder,
            child,
            settings,
        };
        redis.ready().await;
        redis
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    async fn ready(&self) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    }

    async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    async fn restart(&mut self) {
        self.child = run(self.port, &self.folder, self.settings);
        self.ready().await;
    }
}

fn run(port: u16, folder: &Scratch, settings: &[&str]) -> Child {
    let port = port.to_string();
    Command::new("redis-server")
        .args(settings)
        .args([
            "--port",
            &port,
            "--save",
            "",
            "--bind",
            "127.0.0.1",
            "--dir",
        ])
        .arg(folder.path())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Changes the cup until an answer has reached Redis: one that was away is asked again a second after the
/// last failure at the soonest.
async fn is_used(app: &TestApp, keeper: &Keeper, redis: &OwnRedis, prefix: &str) {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    let names = format!("{prefix}:answer:*");
    while conn
        .keys::<_, Vec<String>>(&names)
        .await
        .unwrap()
        .is_empty()
    {
        let two = "UPDATE products SET title = 'Cup again'; UPDATE products SET title = 'New cup'";
        app.execute(two).await;
        app.heard_by(keeper).await;
        assert_eq!(title(keeper).await.0, "New cup");
    }
}

#[tokio::test]
async fn after_a_restart_redis_is_used_again() {
    let app = shop().await;
    let mut redis = OwnRedis::start().await;
    let keeping = Keeping::with_redis(redis.url());
    let prefix = &keeping.edge.key_prefix;
    let (one, other) = (app.keeper(&keeping).await, app.keeper(&keeping).await);
    is_used(&app, &one, &redis, prefix).await;
    redis.kill().await;
    for new in ["Large cup", "Small cup"] {
        app.execute(&format!("UPDATE products SET title = '{new}'"))
            .await;
        app.heard_by(&one).await;
        assert_eq!(title(&one).await, (new.to_owned(), 1));
        assert_eq!(title(&one).await, (new.to_owned(), 0));
    }
    redis.restart().await;
    is_used(&app, &one, &redis, prefix).await;
    app.heard_by(&other).await;
    assert_eq!(title(&other).await.0, "New cup");
}

/// A way to this Redis that can be disturbed.
async fn disturbed(redis: &OwnRedis) -> (Proxy, Keeping) {
    let proxy = Proxy::before(format!("127.0.0.1:{}", redis.port)).await;
    let keeping = Keeping::with_redis(format!("redis://{}", proxy.address));
    (proxy, keeping)
}

/// Whatever Redis is like: what is kept is right, and carts can be filled.
async fn goes_on(app: &TestApp, keeper: &Keeper) {
    for new in ["Large cup", "Small cup", "New cup"] {
        app.execute(&format!("UPDATE products SET title = '{new}'"))
            .await;
        app.heard_by(keeper).await;
        assert_eq!(title(keeper).await, (new.to_owned(), 1));
        assert_eq!(title(keeper).await, (new.to_owned(), 0));
    }
    let query = "mutation { cartCreate { cart { id } userErrors { code } } }";
    let made = keeper.ask(query, json!({})).await;
    assert!(made.data()["cartCreate"]["cart"]["id"].is_string());
}

#[tokio::test]
async fn a_redis_that_swallows_everything_changes_no_answer() {
    let app = shop().await;
    let redis = OwnRedis::start().await;
    let (proxy, keeping) = disturbed(&redis).await;
    let keeper = app.keeper(&keeping).await;
    title(&keeper).await;
    proxy.turn(Mood::Silent);
    goes_on(&app, &keeper).await;
}

#[tokio::test]
async fn a_slow_redis_changes_no_answer() {
    let app = shop().await;
    let redis = OwnRedis::start().await;
    for slow in [
        // In time, almost; and much too late, so that answers come to those who have gone.
        CacheConfig::default().patience / 4,
        CacheConfig::default().patience * 4,
    ] {
        let (proxy, keeping) = disturbed(&redis).await;
        let keeper = app.keeper(&keeping).await;
        title(&keeper).await;
        proxy.turn(Mood::Slow(slow));
        goes_on(&app, &keeper).await;
    }
}

#[tokio::test]
async fn a_process_that_was_told_otherwise_answers_otherwise() {
    let app = shop().await;
    let unpaid = Keeping {
        payment: Some(PaymentConfig::None),
        ..Keeping::default()
    };
    let sandbox = Keeping {
        payment: Some(PaymentConfig::Sandbox {
            url: "http://sandbox.example".to_owned(),
            secret: Secret::new("s".to_owned()),
            timeout: Duration::from_secs(1),
        }),
        ..unpaid.clone()
    };
    let (one, other) = (app.keeper(&sandbox).await, app.keeper(&unpaid).await);
    let same = app.keeper(&sandbox).await;
    app.heard_by(&one).await;
    let query =
        "{ paymentSettings { acceptedCardBrands } shop { paymentSettings { cardVaultUrl } } }";
    let first = one.ask(query, json!({})).await;
    let brands = &first.data()["paymentSettings"]["acceptedCardBrands"];
    assert_eq!(brands, &json!(["MASTERCARD", "VISA"]));
    shared(&redis_url(), &sandbox.edge.key_prefix, 1).await;
    let answer = other.ask(query, json!({})).await;
    let brands = &answer.data()["paymentSettings"]["acceptedCardBrands"];
    assert_eq!(brands, &json!([]));
    let shown = |body: &Value| body["shop"]["paymentSettings"]["cardVaultUrl"].clone();
    assert_ne!(shown(answer.data()), shown(first.data()));
    let taken = same.ask(query, json!({})).await;
    assert_eq!((taken.data(), taken.statements), (first.data(), 0));
}
