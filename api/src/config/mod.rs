//! Configuration of the `api` binary.

mod budgets;
mod edge;

use std::net::SocketAddr;

use commerce::config::{CommonConfig, ConfigFaults, Reader};

pub use edge::{EdgeConfig, Origins, Proxies};

/// Everything the server is told from outside.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// What both binaries need.
    pub common: CommonConfig,
    /// The address to listen on.
    pub listen: SocketAddr,
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
        let config = Self {
            listen: reader.parsed("API_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080))),
            edge: EdgeConfig::read(&mut reader, &common),
            common,
        };
        reader.finish(config)
    }
}
