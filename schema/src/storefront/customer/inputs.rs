//! What clients give to the mutations of accounts, and how it is read.

use async_graphql::{InputObject, MaybeUndefined};
use commerce::customer::{AccountEdit, NewAccount};

/// What signing in needs.
#[derive(InputObject)]
pub struct CustomerAccessTokenCreateInput {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// What taking an account into use needs.
#[derive(InputObject)]
pub struct CustomerActivateInput {
    /// The token that stands in the mail's link.
    pub activation_token: String,
    /// The password to be.
    pub password: String,
}

/// What choosing a new password needs.
#[derive(InputObject)]
pub struct CustomerResetInput {
    /// The password to be.
    pub password: String,
    /// The token that stands in the mail's link.
    pub reset_token: String,
}

/// What a new account starts with.
#[derive(InputObject)]
pub struct CustomerCreateInput {
    /// Whether advertising is welcome.
    pub accepts_marketing: Option<bool>,
    /// The e-mail address.
    pub email: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The password.
    pub password: String,
    /// The telephone number.
    pub phone: Option<String>,
}

impl CustomerCreateInput {
    pub(super) fn read(self) -> NewAccount {
        NewAccount {
            email: self.email,
            password: self.password,
            first_name: self.first_name,
            last_name: self.last_name,
            phone: self.phone,
            accepts_marketing: self.accepts_marketing,
        }
    }
}

/// A change to an account; what is not given stays, null forgets.
#[derive(InputObject)]
pub struct CustomerUpdateInput {
    /// Whether advertising is welcome.
    pub accepts_marketing: Option<bool>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The first name.
    pub first_name: MaybeUndefined<String>,
    /// The last name.
    pub last_name: MaybeUndefined<String>,
    /// The password. A new one ends everything that was signed in.
    pub password: Option<String>,
    /// The telephone number.
    pub phone: MaybeUndefined<String>,
}

impl CustomerUpdateInput {
    pub(super) fn read(self) -> AccountEdit {
        AccountEdit {
            email: self.email,
            password: self.password,
            first_name: maybe(self.first_name),
            last_name: maybe(self.last_name),
            phone: maybe(self.phone),
            accepts_marketing: self.accepts_marketing,
        }
    }
}

fn maybe(value: MaybeUndefined<String>) -> Option<Option<String>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
