//! Configuration of the `api` binary.

mod budgets;
mod caches;
mod edge;

use std::net::SocketAddr;
use std::time::Duration;

use commerce::config::{CommonConfig, ConfigFaults, Reader};
use providers::telemetry::TelemetryConfig;

pub use caches::CacheConfig;
pub use edge::{EdgeConfig, Origins, Proxies};

use crate::connections::Patience;

/// Everything the server is told from outside.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// What both binaries need.
    pub common: CommonConfig,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address of `/metrics`; `None` when nobody scrapes.
    pub metrics: Option<SocketAddr>,
    /// What leaves beside log lines.
    pub telemetry: TelemetryConfig,
    /// What connections there may be.
    pub connections: Patience,
    /// Limits and headers of the HTTP edge.
    pub edge: EdgeConfig,
}

/// Connections to PostgreSQL when the environment does not say; see docs/connections.md.
const POOL_SIZE: u32 = 12;

impl ApiConfig {
    /// Reads and checks the variables.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read(mut reader: Reader) -> Result<Self, ConfigFaults> {
        let common = CommonConfig::read(&mut reader, POOL_SIZE);
        let mut edge = EdgeConfig::read(&mut reader, &common);
        let connections = connections(&mut reader, edge.timeout);
        edge.limits.body_time = connections.client;
        let config = Self {
            connections,
            listen: reader.parsed("API_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080))),
            metrics: reader.address("API_METRICS_LISTEN"),
            telemetry: TelemetryConfig::read(&mut reader, common.profile),
            edge,
            common,
        };
        reader.finish(config)
    }
}

fn connections(reader: &mut Reader, work: Duration) -> Patience {
    let default = Patience::default();
    let client = reader.parsed("CLIENT_TIMEOUT_SECONDS", default.client.as_secs());
    let idle = reader.parsed("KEEP_ALIVE_SECONDS", default.idle.as_secs());
    for (name, seconds) in [
        ("CLIENT_TIMEOUT_SECONDS", client),
        ("KEEP_ALIVE_SECONDS", idle),
    ] {
        if !(1..=300).contains(&seconds) {
            reader.fault(name, "must be between 1 and 300");
        }
    }
    let connections = reader.parsed("MAX_CONNECTIONS", default.connections);
    if connections == 0 {
        reader.fault("MAX_CONNECTIONS", "must be at least 1");
    }
    Patience {
        client: Duration::from_secs(client),
        idle: Duration::from_secs(idle),
        work,
        connections,
    }
}
