//! What a change of an account was refused for.

use async_graphql::{Enum, SimpleObject};
use commerce::customer::{Code, Refusal};

/// One reason for refusing a change of an account.
#[derive(SimpleObject, Clone, Debug)]
pub struct CustomerUserError {
    /// Its kind; null for having tried too often.
    pub code: Option<CustomerErrorCode>,
    /// What in the input is wrong.
    pub field: Option<Vec<String>>,
    /// A sentence for people.
    pub message: String,
}

/// One reason for refusing a change.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// What in the input is wrong.
    pub field: Option<Vec<String>>,
    /// A sentence for people.
    pub message: String,
}

impl From<Refusal> for CustomerUserError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code.map(CustomerErrorCode::from),
            field: (!refusal.field.is_empty()).then_some(refusal.field),
            message: refusal.message,
        }
    }
}

impl From<&CustomerUserError> for UserError {
    fn from(error: &CustomerUserError) -> Self {
        Self {
            field: error.field.clone(),
            message: error.message.clone(),
        }
    }
}

/// The kinds of refusal.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerErrorCode {
    /// The account is in use already.
    AlreadyEnabled,
    /// The domain of the e-mail address cannot be one.
    BadDomain,
    /// Something is needed.
    Blank,
    /// HTML stands where it must not.
    ContainsHtmlTags,
    /// A URL stands where it must not.
    ContainsUrl,
    /// The account is not in use: it waits for its mail, or was disabled.
    CustomerDisabled,
    /// It cannot be understood.
    Invalid,
    /// The multipass token is not good.
    InvalidMultipassRequest,
    /// The customer has no such address.
    NotFound,
    /// The password begins or ends with white space.
    PasswordStartsOrEndsWithWhitespace,
    /// Somebody has it already.
    Taken,
    /// The token of the link is not good.
    TokenInvalid,
    /// It is too long.
    TooLong,
    /// It is too short.
    TooShort,
    /// Nobody is named by what was given.
    UnidentifiedCustomer,
}

impl From<Code> for CustomerErrorCode {
    fn from(code: Code) -> Self {
        match code {
            Code::AlreadyEnabled => Self::AlreadyEnabled,
            Code::BadDomain => Self::BadDomain,
            Code::Blank => Self::Blank,
            Code::ContainsHtmlTags => Self::ContainsHtmlTags,
            Code::ContainsUrl => Self::ContainsUrl,
            Code::CustomerDisabled => Self::CustomerDisabled,
            Code::Invalid => Self::Invalid,
            Code::InvalidMultipassRequest => Self::InvalidMultipassRequest,
            Code::NotFound => Self::NotFound,
            Code::PasswordStartsOrEndsWithWhitespace => Self::PasswordStartsOrEndsWithWhitespace,
            Code::Taken => Self::Taken,
            Code::TokenInvalid => Self::TokenInvalid,
            Code::TooLong => Self::TooLong,
            Code::TooShort => Self::TooShort,
            Code::UnidentifiedCustomer => Self::UnidentifiedCustomer,
        }
    }
}
