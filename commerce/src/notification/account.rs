//! Mails about accounts: what happened, what to do, and what to do if it was somebody else. Pure.

use super::model::Mail;
use super::words::Words;
use crate::customer::{Notice, NoticeKind};
use crate::kernel::tongue::fill;

/// Writes the mail of a notice; `link` stands where its kind has one. The host of `public_url`
/// stands in its Message-ID.
#[must_use]
pub fn render(notice: &Notice, link: Option<&str>, shop: &str, public_url: &str) -> Mail {
    let host = super::host(public_url);
    let words = Words::of(notice.tongue);
    let (subject, told) = told(notice.kind, shop, words);
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
        subject: fill(words.subject, &[shop, subject]),
        text,
        html: format!(
            "<!doctype html><html lang=\"{}\"><body>{html}</body></html>",
            notice.tongue.lang()
        ),
        date: notice.created_at,
    }
}

/// The subject and the paragraphs.
fn told(kind: NoticeKind, shop: &str, words: &Words) -> (&'static str, Vec<String>) {
    let of_shop = |text: &str| fill(text, &[shop]);
    let own = str::to_owned;
    match kind {
        NoticeKind::Welcome => (
            words.welcome_subject,
            vec![of_shop(words.welcome), own(words.welcome_sign_in)],
        ),
        NoticeKind::Activate => (
            words.activate_subject,
            vec![of_shop(words.activate), own(words.ignore)],
        ),
        NoticeKind::Known => (
            words.known_subject,
            vec![
                of_shop(words.known),
                own(words.known_forgotten),
                own(words.ignore),
            ],
        ),
        NoticeKind::Recover => (
            words.recover_subject,
            vec![of_shop(words.recover), own(words.ignore)],
        ),
        NoticeKind::ConfirmEmail => (
            words.confirm_email_subject,
            vec![of_shop(words.confirm_email), own(words.ignore)],
        ),
        NoticeKind::EmailChanged => (
            words.email_changed_subject,
            vec![
                of_shop(words.email_changed),
                own(words.email_changed_both),
                of_shop(words.email_changed_not_you),
            ],
        ),
        NoticeKind::PasswordChanged => (
            words.password_changed_subject,
            vec![
                of_shop(words.password_changed),
                own(words.password_changed_not_you),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::kernel::{Id, Tongue};

    fn notice(kind: NoticeKind) -> Notice {
        Notice {
            id: 7,
            kind,
            customer: Id::new(3),
            email: "ada@mail.example".to_owned(),
            created_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            tongue: Tongue::English,
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

    #[test]
    fn every_notice_is_written_in_every_language() {
        let all = [
            NoticeKind::Welcome,
            NoticeKind::Activate,
            NoticeKind::Known,
            NoticeKind::Recover,
            NoticeKind::ConfirmEmail,
            NoticeKind::EmailChanged,
            NoticeKind::PasswordChanged,
        ];
        let written = |kind, tongue| {
            let notice = Notice {
                tongue,
                ..notice(kind)
            };
            let mail = render(&notice, None, "Corner", "https://api.shop.example");
            let lang = format!("<html lang=\"{}\">", tongue.lang());
            assert!(mail.html.contains(&lang), "{}", mail.html);
            assert!(!mail.text.contains("{}"), "{}", mail.text);
            (mail.subject, mail.text)
        };
        for kind in all {
            let mut texts = Tongue::ALL.map(|tongue| written(kind, tongue)).to_vec();
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), Tongue::ALL.len(), "{kind:?}");
        }
        for (tongue, subject, text) in [
            (
                Tongue::English,
                "Corner: choose a new password",
                "Follow this link within two hours to choose a new password for your account at Corner.\n\n\
                 If you did not ask for this, you need not do anything.\n",
            ),
            (
                Tongue::German,
                "Corner: wähle ein neues Passwort",
                "Folge innerhalb von zwei Stunden diesem Link, um ein neues Passwort für dein Konto bei Corner zu \
                 wählen.\n\nWenn du das nicht angefordert hast, musst du nichts tun.\n",
            ),
            (
                Tongue::French,
                "Corner\u{a0}: choisissez un nouveau mot de passe",
                "Suivez ce lien dans les deux heures pour choisir un nouveau mot de passe pour votre compte chez \
                 Corner.\n\nSi vous n’avez rien demandé, vous n’avez rien à faire.\n",
            ),
            (
                Tongue::Spanish,
                "Corner: elige una contraseña nueva",
                "Sigue este enlace en un plazo de dos horas para elegir una contraseña nueva para tu cuenta en \
                 Corner.\n\nSi no lo has pedido tú, no tienes que hacer nada.\n",
            ),
        ] {
            let expected = (subject.to_owned(), text.to_owned());
            assert_eq!(written(NoticeKind::Recover, tongue), expected);
        }
    }
}
