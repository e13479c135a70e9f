//! What the mutations of accounts answer.

use async_graphql::{Result, SimpleObject};
use commerce::customer::{AccessToken, Refusals};
use commerce::kernel::{Failure, Outcome};

use super::node::Customer;
use super::user_error::{CustomerUserError, UserError};
use crate::scalars::DateTime;
use crate::storefront::address::MailingAddress;

/// What whoever has it may use as the customer.
#[derive(SimpleObject)]
pub struct CustomerAccessToken {
    /// The token: keep it like a password.
    pub access_token: String,
    /// When it ends, unless it is renewed before.
    pub expires_at: DateTime,
}

impl From<AccessToken> for CustomerAccessToken {
    fn from(token: AccessToken) -> Self {
        Self {
            access_token: token.token.reveal().to_owned(),
            expires_at: token.expires_at.into(),
        }
    }
}

/// What was done, or why it was not; a fault stays an error.
pub(super) fn settle<T>(
    outcome: Outcome<T, Refusals>,
) -> Result<(Option<T>, Vec<CustomerUserError>)> {
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(Failure::Refused(refusals)) => {
            let errors = refusals.into_iter().map(CustomerUserError::from);
            Ok((None, errors.collect()))
        }
        Err(Failure::Broken(fault)) => Err(fault.into()),
    }
}

/// The refusals in the older shape.
pub(super) fn older(errors: &[CustomerUserError]) -> Vec<UserError> {
    errors.iter().map(UserError::from).collect()
}

/// Payloads whose refusals stand in both shapes.
macro_rules! payloads {
    ($(
        $(#[doc = $about:literal])*
        $name:ident { $( $(#[doc = $what:literal])* $field:ident: $type:ty, )* }
    )*) => { $(
        $(#[doc = $about])*
        #[derive(SimpleObject)]
        pub struct $name {
            $( $(#[doc = $what])* pub $field: Option<$type>, )*
            /// Why it was refused; empty when it was done.
            pub customer_user_errors: Vec<CustomerUserError>,
            /// The same without codes.
            #[graphql(deprecation = "Ask for `customerUserErrors`.")]
            pub user_errors: Vec<UserError>,
        }

        impl $name {
            pub(super) fn new(
                $( $field: Option<$type>, )*
                customer_user_errors: Vec<CustomerUserError>,
            ) -> Self {
                Self {
                    $( $field, )*
                    user_errors: older(&customer_user_errors),
                    customer_user_errors,
                }
            }
        }
    )* };
}

payloads! {
    /// The answer to signing in.
    CustomerAccessTokenCreatePayload {
        /// The token.
        customer_access_token: CustomerAccessToken,
    }
    /// The answer to taking an account into use.
    CustomerActivatePayload {
        /// The customer.
        customer: Customer,
        /// Signs the customer in.
        customer_access_token: CustomerAccessToken,
    }
    /// The answer to adding an address.
    CustomerAddressCreatePayload {
        /// The address.
        customer_address: MailingAddress,
    }
    /// The answer to deleting an address.
    CustomerAddressDeletePayload {
        /// The id of the address that is gone.
        deleted_customer_address_id: String,
    }
    /// The answer to changing an address.
    CustomerAddressUpdatePayload {
        /// The address as it is now.
        customer_address: MailingAddress,
    }
    /// The answer to making an account.
    CustomerCreatePayload {
        /// The customer.
        customer: Customer,
    }
    /// The answer to choosing a default address.
    CustomerDefaultAddressUpdatePayload {
        /// The customer.
        customer: Customer,
    }
    /// The answer to asking for a new password.
    CustomerRecoverPayload {}
    /// The answer to choosing a new password by a mail's link.
    CustomerResetByUrlPayload {
        /// The customer.
        customer: Customer,
        /// Signs the customer in.
        customer_access_token: CustomerAccessToken,
    }
    /// The answer to choosing a new password.
    CustomerResetPayload {
        /// The customer.
        customer: Customer,
        /// Signs the customer in.
        customer_access_token: CustomerAccessToken,
    }
    /// The answer to changing an account.
    CustomerUpdatePayload {
        /// The customer as they are now.
        customer: Customer,
        /// Goes on where a new password ended the old token.
        customer_access_token: CustomerAccessToken,
    }
}

/// The answer to taking an account into use by a mail's link.
#[derive(SimpleObject)]
pub struct CustomerActivateByUrlPayload {
    /// The customer.
    pub customer: Option<Customer>,
    /// Signs the customer in.
    pub customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused; empty when it was done.
    pub customer_user_errors: Vec<CustomerUserError>,
}

/// The answer to signing in by another site.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenCreateWithMultipassPayload {
    /// The token.
    pub customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused; empty when it was done.
    pub customer_user_errors: Vec<CustomerUserError>,
}

/// The answer to signing out.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenDeletePayload {
    /// The token that is gone.
    pub deleted_access_token: Option<String>,
    /// The id of the token that is gone.
    pub deleted_customer_access_token_id: Option<String>,
    /// Why it was refused; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// The answer to renewing a token.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenRenewPayload {
    /// The token with its new end.
    pub customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused; empty when it was done.
    pub user_errors: Vec<UserError>,
}
