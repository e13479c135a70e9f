//! Figures for Prometheus: what there is, and the text that answers a scrape.
//!
//! Names begin with `cartwright_`, but for those of the process itself. docs/monitoring.md explains
//! each; a test holds the dashboard and the alerts to what is really answered.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::process;
use crate::Shop;

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

type Look = Box<dyn Fn() + Send + Sync>;

/// What is done before each scrape.
static LOOKS: Mutex<Vec<Look>> = Mutex::new(Vec::new());

/// From one millisecond to the longest time-out.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0,
];
/// Jobs wait and run for longer.
const LONG_SECONDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
];
const STATEMENTS: &[f64] = &[
    0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0,
];

/// The media type of [`scrape`]'s answer: Prometheus' text format.
pub const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Counters without labels of events that may never come.
const FROM_ZERO: &[&str] = &[
    "cartwright_http_requests_shed_total",
    "cartwright_db_outages_total",
    "cartwright_jobs_rescued_total",
    "cartwright_listen_reconnects_total",
];

/// How often old samples are thrown away between scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to keep figures for this process, called `service`; a second call changes nothing.
/// Without a call nothing is kept and nothing costs time.
///
/// # Errors
/// When the figures cannot be set up; a defect.
pub fn start(service: &'static str) -> Result<(), BuildError> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let suffix = |text: &str| Matcher::Suffix(text.to_owned());
    let whole = |text: &str| Matcher::Full(text.to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(suffix("_seconds"), SECONDS)?
        .set_buckets_for_metric(whole("cartwright_job_seconds"), LONG_SECONDS)?
        .set_buckets_for_metric(whole("cartwright_job_wait_seconds"), LONG_SECONDS)?
        .set_buckets_for_metric(suffix("_statements"), STATEMENTS)?
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        return Ok(());
    }
    describe();
    gauge!("cartwright_build_info", "service" => service, "version" => env!("CARGO_PKG_VERSION"))
        .set(1.0);
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    let _the_first_stays = HANDLE.set(handle);
    Ok(())
}

/// Has `look` set its figures before each scrape; where none are kept it is dropped.
pub fn before_scrape(look: impl Fn() + Send + Sync + 'static) {
    if HANDLE.get().is_some() {
        let mut looks = LOOKS.lock().unwrap_or_else(PoisonError::into_inner);
        looks.push(Box::new(look));
    }
}

/// The answer to a scrape of `shop`'s process; empty before [`start`].
#[must_use]
pub fn scrape(shop: &Shop) -> String {
    let Some(handle) = HANDLE.get() else {
        return String::new();
    };
    process::look();
    let looks = LOOKS.lock().unwrap_or_else(PoisonError::into_inner);
    looks.iter().for_each(|look| look());
    drop(looks);
    for (pool, state) in shop.db.pools() {
        look_at_pool(pool, &state);
    }
    look_at_pool("redis", &shop.kv.pool());
    handle.render()
}

fn look_at_pool(pool: &'static str, state: &bb8::State) {
    let busy = state.connections - state.idle_connections;
    gauge!("cartwright_pool_connections", "pool" => pool, "state" => "idle")
        .set(state.idle_connections);
    gauge!("cartwright_pool_connections", "pool" => pool, "state" => "busy").set(busy);
    let seen = &state.statistics;
    counter!("cartwright_pool_waits_total", "pool" => pool).absolute(seen.get_waited);
    counter!("cartwright_pool_timeouts_total", "pool" => pool).absolute(seen.get_timed_out);
    let waited = u64::try_from(seen.get_wait_time.as_millis()).unwrap_or(u64::MAX);
    counter!("cartwright_pool_wait_milliseconds_total", "pool" => pool).absolute(waited);
    counter!("cartwright_pool_connections_created_total", "pool" => pool)
        .absolute(seen.connections_created);
    let broken = seen.connections_closed_broken + seen.connections_closed_invalid;
    counter!("cartwright_pool_connections_broken_total", "pool" => pool).absolute(broken);
}

/// Tells whoever reads the raw answer what each figure means. Units stand in the names.
fn describe() {
    for (name, what) in HISTOGRAMS {
        describe_histogram!(*name, *what);
    }
    for (name, what) in COUNTERS {
        describe_counter!(*name, *what);
    }
    for (name, what) in GAUGES {
        describe_gauge!(*name, *what);
    }
    // From the start, so that the first event is seen as a change.
    for name in FROM_ZERO {
        counter!(*name).absolute(0);
    }
}

type Meanings = &'static [(&'static str, &'static str)];

#[rustfmt::skip]
const HISTOGRAMS: Meanings = &[
    ("cartwright_http_request_seconds", "from the first byte of a request to its answer"),
    ("cartwright_request_statements", "SQL statements of one operation"),
    ("cartwright_request_database_seconds", "what one operation waited for the database"),
    ("cartwright_job_seconds", "one attempt at a job"),
    ("cartwright_job_statements", "SQL statements of one attempt at a job"),
    ("cartwright_job_wait_seconds", "from when a job might run to when it did"),
];

#[rustfmt::skip]
const COUNTERS: Meanings = &[
    ("cartwright_http_requests_total", "requests that were answered"),
    ("cartwright_http_requests_shed_total", "requests sent away because all places were taken"),
    ("cartwright_http_requests_per_address_refused_total", "requests refused because one address had too many at once"),
    ("cartwright_forwarding_headers_ignored_total", "headers that name another client and were not believed"),
    ("cartwright_connections_per_address_refused_total", "connections closed because one address had too many"),
    ("cartwright_connections_refused_total", "connections closed because there were too many"),
    ("cartwright_connections_given_up_total", "connections closed because their client took too long"),
    ("cartwright_tls_handshakes_failed_total", "clients with whom no encrypted connection came about"),
    ("cartwright_limit_decisions_total", "decisions of the limit per address"),
    ("cartwright_gate_decisions_total", "decisions about operations by their cost"),
    ("cartwright_points_total", "points taken before operations ran, and what they really cost"),
    ("cartwright_cache_answers_total", "public answers that were asked for, by where they were from"),
    ("cartwright_cache_documents_total", "documents that had to be parsed and validated, or had been before"),
    ("cartwright_cache_persisted_total", "documents that were named by their hash"),
    ("cartwright_cache_changes_total", "notices of changes to what public answers are made of"),
    ("cartwright_db_outages_total", "times that the database stopped answering"),
    ("cartwright_db_reads_total", "connections that reads of the catalogue took, by where"),
    ("cartwright_replica_fallbacks_total", "requests that the replica failed and the primary answered"),
    ("cartwright_pool_waits_total", "times that a caller had to wait for a connection"),
    ("cartwright_pool_wait_milliseconds_total", "what callers waited for connections, added up"),
    ("cartwright_pool_timeouts_total", "times that a caller waited in vain"),
    ("cartwright_pool_connections_created_total", "connections made"),
    ("cartwright_pool_connections_broken_total", "connections thrown away because they were dead"),
    ("cartwright_jobs_finished_total", "attempts at jobs, by what came of them"),
    ("cartwright_jobs_rescued_total", "jobs taken from workers that fell silent"),
    ("cartwright_payment_calls_total", "calls of the payment provider, by how they were answered"),
    ("cartwright_listen_reconnects_total", "times that LISTEN was lost or could not be had"),
    ("process_cpu_seconds_total", "processor time of this process"),
];

#[rustfmt::skip]
const GAUGES: Meanings = &[
    ("cartwright_build_info", "always 1; the labels say what runs"),
    ("cartwright_http_requests_in_flight", "requests that are being answered"),
    ("cartwright_pool_connections", "connections of a pool"),
    ("cartwright_replica_up", "1 while the replica may be read; otherwise the primary is"),
    ("cartwright_replica_lag_seconds", "how far the replica is behind the primary"),
    ("cartwright_cache_bytes", "what a cache of this process holds, roughly"),
    ("cartwright_cache_hears", "1 while this process hears of changes; otherwise nothing is answered from the cache"),
    ("cartwright_jobs", "jobs in the table that have not ended, and those given up"),
    ("cartwright_queue_age_seconds", "how long the oldest due job of a queue has waited"),
    ("cartwright_payment_operations", "operations that the payment provider has not decided, and refunds that it refused"),
    ("cartwright_payment_unknown_age_seconds", "how long ago the provider was first asked for the oldest operation whose outcome is unknown"),
    ("cartwright_unapplied_payment_reports", "reports of the payment provider that wait for a person"),
    ("process_resident_memory_bytes", "memory of this process"),
    ("process_open_fds", "open file descriptors of this process"),
    ("process_max_fds", "how many it may open"),
    ("process_threads", "threads of this process"),
    ("process_start_time_seconds", "when this process started, since 1970"),
];
