//! Which provider takes the money, by configuration.

use std::time::Duration;

use crate::config::{Profile, Reader};
use crate::kernel::Secret;

/// The payment provider that `api` and `worker` talk to.
#[derive(Clone, Debug)]
pub enum PaymentConfig {
    /// None: only orders that cost nothing can be placed.
    None,
    /// The sandbox, which moves no money; never in production.
    Sandbox {
        /// Where `api sandbox` listens, without a trailing slash.
        url: String,
        /// Authenticates calls and signs webhooks.
        secret: Secret,
        /// How long a call may take before its outcome counts as unknown.
        timeout: Duration,
    },
}

/// What a development machine uses when `SANDBOX_SECRET` is not set.
const DEVELOPMENT_SECRET: &str = "sandbox-development-secret";

impl PaymentConfig {
    /// Reads `PAYMENT_PROVIDER`, `PAYMENT_TIMEOUT_MS`, `SANDBOX_URL` and `SANDBOX_SECRET`.
    pub fn read(reader: &mut Reader, profile: Profile) -> Self {
        let production = profile == Profile::Production;
        let named = reader.optional("PAYMENT_PROVIDER");
        let default = if production { "none" } else { "sandbox" };
        match named.as_deref().unwrap_or(default) {
            "none" => Self::None,
            "sandbox" if production => {
                reader.fault("PAYMENT_PROVIDER", "the sandbox is refused in production");
                Self::None
            }
            "sandbox" => {
                let url = reader.optional("SANDBOX_URL");
                let url = url.unwrap_or_else(|| "http://127.0.0.1:8090".to_owned());
                Self::Sandbox {
                    url: url.trim_end_matches('/').to_owned(),
                    secret: sandbox_secret(reader, profile),
                    timeout: Duration::from_millis(reader.parsed("PAYMENT_TIMEOUT_MS", 10_000)),
                }
            }
            other => {
                reader.fault(
                    "PAYMENT_PROVIDER",
                    format!("`{other}` is not one of none, sandbox"),
                );
                Self::None
            }
        }
    }

    /// The provider's name in our tables; `None` without one.
    #[must_use]
    pub fn provider(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Sandbox { .. } => Some("sandbox"),
        }
    }

    /// Where browsers hand card details in; `None` without a provider.
    #[must_use]
    pub fn vault_url(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Sandbox { url, .. } => Some(format!("{url}/vault/sessions")),
        }
    }
}

/// The secret that the sandbox shares with its clients; only development has a default.
pub fn sandbox_secret(reader: &mut Reader, profile: Profile) -> Secret {
    let secret = reader.optional("SANDBOX_SECRET");
    Secret::new(match secret {
        Some(secret) => secret,
        None if profile == Profile::Development => DEVELOPMENT_SECRET.to_owned(),
        None => reader.required("SANDBOX_SECRET"),
    })
}
