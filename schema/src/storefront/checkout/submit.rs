//! Pressing "pay".

use async_graphql::{Context, ID, Object, Result, SimpleObject, Union};
use chrono::TimeDelta;
use commerce::cart::readiness::Blocker;
use commerce::cart::{CartKey, Code, Path, Refusal};
use commerce::flows::place_order::{NotPlaced, PlaceOrder, Placed, place_order};
use commerce::kernel::{Failure, Fault};

use super::SubmissionErrorCode;
use crate::context::ContextExt;
use crate::scalars::{DateTime, Url};
use crate::storefront::cart::CartUserError;

/// The answer to submitting a cart.
#[derive(SimpleObject)]
pub struct CartSubmitForCompletionPayload {
    /// What came of it; null when the input was refused.
    pub result: Option<CartSubmitForCompletionResult>,
    /// Why the input was refused.
    pub user_errors: Vec<CartUserError>,
}

/// What came of submitting a cart.
#[derive(Union)]
pub enum CartSubmitForCompletionResult {
    /// Another attempt has it.
    AlreadyAccepted(SubmitAlreadyAccepted),
    /// Something is in the way.
    Failed(SubmitFailed),
    /// It is accepted.
    Success(SubmitSuccess),
    /// The shop is too busy.
    Throttled(SubmitThrottled),
}

/// The cart was accepted under another token before.
#[derive(SimpleObject)]
pub struct SubmitAlreadyAccepted {
    /// The attempt that was accepted.
    pub attempt_id: String,
}

/// The cart cannot be bought as it is; nothing was changed.
#[derive(SimpleObject)]
pub struct SubmitFailed {
    /// Where a browser sees the cart.
    pub checkout_url: Option<Url>,
    /// What is in the way.
    pub errors: Vec<SubmissionError>,
}

/// The cart is accepted: its stock is held and its price is fixed.
#[derive(SimpleObject)]
pub struct SubmitSuccess {
    /// The attempt, to be asked what became of it.
    pub attempt_id: String,
    /// Where a browser follows the attempt.
    pub redirect_url: Url,
}

/// The shop is too busy, or too many payments were declined or are not decided; nothing was changed.
#[derive(SimpleObject)]
pub struct SubmitThrottled {
    /// When to submit again.
    pub poll_after: DateTime,
}

/// Something that is in the way.
#[derive(SimpleObject)]
pub struct SubmissionError {
    /// Its kind.
    pub code: SubmissionErrorCode,
    /// A sentence for people.
    pub message: Option<String>,
}

impl From<Blocker> for SubmissionError {
    fn from(blocker: Blocker) -> Self {
        Self {
            code: SubmissionErrorCode::named(blocker.code),
            message: Some(blocker.message),
        }
    }
}

/// How long a client is asked to wait when the shop is too busy.
const BUSY: TimeDelta = TimeDelta::seconds(1);

/// Buys carts.
#[derive(Default)]
pub struct CheckoutMutation;

#[Object]
impl CheckoutMutation {
    /// Submits a cart for purchase. The same token always has the same result.
    async fn cart_submit_for_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The client's name for this press of \"pay\".")] attempt_token: String,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
    ) -> Option<Result<CartSubmitForCompletionPayload>> {
        Some(submit(ctx, attempt_token, &cart_id).await)
    }
}

async fn submit(
    ctx: &Context<'_>,
    token: String,
    cart_id: &ID,
) -> Result<CartSubmitForCompletionPayload> {
    let shop = ctx.shop();
    let Some(cart) = CartKey::parse(cart_id) else {
        return Ok(refused(Refusal::no_cart()));
    };
    let public_url = &shop.settings.public_url;
    let checkout_url = cart.url(public_url);
    let command = PlaceOrder {
        cart,
        token,
        client: Some(ctx.session().caller.network),
        shown: None,
    };
    let placed = place_order(shop, &command).await;
    let result = match placed {
        Ok(Placed::Accepted(key)) => CartSubmitForCompletionResult::Success(SubmitSuccess {
            attempt_id: key.text(),
            redirect_url: Url(key.url(public_url)),
        }),
        Ok(Placed::AlreadyAccepted(key)) => {
            CartSubmitForCompletionResult::AlreadyAccepted(SubmitAlreadyAccepted {
                attempt_id: key.text(),
            })
        }
        Err(Failure::Refused(NotPlaced::NoCart | NotPlaced::Changed)) => {
            return Ok(refused(Refusal::no_cart()));
        }
        Err(Failure::Refused(NotPlaced::BadToken)) => {
            let message = "the attempt token must have 1 to 255 bytes, none of them zero";
            let field = Path::root("attemptToken");
            return Ok(refused(vec![Refusal::new(Code::Invalid, field, message)]));
        }
        Err(Failure::Refused(NotPlaced::Blocked(blockers))) => {
            CartSubmitForCompletionResult::Failed(SubmitFailed {
                checkout_url: Some(Url(checkout_url)),
                errors: blockers.into_iter().map(SubmissionError::from).collect(),
            })
        }
        Err(Failure::Refused(NotPlaced::Throttled(then))) => {
            CartSubmitForCompletionResult::Throttled(SubmitThrottled {
                poll_after: DateTime(then),
            })
        }
        // Every connection is busy, or the cart or its stock stayed locked: nothing was changed.
        Err(Failure::Broken(Fault::Unavailable(_))) => {
            CartSubmitForCompletionResult::Throttled(SubmitThrottled {
                poll_after: DateTime(shop.clock.now() + BUSY),
            })
        }
        Err(Failure::Broken(fault)) => return Err(fault.into()),
    };
    Ok(CartSubmitForCompletionPayload {
        result: Some(result),
        user_errors: Vec::new(),
    })
}

fn refused(refusals: Vec<Refusal>) -> CartSubmitForCompletionPayload {
    CartSubmitForCompletionPayload {
        result: None,
        user_errors: refusals.into_iter().map(CartUserError::from).collect(),
    }
}
