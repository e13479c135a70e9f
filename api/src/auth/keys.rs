//! Where the signing keys come from.

use std::path::PathBuf;
use std::sync::Arc;

use commerce::config::{Profile, Reader};
use commerce::identity::keys::KeyRing;

/// Where the signing keys come from.
#[derive(Clone, Debug)]
pub enum Signing {
    /// They are here.
    Given(Arc<KeyRing>),
    /// In a file of this machine, made when it is first needed; development only.
    Kept(PathBuf),
}

impl Default for Signing {
    /// A key of this process alone.
    fn default() -> Self {
        Self::Given(Arc::new(KeyRing::ephemeral()))
    }
}

impl Signing {
    /// Reads and checks the variables.
    pub(crate) fn read(reader: &mut Reader, profile: Profile) -> Self {
        let previous = reader.optional("JWT_PREVIOUS_KEYS").unwrap_or_default();
        let file = reader
            .optional("JWT_KEY_FILE")
            .unwrap_or_else(|| ".dev/jwt-signing-key.pem".to_owned());
        let Some(pem) = reader.optional("JWT_SIGNING_KEY") else {
            if profile != Profile::Development {
                let what = "is not set; `api keys generate` writes one";
                reader.fault("JWT_SIGNING_KEY", what);
            }
            return Self::Kept(file.into());
        };
        match KeyRing::from_pem(&pem, &previous) {
            Ok(ring) => return Self::Given(Arc::new(ring)),
            Err(fault) if KeyRing::from_pem(&pem, "").is_ok() => {
                reader.fault("JWT_PREVIOUS_KEYS", fault);
            }
            Err(fault) => reader.fault("JWT_SIGNING_KEY", fault),
        }
        Self::default()
    }

    /// The keys. A file that cannot be read or made is told in the log, and sign-ins end with the
    /// process.
    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        match self {
            Self::Given(ring) => Arc::clone(ring),
            Self::Kept(file) => Arc::new(KeyRing::kept_in(file).unwrap_or_else(|error| {
                tracing::warn!(file = %file.display(), %error, "the signing key is not kept");
                KeyRing::ephemeral()
            })),
        }
    }
}
