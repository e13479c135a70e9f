//! Settings of accounts.

use crate::config::Reader;
use crate::identity::GuardConfig;

/// How people come to an account, and how often they may try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountConfig {
    /// Whether a new account must be confirmed by mail before it can be used. Then signing up says
    /// the same for every address, and nobody can make an account in another's name.
    pub is_confirmed: bool,
    /// How often one network may try.
    pub guard: GuardConfig,
}

impl AccountConfig {
    /// Reads and checks the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let is_confirmed = match reader.optional("CUSTOMER_SIGN_UP").as_deref() {
            None | Some("open") => false,
            Some("confirmed") => true,
            Some(other) => {
                let what = format!("`{other}` is not one of open, confirmed");
                reader.fault("CUSTOMER_SIGN_UP", what);
                false
            }
        };
        let default = GuardConfig::default();
        let tries_per_network =
            reader.parsed("ACCOUNT_TRIES_PER_ADDRESS", default.tries_per_network);
        if tries_per_network == 0 {
            reader.fault("ACCOUNT_TRIES_PER_ADDRESS", "must be at least 1");
        }
        Self {
            is_confirmed,
            guard: GuardConfig {
                tries_per_network,
                ..default
            },
        }
    }
}
