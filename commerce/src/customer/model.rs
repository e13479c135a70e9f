//! A customer as it is read.

use chrono::{DateTime, Utc};

use crate::kernel::id::{self, MailingAddress};
use crate::kernel::{Address, Id, Secret};

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Names the customer.
    pub id: Id<id::Customer>,
    /// The e-mail address as it was given.
    pub email: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// What the merchant calls the customer by.
    pub tags: Vec<String>,
    /// Whether advertising is welcome.
    pub accepts_marketing: bool,
    /// The address that is used unless another is chosen.
    pub default_address: Option<Id<MailingAddress>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Customer {
    /// How to address the customer: the name, else the e-mail address.
    #[must_use]
    pub fn display_name(&self) -> String {
        let names = [&self.first_name, &self.last_name];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        if names.is_empty() {
            self.email.clone()
        } else {
            names.join(" ")
        }
    }
}

/// An address in a customer's book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerAddress {
    /// Names it.
    pub id: Id<MailingAddress>,
    /// The address.
    pub address: Address,
}

/// The contract's token, which whoever has it may use as the customer.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token; only its hash is stored.
    pub token: Secret,
    /// When it ends unless it is renewed before.
    pub expires_at: DateTime<Utc>,
}

/// What a sign-in gives.
#[derive(Clone, Debug)]
pub struct SessionTokens {
    /// Whom it names, for a bearer token.
    pub bearer: crate::identity::bearer::Bearer,
    /// Brings the next ones, once.
    pub refresh_token: Secret,
    /// When they were made.
    pub issued_at: DateTime<Utc>,
    /// When the refresh token ends.
    pub refresh_expires_at: DateTime<Utc>,
}
