//! The process as the kernel sees it, under the names that every Prometheus client uses.
//!
//! Source: proc(5). Where there is no `/proc` the figures are missing.

use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metrics::{counter, gauge};

/// Linux tells processor time in hundredths of a second on every machine it runs on.
const TICKS_PER_SECOND: u64 = 100;

/// Near enough to the start: the figures are set up first.
static STARTED: LazyLock<Duration> = LazyLock::new(|| {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
});

/// Reads everything anew.
pub(super) fn look() {
    gauge!("process_start_time_seconds").set(STARTED.as_secs_f64());
    if let Some(ticks) = fs::read_to_string("/proc/self/stat")
        .ok()
        .and_then(|s| ticks(&s))
    {
        counter!("process_cpu_seconds_total").absolute(ticks / TICKS_PER_SECOND);
    }
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        if let Some(kib) = number(&status, "VmRSS:") {
            gauge!("process_resident_memory_bytes").set((kib * 1024) as f64);
        }
        if let Some(threads) = number(&status, "Threads:") {
            gauge!("process_threads").set(threads as f64);
        }
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(open.count() as f64);
    }
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    if let Some(most) = number(&limits, "Max open files") {
        gauge!("process_max_fds").set(most as f64);
    }
}

/// The first number of the line that begins so.
fn number(text: &str, begin: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(begin))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// User and system time of `/proc/self/stat`: the 14th and 15th field, counted after the program's
/// name, which may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_files_are_read() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 123";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(
            number("Name:\tapi\nVmRSS:\t  2048 kB\n", "VmRSS:"),
            Some(2048)
        );
        let limits = "Max open files            1024                 4096                 files\n";
        assert_eq!(number(limits, "Max open files"), Some(1024));
        assert_eq!(number("x", "VmRSS:"), None);
    }
}
