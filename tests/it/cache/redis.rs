//! Redis, shared, away, restarted and swallowing everything.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redis::AsyncCommands;
use serde_json::json;
use tests::caching::{Keeper, Keeping, until};
use tests::factory::catalog::ProductSeed;
use tests::{Scratch, TestApp};
use tokio::io::copy_bidirectional;
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
    // Somebody who has just started finds it as well.
    let third = app.keeper(&keeping).await;
    assert_eq!(title(&third).await, ("cup".to_owned(), 0));
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
    let keeping = Keeping {
        redis: Some("redis://127.0.0.1:1".to_owned()),
        ..Keeping::default()
    };
    let (one, other) = (app.keeper(&keeping).await, app.keeper(&keeping).await);
    for keeper in [&one, &other] {
        assert_eq!(title(keeper).await, ("cup".to_owned(), 1));
        assert_eq!(title(keeper).await, ("cup".to_owned(), 0));
    }
}

/// A Redis of the test's own, at an address that it keeps over restarts.
struct OwnRedis {
    port: u16,
    folder: Scratch,
    child: Child,
}

impl OwnRedis {
    async fn start() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = Scratch::new();
        let child = run(port, &folder);
        let redis = Self {
            port,
            folder,
            child,
        };
        redis.ready().await;
        redis
    }

    fn url(&self) -> String {
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
        self.child = run(self.port, &self.folder);
        self.ready().await;
    }
}

fn run(port: u16, folder: &Scratch) -> Child {
    let port = port.to_string();
    Command::new("redis-server")
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

#[tokio::test]
async fn after_a_restart_redis_is_used_again() {
    let app = shop().await;
    let mut redis = OwnRedis::start().await;
    let keeping = Keeping {
        redis: Some(redis.url()),
        ..Keeping::default()
    };
    let (one, other) = (app.keeper(&keeping).await, app.keeper(&keeping).await);
    // What it reads from now on shows what the other one began with.
    app.heard_by(&one).await;
    title(&one).await;
    shared(&redis.url(), &keeping.edge.key_prefix, 1).await;
    assert_eq!(title(&other).await.1, 0);
    redis.kill().await;
    for new in ["Large cup", "Small cup"] {
        app.execute(&format!("UPDATE products SET title = '{new}'"))
            .await;
        app.heard_by(&one).await;
        assert_eq!(title(&one).await, (new.to_owned(), 1));
        assert_eq!(title(&one).await, (new.to_owned(), 0));
    }
    redis.restart().await;
    // The first one to notice is asked a second after the last failure at the soonest.
    let client = redis::Client::open(redis.url()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    let names = format!("{}:answer:*", keeping.edge.key_prefix);
    while conn
        .keys::<_, Vec<String>>(&names)
        .await
        .unwrap()
        .is_empty()
    {
        app.execute(
            "UPDATE products SET title = 'Cup again'; UPDATE products SET title = 'New cup'",
        )
        .await;
        app.heard_by(&one).await;
        assert_eq!(title(&one).await.0, "New cup");
    }
    app.heard_by(&other).await;
    assert_eq!(title(&other).await.0, "New cup");
}

/// A way to Redis on which everything can be swallowed.
async fn proxy(to: String, swallows: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut inner, _)) = listener.accept().await {
            let (to, swallows) = (to.clone(), Arc::clone(&swallows));
            tokio::spawn(async move {
                let mut outer = TcpStream::connect(&to).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut inner, &mut outer) => {}
                    () = until(|| swallows.load(Ordering::Relaxed)) => {}
                }
                // Open, and silent.
                std::future::pending::<()>().await;
            });
        }
    });
    format!("redis://127.0.0.1:{port}")
}

#[tokio::test]
async fn a_redis_that_swallows_everything_changes_no_answer() {
    let app = shop().await;
    let redis = OwnRedis::start().await;
    let swallows = Arc::new(AtomicBool::new(false));
    let to = format!("127.0.0.1:{}", redis.port);
    let keeping = Keeping {
        redis: Some(proxy(to, Arc::clone(&swallows)).await),
        ..Keeping::default()
    };
    let keeper = app.keeper(&keeping).await;
    title(&keeper).await;
    shared(&redis.url(), &keeping.edge.key_prefix, 1).await;
    swallows.store(true, Ordering::Relaxed);
    for new in ["Large cup", "Small cup", "New cup"] {
        app.execute(&format!("UPDATE products SET title = '{new}'"))
            .await;
        app.heard_by(&keeper).await;
        assert_eq!(title(&keeper).await, (new.to_owned(), 1));
        assert_eq!(title(&keeper).await, (new.to_owned(), 0));
    }
    let query = "mutation { cartCreate { cart { id } userErrors { code } } }";
    let made = keeper.ask(query, json!({})).await;
    assert!(made.data()["cartCreate"]["cart"]["id"].is_string());
}
