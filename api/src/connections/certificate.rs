//! The certificate that TLS shows, and its files: read at start, and again whenever they change.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::Error as TlsError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::sync::Mutex;

/// The variable that names the file of the certificate.
pub(crate) const CERTIFICATE_FILE: &str = "TLS_CERTIFICATE_FILE";
/// The variable that names the file of its key.
pub(crate) const KEY_FILE: &str = "TLS_KEY_FILE";

/// Where a certificate and its key are kept, both as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate, followed by those that lead from it to a root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What is wrong with a file, in words that name its variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {what}")]
pub struct Fault {
    variable: &'static str,
    what: String,
}

/// The certificate that new connections are shown.
pub struct Certificate {
    files: Files,
    shown: RwLock<Arc<CertifiedKey>>,
    /// What the files had in them when they were last looked at.
    seen: Mutex<Result<Contents, Fault>>,
}

/// What is in both files.
#[derive(Clone, PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Files {
    async fn read(&self) -> Result<Contents, Fault> {
        Ok(Contents {
            certificate: read(CERTIFICATE_FILE, &self.certificate).await?,
            key: read(KEY_FILE, &self.key).await?,
        })
    }
}

async fn read(variable: &'static str, path: &Path) -> Result<Vec<u8>, Fault> {
    tokio::fs::read(path).await.map_err(|error| Fault {
        variable,
        what: format!("`{}` cannot be read: {error}", path.display()),
    })
}

impl Contents {
    /// The words never repeat what is in the file of the key.
    fn certified(&self, files: &Files) -> Result<Arc<CertifiedKey>, Fault> {
        let fault = |variable, path: &Path, what: &str| Fault {
            variable,
            what: format!("`{}` {what}", path.display()),
        };
        let of_certificate = |what| fault(CERTIFICATE_FILE, &files.certificate, what);
        let of_key = |what| fault(KEY_FILE, &files.key, what);
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.unwrap_or_default();
        if chain.is_empty() {
            return Err(of_certificate("has no certificate as PEM"));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|_| of_key("has no private key as PEM"))?;
        let provider = rustls::crypto::ring::default_provider();
        match CertifiedKey::from_der(chain, key, &provider) {
            Ok(certified) => Ok(Arc::new(certified)),
            Err(TlsError::InconsistentKeys(_)) => {
                let of = files.certificate.display();
                Err(of_key(&format!(
                    "is not the key of the certificate in `{of}`"
                )))
            }
            Err(TlsError::InvalidCertificate(why)) => Err(of_certificate(&format!(
                "has a certificate that cannot be used: {why}"
            ))),
            Err(_) => Err(of_key("has a key of a kind that TLS does not use")),
        }
    }
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// When they cannot be read, are not what they should be, or do not belong together.
    pub async fn load(files: Files) -> Result<Arc<Self>, Fault> {
        let contents = files.read().await?;
        let shown = contents.certified(&files)?;
        Ok(Arc::new(Self {
            files,
            shown: RwLock::new(shown),
            seen: Mutex::new(Ok(contents)),
        }))
    }

    /// Looks at the files again; whether there is another certificate to show. Open connections keep
    /// theirs.
    ///
    /// # Errors
    /// When the files have changed and cannot be used, once for each change: what was shown stays.
    pub async fn refresh(&self) -> Result<bool, Fault> {
        let mut seen = self.seen.lock().await;
        let contents = self.files.read().await;
        if contents == *seen {
            return Ok(false);
        }
        seen.clone_from(&contents);
        let certified = contents?.certified(&self.files)?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = certified;
        Ok(true)
    }

    /// Looks at the files every so often, for as long as the certificate is used.
    pub fn watch(self: &Arc<Self>, every: Duration) {
        let certificate = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let Some(certificate) = certificate.upgrade() else {
                    return;
                };
                match certificate.refresh().await {
                    Ok(false) => {}
                    Ok(true) => tracing::info!("new connections are shown a new certificate"),
                    Err(fault) => {
                        tracing::warn!(%fault, "the new certificate cannot be used; the old one is kept");
                    }
                }
            }
        });
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.files).finish()
    }
}

impl ResolvesServerCert for Certificate {
    /// The same one whatever name the client asks for.
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}
