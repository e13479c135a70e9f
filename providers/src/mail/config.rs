//! Configuration of outgoing mail.

use std::path::PathBuf;

use commerce::config::{Profile, Reader};
use commerce::kernel::Secret;
use lettre::message::Mailbox;

/// How mail is sent, and by whom.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// Which way it goes.
    pub transport: Transport,
    /// The sender, such as `Shop <shop@example.com>`.
    pub from: String,
}

/// Which way mail goes.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Kept as files in this directory, for development.
    Mailbox(PathBuf),
    /// Sent to this server, with credentials.
    Smtp(Secret),
}

impl MailConfig {
    /// Reads `MAIL_TRANSPORT`, `MAILBOX_DIR`, `SMTP_URL` and `MAIL_FROM`. Only development has a
    /// mailbox: elsewhere mail that is kept in a directory would be lost.
    pub fn read(reader: &mut Reader, profile: Profile) -> Self {
        let development = profile == Profile::Development;
        let default = if development { "mailbox" } else { "smtp" };
        let transport = match reader.parsed("MAIL_TRANSPORT", default.to_owned()).as_str() {
            "mailbox" => {
                if profile == Profile::Production {
                    reader.fault("MAIL_TRANSPORT", "must be smtp in production");
                }
                Transport::Mailbox(mailbox_dir(reader))
            }
            "smtp" => {
                let url = reader.required("SMTP_URL");
                if !url.is_empty() && !url.starts_with("smtp://") && !url.starts_with("smtps://") {
                    reader.fault("SMTP_URL", "must begin with smtp:// or smtps://");
                }
                Transport::Smtp(Secret::new(url))
            }
            other => {
                reader.fault(
                    "MAIL_TRANSPORT",
                    format!("`{other}` is not one of mailbox, smtp"),
                );
                Transport::Mailbox(PathBuf::new())
            }
        };
        let from = match reader.optional("MAIL_FROM") {
            Some(from) => from,
            None if development => "Cartwright <shop@localhost>".to_owned(),
            None => reader.required("MAIL_FROM"),
        };
        if !from.is_empty() && from.parse::<Mailbox>().is_err() {
            reader.fault("MAIL_FROM", "must be like `Shop <shop@example.com>`");
        }
        Self { transport, from }
    }
}

/// Where the mailbox keeps its files.
pub fn mailbox_dir(reader: &mut Reader) -> PathBuf {
    reader.parsed("MAILBOX_DIR", PathBuf::from(".dev/mailbox"))
}
