//! Configuration of outgoing mail.

use std::path::PathBuf;

use commerce::config::{Profile, Reader};
use commerce::kernel::Secret;
use lettre::message::Mailbox;
use url::Url;

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
                let url = Secret::new(url);
                if !url.reveal().is_empty() {
                    check_server(reader, &url, profile);
                }
                Transport::Smtp(url)
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

/// Mail names buyers and lets customers in: in production it never travels in the clear, and a server that does not offer
/// TLS is no reason to go without.
fn check_server(reader: &mut Reader, url: &Secret, profile: Profile) {
    match Encryption::of(url) {
        Err(fault) => reader.fault("SMTP_URL", fault),
        Ok(Encryption::Optional) if profile == Profile::Production => reader.fault(
            "SMTP_URL",
            "must use TLS in production: begin with smtps://, or end with ?tls=required for STARTTLS",
        ),
        Ok(_) => {}
    }
}

/// Whether the way to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    /// From the first byte, or by STARTTLS before anything is said.
    Required,
    /// Not at all, or only where the server offers it.
    Optional,
}

impl Encryption {
    /// Reads what `lettre` will do with a server's URL.
    fn of(url: &Secret) -> Result<Self, &'static str> {
        let url = Url::parse(url.reveal()).map_err(|_| "is not a URL")?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err("names no server");
        }
        let mut parameters = url.query_pairs();
        let tls = parameters.find(|(name, _)| name == "tls");
        match (url.scheme(), tls.as_ref().map(|(_, value)| &**value)) {
            ("smtps", _) | ("smtp", Some("required")) => Ok(Self::Required),
            ("smtp", None | Some("opportunistic")) => Ok(Self::Optional),
            ("smtp", Some(_)) => Err("tls must be required or opportunistic"),
            _ => Err("must begin with smtp:// or smtps://"),
        }
    }
}

/// Where the mailbox keeps its files.
pub fn mailbox_dir(reader: &mut Reader) -> PathBuf {
    reader.parsed("MAILBOX_DIR", PathBuf::from(".dev/mailbox"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(url: &str, profile: Profile) -> Vec<String> {
        let variables = [
            ("MAIL_TRANSPORT", "smtp"),
            ("MAIL_FROM", "shop@example.com"),
            ("SMTP_URL", url),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut reader = Reader::new(variables);
        let config = MailConfig::read(&mut reader, profile);
        reader
            .finish(config)
            .err()
            .map(|faults| faults.0)
            .unwrap_or_default()
    }

    #[test]
    fn production_sends_mail_over_tls_only() {
        let clear = [
            "smtp://relay.example",
            "smtp://user:pass@relay.example:587",
            "smtp://127.0.0.1",
            "smtp://relay.example?tls=opportunistic",
        ];
        for url in clear {
            let fault = "SMTP_URL: must use TLS in production: begin with smtps://, or end with ?tls=required for STARTTLS";
            assert_eq!(faults(url, Profile::Production), [fault], "{url}");
            assert_eq!(faults(url, Profile::Staging), [""; 0], "{url}");
        }
        for url in [
            "smtps://user:pass@relay.example",
            "smtp://user:pass@relay.example?tls=required",
        ] {
            assert_eq!(faults(url, Profile::Production), [""; 0], "{url}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_used_is_said_before_a_mail_is_lost() {
        let bad = [
            ("relay.example", "SMTP_URL: is not a URL"),
            (
                "https://relay.example",
                "SMTP_URL: must begin with smtp:// or smtps://",
            ),
            (
                "smtp://relay.example?tls=none",
                "SMTP_URL: tls must be required or opportunistic",
            ),
            ("smtps:", "SMTP_URL: names no server"),
        ];
        for (url, fault) in bad {
            assert_eq!(faults(url, Profile::Production), [fault], "{url}");
        }
    }
}
