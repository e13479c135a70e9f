//! Telling others how we do, by configuration: spans to an OpenTelemetry collector, errors to Sentry.
//!
//! Both are off until their variable is set. What leaves is what stands in the log: nothing personal
//! and nothing secret.

mod config;
mod otlp;
mod sentry;

use std::time::Duration;

use commerce::config::LogFormat;
use commerce::telemetry;
use commerce::trace;

pub use config::{OtlpConfig, TelemetryConfig};

use self::otlp::Otlp;
use self::sentry::Sentry;

/// How long the last batch may take to leave.
const FLUSH: Duration = Duration::from_secs(2);

/// What has to be flushed before the process ends.
pub struct Telemetry {
    otlp: Option<Otlp>,
    sentry: Option<Sentry>,
}

impl Telemetry {
    /// Starts logging, and sending what is configured; `service` is this process's name, such as
    /// `cartwright-api`. Called once, within the runtime that sends.
    ///
    /// # Errors
    /// When a client cannot be set up.
    pub fn start(
        config: &TelemetryConfig,
        service: &'static str,
        format: LogFormat,
        filter: &str,
    ) -> anyhow::Result<Self> {
        let sentry = config.sentry.as_ref();
        let sentry = sentry.map(|dsn| Sentry::new(dsn, service, &config.environment));
        let sentry = sentry.transpose()?;
        telemetry::init(format, filter, sentry.as_ref().map(Sentry::listener));
        let otlp = config.otlp.as_ref();
        let otlp = otlp.map(|to| Otlp::new(to, service, &config.environment));
        let otlp = otlp.transpose()?;
        if let (Some(otlp), Some(to)) = (&otlp, &config.otlp) {
            trace::export_to(Box::new(otlp.clone()), to.percent);
        }
        Ok(Self { otlp, sentry })
    }

    /// Sends what has gathered, for two seconds at most, and nothing afterwards.
    pub async fn flush(self) {
        let work = tokio::task::spawn_blocking(move || {
            if let Some(otlp) = self.otlp {
                otlp.close(FLUSH);
            }
            if let Some(sentry) = self.sentry {
                sentry.close(FLUSH);
            }
        });
        let _goes_on_without = tokio::time::timeout(FLUSH * 2, work).await;
    }
}
