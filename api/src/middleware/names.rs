//! What clients choose, as far as it may stand in metrics and in the names of spans: so much of it that
//! Prometheus and the collector stay small, and that nobody can take the room of others.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{LazyLock, PoisonError, RwLock};

use poem::http::Method;

/// Names of operations that are told apart: more than a storefront has; each costs Prometheus some
/// twenty series.
const MOST: usize = 200;

/// Names among them that one address brings along, so that a stranger does not take them all.
const OF_ONE: usize = 50;

/// What stands for all that is not told apart.
const OTHER: &str = "other";

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// The names that are told apart.
#[derive(Default)]
struct Known {
    names: HashSet<String>,
    /// How many each address has brought.
    brought: HashMap<IpAddr, usize>,
}

/// The name of an operation as a label. A name that is not known yet becomes known by an operation that
/// did not fail; names in brackets are our own.
pub(super) fn label(name: &str, failed: bool, from: IpAddr) -> String {
    if name.starts_with('(') {
        return name.to_owned();
    }
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if known.names.contains(name) {
        return name.to_owned();
    }
    drop(known);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !failed && known.learn(name, from) {
        return name.to_owned();
    }
    OTHER.to_owned()
}

impl Known {
    /// Whether there is room for a name, which is then known.
    fn learn(&mut self, name: &str, from: IpAddr) -> bool {
        if self.names.contains(name) {
            return true;
        }
        let brought = self.brought.get(&from).copied().unwrap_or(0);
        if self.names.len() >= MOST || brought >= OF_ONE {
            return false;
        }
        self.names.insert(name.to_owned());
        self.brought.insert(from, brought + 1);
        true
    }
}

/// A method as OpenTelemetry names it: a client can invent others.
pub(super) fn method(method: &Method) -> &'static str {
    const KNOWN: [Method; 9] = [
        Method::GET,
        Method::POST,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::CONNECT,
        Method::TRACE,
    ];
    const NAMES: [&str; 9] = [
        "GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE",
    ];
    let place = KNOWN.iter().position(|known| known == method);
    place.map_or("_OTHER", |place| NAMES[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_the_room_of_others_and_the_room_has_an_end() {
        let mut known = Known::default();
        let address = |n: u8| IpAddr::from([198, 51, 100, n]);
        for n in 0..OF_ONE {
            assert!(known.learn(&format!("Mine{n}"), address(1)));
        }
        assert!(!known.learn("Another", address(1)));
        assert!(known.learn("Cart", address(2)));
        assert!(known.learn("Cart", address(1)), "a name that is known");
        for n in 0..1_000u16 {
            let from = address(u8::try_from(n / 40).unwrap() + 3);
            known.learn(&format!("Of{n}"), from);
        }
        assert_eq!(known.names.len(), MOST);
        assert!(!known.learn("Late", address(200)));
    }

    #[test]
    fn what_fails_teaches_no_name_and_ours_need_none() {
        let from = IpAddr::from([198, 51, 100, 1]);
        assert_eq!(label("NamesTestBroken", true, from), "other");
        assert_eq!(label("NamesTestBroken", false, from), "NamesTestBroken");
        assert_eq!(label("NamesTestBroken", true, from), "NamesTestBroken");
        assert_eq!(label("(refused)", true, from), "(refused)");
    }

    #[test]
    fn methods_that_clients_invent_are_one() {
        assert_eq!(method(&Method::HEAD), "HEAD");
        assert_eq!(method(&Method::from_bytes(b"BREW").unwrap()), "_OTHER");
    }
}
