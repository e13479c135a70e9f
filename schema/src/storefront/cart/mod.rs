//! Carts: what buyers put together before they pay.

pub mod buyer;
pub mod completion;
pub mod cost;
pub mod delivery;
pub mod discount;
pub mod gift_card;
pub mod inputs;
pub mod line;
pub mod metafields;
pub mod mutation;
pub mod node;
pub mod payload;
pub mod user_error;

pub use completion::CartCompletionPreparation;
pub use line::{BaseCartLine, CartLine, ComponentizableCartLine};
pub use metafields::CartMetafieldMutation;
pub use mutation::CartMutation;
pub use node::Cart;
pub use user_error::{CartErrorCode, CartUserError, CartWarning, CartWarningCode};

use async_graphql::{Context, ID, Object, Result};
use commerce::cart::{CartKey, reads};

use crate::context::ContextExt;

/// Reads carts.
#[derive(Default)]
pub struct CartQuery;

#[Object]
impl CartQuery {
    /// The open cart with this id; null for an unknown id or a wrong key.
    async fn cart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] id: ID,
    ) -> Option<Result<Cart>> {
        find(ctx, &id).await.transpose()
    }
}

/// The open cart with this id.
pub(crate) async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Cart>> {
    let Some(key) = CartKey::parse(id) else {
        return Ok(None);
    };
    let shop = ctx.shop();
    let mut conn = shop.db.primary().await?;
    let cart = reads::open(&mut conn, &key, shop.clock.now()).await?;
    Ok(cart.map(|cart| Cart::new(key, cart)))
}
