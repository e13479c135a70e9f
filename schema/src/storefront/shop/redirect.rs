//! Addresses that lead elsewhere.

use async_graphql::{ID, SimpleObject};

/// An address that leads elsewhere.
#[derive(SimpleObject)]
pub struct UrlRedirect {
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// The path that is asked for.
    pub path: String,
    /// Where it leads.
    pub target: String,
}
