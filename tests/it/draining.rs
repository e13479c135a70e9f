//! Connections of a process that drains: nobody loses a request, and everybody is sent elsewhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::config::EdgeConfig;
use api::connections::{Patience, server};
use api::health::Draining;
use bytes::Bytes;
use commerce::config::Profile;
use futures_util::future::join_all;
use h2::client::SendRequest;
use poem::IntoEndpoint;
use poem::endpoint::make;
use poem::http::Request;
use poem::listener::{Acceptor, Listener, TcpListener};
use tests::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longer than any machine takes for what happens at once.
const LONG: Duration = Duration::from_secs(60);

/// A server at a port of its own.
struct Served {
    address: SocketAddr,
    draining: Draining,
    stop: CancellationToken,
    over: JoinHandle<()>,
}

impl Served {
    async fn start<E>(draining: Draining, endpoint: E) -> Self
    where
        E: IntoEndpoint + Send + 'static,
        E::Endpoint: 'static,
    {
        let patience = Patience {
            client: LONG,
            idle: LONG,
            work: LONG,
            connections: 100,
        };
        let listener = TcpListener::bind("127.0.0.1:0").into_acceptor();
        let listener = listener.await.unwrap();
        let address = *listener.local_addr()[0].as_socket_addr().unwrap();
        let stop = CancellationToken::new();
        let server = server(listener, patience).draining(draining.clone());
        let run = server.run_until(endpoint, stop.clone().cancelled_owned(), LONG);
        Self {
            address,
            draining,
            stop,
            over: tokio::spawn(run),
        }
    }

    /// Stops the server, which has to end.
    async fn ends(self) {
        self.stop.cancel();
        timeout(LONG, self.over).await.unwrap().unwrap();
    }
}

/// A client of HTTP/2, and the task that keeps its connection.
struct Client {
    requests: SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (requests, connection) = h2::client::handshake(stream).await.unwrap();
        Self {
            requests,
            connection: tokio::spawn(connection),
        }
    }

    /// Sends a request; answers the body that comes back.
    fn get(&self) -> JoinHandle<String> {
        let requests = self.requests.clone();
        tokio::spawn(async move {
            let mut requests = requests.ready().await.unwrap();
            let request = Request::get("http://localhost/").body(()).unwrap();
            let (response, _sent) = requests.send_request(request, true).unwrap();
            let mut body = response.await.unwrap().into_body();
            let mut text = Vec::new();
            while let Some(part) = body.data().await {
                let part = part.unwrap();
                body.flow_control().release_capacity(part.len()).unwrap();
                text.extend_from_slice(&part);
            }
            String::from_utf8(text).unwrap()
        })
    }

    /// Waits until the server has said that it takes no more requests.
    async fn is_sent_away(&self) {
        let told = async {
            loop {
                match self.requests.clone().ready().await {
                    Ok(_) => tokio::time::sleep(Duration::from_millis(2)).await,
                    Err(error) => return error,
                }
            }
        };
        let error = timeout(LONG, told).await.expect("a word of the server");
        assert!(error.is_go_away() && error.is_remote(), "{error}");
        assert_eq!(error.reason(), Some(h2::Reason::NO_ERROR));
    }

    /// Waits for the end of the connection, which must be a good one.
    async fn ends(self) {
        timeout(LONG, self.connection)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
}

#[tokio::test]
async fn clients_of_http_2_are_sent_away_at_once_and_answered_what_they_asked() {
    let (entered, answers) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (arrives, waits) = (Arc::clone(&entered), Arc::clone(&answers));
    let endpoint = make(move |_request| {
        let (arrives, waits) = (Arc::clone(&arrives), Arc::clone(&waits));
        async move {
            arrives.add_permits(1);
            waits.acquire().await.unwrap().forget();
            "answered"
        }
    });
    let served = Served::start(Draining::default(), endpoint).await;
    let idle = Client::connect(served.address).await;
    answers.add_permits(1);
    assert_eq!(idle.get().await.unwrap(), "answered");
    entered.acquire().await.unwrap().forget();
    let busy = Client::connect(served.address).await;
    let asked = busy.get();
    entered.acquire().await.unwrap().forget();

    served.draining.begin();
    idle.is_sent_away().await;
    idle.ends().await;
    busy.is_sent_away().await;
    assert!(!asked.is_finished());
    // Who comes from a balancer that has not noticed is answered, and told.
    let late = Client::connect(served.address).await;
    let asked_late = late.get();
    entered.acquire().await.unwrap().forget();
    late.is_sent_away().await;
    answers.add_permits(2);
    for (client, asked) in [(busy, asked), (late, asked_late)] {
        assert_eq!(asked.await.unwrap(), "answered");
        client.ends().await;
    }
    served.ends().await;
}

/// Asks on a connection that stays open; answers the head that comes back, in small letters.
async fn ask(stream: &mut TcpStream) -> std::io::Result<String> {
    stream
        .write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n")
        .await?;
    let mut text = Vec::new();
    while !text.ends_with(b"{\"status\":\"ok\"}") {
        text.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&text).to_ascii_lowercase())
}

#[tokio::test]
async fn clients_that_keep_their_connections_lose_no_request() {
    const CLIENTS: usize = 20;
    let app = TestApp::new().await;
    let edge = EdgeConfig::of_profile(Profile::Development, &app.shop.settings.public_url);
    let draining = Draining::default();
    let endpoint = api::server::app(app.shop.clone(), draining.clone(), &edge);
    let served = Served::start(draining, endpoint).await;
    let (address, start) = (served.address, Arc::new(Barrier::new(CLIENTS + 1)));
    let clients = (0..CLIENTS).map(|_| {
        let start = Arc::clone(&start);
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            let before = ask(&mut stream).await?;
            start.wait().await;
            start.wait().await;
            let last = ask(&mut stream).await?;
            let rest = stream.read(&mut [0]).await?;
            // The balancer has not noticed yet.
            let mut again = TcpStream::connect(address).await?;
            let other = ask(&mut again).await?;
            let closes = |head: &str| head.contains("\r\nconnection: close\r\n");
            Ok::<_, std::io::Error>(([&before, &last, &other].map(|head| closes(head)), rest))
        })
    });
    let clients: Vec<_> = clients.collect();
    start.wait().await;
    served.draining.begin();
    start.wait().await;
    for answered in timeout(LONG, join_all(clients)).await.unwrap() {
        assert_eq!(answered.unwrap().unwrap(), ([false, true, true], 0));
    }
    served.ends().await;
}
