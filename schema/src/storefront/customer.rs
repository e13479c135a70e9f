//! Customers. Accounts do not exist yet, so none is ever answered; the type stands because carts
//! name it.

use async_graphql::{ID, Object};

use crate::scalars::{DateTime, UnsignedInt64};
use crate::storefront::address::MailingAddress;
use crate::storefront::metafield::{HasMetafieldsIdentifier, Metafield, none_of};

/// Somebody with an account.
#[derive(Clone)]
pub struct Customer {
    created_at: DateTime,
}

#[Object]
impl Customer {
    /// Whether advertising is welcome.
    async fn accepts_marketing(&self) -> bool {
        false
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime {
        self.created_at
    }

    /// The address that is used unless another is chosen.
    async fn default_address(&self) -> Option<MailingAddress> {
        None
    }

    /// How the customer is called.
    async fn display_name(&self) -> &'static str {
        ""
    }

    /// The e-mail address.
    async fn email(&self) -> Option<&str> {
        None
    }

    /// The first name.
    async fn first_name(&self) -> Option<&str> {
        None
    }

    /// Names the customer.
    async fn id(&self) -> ID {
        ID::default()
    }

    /// The last name.
    async fn last_name(&self) -> Option<&str> {
        None
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        #[graphql(desc = "Its namespace.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Option<Metafield> {
        let _none_are_kept = (namespace, key);
        None
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Vec<Option<Metafield>> {
        none_of(&identifiers)
    }

    /// How many orders the customer made.
    async fn number_of_orders(&self) -> UnsignedInt64 {
        UnsignedInt64(0)
    }

    /// The telephone number.
    async fn phone(&self) -> Option<&str> {
        None
    }

    /// What the merchant calls the customer by.
    async fn tags(&self) -> Vec<String> {
        Vec::new()
    }

    /// When the account last changed.
    async fn updated_at(&self) -> DateTime {
        self.created_at
    }
}
