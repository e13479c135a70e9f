//! Who the client is, behind proxies.
//!
//! Only the peer of the connection is certain. What a header says is believed when the peer is a
//! trusted proxy, and then only the one header that is configured: another could have been sent by
//! the client and passed on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use poem::Request;
use poem::http::HeaderName;

use crate::config::Proxies;

/// The address of whoever sent the request, as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The network that a limit counts: one address of IPv4, and of IPv6 the /64 that one
    /// customer is given.
    #[must_use]
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(v6) => {
                let kept = v6.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(kept))
            }
        }
    }
}

/// Headers in which proxies name their client.
const FORWARDING: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-real-ip",
    "true-client-ip",
    "fly-client-ip",
    "cf-connecting-ip",
];

/// Why a header that names a client is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ignored {
    /// The peer is no trusted proxy.
    UntrustedPeer(IpAddr),
    /// The peer is, and names its client in another header than the configured one.
    OtherHeader(IpAddr),
}

/// Who is connected. A peer without an address is on this machine: a socket of the file system, or a test.
fn peer(request: &Request) -> IpAddr {
    let peer = request.remote_addr().as_socket_addr();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
    peer.to_canonical()
}

/// An address as proxies write it: some add the port, and brackets around one of IPv6.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
    let address = bare.unwrap_or(hop).parse::<IpAddr>().ok();
    address.or_else(|| hop.parse::<SocketAddr>().ok().map(|hop| hop.ip()))
}

/// Finds the client's address.
pub(super) struct Resolver {
    trusted: Vec<IpNet>,
    header: HeaderName,
}

impl Resolver {
    pub(super) fn new(proxies: &Proxies) -> Self {
        Self {
            trusted: proxies.trusted.clone(),
            header: proxies.header.clone(),
        }
    }

    pub(super) fn client(&self, request: &Request) -> ClientIp {
        let hops = request.headers().get_all(&self.header);
        let hops = hops.iter().filter_map(|value| value.to_str().ok());
        ClientIp(self.walk(peer(request), hops))
    }

    /// Whether the request has a header that names another client and is not believed.
    pub(super) fn ignored(&self, request: &Request) -> Option<Ignored> {
        let headers = request.headers();
        let configured = headers.contains_key(&self.header);
        let named = configured || FORWARDING.iter().any(|name| headers.contains_key(*name));
        let peer = peer(request);
        match (self.trusts(peer), named) {
            (false, true) => Some(Ignored::UntrustedPeer(peer)),
            (true, true) if !configured => Some(Ignored::OtherHeader(peer)),
            _ => None,
        }
    }

    /// From the peer backwards, as long as those who speak are trusted.
    fn walk<'a>(&self, peer: IpAddr, lines: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer;
        for hop in lines.rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            match address(hop.trim()) {
                Some(before) => client = before.to_canonical(),
                None => break,
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let resolver = Resolver {
            trusted: vec!["10.0.0.0/8".parse().unwrap(), "fdaa::/16".parse().unwrap()],
            header: HeaderName::from_static("x-forwarded-for"),
        };
        let peer: IpAddr = peer.parse().unwrap();
        let found = resolver.walk(peer.to_canonical(), lines.iter().copied());
        found.to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(client("203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
    }

    #[test]
    fn the_last_untrusted_hop_is_the_client() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        let forged = ["1.1.1.1, 198.51.100.1", "10.0.0.9"];
        assert_eq!(client("10.0.0.1", &forged), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("fdaa::3", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn ports_and_brackets_are_none_of_the_address() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
    }

    #[test]
    fn what_names_a_client_and_is_not_believed_is_noticed() {
        let ignored = |trusted: &str, headers: &[&'static str]| {
            let resolver = Resolver {
                trusted: vec![trusted.parse().unwrap()],
                header: HeaderName::from_static("x-forwarded-for"),
            };
            let mut request = Request::builder();
            for name in headers {
                request = request.header(*name, "198.51.100.1");
            }
            resolver.ignored(&request.finish())
        };
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let untrusted = Some(Ignored::UntrustedPeer(here));
        assert_eq!(ignored("10.0.0.0/8", &["x-forwarded-for"]), untrusted);
        assert_eq!(ignored("10.0.0.0/8", &["fly-client-ip"]), untrusted);
        assert_eq!(ignored("10.0.0.0/8", &["forwarded"]), untrusted);
        assert_eq!(ignored("10.0.0.0/8", &["accept"]), None);
        assert_eq!(ignored("127.0.0.0/8", &["x-forwarded-for"]), None);
        assert_eq!(
            ignored("127.0.0.0/8", &["x-forwarded-for", "x-real-ip"]),
            None
        );
        assert_eq!(ignored("127.0.0.0/8", &[]), None);
        let other = Some(Ignored::OtherHeader(here));
        assert_eq!(ignored("127.0.0.0/8", &["fly-client-ip"]), other);
    }

    #[test]
    fn nonsense_ends_the_chain() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1, what"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_customer_of_ipv6_is_a_network() {
        let ip = |text: &str| ClientIp(text.parse().unwrap()).network().to_string();
        assert_eq!(ip("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(ip("198.51.100.1"), "198.51.100.1");
    }
}
