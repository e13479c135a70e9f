//! Configuration of the `api` binary.

use std::net::SocketAddr;

use commerce::config::{CommonConfig, ConfigFaults, Reader};

/// Everything the server is told from outside.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// What both binaries need.
    pub common: CommonConfig,
    /// The address to listen on.
    pub listen: SocketAddr,
}

/// Connections to PostgreSQL when the environment does not say; see docs/connections.md.
const POOL_SIZE: u32 = 12;

impl ApiConfig {
    /// Reads and checks the variables.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read(mut reader: Reader) -> Result<Self, ConfigFaults> {
        let config = Self {
            common: CommonConfig::read(&mut reader, POOL_SIZE),
            listen: reader.parsed("API_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080))),
        };
        reader.finish(config)
    }
}
