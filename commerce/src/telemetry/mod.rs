//! What a process tells of itself: log lines here, figures in [`metrics`].
//!
//! One line per request and per job is written at the edges; never a secret, an address or a card
//! detail. Spans for export are made by [`crate::trace`].

pub mod metrics;
mod process;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry};

use crate::config::LogFormat;

/// Sees every event beside the log, such as one that reports errors to somebody.
pub type Listener = Box<dyn Layer<Registry> + Send + Sync>;

/// Our own crates, the only ones that may say more than warnings.
const OURS: [&str; 5] = ["api", "commerce", "providers", "schema", "worker"];

/// Starts logging to standard error; a second call changes nothing. `filter` is in `tracing`'s
/// syntax; whatever it says, other people's crates only warn: at `debug` the database's driver would
/// write down what buyers typed.
pub fn init(format: LogFormat, filter: &str, listener: Option<Listener>) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Listener = match format {
        LogFormat::Pretty => Box::new(lines.compact()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true)),
    };
    let lines = lines
        .with_filter(filter)
        .with_filter(FilterFn::new(is_harmless));
    let layers: Vec<Listener> = std::iter::once(Box::new(lines) as Listener)
        .chain(listener)
        .collect();
    let _already_set = tracing_subscriber::registry().with(layers).try_init();
    std::panic::set_hook(Box::new(|panic| {
        // Not its message: it may quote what it choked on.
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a thread panicked");
    }));
}

fn is_harmless(of: &Metadata<'_>) -> bool {
    let name = of.target().split("::").next().unwrap_or_default();
    *of.level() <= Level::WARN || OURS.contains(&name)
}
