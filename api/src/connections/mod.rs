//! Connections: how many there may be, how long each may keep the server waiting, and TLS on them.
//!
//! poem reads a request's head for as long as its client likes to send it. Here a connection is closed
//! when a head does not arrive in time, when an answer is not taken, and when nothing happens on it.
//! Bodies have a time of their own in the endpoint, which can still answer.

mod certificate;
mod framing;
mod tls;
mod watched;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use poem::Server;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::sync::Semaphore;

pub(crate) use self::certificate::{CERTIFICATE_FILE, KEY_FILE};
pub use self::certificate::{Certificate, Fault, Files};
pub use self::tls::{Encrypted, Session};
pub use self::watched::Watched;

/// How long a connection may keep the server waiting, and how many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the head of a request, with the handshake before it, and for each piece of an answer to be
    /// taken.
    pub client: Duration,
    /// For the next request on an open connection.
    pub idle: Duration,
    /// How long a request may be worked on.
    pub work: Duration,
    /// Connections at once; more are closed as soon as they are made.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            client: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            work: Duration::from_secs(15),
            connections: descriptors().saturating_sub(RESERVED).max(100),
        }
    }
}

impl Patience {
    /// For a sign that a connection of HTTP/2 is used. It is not told there whether a request is worked
    /// on, so that it has the time for that as well.
    fn silence(&self) -> Duration {
        self.idle + self.work
    }
}

/// File descriptors that connections leave for everything else.
const RESERVED: usize = 200;

/// Where this process's limits stand on Linux.
const PROCESS_LIMITS: &str = "/proc/self/limits";

/// How many files this process may have open; where that cannot be known, as many as usual.
fn descriptors() -> usize {
    let text = std::fs::read_to_string(PROCESS_LIMITS).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    soft.unwrap_or(1024).min(Semaphore::MAX_PERMITS)
}

/// Requests at once on one connection of HTTP/2; the fewest that RFC 9113 (section 6.5.2) recommends.
const STREAMS: u32 = 100;

/// Bytes of a head over HTTP/2 as that protocol counts them, with 32 more for each header. More than
/// what the endpoint takes, which can say what is wrong.
const HEAD: u32 = 64 * 1024;

/// A server of watched connections.
pub fn server<A: Acceptor + 'static>(
    acceptor: A,
    patience: Patience,
) -> Server<Infallible, Watchful<A>> {
    // From the start, so that the first event is seen as a change.
    counter!("cartwright_connections_refused_total").increment(0);
    counter!(tls::FAILED).increment(0);
    for what in watched::WAITED_FOR {
        counter!("cartwright_connections_given_up_total", "waiting_for" => what).increment(0);
    }
    Server::new_with_acceptor(Watchful::new(acceptor, patience))
        .http2_max_concurrent_streams(STREAMS)
        .http2_max_header_list_size(HEAD)
}

/// Accepts connections and watches them.
pub struct Watchful<A> {
    inner: A,
    patience: Patience,
    places: Arc<Semaphore>,
}

impl<A> Watchful<A> {
    /// Watches the connections of `inner`.
    fn new(inner: A, patience: Patience) -> Self {
        let places = Arc::new(Semaphore::new(patience.connections));
        Self {
            inner,
            patience,
            places,
        }
    }
}

impl<A: Acceptor> Acceptor for Watchful<A> {
    type Io = Watched<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        loop {
            let (io, local, remote, scheme) = match self.inner.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Usually a lack of file descriptors: asking again at once would only burn time.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    return Err(error);
                }
            };
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                let io = Watched::new(io, self.patience, place);
                return Ok((io, local, remote, scheme));
            }
            counter!("cartwright_connections_refused_total").increment(1);
        }
    }
}
