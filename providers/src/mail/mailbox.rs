//! Mail kept as files, one each, so that a developer can read what buyers would get.

use std::path::{Path, PathBuf};

use commerce::notification::Mail;

use super::message::build;
use super::{MailError, MailTransport};

/// A directory of `<message-id>.eml` files. The same mail sent again replaces its file.
#[derive(Clone, Debug)]
pub struct Mailbox {
    directory: PathBuf,
    from: String,
}

impl Mailbox {
    /// A mailbox in `directory`, which is made when the first mail comes.
    #[must_use]
    pub fn new(directory: PathBuf, from: String) -> Self {
        Self { directory, from }
    }

    /// The file of a mail.
    #[must_use]
    pub fn path(&self, message_id: &str) -> PathBuf {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_');
        let name: String = message_id
            .chars()
            .map(|c| if plain(c) { c } else { '_' })
            .collect();
        self.directory.join(format!("{name}.eml"))
    }

    /// Written beside its place, then moved into it: a reader never sees half a mail.
    async fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        tokio::fs::create_dir_all(&self.directory).await?;
        let half = path.with_extension("tmp");
        tokio::fs::write(&half, bytes).await?;
        tokio::fs::rename(&half, path).await
    }
}

#[async_trait::async_trait]
impl MailTransport for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let bytes = build(mail, &self.from)?.formatted();
        let written = self.write(&self.path(&mail.message_id), &bytes).await;
        written.map_err(|error| MailError::Unavailable(error.to_string()))
    }
}
