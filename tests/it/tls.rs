//! Encrypted connections, and HTTP/2 on them, with clients that speak frame by frame.

mod files;
mod processes;
mod sessions;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use poem::http::{HeaderMap, Request};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tests::Scratch;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longer than any machine takes for what happens at once.
const LONG: Duration = Duration::from_secs(60);

const QUERY: &str = "{\"query\":\"{ __typename }\"}";

/// A certificate for `localhost`.
struct Made {
    certificate: String,
    key: String,
    der: CertificateDer<'static>,
}

impl Made {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        Self {
            certificate: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
            der: made.cert.der().clone(),
        }
    }

    /// Puts it where a server finds it.
    fn put(&self, folder: &Scratch) -> api::connections::Files {
        let files = api::connections::Files {
            certificate: folder.path().join("certificate.pem"),
            key: folder.path().join("key.pem"),
        };
        std::fs::write(&files.certificate, &self.certificate).unwrap();
        std::fs::write(&files.key, &self.key).unwrap();
        files
    }
}

/// A client that trusts these certificates and speaks these protocols.
#[derive(Clone)]
struct Client {
    trusted: Vec<CertificateDer<'static>>,
    protocols: &'static [&'static str],
    versions: &'static [&'static SupportedProtocolVersion],
}

impl Client {
    fn of(trusted: &[&Made], protocols: &'static [&'static str]) -> Self {
        Self {
            trusted: trusted.iter().map(|made| made.der.clone()).collect(),
            protocols,
            versions: rustls::DEFAULT_VERSIONS,
        }
    }

    async fn connect(&self, address: &str) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        for trusted in &self.trusted {
            roots.add(trusted.clone()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(self.versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = self.protocols.iter().map(|name| (*name).into()).collect();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }
}

/// The certificate that a server has shown.
fn shown(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().unwrap()[0].clone()
}

/// What both sides have agreed to speak.
fn spoken(stream: &TlsStream<TcpStream>) -> Option<&[u8]> {
    stream.get_ref().1.alpn_protocol()
}

/// Begins HTTP/2 on a connection, and keeps it going on a task of its own.
async fn http_2<Io>(stream: Io) -> SendRequest<Bytes>
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    requests
}

/// Posts a body over HTTP/2; answers status, headers and body.
async fn post(
    requests: &SendRequest<Bytes>,
    body: &str,
) -> Result<(u16, HeaderMap, String), h2::Error> {
    let mut requests = requests.clone().ready().await?;
    let request = Request::post("https://localhost/graphql")
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let (response, mut sending) = requests.send_request(request, false)?;
    sending.send_data(Bytes::copy_from_slice(body.as_bytes()), true)?;
    let (head, mut body) = response.await?.into_parts();
    let mut text = Vec::new();
    while let Some(part) = body.data().await {
        let part = part?;
        body.flow_control().release_capacity(part.len())?;
        text.extend_from_slice(&part);
    }
    let text = String::from_utf8(text).unwrap();
    Ok((head.status.as_u16(), head.headers, text))
}
