//! Whom a connection is of: what one address may have, what is said of proxies that nobody trusts, and where
//! probes come in.

use std::net::SocketAddr;
use std::time::Duration;

use api::config::EdgeConfig;
use api::connections::{Patience, PerAddress, shared_server};
use commerce::config::{Profile, Reader};
use commerce::kernel::id::ordered_uuid;
use commerce::kv::store::Store;
use poem::listener::{Acceptor, Listener, TcpListener};
use serde_json::json;
use tests::TestApp;
use tests::load::process::{End, binary};
use tests::sandbox::card;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;

use crate::crash::stage::{PATIENCE, Role, Stage, World};

/// Longer than any machine takes for what happens at once.
const LONG: Duration = Duration::from_secs(60);

async fn serve(app: &TestApp, per_address: PerAddress) -> SocketAddr {
    let patience = Patience {
        client: LONG,
        idle: LONG,
        work: LONG,
        connections: 100,
    };
    let listener = TcpListener::bind("127.0.0.1:0").into_acceptor();
    let listener = listener.await.unwrap();
    let address = *listener.local_addr()[0].as_socket_addr().unwrap();
    let edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    let endpoint = api::server::app(app.shop.clone(), api::health::Draining::default(), &edge);
    tokio::spawn(shared_server(listener, patience, per_address).run(endpoint));
    address
}

/// Asks on a connection that stays open; whether it was answered, rather than closed.
async fn answered(stream: &mut TcpStream) -> bool {
    let ask = async {
        stream
            .write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n")
            .await?;
        let mut first = [0; 12];
        stream.read_exact(&mut first).await?;
        let mut rest = [0; 4096];
        let _more = stream.read(&mut rest).await?;
        Ok::<_, std::io::Error>(&first == b"HTTP/1.1 200")
    };
    let answer = timeout(LONG, ask).await.expect("an answer or the end");
    answer.unwrap_or(false)
}

async fn from(client: &str, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{client}:0").parse().unwrap()).unwrap();
    socket.connect(server).await.unwrap()
}

#[tokio::test]
async fn one_address_cannot_take_the_connections_of_others() {
    let app = TestApp::new().await;
    let per_address = PerAddress {
        connections: 2,
        exempt: Vec::new(),
    };
    let server = serve(&app, per_address).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = from("127.0.0.1", server).await;
        assert!(answered(&mut stream).await);
        held.push(stream);
    }
    assert!(!answered(&mut from("127.0.0.1", server).await).await);
    assert!(answered(&mut from("127.0.0.2", server).await).await);
    // The place is free when the server has noticed.
    held.pop();
    let again = async {
        while !answered(&mut from("127.0.0.1", server).await).await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, again).await.expect("a place");
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_it_likes() {
    let app = TestApp::new().await;
    let per_address = PerAddress {
        connections: 1,
        exempt: vec!["127.0.0.1/32".parse().unwrap()],
    };
    let server = serve(&app, per_address).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut stream = from("127.0.0.1", server).await;
        assert!(answered(&mut stream).await);
        held.push(stream);
    }
    let mut other = from("127.0.0.2", server).await;
    assert!(answered(&mut other).await);
    assert!(!answered(&mut from("127.0.0.2", server).await).await);
}

#[tokio::test]
async fn probes_come_in_when_nobody_else_does() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.stop(Role::Api).await;
    let health = stage.at(18_086);
    let variables = [
        ("API_HEALTH_LISTEN", health.as_str()),
        ("MAX_CONNECTIONS", "20"),
    ];
    stage.start(Role::Api, &variables).await;
    stage.ready(Role::Api).await;
    let address: SocketAddr = stage.address(Role::Api).parse().unwrap();
    let mut held = Vec::new();
    loop {
        let mut stream = TcpStream::connect(address).await.unwrap();
        if !answered(&mut stream).await {
            break;
        }
        held.push(stream);
        assert!(held.len() <= 20, "there are no more places than that");
    }
    let http = providers::http::client(PATIENCE).unwrap();
    for (path, status) in [("/livez", 200), ("/readyz", 200), ("/graphql", 404)] {
        let answer = http.get(format!("http://{health}{path}")).send().await;
        assert_eq!(answer.unwrap().status().as_u16(), status, "{path}");
    }
    let head = http.head(format!("http://{health}/readyz")).send().await;
    let head = head.unwrap();
    assert_eq!(head.headers()["content-length"], "28");
    assert_eq!(head.bytes().await.unwrap().len(), 0);
    drop(held);
    stage.stop(Role::Api).await;
}

/// What `api doctor` says in production.
async fn doctor(app: &TestApp, prefix: &str, more: &[(&'static str, &str)]) -> (End, String) {
    let reader = Reader::from_environment();
    let key = "-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\\n-----END PRIVATE KEY-----";
    let mut variables = vec![
        ("CARTWRIGHT_PROFILE", "production".to_owned()),
        ("PUBLIC_URL", "https://shop.example".to_owned()),
        ("JWT_SIGNING_KEY", key.to_owned()),
        ("DATABASE_URL", app.database.url.clone()),
        ("REDIS_URL", reader.optional("REDIS_URL").unwrap()),
        ("REDIS_KEY_PREFIX", prefix.to_owned()),
    ];
    variables.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let mut command = Command::new(binary("api").unwrap());
    command.arg("doctor").envs(variables);
    let output = command.output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.into(), said)
}

#[tokio::test]
async fn a_proxy_that_nobody_trusts_is_told_of() {
    let app = TestApp::new().await;
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.key_prefix = format!("test-{}", ordered_uuid());
    edge.patience = LONG;
    edge.proxies.report = true;
    let prefix = edge.key_prefix.clone();
    let client = app.process(&edge);
    assert_eq!(doctor(&app, &prefix, &[]).await.0, End::Exited(0));
    // A proxy on this machine, as the test's client is.
    let query = json!({ "query": "{ __typename }" });
    let request = client.post("/graphql").body_json(&query);
    let request = request.header("x-forwarded-for", "198.51.100.1");
    request.send().await.assert_status_is_ok();
    let found = Store::new(app.shop.kv.clone(), &format!("{prefix}:finding"), LONG, "");
    let remembered = async {
        loop {
            if let Some(text) = found.get("forwarding_header").await {
                return String::from_utf8(text).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let finding = timeout(LONG, remembered).await.expect("a finding");
    let words = "a request of 127.0.0.1 named another client and was not believed: if that is a proxy, its \
                 visitors share one identity until TRUSTED_PROXIES names it; without a proxy set TRUSTED_PROXIES=none";
    assert!(finding.ends_with(words), "{finding}");
    assert!(!finding.contains("198.51.100.1"), "{finding}");
    let (end, said) = doctor(&app, &prefix, &[]).await;
    assert_eq!(end, End::Exited(1));
    assert!(
        said.contains(&finding) && said.contains("1 faults"),
        "{said}"
    );
    // Who says that there is no proxy has an answer to it.
    let none = [("TRUSTED_PROXIES", "none")];
    assert_eq!(doctor(&app, &prefix, &none).await.0, End::Exited(0));
}
