//! Values that must not be printed, and the hashes that are stored in their place.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A text that `Debug` and `Display` do not show.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// 128 random bits from the operating system, in 22 characters that are safe in a URL.
    #[must_use]
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random_bytes()))
    }

    /// 128 random bits from the operating system, in 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn random_hex() -> Self {
        Self(hex::encode(random_bytes()))
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the text: what is stored. Enough for random secrets; passwords need Argon2.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// Whether this is the secret of the stored digest, in constant time.
    #[must_use]
    pub fn matches(&self, digest: &[u8]) -> bool {
        self.digest().ct_eq(digest).into()
    }
}

fn random_bytes() -> [u8; 16] {
    let mut bytes = [0u8; 16];
    #[expect(
        clippy::expect_used,
        reason = "a machine without randomness can serve nobody"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?} {secret}"), "Secret(…) …");
    }

    #[test]
    fn only_its_own_digest_matches() {
        let (one, other) = (Secret::random(), Secret::random());
        assert!(one.matches(&one.digest()));
        assert!(!one.matches(&other.digest()));
        assert_eq!(one.reveal().len(), 22);
    }
}
