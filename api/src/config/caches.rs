//! What is kept of what was answered.

use std::time::Duration;

use commerce::config::Reader;

/// Settings of the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// Whether answers are kept at all.
    pub answers: bool,
    /// Bytes of answers that this process keeps.
    pub answer_bytes: u64,
    /// How long an answer is kept when nothing it was made of changes.
    pub answer_time: Duration,
    /// Whether the processes share answers through Redis.
    pub shared: bool,
    /// How long caches on the way to the client may keep an answer; nobody tells them of changes.
    pub on_the_way: Duration,
    /// Bytes of documents that this process keeps, parsed, and as many of persisted ones.
    pub document_bytes: u64,
    /// How long a persisted document is kept before it has to be sent again.
    pub persisted_time: Duration,
    /// Bytes of persisted documents that one caller may have kept in that time.
    pub persisted_bytes_per_caller: u32,
    /// How long a request waits for Redis before it goes on without it.
    pub patience: Duration,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            answers: true,
            answer_bytes: 64 * MEGABYTE,
            answer_time: Duration::from_secs(300),
            shared: true,
            on_the_way: Duration::from_secs(60),
            document_bytes: 16 * MEGABYTE,
            persisted_time: Duration::from_secs(3_600),
            persisted_bytes_per_caller: 1_000_000,
            patience: Duration::from_millis(50),
        }
    }
}

const MEGABYTE: u64 = 1024 * 1024;

impl CacheConfig {
    /// Reads and checks the variables.
    pub(super) fn read(reader: &mut Reader) -> Self {
        let default = Self::default();
        let answer_seconds = reader.parsed("RESPONSE_CACHE_SECONDS", default.answer_time.as_secs());
        let seconds_on_the_way = reader.parsed("HTTP_CACHE_SECONDS", default.on_the_way.as_secs());
        let answer_megabytes = reader.parsed("RESPONSE_CACHE_MB", default.answer_bytes / MEGABYTE);
        let document_megabytes =
            reader.parsed("DOCUMENT_CACHE_MB", default.document_bytes / MEGABYTE);
        let persisted_seconds = reader.parsed(
            "PERSISTED_QUERY_TTL_SECONDS",
            default.persisted_time.as_secs(),
        );
        let persisted_bytes_per_caller = reader.parsed(
            "PERSISTED_QUERY_BYTES_PER_CALLER",
            default.persisted_bytes_per_caller,
        );
        let bounds = [
            (
                "PERSISTED_QUERY_TTL_SECONDS",
                persisted_seconds,
                60..=43_200,
            ),
            (
                "PERSISTED_QUERY_BYTES_PER_CALLER",
                persisted_bytes_per_caller.into(),
                1..=1_000_000_000,
            ),
            ("RESPONSE_CACHE_SECONDS", answer_seconds, 1..=3_600),
            ("HTTP_CACHE_SECONDS", seconds_on_the_way, 0..=3_600),
            ("RESPONSE_CACHE_MB", answer_megabytes, 1..=65_536),
            ("DOCUMENT_CACHE_MB", document_megabytes, 1..=65_536),
        ];
        for (name, given, range) in bounds {
            if !range.contains(&given) {
                let (least, most) = (range.start(), range.end());
                reader.fault(name, format!("must be between {least} and {most}"));
            }
        }
        let (answers, shared) = match reader.optional("RESPONSE_CACHE").as_deref() {
            None | Some("shared") => (true, true),
            Some("process") => (true, false),
            Some("off") => (false, false),
            Some(other) => {
                let what = format!("`{other}` is not one of shared, process, off");
                reader.fault("RESPONSE_CACHE", what);
                (true, true)
            }
        };
        Self {
            answers,
            answer_bytes: answer_megabytes.saturating_mul(MEGABYTE),
            answer_time: Duration::from_secs(answer_seconds),
            shared,
            on_the_way: Duration::from_secs(seconds_on_the_way),
            document_bytes: document_megabytes.saturating_mul(MEGABYTE),
            persisted_time: Duration::from_secs(persisted_seconds),
            persisted_bytes_per_caller,
            patience: default.patience,
        }
    }
}
