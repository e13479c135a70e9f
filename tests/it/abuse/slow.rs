//! Clients that take their time, over real connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::config::EdgeConfig;
use api::connections::{Patience, server};
use commerce::config::Profile;
use futures_util::stream;
use poem::Body;
use poem::listener::{Acceptor, Listener, TcpListener};
use tests::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::time::timeout;

/// Longer than any machine takes for what happens at once.
const LONG: Duration = Duration::from_secs(60);

const SHORT: Duration = Duration::from_millis(200);

const REQUEST: &str = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                       content-length: 26\r\n\r\n{\"query\":\"{ __typename }\"}";

/// Serves the shop on a port of its own.
async fn serve(app: &TestApp, patience: Patience, edge: &EdgeConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .unwrap();
    let address = *listener.local_addr()[0].as_socket_addr().unwrap();
    let endpoint = api::server::app(app.shop.clone(), api::health::Draining::default(), edge);
    tokio::spawn(server(listener, patience).run(endpoint));
    address
}

fn development() -> EdgeConfig {
    EdgeConfig::of_profile(Profile::Development, "http://localhost:8080")
}

fn patient() -> Patience {
    Patience {
        client: LONG,
        idle: LONG,
        work: LONG,
        connections: 100,
    }
}

/// What arrives until the server closes the connection.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    let _reset = timeout(LONG, stream.read_to_end(&mut bytes))
        .await
        .expect("the server closes");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads one whole answer.
async fn answer(stream: &mut TcpStream) -> String {
    let read = async {
        let mut text = String::new();
        loop {
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).await.unwrap_or(0);
            text.push_str(&String::from_utf8_lossy(&bytes[..length]));
            if length == 0 || is_whole(&text) {
                return text;
            }
        }
    };
    timeout(LONG, read).await.expect("an answer")
}

fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    length.is_some_and(|length| length.parse() == Ok(body.len()))
}

#[tokio::test]
async fn who_sends_no_head_is_hung_up_on() {
    let app = TestApp::new().await;
    let patience = Patience {
        client: SHORT,
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    for sent in ["", "\r\n\r\n", "POST", "GET / HTTP/1.1\r\nhost: a\r\nx-a: "] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        assert_eq!(to_the_end(&mut stream).await, "", "after {sent:?}");
    }
    // Byte by byte makes no difference: the head has so much time, not each byte.
    let mut stream = TcpStream::connect(address).await.unwrap();
    let drip = async {
        loop {
            if stream.write_all(b"a").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, drip).await.expect("the server closes");
}

#[tokio::test]
async fn a_second_head_has_its_own_time_and_idleness_another() {
    let app = TestApp::new().await;
    let patience = Patience {
        idle: SHORT,
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    assert_eq!(to_the_end(&mut stream).await, "", "nothing was asked for");

    let patience = Patience {
        // Long enough for two requests, on any machine.
        client: Duration::from_secs(3),
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(REQUEST.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
    stream.write_all(b"POST ").await.unwrap();
    assert_eq!(to_the_end(&mut stream).await, "", "half a head");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_no_fault_of_ours() {
    let app = TestApp::new().await;
    let mut edge = development();
    edge.limits.body_time = SHORT;
    let patience = Patience {
        idle: SHORT,
        ..patient()
    };
    let address = serve(&app, patience, &edge).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let part = &REQUEST[..REQUEST.len() - 5];
    stream.write_all(part.as_bytes()).await.unwrap();
    let answer = to_the_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"REQUEST_TIMEOUT\""), "{answer}");
}

#[tokio::test]
async fn a_body_that_ends_early_is_refused() {
    let app = TestApp::new().await;
    let patience = Patience {
        idle: SHORT,
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(&REQUEST.as_bytes()[..REQUEST.len() - 5])
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let answer = to_the_end(&mut stream).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_slow_body_takes_no_place_from_others() {
    let app = TestApp::new().await;
    let mut edge = development();
    edge.concurrency = 1;
    let client = Arc::new(app.process(&edge));
    let barrier = Arc::new(Barrier::new(2));
    let slow = tokio::spawn({
        let (client, barrier) = (Arc::clone(&client), Arc::clone(&barrier));
        async move {
            let rest = Arc::clone(&barrier);
            let parts = stream::unfold(0, move |part| {
                let rest = Arc::clone(&rest);
                async move {
                    match part {
                        0 => Some((Ok::<_, std::io::Error>("{\"query\":\"{ __type"), 1)),
                        1 => {
                            rest.wait().await;
                            rest.wait().await;
                            Some((Ok("name }\"}"), 2))
                        }
                        _ => None,
                    }
                }
            });
            let request = client.post("/graphql").content_type("application/json");
            request
                .body(Body::from_bytes_stream(parts))
                .send()
                .await
                .0
                .status()
        }
    });
    barrier.wait().await;
    let quick = client.post("/graphql").content_type("application/json");
    let quick = quick.body("{\"query\":\"{ __typename }\"}").send().await;
    quick.assert_status_is_ok();
    barrier.wait().await;
    assert_eq!(slow.await.unwrap(), 200);
}

#[tokio::test]
async fn who_does_not_take_the_answer_is_hung_up_on() {
    let app = TestApp::new().await;
    let patience = Patience {
        client: SHORT,
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let document = "{ __schema { types { name description fields { name description } } } }";
    let body = serde_json::json!({ "query": document }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // As many as fill every buffer on the way; the server stops reading when nothing is taken.
    let send = async { while stream.write_all(request.as_bytes()).await.is_ok() {} };
    timeout(LONG, send).await.expect("the server closes");
}

#[tokio::test]
async fn more_connections_than_there_may_be_are_closed_and_places_come_back() {
    let app = TestApp::new().await;
    let patience = Patience {
        connections: 1,
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(REQUEST.as_bytes()).await.unwrap();
    assert!(answer(&mut first).await.starts_with("HTTP/1.1 200"));
    let mut second = TcpStream::connect(address).await.unwrap();
    assert_eq!(to_the_end(&mut second).await, "");
    drop(first);
    // The place is free when the server has noticed.
    let again = async {
        loop {
            let mut stream = TcpStream::connect(address).await.unwrap();
            if stream.write_all(REQUEST.as_bytes()).await.is_ok()
                && answer(&mut stream).await.starts_with("HTTP/1.1 200")
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, again).await.expect("a place");
}

/// A request with a body of so many pieces, which is refused by its head, and how the body is written.
fn too_large(path: &str, chunked: bool, pieces: usize) -> (String, Vec<u8>, &'static [u8]) {
    const PIECE: usize = 1 << 20;
    let spaces = vec![b' '; PIECE];
    let (length, piece, end): (_, _, &[u8]) = if chunked {
        let piece = [b"100000\r\n", spaces.as_slice(), b"\r\n"].concat();
        ("transfer-encoding: chunked".to_owned(), piece, b"0\r\n\r\n")
    } else {
        (format!("content-length: {}", PIECE * pieces), spaces, b"")
    };
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
    );
    (head, piece, end)
}

#[tokio::test]
async fn who_sends_on_after_a_refusal_can_read_it() {
    // More than all buffers on the way hold.
    const PIECES: usize = 32;
    let app = TestApp::new().await;
    let address = serve(&app, patient(), &development()).await;
    for (path, chunked, status) in [
        ("/graphql", false, "HTTP/1.1 413"),
        ("/graphql", true, "HTTP/1.1 413"),
        ("/nowhere", false, "HTTP/1.1 404"),
        ("/livez", false, "HTTP/1.1 405"),
    ] {
        let (head, piece, end) = too_large(path, chunked, PIECES);
        let mut stream = TcpStream::connect(address).await.unwrap();
        let send = async {
            stream.write_all(head.as_bytes()).await?;
            for _ in 0..PIECES {
                stream.write_all(&piece).await?;
            }
            stream.write_all(end).await
        };
        let sent = timeout(LONG, send).await.expect("the server reads");
        assert!(sent.is_ok(), "{path} {chunked}: {sent:?}");
        let read = to_the_end(&mut stream).await;
        assert!(read.starts_with(status), "{path} {chunked}: {read}");
        assert!(is_whole(&read), "{path} {chunked}: {read}");
    }
}

#[tokio::test]
async fn who_never_stops_sending_is_not_read_for_ever() {
    let app = TestApp::new().await;
    let patience = Patience {
        client: SHORT,
        ..patient()
    };
    let address = serve(&app, patience, &development()).await;
    let (head, piece, _) = too_large("/graphql", false, 1 << 30);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let send = async { while stream.write_all(&piece).await.is_ok() {} };
    timeout(LONG, send).await.expect("the server closes");
}
