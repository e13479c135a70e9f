//! Ends a process that is alive and does nothing any more.
//!
//! Platforms such as Fly stop sending requests to a machine whose check fails, but do not start it
//! again. So a thread outside the runtime looks whether the runtime still gets to do what it was
//! asked, and gives the process up when it does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How often the thread looks.
const LOOK: Duration = Duration::from_secs(5);
/// Looks in a row without a sign of life: half a minute.
const MISSES: u32 = 6;
/// How often the runtime gives one.
const BEAT: Duration = Duration::from_secs(1);

/// Watches the runtime it is called in, and aborts the process when it is stuck for half a minute.
pub fn start() {
    let beats = Arc::new(AtomicU64::new(0));
    let beating = Arc::clone(&beats);
    tokio::spawn(async move {
        loop {
            beating.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(BEAT).await;
        }
    });
    let watching = thread::Builder::new().name("watchdog".to_owned());
    let watching = watching.spawn(move || {
        watch(LOOK, || beats.load(Ordering::Relaxed));
        tracing::error!("nothing has moved for half a minute; the process is given up");
        std::process::abort();
    });
    if let Err(error) = watching {
        tracing::warn!(%error, "there is no watchdog");
    }
}

/// Comes back after [`MISSES`] looks in a row at which `beats` was the same. Counts looks, not time:
/// a process that was stopped and continued has missed one.
fn watch(look: Duration, beats: impl Fn() -> u64) {
    let (mut last, mut misses) = (beats(), 0);
    while misses < MISSES {
        thread::sleep(look);
        let now = beats();
        misses = if now == last { misses + 1 } else { 0 };
        last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_process_that_stands_still_is_given_up() {
        let looks = AtomicU64::new(0);
        // Beats at ten looks, misses some but never six, then stops for good.
        watch(Duration::ZERO, || {
            match looks.fetch_add(1, Ordering::Relaxed) {
                look @ 0..10 => look,
                10..15 => 9,
                15 => 10,
                _ => 11,
            }
        });
        assert_eq!(looks.load(Ordering::Relaxed), 23);
    }
}
