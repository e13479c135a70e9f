//! `worker run`: from configuration to the last job handed back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use commerce::config::Reader;
use commerce::kernel::failpoint;
use commerce::telemetry::metrics;
use commerce::{Shop, signals, watchdog};
use providers::telemetry::Telemetry;
use tokio::net::TcpListener;

use crate::{Env, Providers, Worker, WorkerConfig, health, keeper};

/// How often the table of jobs is counted for scrapes.
const COUNT: Duration = Duration::from_secs(10);

/// Runs jobs until SIGTERM or Ctrl-C, then drains.
///
/// # Errors
/// When the configuration is invalid, the health address is taken, or the worker dies.
pub async fn run(queues: Option<String>) -> anyhow::Result<()> {
    let config = WorkerConfig::read(Reader::from_environment(), queues)?;
    let common = &config.common;
    let telemetry = Telemetry::start(
        &config.telemetry,
        "cartwright-worker",
        common.log_format,
        &common.log_filter,
    )?;
    if let Some(text) = &config.common.failpoint {
        failpoint::arm(text).map_err(anyhow::Error::msg)?;
    }
    let shop = Shop::open(&config.common).await?;
    shop.db.watch(&shop.clock)?;
    watchdog::start();
    if let Some(address) = config.metrics {
        serve_metrics(address, &shop).await?;
    }
    let env = Env {
        shop: shop.clone(),
        providers: Providers::open(&config)?,
    };
    let mut stop = signals::Stop::listen()?;
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
        () = stop.told() => {}
        () = died.cancelled() => bail!("the worker died"),
    }
    stop.or_at_once();
    worker.shutdown(config.common.shutdown_grace).await;
    telemetry.flush().await;
    Ok(())
}

async fn serve_metrics(address: SocketAddr, shop: &Shop) -> anyhow::Result<()> {
    metrics::start("worker")?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("listen on WORKER_METRICS_LISTEN {address}"))?;
    tokio::spawn(health::serve_metrics(listener, shop.clone()));
    tokio::spawn(keeper::figures(shop.clone(), COUNT));
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
