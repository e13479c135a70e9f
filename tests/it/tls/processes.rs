//! A process that is given a certificate.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};
use tests::Scratch;
use tests::load::process::End;
use tests::sandbox::card;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::{Client, Made, QUERY, http_2, post, shown};
use crate::crash::stage::{PATIENCE, Role, Stage, World};

const SUBMIT: &str = "mutation ($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") { \
    result { __typename } } }";

/// Connects until the server shows a certificate.
async fn until_shown(client: &Client, address: &str, wanted: &Made) -> TlsStream<TcpStream> {
    let connected = async {
        loop {
            match client.connect(address).await {
                Ok(stream) if shown(&stream) == wanted.der => return stream,
                _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, connected).await.unwrap()
}

/// Posts a body over HTTP/1.1 and reads the answer.
async fn post_1_1(mut stream: TlsStream<TcpStream>, body: &str) -> String {
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn is_submitted(answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let result = &answer["data"]["cartSubmitForCompletion"]["result"]["__typename"];
    result
        .as_str()
        .is_some_and(|name| name.starts_with("Submit"))
}

#[tokio::test]
async fn a_process_shows_new_certificates_and_finishes_what_it_was_asked() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    let cart = stage.cart(0).await;
    stage.stop(Role::Api).await;
    let (one, other, folder) = (Made::new(), Made::new(), Scratch::new());
    let files = one.put(&folder);
    let (certificate, key) = (
        files.certificate.display().to_string(),
        files.key.display().to_string(),
    );
    let address = stage.address(Role::Api);
    let url = format!("https://{address}");
    let variables = [
        ("TLS_CERTIFICATE_FILE", certificate.as_str()),
        ("TLS_KEY_FILE", &key),
        ("PUBLIC_URL", &url),
    ];
    std::fs::write(&files.key, &other.key).unwrap();
    stage.start(Role::Api, &variables).await;
    assert_eq!(stage.ended(Role::Api).await, End::Exited(1));
    let fault =
        format!("TLS_KEY_FILE: `{key}` is not the key of the certificate in `{certificate}`");
    assert!(stage.logs().contains(&fault), "{}", stage.logs());

    one.put(&folder);
    stage.start(Role::Api, &variables).await;
    let mut client = Client::of(&[&one, &other], &["h2"]);
    let requests = http_2(until_shown(&client, &address, &one).await).await;
    other.put(&folder);
    client.protocols = &["http/1.1"];
    let later = until_shown(&client, &address, &other).await;
    assert_eq!(post(&requests, QUERY).await.unwrap().0, 200);

    // Both are being answered when the process is asked to stop.
    let locked = AsyncPgConnection::establish(&stage.app.database.url).await;
    let mut locker = locked.unwrap();
    let lock = "BEGIN; SELECT FROM carts FOR UPDATE";
    locker.batch_execute(lock).await.unwrap();
    let body = json!({ "query": SUBMIT, "variables": { "cart": cart } }).to_string();
    let asked = tokio::spawn({
        let (requests, body) = (requests.clone(), body.clone());
        async move { post(&requests, &body).await.unwrap() }
    });
    let asked_later = tokio::spawn(async move { post_1_1(later, &body).await });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    stage.until(2, waiting).await;
    stage.terminate(Role::Api).await;
    stage.lets_nobody_in(Role::Api).await;
    locker.batch_execute("ROLLBACK").await.unwrap();
    let (status, _, answer) = asked.await.unwrap();
    assert_eq!(status, 200);
    assert!(is_submitted(&answer), "{answer}");
    let answer = asked_later.await.unwrap();
    assert!(is_submitted(&answer), "{answer}");
    stage.stopped(Role::Api).await;
}
