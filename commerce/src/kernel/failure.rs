//! Two ways to fail: the caller's request was refused, or something of ours broke.

use std::convert::Infallible;
use std::error::Error as StdError;

/// What a command answers instead of its result.
#[derive(Debug)]
pub enum Failure<R> {
    /// The request breaks a rule; the caller is told which, and nothing was changed.
    Refused(R),
    /// Something of ours failed; the caller learns only that, the log the rest.
    Broken(Fault),
}

impl Failure<Infallible> {
    /// The fault, of what cannot be refused.
    #[must_use]
    pub fn fault(self) -> Fault {
        match self {
            Self::Refused(never) => match never {},
            Self::Broken(fault) => fault,
        }
    }
}

/// The result of a command.
pub type Outcome<T, R> = Result<T, Failure<R>>;

/// A failure that is not the caller's.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// PostgreSQL could not be reached, was too busy to finish a statement in time, or a row was locked by others,
    /// for too long; worth another try later.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A statement failed.
    #[error("a statement failed")]
    Database(#[source] diesel::result::Error),
    /// Stored data contradicts what the code relies on.
    #[error("{0}")]
    Inconsistent(String),
    /// Anything else.
    #[error("{context}")]
    Other {
        /// What was attempted.
        context: String,
        /// Why it failed.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Fault {
    /// A fault with what was attempted and its cause.
    pub fn other(
        context: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Other {
            context: context.into(),
            source: source.into(),
        }
    }

    /// Whether a row was refused because another one refers to what it takes away.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        let kind = DatabaseErrorKind::ForeignKeyViolation;
        matches!(self, Self::Database(Error::DatabaseError(k, _)) if *k == kind)
    }

    /// Whether a string had the character U+0000, which PostgreSQL keeps in no text: the caller's mistake, and
    /// nothing was changed.
    #[must_use]
    pub fn is_null_character(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        // SQLSTATE 22021, and 22P05 within JSON, which diesel does not pass on.
        matches!(self, Self::Database(Error::DatabaseError(DatabaseErrorKind::Unknown, info))
            if info.message().starts_with("invalid byte sequence for encoding \"UTF8\": 0x00")
                || info.message() == "unsupported Unicode escape sequence")
    }

    /// The error and its causes in one line, for a log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        line
    }
}

impl From<diesel::result::Error> for Fault {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match error {
            // A closed connection cannot send; diesel-async reports it so.
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => Self::Unavailable(Box::new(error)),
            // SQLSTATE 55P03 and 57014, which diesel does not pass on.
            Error::DatabaseError(DatabaseErrorKind::Unknown, ref info)
                if info.message().contains("lock timeout")
                    || info.message().contains("statement timeout")
                    || is_farewell(info.message()) =>
            {
                Self::Unavailable(Box::new(error))
            }
            other => Self::Database(other),
        }
    }
}

/// What PostgreSQL says while it stops or starts (class 57 of its error codes, which diesel does not
/// pass on).
fn is_farewell(message: &str) -> bool {
    message.starts_with("terminating connection") || message.starts_with("the database system is")
}

impl<R> From<Fault> for Failure<R> {
    fn from(fault: Fault) -> Self {
        Self::Broken(fault)
    }
}

impl<R> From<diesel::result::Error> for Failure<R> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl<R> Failure<R> {
    /// Turns the refusal into another kind, leaving faults as they are.
    pub fn map_refusal<S>(self, f: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Refused(refusal) => Failure::Refused(f(refusal)),
            Self::Broken(fault) => Failure::Broken(fault),
        }
    }
}
