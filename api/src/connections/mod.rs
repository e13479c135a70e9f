//! Connections: how many there may be, how long each may keep the server waiting, and TLS on them.
//!
//! poem reads a request's head for as long as its client likes to send it. Here a connection is closed
//! when a head does not arrive in time, when an answer is not taken, and when nothing happens on it.
//! Bodies have a time of their own in the endpoint, which can still answer.

mod certificate;
mod framing;
mod server;
mod tls;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use metrics::counter;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::address_limit::{AddressLimit, Held};
use crate::middleware::ClientIp;

pub(crate) use self::certificate::{CERTIFICATE_FILE, KEY_FILE};
pub use self::certificate::{Certificate, Fault, Files};
pub use self::server::Server;
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

/// How many connections one address may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerAddress {
    /// Connections at once; 0 for no limit.
    pub connections: usize,
    /// Peers that are not counted: proxies, which bring everybody. Behind them requests are counted by their
    /// clients' addresses.
    pub exempt: Vec<IpNet>,
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
    /// For what operators and platforms ask at an address of its own.
    #[must_use]
    pub fn for_probes() -> Self {
        Self {
            idle: Duration::from_secs(10),
            connections: 64,
            ..Self::default()
        }
    }

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

/// Counts connections of addresses that have too many.
const TOO_MANY_OF_ONE: &str = "cartwright_connections_per_address_refused_total";

/// A server of watched connections, of which one address may have all.
pub fn server<A: Acceptor + 'static>(acceptor: A, patience: Patience) -> Server<A> {
    shared_server(acceptor, patience, PerAddress::default())
}

/// A server of watched connections that addresses share.
pub fn shared_server<A: Acceptor + 'static>(
    acceptor: A,
    patience: Patience,
    per_address: PerAddress,
) -> Server<A> {
    // From the start, so that the first event is seen as a change.
    counter!("cartwright_connections_refused_total").increment(0);
    counter!(TOO_MANY_OF_ONE).increment(0);
    counter!(tls::FAILED).increment(0);
    for what in watched::WAITED_FOR {
        counter!("cartwright_connections_given_up_total", "waiting_for" => what).increment(0);
    }
    Server::new(Watchful::new(acceptor, patience, per_address))
}

/// A connection's place among all, and among those of its address.
pub(crate) struct Place {
    _all: OwnedSemaphorePermit,
    _own: Option<Held>,
}

/// Accepts connections and watches them.
pub struct Watchful<A> {
    inner: A,
    patience: Patience,
    places: Arc<Semaphore>,
    per_address: Option<AddressLimit>,
    exempt: Vec<IpNet>,
}

impl<A> Watchful<A> {
    /// Watches the connections of `inner`.
    fn new(inner: A, patience: Patience, per_address: PerAddress) -> Self {
        let places = Arc::new(Semaphore::new(patience.connections));
        Self {
            inner,
            patience,
            places,
            per_address: AddressLimit::new(per_address.connections),
            exempt: per_address.exempt,
        }
    }

    /// A place for a connection of `remote`, or why there is none.
    fn place(&self, remote: &RemoteAddr) -> Result<Place, &'static str> {
        let all = Arc::clone(&self.places).try_acquire_owned();
        let all = all.map_err(|_full| "cartwright_connections_refused_total")?;
        // A peer without an address is on this machine.
        let peer = remote.as_socket_addr().map(|peer| peer.ip().to_canonical());
        let counted = peer.filter(|peer| !self.exempt.iter().any(|net| net.contains(peer)));
        let own = match (&self.per_address, counted) {
            (Some(limit), Some(peer)) => {
                let held = limit.enter(ClientIp(peer).network());
                Some(held.ok_or(TOO_MANY_OF_ONE)?)
            }
            _ => None,
        };
        Ok(Place {
            _all: all,
            _own: own,
        })
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
            match self.place(&remote) {
                Ok(place) => {
                    let io = Watched::new(io, self.patience, place);
                    return Ok((io, local, remote, scheme));
                }
                Err(refused) => counter!(refused).increment(1),
            }
        }
    }
}
