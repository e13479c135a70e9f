//! Configuration of the `api` binary.

mod budgets;
mod caches;
mod connections;
mod edge;

use std::net::SocketAddr;

use commerce::config::{CommonConfig, ConfigFaults, Reader};
use providers::telemetry::TelemetryConfig;

pub use caches::CacheConfig;
pub use edge::{EdgeConfig, Origins, Proxies};

use crate::connections::{Files, Patience, PerAddress};

/// Everything the server is told from outside.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// What both binaries need.
    pub common: CommonConfig,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address of `/metrics`; `None` when nobody scrapes.
    pub metrics: Option<SocketAddr>,
    /// The address of a door for probes of their own; `None` where they come in with everybody.
    pub health: Option<SocketAddr>,
    /// What leaves beside log lines.
    pub telemetry: TelemetryConfig,
    /// What connections there may be.
    pub connections: Patience,
    /// How many of them one address may have.
    pub per_address: PerAddress,
    /// Where the certificate is with which connections are encrypted; `None` where a proxy does it.
    pub tls: Option<Files>,
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
        let connections = connections::read(&mut reader, edge.timeout);
        edge.limits.body_time = connections.client;
        let trusted = &edge.proxies.trusted;
        let (profile, all) = (common.profile, connections.connections);
        let config = Self {
            per_address: connections::per_address(&mut reader, profile, all, trusted),
            connections,
            tls: connections::tls(&mut reader, &common.public_url),
            listen: reader.parsed("API_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080))),
            metrics: reader.address("API_METRICS_LISTEN"),
            health: reader.address("API_HEALTH_LISTEN"),
            telemetry: TelemetryConfig::read(&mut reader, common.profile),
            edge,
            common,
        };
        reader.finish(config)
    }
}
