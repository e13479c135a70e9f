//! Companies that buy. This shop sells to people; the types stand because storefronts name them, and
//! no field leads to a company.

use async_graphql::{ComplexObject, ID, SimpleObject};

use super::metafield::{HasMetafieldsIdentifier, Metafield, Metafields, none_of};
use crate::scalars::DateTime;

/// For whom a cart is bought.
#[derive(SimpleObject)]
pub struct PurchasingCompany {
    /// The company.
    pub company: Company,
    /// Who buys for it.
    pub contact: Option<CompanyContact>,
    /// The branch that it is bought for.
    pub location: CompanyLocation,
}

/// A company that buys.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct Company {
    /// When it was made.
    pub created_at: DateTime,
    /// What another system calls it.
    pub external_id: Option<String>,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// Its name.
    pub name: String,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// Who buys for a company.
#[derive(SimpleObject, Clone)]
pub struct CompanyContact {
    /// When it was made.
    pub created_at: DateTime,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// The person's language.
    pub locale: Option<String>,
    /// What the person is in the company.
    pub title: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// A branch of a company.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct CompanyLocation {
    /// When it was made.
    pub created_at: DateTime,
    /// What another system calls it.
    pub external_id: Option<String>,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// The branch's language.
    pub locale: Option<String>,
    /// Its name.
    pub name: String,
    /// When it last changed.
    pub updated_at: DateTime,
}

#[ComplexObject]
impl Company {
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
    ) -> Metafields {
        none_of(&identifiers)
    }
}

#[ComplexObject]
impl CompanyLocation {
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
    ) -> Metafields {
        none_of(&identifiers)
    }
}
