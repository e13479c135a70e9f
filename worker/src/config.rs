//! Configuration of the `worker` binary.

use std::net::SocketAddr;
use std::time::Duration;

use commerce::config::{CommonConfig, ConfigFaults, Reader};
use commerce::jobs::QUEUES;
use providers::mail::MailConfig;
use providers::telemetry::TelemetryConfig;

use crate::concurrency::Concurrency;

/// Connections to PostgreSQL when the environment does not say; see docs/connections.md.
const POOL_SIZE: u32 = 12;

/// Everything the worker is told from outside.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    /// What both binaries need.
    pub common: CommonConfig,
    /// The address of `/livez` and `/readyz`.
    pub listen: SocketAddr,
    /// The address of `/metrics`; `None` when nobody scrapes.
    pub metrics: Option<SocketAddr>,
    /// What leaves beside log lines.
    pub telemetry: TelemetryConfig,
    /// The queues it serves.
    pub queues: Vec<String>,
    /// Periods and limits.
    pub timing: Timing,
    /// How mail is sent.
    pub mail: MailConfig,
}

/// Periods and limits of a worker. `concurrency` and `silence` are configured, and the periods of
/// heartbeats and rescues with the latter; tests shorten the others.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Jobs that run at once, by queue.
    pub concurrency: Concurrency,
    /// How often due jobs are looked for when no notice comes.
    pub poll: Duration,
    /// How often a sign of life is given.
    pub heartbeat: Duration,
    /// How often silent workers' jobs are looked for.
    pub rescue: Duration,
    /// The silence after which a worker is taken for dead; several heartbeats long.
    pub silence: Duration,
    /// How often schedules are looked at.
    pub tick: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            concurrency: Concurrency::default(),
            poll: Duration::from_millis(500),
            heartbeat: Duration::from_secs(4),
            rescue: Duration::from_secs(5),
            silence: Duration::from_secs(20),
            tick: Duration::from_secs(1),
        }
    }
}

impl Timing {
    /// The periods that go with a silence: five heartbeats fit into it, so that one which comes
    /// late costs no job.
    #[must_use]
    pub fn rescuing_after(silence: Duration) -> Self {
        Self {
            heartbeat: silence / 5,
            rescue: silence / 4,
            silence,
            ..Self::default()
        }
    }
}

impl WorkerConfig {
    /// Reads and checks the variables; `queues` given on the command line win.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read(mut reader: Reader, queues: Option<String>) -> Result<Self, ConfigFaults> {
        let common = CommonConfig::read(&mut reader, POOL_SIZE);
        let queues = read_queues(&mut reader, queues);
        let concurrency = reader.parsed("WORKER_CONCURRENCY", Concurrency::default());
        let silence: u64 = reader.parsed(
            "WORKER_RESCUE_AFTER_SECONDS",
            Timing::default().silence.as_secs(),
        );
        if !(2..=3_600).contains(&silence) {
            reader.fault("WORKER_RESCUE_AFTER_SECONDS", "must be between 2 and 3600");
        }
        let config = Self {
            listen: reader.parsed("WORKER_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8081))),
            metrics: reader.address("WORKER_METRICS_LISTEN"),
            telemetry: TelemetryConfig::read(&mut reader, common.profile),
            queues,
            timing: Timing {
                concurrency,
                ..Timing::rescuing_after(Duration::from_secs(silence))
            },
            mail: MailConfig::read(&mut reader, common.profile),
            common,
        };
        reader.finish(config)
    }
}

fn read_queues(reader: &mut Reader, given: Option<String>) -> Vec<String> {
    let Some(list) = given.or_else(|| reader.optional("WORKER_QUEUES")) else {
        return QUEUES.iter().map(|queue| (*queue).to_owned()).collect();
    };
    let mut queues: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
    // Each queue has its places once.
    queues.sort_unstable();
    queues.dedup();
    for queue in queues
        .iter()
        .filter(|queue| !QUEUES.contains(&queue.as_str()))
    {
        let known = QUEUES.join(", ");
        reader.fault("WORKER_QUEUES", format!("`{queue}` is not one of {known}"));
    }
    queues
}
