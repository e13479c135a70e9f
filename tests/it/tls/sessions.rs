//! Sessions: what is agreed, what is answered, and how long anybody is waited for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::config::EdgeConfig;
use api::connections::{Certificate, Encrypted, Patience, server};
use bytes::Bytes;
use commerce::config::Profile;
use poem::http::Request;
use poem::listener::{Acceptor, Listener, TcpListener};
use rustls::SupportedProtocolVersion;
use tests::{Scratch, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Client, LONG, Made, QUERY, http_2, post, shown, spoken};

const SHORT: Duration = Duration::from_millis(200);

fn patient() -> Patience {
    Patience {
        client: LONG,
        idle: LONG,
        work: LONG,
        connections: 100,
    }
}

fn edge() -> EdgeConfig {
    EdgeConfig::of_profile(Profile::Development, "https://localhost")
}

/// Serves the shop at a port of its own; encrypted, if there is a certificate.
async fn serve(
    app: &TestApp,
    certificate: Option<&Arc<Certificate>>,
    patience: Patience,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").into_acceptor();
    let listener = listener.await.unwrap();
    let address = *listener.local_addr()[0].as_socket_addr().unwrap();
    let endpoint = api::server::app(app.shop.clone(), api::health::Draining::default(), &edge());
    match certificate {
        Some(certificate) => {
            let listener = Encrypted::new(listener, Arc::clone(certificate)).unwrap();
            tokio::spawn(server(listener, patience).run(endpoint));
        }
        None => {
            tokio::spawn(server(listener, patience).run(endpoint));
        }
    }
    address
}

/// A shop behind a certificate in a folder.
async fn encrypted(
    made: &Made,
    folder: &Scratch,
    patience: Patience,
) -> (TestApp, Arc<Certificate>, String) {
    let app = TestApp::new().await;
    let certificate = Certificate::load(made.put(folder)).await.unwrap();
    let address = serve(&app, Some(&certificate), patience).await;
    (app, certificate, address.to_string())
}

const REQUEST: &str = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                       connection: close\r\ncontent-length: 26\r\n\r\n{\"query\":\"{ __typename }\"}";

const ONLY_1_2: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
const ONLY_1_3: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];

#[tokio::test]
async fn clients_choose_http_2_or_1_1() {
    let (made, folder) = (Made::new(), Scratch::new());
    let (_app, _certificate, address) = encrypted(&made, &folder, patient()).await;
    for protocols in [&["h2", "http/1.1"][..], &["http/1.1", "h2"], &["h2"]] {
        let stream = Client::of(&[&made], protocols).connect(&address).await;
        let stream = stream.unwrap();
        assert_eq!(spoken(&stream), Some(&b"h2"[..]));
        let requests = http_2(stream).await;
        let (status, headers, body) = post(&requests, QUERY).await.unwrap();
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("\"QueryRoot\""), "{body}");
        let told = "max-age=31536000; includeSubDomains";
        assert_eq!(headers["strict-transport-security"], told);
        assert_eq!(requests.current_max_send_streams(), 100);
    }
    for version in [ONLY_1_2, ONLY_1_3] {
        for (protocols, agreed) in [(&["http/1.1"][..], Some(&b"http/1.1"[..])), (&[], None)] {
            let mut client = Client::of(&[&made], protocols);
            client.versions = version;
            let mut stream = client.connect(&address).await.unwrap();
            assert_eq!(spoken(&stream), agreed);
            stream.write_all(REQUEST.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("\"QueryRoot\""), "{answer}");
        }
    }
    let other = Client::of(&[&made], &["spdy/3"]).connect(&address).await;
    let refused = other.unwrap_err().to_string();
    assert!(refused.contains("NoApplicationProtocol"), "{refused}");
    let stranger = Client::of(&[&Made::new()], &["h2"]).connect(&address).await;
    assert!(
        stranger.is_err(),
        "the certificate is not one of the trusted"
    );
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_connections_keep_theirs() {
    let (one, other, folder) = (Made::new(), Made::new(), Scratch::new());
    let (_app, certificate, address) = encrypted(&one, &folder, patient()).await;
    let client = Client::of(&[&one, &other], &["h2"]);
    let stream = client.connect(&address).await.unwrap();
    assert_eq!(shown(&stream), one.der);
    let requests = http_2(stream).await;
    assert_eq!(post(&requests, QUERY).await.unwrap().0, 200);

    let files = other.put(&folder);
    assert_eq!(certificate.refresh().await, Ok(true));
    assert_eq!(shown(&client.connect(&address).await.unwrap()), other.der);
    assert_eq!(post(&requests, QUERY).await.unwrap().0, 200);

    std::fs::write(&files.key, &one.key).unwrap();
    assert!(certificate.refresh().await.is_err());
    assert_eq!(shown(&client.connect(&address).await.unwrap()), other.der);
    assert_eq!(post(&requests, QUERY).await.unwrap().0, 200);
}

/// Waits until the server hangs up.
async fn hangs_up(stream: &mut (impl AsyncReadExt + Unpin)) {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    let _reset = timeout(LONG, stream.read_to_end(&mut bytes))
        .await
        .expect("the server closes");
}

#[tokio::test]
async fn who_never_ends_the_handshake_is_hung_up_on() {
    let (made, folder) = (Made::new(), Scratch::new());
    let patience = Patience {
        client: SHORT,
        ..patient()
    };
    let (_app, _certificate, address) = encrypted(&made, &folder, patience).await;
    // Nothing, a record that does not go on, and one that is none.
    for sent in [&b""[..], &[0x16, 3, 1, 2, 0, 1], b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        hangs_up(&mut stream).await;
    }
    // The head has no more time for coming after a handshake; on a slow machine that fails, too.
    if let Ok(mut stream) = Client::of(&[&made], &[]).connect(&address).await {
        hangs_up(&mut stream).await;
    }
}

#[tokio::test]
async fn http_2_is_also_spoken_behind_a_proxy_that_ends_tls() {
    let app = TestApp::new().await;
    let address = serve(&app, None, patient()).await;
    let requests = http_2(TcpStream::connect(address).await.unwrap()).await;
    let answers = (0..20).map(|_| post(&requests, QUERY));
    for answer in futures_util::future::join_all(answers).await {
        assert_eq!(answer.unwrap().0, 200);
    }
}

/// So long that a request is answered in time, on any machine.
fn silent() -> Patience {
    Patience {
        idle: Duration::from_secs(2),
        work: Duration::from_secs(2),
        ..patient()
    }
}

/// Sends pings until the connection ends.
async fn ping_until_the_end(mut pings: h2::PingPong) {
    let ping = async {
        while pings.ping(h2::Ping::opaque()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(LONG, ping).await.expect("the server closes");
}

#[tokio::test]
async fn pings_alone_keep_no_connection_of_http_2_open() {
    let app = TestApp::new().await;
    let address = serve(&app, None, silent()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let (requests, mut connection) = h2::client::handshake(stream).await.unwrap();
    let pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    assert_eq!(post(&requests, QUERY).await.unwrap().0, 200);
    ping_until_the_end(pings).await;
    assert!(post(&requests, QUERY).await.is_err());
}

#[tokio::test]
async fn who_does_not_take_an_answer_of_http_2_is_hung_up_on() {
    let app = TestApp::new().await;
    let address = serve(&app, None, silent()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut requests, mut connection) = h2::client::handshake(stream).await.unwrap();
    let pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    let document = "{ __schema { types { name description fields { name description } } } }";
    let body = serde_json::json!({ "query": document }).to_string();
    let request =
        Request::post("http://localhost/graphql").header("content-type", "application/json");
    let (response, mut sending) = requests
        .send_request(request.body(()).unwrap(), false)
        .unwrap();
    sending.send_data(Bytes::from(body), true).unwrap();
    let mut answer = response.await.unwrap().into_body();
    // As much as fits the window, for more of which no room is made.
    let mut taken = 0;
    while let Some(Ok(part)) = answer.data().await {
        taken += part.len();
        if taken == 65_535 {
            break;
        }
    }
    assert_eq!(taken, 65_535, "the answer is longer than the window");
    ping_until_the_end(pings).await;
}
