//! Mail kept as files, one each, so that a developer can read what buyers would get.

use std::io;
use std::path::{Path, PathBuf};

use commerce::notification::Mail;
use mail_parser::MessageParser;

use super::message::build;
use super::{MailError, MailTransport};

/// A directory of `<message-id>.eml` files. The same mail sent again replaces its file.
#[derive(Clone, Debug)]
pub struct Mailbox {
    directory: PathBuf,
    from: String,
}

/// A mail as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The file's name without its ending.
    pub id: String,
    /// To whom it went.
    pub to: String,
    /// What about.
    pub subject: String,
    /// When, as in its header.
    pub date: String,
    /// The plain text.
    pub text: String,
    /// The HTML; not to be trusted.
    pub html: String,
}

impl Mailbox {
    /// A mailbox in `directory`, which is made when the first mail comes.
    #[must_use]
    pub fn new(directory: PathBuf, from: String) -> Self {
        Self { directory, from }
    }

    /// The mails, the latest first; unreadable files are left out.
    ///
    /// # Errors
    /// When the directory exists and cannot be read.
    pub async fn list(&self) -> io::Result<Vec<Kept>> {
        let mut entries = match tokio::fs::read_dir(&self.directory).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut mails = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(id) = name.strip_suffix(".eml") else {
                continue;
            };
            if let Some(mail) = self.read(id).await? {
                mails.push((entry.metadata().await?.modified()?, mail));
            }
        }
        mails.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.id.cmp(&b.id)));
        Ok(mails.into_iter().map(|(_, mail)| mail).collect())
    }

    /// One mail; `None` when there is none of that id, or it cannot be read.
    ///
    /// # Errors
    /// When the file exists and cannot be read.
    pub async fn read(&self, id: &str) -> io::Result<Option<Kept>> {
        let bytes = match tokio::fs::read(self.path(id)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        Ok(MessageParser::default().parse(&bytes).map(|mail| Kept {
            id: file_name(id),
            to: mail
                .to()
                .and_then(|to| to.first())
                .and_then(|to| to.address())
                .unwrap_or_default()
                .to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            date: mail.date().map(|date| date.to_rfc822()).unwrap_or_default(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            html: mail.body_html(0).unwrap_or_default().into_owned(),
        }))
    }

    fn path(&self, id: &str) -> PathBuf {
        self.directory.join(format!("{}.eml", file_name(id)))
    }

    /// Written beside its place, then moved into it: a reader never sees half a mail.
    async fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        tokio::fs::create_dir_all(&self.directory).await?;
        let half = path.with_extension("tmp");
        tokio::fs::write(&half, bytes).await?;
        tokio::fs::rename(&half, path).await
    }
}

/// A Message-ID as a file's name, and nothing else: no folder can be named with it.
fn file_name(id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_');
    id.chars().map(|c| if plain(c) { c } else { '_' }).collect()
}

#[async_trait::async_trait]
impl MailTransport for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let bytes = build(mail, &self.from)?.formatted();
        let written = self.write(&self.path(&mail.message_id), &bytes).await;
        written.map_err(|error| MailError::Unavailable(error.to_string()))
    }
}
