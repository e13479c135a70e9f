//! The sandbox payment provider: a process of its own, with a durable ledger.
//!
//! It takes test cards only, moves no money, and keeps of a card nothing but which test card it
//! is. Being somebody else's process with somebody else's memory, it can prove that a crash of
//! ours charged nobody twice. docs/sandbox.md is its manual.

mod card_page;
mod cards;
mod challenge;
mod charges;
mod deliver;
mod ledger;
mod routes;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use commerce::config::{Profile, Reader};
use commerce::kernel::{Clock, Secret};
use commerce::payment::sandbox_secret;
use commerce::signals::Stop;
use poem::endpoint::BoxEndpoint;
use poem::listener::{Acceptor, Listener, TcpListener};

pub use cards::{CARDS, TestCard};

/// What the sandbox is told from outside.
#[derive(Clone, Debug)]
pub struct SandboxServerConfig {
    /// The address to listen on; port 0 takes any.
    pub listen: SocketAddr,
    /// The ledger's file.
    pub ledger: PathBuf,
    /// Authenticates clients and signs webhooks.
    pub secret: Secret,
    /// Where webhooks go; `None` keeps them in the ledger only.
    pub webhooks: Option<String>,
    /// Where the sandbox is reached from outside; by default the address it listens on.
    pub url: Option<String>,
}

impl SandboxServerConfig {
    /// Reads `SANDBOX_LISTEN`, `SANDBOX_LEDGER`, `SANDBOX_SECRET`, `SANDBOX_URL` and `PUBLIC_URL`.
    pub fn read(reader: &mut Reader) -> Self {
        let profile = reader.parsed("CARTWRIGHT_PROFILE", Profile::Production);
        if profile == Profile::Production {
            reader.fault(
                "CARTWRIGHT_PROFILE",
                "the sandbox does not run in production",
            );
        }
        let ledger = reader.optional("SANDBOX_LEDGER");
        let public_url = reader.optional("PUBLIC_URL");
        let public_url = public_url.unwrap_or_else(|| "http://localhost:8080".to_owned());
        Self {
            listen: reader.parsed("SANDBOX_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8090))),
            ledger: PathBuf::from(ledger.unwrap_or_else(|| ".dev/sandbox.jsonl".to_owned())),
            secret: sandbox_secret(reader, profile),
            webhooks: Some(format!(
                "{}/webhooks/sandbox",
                public_url.trim_end_matches('/')
            )),
            url: reader.optional("SANDBOX_URL"),
        }
    }
}

/// A sandbox that listens and is ready to be run.
pub struct SandboxServer {
    /// The address it really listens on.
    pub address: SocketAddr,
    acceptor: poem::listener::TcpAcceptor,
    app: BoxEndpoint<'static>,
    deliveries: deliver::Deliveries,
}

impl SandboxServer {
    /// Opens the ledger and the port.
    ///
    /// # Errors
    /// When the ledger cannot be read or the address cannot be listened on.
    pub async fn bind(config: &SandboxServerConfig, clock: Clock) -> anyhow::Result<Self> {
        let acceptor = TcpListener::bind(config.listen)
            .into_acceptor()
            .await
            .with_context(|| format!("listen on {}", config.listen))?;
        let address = acceptor.local_addr();
        let address = address.first().and_then(|a| a.as_socket_addr()).copied();
        let address = address.context("the listener has no address")?;
        let ledger = ledger::Ledger::open(&config.ledger)?;
        let url = config.url.clone();
        let sandbox = routes::SandboxState {
            ledger: ledger.clone(),
            clock: clock.clone(),
            secret: config.secret.clone(),
            url: url.unwrap_or_else(|| format!("http://{address}")),
        };
        Ok(Self {
            address,
            acceptor,
            app: routes::app(sandbox),
            deliveries: deliver::Deliveries::new(ledger, clock, config)?,
        })
    }

    /// Serves and delivers webhooks until `stop` is done.
    ///
    /// # Errors
    /// When the server breaks.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let delivering = tokio::spawn(self.deliveries.run());
        let served = poem::Server::new_with_acceptor(self.acceptor)
            .run_with_graceful_shutdown(self.app, stop, Some(Duration::from_secs(1)))
            .await;
        delivering.abort();
        served.context("serve the sandbox")
    }
}

/// Runs the sandbox until SIGTERM or Ctrl-C.
///
/// # Errors
/// As [`SandboxServer::bind`] and [`SandboxServer::run`].
pub async fn serve(config: &SandboxServerConfig) -> anyhow::Result<()> {
    let server = SandboxServer::bind(config, Clock::system()).await?;
    tracing::info!(address = %server.address, ledger = %config.ledger.display(), "sandbox listening");
    let mut stop = Stop::listen()?;
    server.run(async move { stop.told().await }).await
}
