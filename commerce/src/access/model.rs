//! Tokens as they are read and made.

use chrono::{DateTime, Utc};

/// Who may see a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Anybody: it stands in the storefront's script.
    Public,
    /// The server that it was made for.
    Private,
}

impl TokenKind {
    /// Its name in the database and for operators.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// What each caller with a token may spend; `None` for the installation's own figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Points that a caller's bucket holds.
    pub bucket: Option<u32>,
    /// Points that come back every second.
    pub per_second: Option<u32>,
    /// The most that one operation may cost.
    pub maximum: Option<u32>,
}

/// A token that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Its number.
    pub id: i64,
    /// Who may see it.
    pub kind: TokenKind,
    /// What the operator calls it.
    pub title: String,
    /// The token itself, of a public one.
    pub token: Option<String>,
    /// What its callers may spend.
    pub budget: Budget,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who may see it.
    pub kind: TokenKind,
    /// What the operator calls it.
    pub title: String,
    /// What its callers may spend.
    pub budget: Budget,
}
