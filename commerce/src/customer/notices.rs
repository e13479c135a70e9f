//! What customers are written about their accounts: a row, and the job that names it, in the
//! transaction of the change.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::jobs::{self, Job};
use crate::kernel::id::Customer;
use crate::kernel::{Fault, Id, Tongue};
use crate::tables::customer_notices as t;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// The account can be used.
    Welcome,
    /// The account waits to be taken into use; with a link.
    Activate,
    /// Somebody wanted to sign up with an address that has an account.
    Known,
    /// A new password was asked for; with a link.
    Recover,
    /// The address is to become the account's; with a link.
    ConfirmEmail,
    /// The account has another e-mail address now.
    EmailChanged,
    /// The account has another password now.
    PasswordChanged,
}

const WORDS: [(NoticeKind, &str); 7] = [
    (NoticeKind::Welcome, "welcome"),
    (NoticeKind::Activate, "activate"),
    (NoticeKind::Known, "known"),
    (NoticeKind::Recover, "recover"),
    (NoticeKind::ConfirmEmail, "confirm_email"),
    (NoticeKind::EmailChanged, "email_changed"),
    (NoticeKind::PasswordChanged, "password_changed"),
];

impl NoticeKind {
    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let word = WORDS.iter().find(|(kind, _)| *kind == self);
        word.map_or("", |(_, word)| word)
    }

    fn parse(word: &str) -> Option<Self> {
        let kind = WORDS.iter().find(|(_, known)| *known == word);
        kind.map(|(kind, _)| *kind)
    }
}

/// What to write, and to whom.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Names it.
    pub id: i64,
    /// What it is about.
    pub kind: NoticeKind,
    /// Whose account.
    pub customer: Id<Customer>,
    /// Where it goes.
    pub email: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// The language that it is written in.
    pub tongue: Tongue,
}

/// Where the request does not say which language, as behind a link of a mail, that of the mail before.
const ADD: &str = "INSERT INTO customer_notices (customer_id, kind, email, created_at, lang) \
    VALUES ($1, $2, $3, $4, coalesce($5, \
        (SELECT lang FROM customer_notices WHERE customer_id = $1 ORDER BY id DESC LIMIT 1))) RETURNING id";

/// Stores a notice and its job. Without a recipient nothing is sent, at the same cost.
pub(super) async fn add(
    conn: &mut Conn,
    kind: NoticeKind,
    to: Option<(Id<Customer>, &str)>,
    tongue: Option<Tongue>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let query = sql_query(ADD)
        .bind::<Nullable<BigInt>, _>(to.map(|(id, _)| id.value))
        .bind::<Text, _>(kind.as_str())
        .bind::<Nullable<Text>, _>(to.map(|(_, email)| email.to_owned()))
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<Text>, _>(tongue.map(|tongue| tongue.lang().to_owned()));
    let notice_id: i64 = cached::<BigInt, _>(query).get_result(conn).await?;
    jobs::enqueue(conn, &Job::SendAccountNotice { notice_id }).await?;
    Ok(())
}

/// A notice that has a recipient.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub(super) async fn find(conn: &mut Conn, id: i64) -> Result<Option<Notice>, Fault> {
    type Columns = (
        Option<i64>,
        String,
        Option<String>,
        DateTime<Utc>,
        Option<String>,
    );
    let row: Option<Columns> = t::table
        .find(id)
        .select((t::customer_id, t::kind, t::email, t::created_at, t::lang))
        .first(conn)
        .await
        .optional()?;
    let Some((Some(customer), kind, Some(email), created_at, lang)) = row else {
        return Ok(None);
    };
    let kind = NoticeKind::parse(&kind)
        .ok_or_else(|| Fault::Inconsistent(format!("`{kind}` is not a kind of notice")))?;
    Ok(Some(Notice {
        id,
        kind,
        customer: Id::new(customer),
        email,
        created_at,
        tongue: lang.as_deref().and_then(Tongue::spoken).unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for (kind, word) in WORDS {
            assert_eq!(NoticeKind::parse(word), Some(kind));
            assert_eq!(kind.as_str(), word);
        }
    }
}
