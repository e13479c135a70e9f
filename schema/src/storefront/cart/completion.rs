//! Whether a cart can be bought as it is.

use async_graphql::{Context, ID, Object, Result, SimpleObject, Union};
use commerce::cart::readiness::{Blocker, blockers};
use commerce::cart::{CartKey, Refusal, reads};

use super::{Cart, CartUserError};
use crate::context::ContextExt;
use crate::scalars::DateTime;

/// The answer to asking whether a cart can be bought.
#[derive(SimpleObject)]
pub struct CartPrepareForCompletionPayload {
    /// Whether it can; null when the cart is unknown.
    pub result: Option<CartPrepareForCompletionResult>,
    /// Why it could not be asked.
    pub user_errors: Vec<CartUserError>,
}

/// Whether a cart can be bought.
#[derive(Union)]
pub enum CartPrepareForCompletionResult {
    /// Something is missing.
    CartStatusNotReady(CartStatusNotReady),
    /// It can be bought.
    CartStatusReady(CartStatusReady),
    /// Ask again later.
    CartThrottled(CartThrottled),
}

/// Something is missing.
#[derive(SimpleObject)]
pub struct CartStatusNotReady {
    /// The cart.
    pub cart: Option<Cart>,
    /// What is missing.
    pub errors: Vec<CartOperationError>,
}

/// It can be bought.
#[derive(SimpleObject)]
pub struct CartStatusReady {
    /// The cart.
    pub cart: Option<Cart>,
}

/// Ask again later.
#[derive(SimpleObject)]
pub struct CartThrottled {
    /// The cart.
    pub cart: Option<Cart>,
    /// When to ask again.
    pub poll_after: DateTime,
}

/// Something that keeps a cart from being bought.
#[derive(SimpleObject)]
pub struct CartOperationError {
    /// Its kind, as the errors of a submission are called.
    pub code: String,
    /// A sentence for people.
    pub message: Option<String>,
}

impl From<Blocker> for CartOperationError {
    fn from(blocker: Blocker) -> Self {
        Self {
            code: blocker.code.to_owned(),
            message: Some(blocker.message),
        }
    }
}

/// Asks whether carts can be bought.
#[derive(Default)]
pub struct CartCompletionPreparation;

#[Object]
impl CartCompletionPreparation {
    /// Asks whether the cart can be bought as it is; nothing is changed.
    async fn cart_prepare_for_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
    ) -> Option<Result<CartPrepareForCompletionPayload>> {
        Some(prepare(ctx, &cart_id).await)
    }
}

async fn prepare(ctx: &Context<'_>, id: &ID) -> Result<CartPrepareForCompletionPayload> {
    let shop = ctx.shop();
    let mut conn = shop.db.primary().await?;
    let checkout = match CartKey::parse(id) {
        Some(key) => reads::open_checkout(&mut conn, &key, shop.clock.now())
            .await?
            .map(|checkout| (key, checkout)),
        None => None,
    };
    let Some((key, checkout)) = checkout else {
        let refusals = Refusal::no_cart().into_iter();
        return Ok(CartPrepareForCompletionPayload {
            result: None,
            user_errors: refusals.map(CartUserError::from).collect(),
        });
    };
    let blockers = blockers(&checkout);
    let cart = Some(Cart::new(key, checkout.cart));
    let result = if blockers.is_empty() {
        CartPrepareForCompletionResult::CartStatusReady(CartStatusReady { cart })
    } else {
        CartPrepareForCompletionResult::CartStatusNotReady(CartStatusNotReady {
            cart,
            errors: blockers.into_iter().map(CartOperationError::from).collect(),
        })
    };
    Ok(CartPrepareForCompletionPayload {
        result: Some(result),
        user_errors: Vec::new(),
    })
}
