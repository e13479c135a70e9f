//! Mail sent to a server.

use std::time::Duration;

use commerce::kernel::Secret;
use commerce::notification::Mail;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::message::build;
use super::{MailError, MailTransport};

/// How long one exchange with the server may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// An SMTP server, with a few connections kept open.
pub struct Smtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: String,
}

impl Smtp {
    /// Reads the server's URL: `smtps://user:password@host` for TLS from the first byte,
    /// `smtp://…?tls=required` for STARTTLS, plain `smtp://` for a relay on a developer's machine.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn new(url: &Secret, from: String) -> Result<Self, MailError> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal())
            .map_err(|_| MailError::Refused("SMTP_URL cannot be read".to_owned()))?;
        Ok(Self {
            server: server.timeout(Some(TIMEOUT)).build(),
            from,
        })
    }
}

#[async_trait::async_trait]
impl MailTransport for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = build(mail, &self.from)?;
        match self.server.send(message).await {
            Ok(_) => Ok(()),
            // The server's words may repeat the address; its code says enough.
            Err(error) => {
                let code = error.status().map(|code| code.to_string());
                let why = code.unwrap_or_else(|| "no answer".to_owned());
                Err(if error.is_permanent() {
                    MailError::Refused(format!("the server answered {why}"))
                } else {
                    MailError::Unavailable(format!("the server answered {why}"))
                })
            }
        }
    }
}
