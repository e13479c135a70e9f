//! Sending mail: into a directory where developers read it, or through SMTP.

mod config;
mod mailbox;
mod message;
mod smtp;

use std::sync::Arc;

use commerce::notification::Mail;

pub use config::{MailConfig, Transport, mailbox_dir};
pub use mailbox::{Kept, Mailbox};
pub use smtp::Smtp;

/// A way to send mail. Sending the same mail again, with its Message-ID, must do no harm.
#[async_trait::async_trait]
pub trait MailTransport: Send + Sync + 'static {
    /// Sends one mail.
    ///
    /// # Errors
    /// [`MailError`]; its texts carry no address.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It will not be accepted, however often it is tried.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// It may be accepted later.
    #[error("mail cannot be sent now: {0}")]
    Unavailable(String),
}

/// The transport that the configuration names.
///
/// # Errors
/// When it cannot be set up.
pub fn open(config: &MailConfig) -> Result<Arc<dyn MailTransport>, MailError> {
    Ok(match &config.transport {
        Transport::Mailbox(directory) => {
            Arc::new(Mailbox::new(directory.clone(), config.from.clone()))
        }
        Transport::Smtp(url) => Arc::new(Smtp::new(url, config.from.clone())?),
    })
}
