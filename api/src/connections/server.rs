//! The server: hyper on watched connections, and how those connections end.
//!
//! A process that drains tells clients of HTTP/2 at once to go elsewhere (GOAWAY), and answers what they have
//! asked. Connections of HTTP/1.1 are ended by their next answer instead: on an idle one a request may be on its way.
//! poem's own server ends all connections at the same moment.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::http::{Request, Response, Version};
use poem::listener::{Acceptor, AcceptorExt, BoxIo};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, EndpointExt, IntoEndpoint};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Watchful;
use crate::health::Draining;

/// Requests at once on one connection of HTTP/2; the fewest that RFC 9113 (section 6.5.2) recommends.
const STREAMS: u32 = 100;

/// Bytes of a head over HTTP/2 as that protocol counts them, with 32 more for each header. More than
/// what the endpoint takes, which can say what is wrong.
const HEAD: u32 = 64 * 1024;

/// Requests of one connection that were taken back and are not yet forgotten: more end the connection.
const TAKEN_BACK: usize = 20;

/// A connection as it was accepted.
type Accepted = (BoxIo, LocalAddr, RemoteAddr, Scheme);

/// Serves HTTP/1.1 and HTTP/2 on watched connections.
pub struct Server<A> {
    acceptor: Watchful<A>,
    draining: Draining,
}

impl<A: Acceptor + 'static> Server<A> {
    pub(super) fn new(acceptor: Watchful<A>) -> Self {
        Self {
            acceptor,
            draining: Draining::default(),
        }
    }

    /// Sends clients of HTTP/2 elsewhere from the moment on that `draining` begins.
    #[must_use]
    pub fn draining(self, draining: Draining) -> Self {
        Self { draining, ..self }
    }

    /// Serves until the process ends.
    pub async fn run<E>(self, endpoint: E)
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        self.run_until(endpoint, std::future::pending(), Duration::ZERO)
            .await;
    }

    /// Serves until `stop`; then takes no more connections, and gives those that are open `grace` to
    /// answer what they were asked.
    pub async fn run_until<E>(self, endpoint: E, stop: impl Future<Output = ()>, grace: Duration)
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let endpoint = Arc::new(endpoint.into_endpoint().map_to_response().boxed());
        let mut acceptor = self.acceptor.boxed();
        let end = End {
            draining: self.draining,
            stop: CancellationToken::new(),
            abandon: CancellationToken::new(),
        };
        let connections = TaskTracker::new();
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = acceptor.accept() => accepted,
            };
            if let Ok(accepted) = accepted {
                connections.spawn(serve(accepted, Arc::clone(&endpoint), end.clone()));
            }
        }
        drop(acceptor);
        end.stop.cancel();
        connections.close();
        if tokio::time::timeout(grace, connections.wait())
            .await
            .is_err()
        {
            end.abandon.cancel();
            connections.wait().await;
        }
    }
}

/// What ends connections.
#[derive(Clone)]
struct End {
    /// Clients of HTTP/2 are sent elsewhere.
    draining: Draining,
    /// Everybody is, and nobody is let in.
    stop: CancellationToken,
    /// Answers are not waited for any more.
    abandon: CancellationToken,
}

impl End {
    /// Done when a connection takes no more requests. Until its first one it is not known to be `multiplexed`.
    async fn comes(&self, multiplexed: &CancellationToken) {
        let goes_away = async {
            self.draining.begun().await;
            multiplexed.cancelled().await;
        };
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = goes_away => {}
        }
    }
}

/// Serves one connection until it ends.
async fn serve(accepted: Accepted, endpoint: Arc<BoxEndpoint<'static>>, end: End) {
    let (io, local, remote, scheme) = accepted;
    let multiplexed = CancellationToken::new();
    let service = service_fn(|request: Request<Incoming>| {
        if request.version() == Version::HTTP_2 {
            multiplexed.cancel();
        }
        let endpoint = Arc::clone(&endpoint);
        let request = (request, local.clone(), remote.clone(), scheme.clone()).into();
        async move { Ok::<Response<_>, Infallible>(endpoint.get_response(request).await.into()) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http2()
        .max_concurrent_streams(STREAMS)
        .max_pending_accept_reset_streams(TAKEN_BACK)
        .max_header_list_size(HEAD);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(io), service);
    tokio::pin!(connection);
    tokio::select! {
        _client_went_away = connection.as_mut() => return,
        () = end.comes(&multiplexed) => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _over = connection => {}
        () = end.abandon.cancelled() => {}
    }
}
