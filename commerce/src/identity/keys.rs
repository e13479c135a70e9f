//! The keys that bearer tokens are signed with: one signs, and it and those before it are believed.
//!
//! To change keys, put the old one among the previous ones, give a new one, restart, and drop the
//! old one when its last token has run out, a quarter of an hour later.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ed25519;
use crate::kernel::id::ordered_uuid;

/// What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410).
const PUBLIC_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// What stands before the 32 bytes of an Ed25519 private key in PKCS#8, version 1 (RFC 8410, section 7): what every
/// tool reads. ring writes version 2, with the public key behind it, which OpenSSL refuses.
const PRIVATE_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyFault {
    /// No PEM block, or one that is cut.
    #[error("is not a PEM text; `api keys generate` writes one")]
    NotPem,
    /// A PEM block of something else.
    #[error("holds a `{0}` where an Ed25519 private key is needed; `api keys generate` writes one")]
    NotPrivate(String),
    /// Another algorithm, or broken.
    #[error("is not an Ed25519 key")]
    NotEd25519,
}

/// The key that signs, and all that are believed.
pub struct KeyRing {
    pub(super) kid: String,
    pub(super) signing: EncodingKey,
    believed: Vec<Believed>,
}

struct Believed {
    kid: String,
    public: Vec<u8>,
    key: DecodingKey,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kids: Vec<&str> = self.believed.iter().map(|key| key.kid.as_str()).collect();
        f.debug_struct("KeyRing")
            .field("kids", &kids)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Reads the signing key and, one after the other, those before it: private or public keys as
    /// PEM, whose line breaks may be written as `\n`.
    ///
    /// # Errors
    /// What is wrong with the signing key or with one of the others.
    pub fn from_pem(signing: &str, previous: &str) -> Result<Self, KeyFault> {
        let blocks = pem_blocks(signing)?;
        let [(label, der)] = blocks.as_slice() else {
            return Err(KeyFault::NotPem);
        };
        if label != "PRIVATE KEY" {
            return Err(KeyFault::NotPrivate(label.clone()));
        }
        let mut ring = Self::of_private(der)?;
        if !previous.trim().is_empty() {
            for (label, der) in pem_blocks(previous)? {
                let public = match label.as_str() {
                    "PRIVATE KEY" => public_of(&der)?,
                    "PUBLIC KEY" => der
                        .strip_prefix(&PUBLIC_PREFIX)
                        .filter(|key| key.len() == 32)
                        .ok_or(KeyFault::NotEd25519)?
                        .to_vec(),
                    _ => return Err(KeyFault::NotEd25519),
                };
                ring.believe(public);
            }
        }
        Ok(ring)
    }

    fn of_private(der: &[u8]) -> Result<Self, KeyFault> {
        ed25519::install();
        let public = public_of(der)?;
        let mut ring = Self {
            kid: thumbprint(&public),
            signing: EncodingKey::from_ed_der(der),
            believed: Vec::new(),
        };
        ring.believe(public);
        Ok(ring)
    }

    fn believe(&mut self, public: Vec<u8>) {
        let kid = thumbprint(&public);
        if self.believed.iter().all(|known| known.kid != kid) {
            let key = DecodingKey::from_ed_der(&public);
            self.believed.push(Believed { kid, public, key });
        }
    }

    /// A new key that nobody else has: its tokens end with this process.
    #[must_use]
    pub fn ephemeral() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "a machine without randomness can serve nobody"
        )]
        generate_pem()
            .and_then(|pem| Self::from_pem(&pem, ""))
            .expect("the operating system gives random bytes")
    }

    /// The key in this file, which is made if it is not there; for development. Processes that
    /// start in the same moment agree on one key.
    ///
    /// # Errors
    /// What is wrong with the file or the key in it.
    pub fn kept_in(file: &Path) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        if !file.try_exists()? {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            keep(file, &generate_pem()?)?;
        }
        Ok(Self::from_pem(&std::fs::read_to_string(file)?, "")?)
    }

    /// The name of the key that signs: its JWK thumbprint (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) fn believed(&self, kid: &str) -> Option<&DecodingKey> {
        let key = self.believed.iter().find(|key| key.kid == kid)?;
        Some(&key.key)
    }

    /// The public keys as a JWK set (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self) -> Value {
        let keys = self.believed.iter().map(|key| {
            json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                "kid": key.kid, "x": URL_SAFE_NO_PAD.encode(&key.public) })
        });
        json!({ "keys": keys.collect::<Vec<_>>() })
    }
}

/// Puts a text into a file unless there is one already. It is written beside it and linked, so
/// that nobody ever reads half of it.
fn keep(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let draft = file.with_extension(ordered_uuid().to_string());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(&draft)?;
    let kept = new
        .write_all(text.as_bytes())
        .and_then(|()| std::fs::hard_link(&draft, file));
    std::fs::remove_file(&draft)?;
    match kept {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// A new signing key as PEM.
///
/// # Errors
/// [`KeyFault`] when the system gives no randomness.
pub fn generate_pem() -> Result<String, KeyFault> {
    let mut seed = [0; 32];
    let filled = SystemRandom::new().fill(&mut seed);
    filled.map_err(|_| KeyFault::NotEd25519)?;
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    let text = STANDARD.encode([PRIVATE_PREFIX.as_slice(), &seed].concat());
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    Ok(pem)
}

fn public_of(der: &[u8]) -> Result<Vec<u8>, KeyFault> {
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der);
    let pair = pair.map_err(|_| KeyFault::NotEd25519)?;
    Ok(pair.public_key().as_ref().to_vec())
}

fn thumbprint(public: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    let jwk = format!("{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{x}\"}}");
    URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
}

/// The labels and contents of all PEM blocks in a text.
fn pem_blocks(text: &str) -> Result<Vec<(String, Vec<u8>)>, KeyFault> {
    let text = text.replace("\\n", "\n");
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----").ok_or(KeyFault::NotPem)?;
        let end = format!("-----END {label}-----");
        let (body, after) = after.split_once(&end).ok_or(KeyFault::NotPem)?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let der = STANDARD.decode(body).map_err(|_| KeyFault::NotPem)?;
        blocks.push((label.to_owned(), der));
        rest = after;
    }
    if blocks.is_empty() {
        return Err(KeyFault::NotPem);
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key pair of RFC 8410, section 10.3.
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\\n-----END PRIVATE KEY-----";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";

    #[test]
    fn keys_of_others_are_read_and_shown() {
        let ring = KeyRing::from_pem(PRIVATE, "").unwrap();
        let x = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";
        assert_eq!(ring.jwks()["keys"][0]["x"], x);
        let other = generate_pem().unwrap();
        let after = KeyRing::from_pem(&other, PUBLIC).unwrap();
        assert_ne!(after.kid(), ring.kid());
        assert!(after.believed(ring.kid()).is_some());
        assert_eq!(after.jwks()["keys"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_new_key_is_written_as_every_tool_reads_it() {
        let blocks = pem_blocks(&generate_pem().unwrap()).unwrap();
        let [(label, der)] = blocks.as_slice() else {
            panic!("one block is written");
        };
        assert_eq!(label, "PRIVATE KEY");
        // A version 1 document holds the seed and nothing behind it.
        let sample = pem_blocks(PRIVATE).unwrap().remove(0).1;
        assert_eq!(der[..16], sample[..16]);
        assert_eq!(der.len(), sample.len());
        assert_ne!(der, &pem_blocks(&generate_pem().unwrap()).unwrap()[0].1);
    }

    #[test]
    fn what_is_no_key_is_said() {
        let fault = |signing: &str, previous: &str| KeyRing::from_pem(signing, previous).err();
        assert_eq!(fault("hunter2", ""), Some(KeyFault::NotPem));
        let public = Some(KeyFault::NotPrivate("PUBLIC KEY".to_owned()));
        assert_eq!(fault(PUBLIC, ""), public);
        let cut = PRIVATE.replace("EdVhC", "E=");
        assert!(fault(&cut, "").is_some());
        assert_eq!(fault(PRIVATE, "what"), Some(KeyFault::NotPem));
    }
}
