//! TLS on connections, for installations without a proxy that ends it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use anyhow::Context as _;
use metrics::counter;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

use super::certificate::Certificate;

/// What is spoken within, the preferred one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Counts clients with whom no session came about.
pub(super) const FAILED: &str = "cartwright_tls_handshakes_failed_total";

/// Accepts connections that are encrypted.
pub struct Encrypted<A> {
    inner: A,
    tls: TlsAcceptor,
}

impl<A> Encrypted<A> {
    /// Encrypts the connections of `inner`, by TLS 1.2 and 1.3.
    ///
    /// # Errors
    /// When the versions of TLS are not to be had; a defect.
    pub fn new(inner: A, certificate: Arc<Certificate>) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("set up TLS")?
            .with_no_client_auth()
            .with_cert_resolver(certificate);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Self {
            inner,
            tls: Arc::new(config).into(),
        })
    }
}

impl<A: Acceptor> Acceptor for Encrypted<A> {
    type Io = Session<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let (io, local, remote, _scheme) = self.inner.accept().await?;
        // The handshake is the connection's own business, so that nobody else waits for it.
        let session = Session::Greeting(Box::new(self.tls.accept(io)));
        Ok((session, local, remote, Scheme::HTTPS))
    }
}

/// A connection that is, or will be, encrypted.
pub enum Session<Io> {
    /// The handshake goes on as the connection is read from.
    Greeting(Box<Accept<Io>>),
    /// Both sides have agreed.
    Open(Box<TlsStream<Io>>),
    /// They have not.
    Failed,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Session<Io> {
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut TlsStream<Io>>>> {
        if let Self::Greeting(accept) = self {
            *self = match ready!(Pin::new(accept.as_mut()).poll(cx)) {
                Ok(stream) => Self::Open(Box::new(stream)),
                Err(error) => {
                    counter!(FAILED).increment(1);
                    *self = Self::Failed;
                    return Poll::Ready(Err(error));
                }
            };
        }
        match self {
            Self::Open(stream) => Poll::Ready(Ok(Pin::new(stream.as_mut()))),
            Self::Greeting(_) | Self::Failed => {
                Poll::Ready(Err(io::ErrorKind::NotConnected.into()))
            }
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncRead for Session<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_open(cx))?.poll_read(cx, buf)
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Session<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(cx))?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(cx))?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Open(stream) => Pin::new(stream).poll_flush(cx),
            Self::Greeting(_) | Self::Failed => Poll::Ready(Ok(())),
        }
    }

    /// A handshake that has not come to an end is not waited for.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Open(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Greeting(accept) => match accept.get_mut() {
                Some(io) => Pin::new(io).poll_shutdown(cx),
                None => Poll::Ready(Ok(())),
            },
            Self::Failed => Poll::Ready(Ok(())),
        }
    }
}
