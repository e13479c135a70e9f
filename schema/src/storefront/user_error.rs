//! What every refusal has in common.

use async_graphql::Interface;

use super::cart::CartUserError;
use super::cart::metafields::{MetafieldDeleteUserError, MetafieldsSetUserError};

/// A refusal that can be shown to people.
#[derive(Interface)]
#[graphql(
    field(
        name = "field",
        ty = "&Option<Vec<String>>",
        desc = "What in the input is wrong."
    ),
    field(name = "message", ty = "&String", desc = "A sentence for people.")
)]
pub enum DisplayableError {
    /// Of a cart.
    CartUserError(CartUserError),
    /// Of deleting a metafield.
    MetafieldDeleteUserError(MetafieldDeleteUserError),
    /// Of setting metafields.
    MetafieldsSetUserError(MetafieldsSetUserError),
}
