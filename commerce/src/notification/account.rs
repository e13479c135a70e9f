//! Mails about accounts: what happened, what to do, and what to do if it was somebody else. Pure.

use super::model::Mail;
use crate::customer::{Notice, NoticeKind};

/// Writes the mail of a notice; `link` stands where its kind has one. The host of `public_url`
/// stands in its Message-ID.
#[must_use]
pub fn render(notice: &Notice, link: Option<&str>, shop: &str, public_url: &str) -> Mail {
    let host = super::host(public_url);
    let (subject, told) = words(notice.kind, shop);
    let mut text = format!("{}\n", told.join("\n\n"));
    let paragraphs: Vec<String> = told
        .iter()
        .map(|part| format!("<p>{}</p>", super::escape(part)))
        .collect();
    let mut html = paragraphs.concat();
    if let Some(link) = link {
        text.push_str(&format!("\n{link}\n"));
        let link = super::escape(link);
        html.push_str(&format!("<p><a href=\"{link}\">{link}</a></p>"));
    }
    Mail {
        message_id: format!("account-{}-{}@{host}", notice.kind.as_str(), notice.id),
        to: notice.email.clone(),
        subject,
        text,
        html: format!("<!doctype html><html lang=\"en\"><body>{html}</body></html>"),
        date: notice.created_at,
    }
}

fn words(kind: NoticeKind, shop: &str) -> (String, Vec<String>) {
    const NOT_YOU: &str =
        "If this was not you, choose a new password at once: ask for one where you sign in.";
    const IGNORE: &str = "If you did not ask for this, you need not do anything.";
    let subject = |what: &str| format!("{shop}: {what}");
    let own = str::to_owned;
    match kind {
        NoticeKind::Welcome => (
            subject("welcome"),
            vec![
                format!("Welcome to {shop}. Your account is ready."),
                own("Sign in with this e-mail address and your password."),
            ],
        ),
        NoticeKind::Activate => (
            subject("take your account into use"),
            vec![
                format!(
                    "Follow this link within seven days to choose a password for your account at {shop}."
                ),
                own(IGNORE),
            ],
        ),
        NoticeKind::Known => (
            subject("you have an account already"),
            vec![
                format!(
                    "Somebody wanted to make an account at {shop} with this e-mail address, which has one."
                ),
                own("If you have forgotten your password, ask for a new one where you sign in."),
                own(IGNORE),
            ],
        ),
        NoticeKind::Recover => (
            subject("choose a new password"),
            vec![
                format!(
                    "Follow this link within two hours to choose a new password for your account at {shop}."
                ),
                own(IGNORE),
            ],
        ),
        NoticeKind::EmailChanged => (
            subject("your e-mail address was changed"),
            vec![
                format!("The e-mail address of your account at {shop} was changed."),
                own("This mail goes to the old address and to the new one."),
                format!("If this was not you, write to {shop} at once."),
            ],
        ),
        NoticeKind::PasswordChanged => (
            subject("your password was changed"),
            vec![
                format!(
                    "The password of your account at {shop} was changed, and everybody who was signed in was signed out."
                ),
                own(NOT_YOU),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::kernel::Id;

    fn notice(kind: NoticeKind) -> Notice {
        Notice {
            id: 7,
            kind,
            customer: Id::new(3),
            email: "ada@mail.example".to_owned(),
            created_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn a_link_stands_in_text_and_html() {
        let link = "https://api.shop.example/account/reset/3/abc";
        let mail = render(
            &notice(NoticeKind::Recover),
            Some(link),
            "Corner & Co",
            "https://api.shop.example",
        );
        assert_eq!(mail.message_id, "account-recover-7@api.shop.example");
        assert_eq!(mail.subject, "Corner & Co: choose a new password");
        assert!(
            mail.text.ends_with(&format!("\n\n{link}\n")),
            "{}",
            mail.text
        );
        assert!(
            mail.html.contains("Corner&#32;&amp;&#32;Co"),
            "{}",
            mail.html
        );
        assert_eq!(mail.to, "ada@mail.example");
    }
}
