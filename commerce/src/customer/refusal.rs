//! Why a change to an account was refused.

use std::time::Duration;

/// The kinds of refusal, named as in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's names say what they mean")]
pub enum Code {
    AlreadyEnabled,
    BadDomain,
    Blank,
    ContainsHtmlTags,
    ContainsUrl,
    CustomerDisabled,
    Invalid,
    InvalidMultipassRequest,
    NotFound,
    PasswordStartsOrEndsWithWhitespace,
    Taken,
    TokenInvalid,
    TooLong,
    TooShort,
    UnidentifiedCustomer,
}

/// One reason for refusing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its kind; `None` for having tried too often, which the contract has no word for.
    pub code: Option<Code>,
    /// What in the input is wrong; empty when it is no single field.
    pub field: Vec<String>,
    /// A sentence for people.
    pub message: String,
    /// When to come back, after having tried too often.
    pub wait: Option<Duration>,
}

/// All reasons for refusing; never empty.
pub type Refusals = Vec<Refusal>;

impl Refusal {
    /// A reason, in words.
    pub fn new(code: Code, field: &[&str], message: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            field: field.iter().map(|name| (*name).to_owned()).collect(),
            message: message.into(),
            wait: None,
        }
    }

    /// No customer has this e-mail address and this password: it does not say which is wrong.
    #[must_use]
    pub fn unidentified() -> Refusals {
        let message = "no account has this e-mail address and password";
        vec![Self::new(Code::UnidentifiedCustomer, &[], message)]
    }

    /// The access token opens nothing: unknown, expired, deleted, or ended by a new password.
    #[must_use]
    pub fn no_customer() -> Refusals {
        let message = "the access token is not valid; sign in again";
        let field = ["customerAccessToken"];
        vec![Self::new(Code::UnidentifiedCustomer, &field, message)]
    }

    /// The customer has no address with this id.
    #[must_use]
    pub fn no_address(field: &str) -> Refusals {
        let message = "the customer has no address with this id";
        vec![Self::new(Code::NotFound, &[field], message)]
    }

    /// Too many tries.
    #[must_use]
    pub fn too_often(wait: Duration) -> Refusals {
        let seconds = wait.as_millis().div_ceil(1_000);
        vec![Self {
            code: None,
            field: Vec::new(),
            message: format!("too many tries; come back in {seconds} seconds"),
            wait: Some(wait),
        }]
    }
}
