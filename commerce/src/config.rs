//! Configuration from the environment: read once at start, every fault reported together.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use crate::cart::OrderConfig;
use crate::checkout::SubmissionLimits;
use crate::customer::AccountConfig;
use crate::db::DbConfig;
use crate::kernel::{Secret, failpoint};
use crate::payment::PaymentConfig;
use crate::retention::Retention;

/// What kind of installation this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// One machine of a developer: helpful, talkative, with a sandbox for payments.
    Development,
    /// Like production, with the sandbox for payments.
    Staging,
    /// Real buyers and real money.
    Production,
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "development" => Ok(Self::Development),
            "staging" => Ok(Self::Staging),
            "production" => Ok(Self::Production),
            other => Err(format!(
                "`{other}` is not one of development, staging, production"
            )),
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            other => Err(format!("`{other}` is not one of pretty, json")),
        }
    }
}

/// Reads variables and gathers the faults, so that an operator sees all of them at once.
#[derive(Debug)]
pub struct Reader {
    variables: HashMap<String, String>,
    faults: Vec<String>,
}

impl Reader {
    /// Reads from the process environment.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::new(std::env::vars())
    }

    /// Reads from the given variables. An empty value counts as absent.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let variables = variables
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty());
        Self {
            variables: variables.collect(),
            faults: Vec::new(),
        }
    }

    /// The variable, if it is set.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    /// The variable, which must be set.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.faults.push(format!("{name} is not set"));
            String::new()
        })
    }

    /// The variable or `default`, parsed.
    pub fn parsed<T>(&mut self, name: &str, default: T) -> T
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        match self.variables.get(name).map(|value| value.parse::<T>()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.faults.push(format!("{name}: {error}"));
                default
            }
        }
    }

    /// The variable as an address and port, if it is set.
    pub fn address(&mut self, name: &str) -> Option<SocketAddr> {
        let read = self.optional(name).map(|text| text.parse::<SocketAddr>());
        read.and_then(|address| {
            address
                .inspect_err(|_| self.fault(name, "must be like 127.0.0.1:9090"))
                .ok()
        })
    }

    /// Notes that something about `name` is wrong.
    pub fn fault(&mut self, name: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{name}: {what}"));
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// All faults, one a line.
    pub fn finish<T>(self, config: T) -> Result<T, ConfigFaults> {
        if self.faults.is_empty() {
            Ok(config)
        } else {
            Err(ConfigFaults(self.faults))
        }
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is invalid:\n  {}", .0.join("\n  "))]
pub struct ConfigFaults(pub Vec<String>);

/// What `api` and `worker` both need.
#[derive(Clone, Debug)]
pub struct CommonConfig {
    /// What kind of installation this is.
    pub profile: Profile,
    /// The database.
    pub db: DbConfig,
    /// A direct connection for LISTEN, advisory locks and migrations, where a pooler in
    /// transaction mode stands before the database; otherwise the same as the database.
    pub direct_url: String,
    /// The role that owns the tables, for migrations; the same as `direct_url` where one role does everything.
    pub migration_url: String,
    /// The role that may erase persons; the same as `migration_url` where it has none of its own.
    pub eraser_url: String,
    /// Redis, with credentials.
    pub redis_url: Secret,
    /// What the names of our keys in Redis begin with.
    pub key_prefix: String,
    /// Where the API is reached from outside, without a trailing slash.
    pub public_url: String,
    /// Who takes the money.
    pub payment: PaymentConfig,
    /// How people come to an account.
    pub accounts: AccountConfig,
    /// How much may be bought at once.
    pub orders: OrderConfig,
    /// How often somebody may try to pay.
    pub submissions: SubmissionLimits,
    /// Retention periods of carts, jobs and webhook bodies.
    pub retention: Retention,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written, in `tracing`'s filter syntax.
    pub log_filter: String,
    /// How long after SIGTERM requests are still taken, so that balancers notice.
    pub shutdown_delay: Duration,
    /// How long running work may take to finish after that.
    pub shutdown_grace: Duration,
    /// A failpoint to arm; tests only.
    pub failpoint: Option<String>,
}

impl CommonConfig {
    /// Reads the variables that both binaries know; `pool_size` is the binary's own default.
    pub fn read(reader: &mut Reader, pool_size: u32) -> Self {
        let profile = reader.parsed("CARTWRIGHT_PROFILE", Profile::Production);
        let development = profile == Profile::Development;
        let url = reader.required("DATABASE_URL");
        let failpoint = reader.optional("FAILPOINT");
        if let Some(text) = &failpoint {
            if !development {
                reader.fault(
                    "FAILPOINT",
                    "only the development profile may arm a failpoint",
                );
            } else if !failpoint::ALL.contains(&text.split(':').next().unwrap_or_default()) {
                reader.fault("FAILPOINT", format!("`{text}` is not a failpoint"));
            }
        }
        let redis_url = reader.required("REDIS_URL");
        let public_url = match reader.optional("PUBLIC_URL") {
            Some(url) => url,
            None if development => "http://localhost:8080".to_owned(),
            None => reader.required("PUBLIC_URL"),
        };
        if !public_url.is_empty() && url::Url::parse(&public_url).is_err() {
            reader.fault(
                "PUBLIC_URL",
                format!("`{public_url}` is not an absolute URL"),
            );
        }
        if profile == Profile::Production && public_url.starts_with("http://") {
            reader.fault("PUBLIC_URL", "must be https in production");
        }
        let format = if development {
            LogFormat::Pretty
        } else {
            LogFormat::Json
        };
        let direct_url = reader
            .optional("DATABASE_DIRECT_URL")
            .unwrap_or_else(|| url.clone());
        let migration_url = match reader.optional("DATABASE_MIGRATION_URL") {
            Some(url) => url,
            None => direct_url.clone(),
        };
        Self {
            profile,
            eraser_url: match reader.optional("DATABASE_ERASER_URL") {
                Some(url) => url,
                None => migration_url.clone(),
            },
            migration_url,
            direct_url,
            db: DbConfig {
                url,
                replica_url: reader.optional("DATABASE_REPLICA_URL"),
                replica_max_lag: replica_max_lag(reader),
                pool_size: reader.parsed("DATABASE_POOL_SIZE", pool_size).max(1),
                acquire_timeout: Duration::from_millis(
                    reader.parsed("DATABASE_ACQUIRE_TIMEOUT_MS", 2_000),
                ),
                statement_timeout_ms: reader.parsed("DATABASE_STATEMENT_TIMEOUT_MS", 5_000),
                patience: patience(reader),
            },
            redis_url: Secret::new(redis_url),
            key_prefix: reader
                .optional("REDIS_KEY_PREFIX")
                .unwrap_or_else(|| "cartwright".to_owned()),
            payment: PaymentConfig::read(reader, profile),
            accounts: AccountConfig::read(reader),
            orders: OrderConfig::read(reader),
            submissions: SubmissionLimits::read(reader),
            retention: Retention::read(reader),
            public_url: public_url.trim_end_matches('/').to_owned(),
            log_format: reader.parsed("LOG_FORMAT", format),
            log_filter: reader.optional("LOG").unwrap_or_else(|| "info".to_owned()),
            shutdown_delay: Duration::from_secs(
                reader.parsed("SHUTDOWN_DELAY_SECONDS", if development { 0 } else { 10 }),
            ),
            shutdown_grace: Duration::from_secs(reader.parsed("SHUTDOWN_GRACE_SECONDS", 20)),
            failpoint,
        }
    }
}

fn patience(reader: &mut Reader) -> Duration {
    let millis = reader.parsed("DATABASE_PATIENCE_MS", 1_200);
    if !(100..=60_000).contains(&millis) {
        reader.fault("DATABASE_PATIENCE_MS", "must be between 100 and 60000");
    }
    Duration::from_millis(millis)
}

fn replica_max_lag(reader: &mut Reader) -> Duration {
    let seconds = reader.parsed("DATABASE_REPLICA_MAX_LAG_SECONDS", 5);
    if !(1..=3_600).contains(&seconds) {
        let what = "must be between 1 and 3600";
        reader.fault("DATABASE_REPLICA_MAX_LAG_SECONDS", what);
    }
    Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(pairs: &[(&str, &str)]) -> Reader {
        Reader::new(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        )
    }

    #[test]
    fn all_faults_are_listed_at_once() {
        let mut reader = reader(&[
            ("CARTWRIGHT_PROFILE", "prod"),
            ("PUBLIC_URL", "shop"),
            ("DATABASE_POOL_SIZE", "many"),
            ("FAILPOINT", "hold.after_commit"),
        ]);
        let config = CommonConfig::read(&mut reader, 8);
        let faults = reader.finish(config).unwrap_err().0;
        let names: Vec<&str> = faults
            .iter()
            .filter_map(|f| f.split([':', ' ']).next())
            .collect();
        assert_eq!(
            names,
            [
                "CARTWRIGHT_PROFILE",
                "DATABASE_URL",
                "FAILPOINT",
                "REDIS_URL",
                "PUBLIC_URL",
                "DATABASE_POOL_SIZE"
            ]
        );
    }
}
