//! A mail as it goes over the wire.

use std::time::SystemTime;

use commerce::notification::Mail;
use lettre::Message;
use lettre::message::MultiPart;

use super::MailError;

/// Builds the message: text and HTML side by side, dated when it was decided upon.
pub(super) fn build(mail: &Mail, from: &str) -> Result<Message, MailError> {
    // lettre's messages repeat the address, which has no place in a log or in a job's errors.
    let from = from
        .parse()
        .map_err(|_| MailError::Refused("MAIL_FROM is not a mail address".to_owned()))?;
    let to = mail
        .to
        .parse()
        .map_err(|_| MailError::Refused("the recipient is not a mail address".to_owned()))?;
    Message::builder()
        .from(from)
        .to(to)
        .subject(&mail.subject)
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(SystemTime::from(mail.date))
        .multipart(MultiPart::alternative_plain_html(
            mail.text.clone(),
            mail.html.clone(),
        ))
        .map_err(|_| MailError::Refused("the mail cannot be put together".to_owned()))
}
