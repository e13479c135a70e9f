//! What every refusal has in common.

use async_graphql::Interface;

use super::cart::CartUserError;
use super::cart::metafields::{MetafieldDeleteUserError, MetafieldsSetUserError};
use super::customer::CustomerUserError;
use super::customer::user_error::UserError;
use super::shop_pay::ShopPayUserError;

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
    /// Of an account.
    CustomerUserError(CustomerUserError),
    /// Of deleting a metafield.
    MetafieldDeleteUserError(MetafieldDeleteUserError),
    /// Of setting metafields.
    MetafieldsSetUserError(MetafieldsSetUserError),
    /// Of Shop Pay.
    ShopPayUserError(ShopPayUserError),
    /// Without a code.
    UserError(UserError),
}
