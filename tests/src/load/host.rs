//! An address for each set of processes, so that no two of them want the same port.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// An address of the loopback network on which nobody listens at any of `ports`.
///
/// Linux answers at all of 127.0.0.0/8. Outgoing connections get their ports at 127.0.0.1, so those
/// of a neighbour's address stay free, also while a process is dead and will be started again.
pub fn own_host(ports: &[u16]) -> Ipv4Addr {
    loop {
        let number = TAKEN.fetch_add(1, Ordering::Relaxed);
        let host = host(std::process::id(), number);
        let is_free = |port: &u16| TcpListener::bind((host, *port)).is_ok();
        if ports.iter().all(is_free) {
            return host;
        }
    }
}

/// Spread by the process, so that two runs of the tests do not meet.
fn host(process: u32, number: u32) -> Ipv4Addr {
    let place = process
        .wrapping_mul(2_654_435_761)
        .wrapping_add(number.wrapping_mul(257));
    let part = |shift: u32| u8::try_from((place >> shift) % 253).unwrap_or(0) + 1;
    Ipv4Addr::new(127, part(16), part(8), part(0).max(2))
}
