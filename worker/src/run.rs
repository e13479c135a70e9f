//! `worker run`: from configuration to the last job handed back.

use std::sync::Arc;

use anyhow::{Context, bail};
use commerce::config::Reader;
use commerce::kernel::failpoint;
use commerce::{Shop, telemetry};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::{Env, Providers, Worker, WorkerConfig, health};

/// Runs jobs until SIGTERM or Ctrl-C, then drains.
///
/// # Errors
/// When the configuration is invalid, the health address is taken, or the worker dies.
pub async fn run(queues: Option<String>) -> anyhow::Result<()> {
    let config = WorkerConfig::read(Reader::from_environment(), queues)?;
    telemetry::init(config.common.log_format, &config.common.log_filter);
    if let Some(text) = &config.common.failpoint {
        failpoint::arm(text).map_err(anyhow::Error::msg)?;
    }
    let shop = Shop::open(&config.common).await?;
    let env = Env {
        shop: shop.clone(),
        providers: Providers::open(&config)?,
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listen on WORKER_LISTEN {}", config.listen))?;
    let worker = Worker::start(
        &shop,
        Arc::new(env),
        &config.common.direct_url,
        config.queues,
        &config.timing,
    );
    let died = worker.died();
    tokio::spawn(health::serve(listener, shop, worker.draining()));
    tracing::info!(listen = %config.listen, "worker ready");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        () = died.cancelled() => bail!("the worker died"),
    }
    worker.shutdown(config.common.shutdown_grace).await;
    Ok(())
}

impl Providers {
    /// The providers that the configuration names.
    ///
    /// # Errors
    /// When one cannot be set up.
    pub fn open(config: &WorkerConfig) -> anyhow::Result<Self> {
        Ok(Self {
            mail: providers::mail::open(&config.mail)?,
            payment: providers::payment::connect(&config.common.payment)?,
        })
    }
}
