//! What became of an attempt.

use async_graphql::{Context, ID, Object, Result, SimpleObject, Union};
use chrono::Utc;
use commerce::checkout::{Attempt, AttemptKey, RefundReason, State};
use commerce::kernel::id::Order;
use commerce::kernel::{Fault, Id};
use commerce::payment::DeclineCode;
use commerce::{flows, order};

use super::CompletionErrorCode;
use crate::context::ContextExt;
use crate::scalars::{DateTime, Url};

/// The shortest and the longest pause that is asked of a client, in milliseconds.
const POLL_DELAYS: (i32, i32) = (50, 2_000);

/// What became of an attempt.
#[derive(Union)]
pub enum CartCompletionAttemptResult {
    /// The buyer must do something.
    ActionRequired(CartCompletionActionRequired),
    /// It failed.
    Failed(CartCompletionFailed),
    /// It is not decided yet.
    Processing(CartCompletionProcessing),
    /// It is an order.
    Success(CartCompletionSuccess),
}

/// The buyer must do something.
#[derive(SimpleObject)]
pub struct CartCompletionActionRequired {
    /// What to do.
    pub action: Option<CartCompletionAction>,
    /// The attempt.
    pub id: String,
}

/// What a buyer must do.
#[derive(Union)]
pub enum CartCompletionAction {
    /// Confirm the payment.
    CompletePaymentChallenge(CompletePaymentChallenge),
}

/// The buyer's bank asks for a confirmation.
#[derive(SimpleObject)]
pub struct CompletePaymentChallenge {
    /// Where the buyer confirms.
    pub redirect_url: Option<Url>,
}

/// The attempt failed; a new one needs a new token.
#[derive(SimpleObject)]
pub struct CartCompletionFailed {
    /// Why.
    pub errors: Vec<CompletionError>,
    /// The attempt.
    pub id: String,
}

/// Why an attempt failed.
#[derive(SimpleObject)]
pub struct CompletionError {
    /// Its kind.
    pub code: CompletionErrorCode,
    /// A sentence for people.
    pub message: Option<String>,
}

/// The attempt is not decided yet.
#[derive(SimpleObject)]
pub struct CartCompletionProcessing {
    /// The attempt.
    pub id: String,
    /// Milliseconds after which to ask again.
    pub poll_delay: i32,
}

/// The attempt is an order.
#[derive(SimpleObject)]
pub struct CartCompletionSuccess {
    /// When the order was placed.
    pub completed_at: Option<DateTime>,
    /// The attempt.
    pub id: String,
    /// The order.
    pub order_id: ID,
    /// Where the buyer sees the order.
    pub order_url: Url,
}

/// Follows attempts.
#[derive(Default)]
pub struct CheckoutQuery;

#[Object]
impl CheckoutQuery {
    /// What became of an attempt; null for an unknown one.
    async fn cart_completion_attempt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The attempt's id, as submitting answered it.")] attempt_id: String,
    ) -> Option<Result<CartCompletionAttemptResult>> {
        find(ctx, &attempt_id).await.transpose()
    }
}

async fn find(ctx: &Context<'_>, id: &str) -> Result<Option<CartCompletionAttemptResult>> {
    let Some(key) = AttemptKey::parse(id) else {
        return Ok(None);
    };
    let shop = ctx.shop();
    let Some(attempt) = flows::place_order::attempt(shop, &key).await? else {
        return Ok(None);
    };
    let now = shop.clock.now();
    Ok(Some(result(attempt, now, &shop.settings.public_url)?))
}

/// Milliseconds after which a client asks again: as long as the attempt has taken so far, so that
/// a quick payment is seen at once and a slow one is not asked after all the time.
fn poll_delay(created_at: chrono::DateTime<Utc>, now: chrono::DateTime<Utc>) -> i32 {
    let (shortest, longest) = POLL_DELAYS;
    i32::try_from((now - created_at).num_milliseconds())
        .unwrap_or(longest)
        .clamp(shortest, longest)
}

fn result(
    attempt: Attempt,
    now: chrono::DateTime<Utc>,
    public_url: &str,
) -> Result<CartCompletionAttemptResult, Fault> {
    let id = attempt.key.text();
    Ok(match attempt.state {
        State::AwaitingPayment | State::Processing | State::Expiring => {
            CartCompletionAttemptResult::Processing(CartCompletionProcessing {
                id,
                poll_delay: poll_delay(attempt.created_at, now),
            })
        }
        State::ActionRequired => {
            let redirect_url = attempt.action_url.map(Url);
            let challenge = CompletePaymentChallenge { redirect_url };
            CartCompletionAttemptResult::ActionRequired(CartCompletionActionRequired {
                action: Some(CartCompletionAction::CompletePaymentChallenge(challenge)),
                id,
            })
        }
        State::Completed => {
            let missing = || Fault::Inconsistent("a completed attempt has no order".to_owned());
            let order = attempt.order_id.ok_or_else(missing)?;
            CartCompletionAttemptResult::Success(CartCompletionSuccess {
                completed_at: attempt.completed_at.map(DateTime),
                id,
                order_id: ID(Id::<Order>::new(order).gid()),
                order_url: Url(order::status_url(public_url, order, &attempt.key.key)),
            })
        }
        State::Failed | State::Expired | State::RefundDue => {
            CartCompletionAttemptResult::Failed(CartCompletionFailed {
                errors: vec![error(&attempt)],
                id,
            })
        }
    })
}

fn error(attempt: &Attempt) -> CompletionError {
    let decline = attempt.failure_code.as_deref().and_then(DeclineCode::parse);
    let (code, message) = match (attempt.state, decline) {
        (State::Expired, _) if attempt.is_released() => (
            CompletionErrorCode::PaymentTransientError,
            "The payment was not confirmed in time. If it is charged later, it becomes an order or is refunded.",
        ),
        (State::Expired, _) => (
            CompletionErrorCode::PaymentTransientError,
            "the payment did not arrive in time; nothing was charged",
        ),
        (State::RefundDue, _) => refund_due(RefundReason::parse(attempt.failure_code.as_deref())),
        (_, Some(DeclineCode::CardDeclined)) => (CompletionErrorCode::PaymentCardDeclined, ""),
        (_, Some(DeclineCode::InsufficientFunds)) => {
            (CompletionErrorCode::PaymentInsufficientFunds, "")
        }
        (_, Some(DeclineCode::CallIssuer)) => (CompletionErrorCode::PaymentCallIssuer, ""),
        (_, Some(DeclineCode::InvalidPaymentMethod)) => {
            (CompletionErrorCode::PaymentInvalidPaymentMethod, "")
        }
        _ => (CompletionErrorCode::PaymentError, ""),
    };
    let stored = attempt.failure_message.clone();
    CompletionError {
        code,
        message: stored.or_else(|| (!message.is_empty()).then(|| message.to_owned())),
    }
}

fn refund_due(why: RefundReason) -> (CompletionErrorCode, &'static str) {
    match why {
        RefundReason::WrongAmount => (
            CompletionErrorCode::PaymentError,
            "A different amount was charged than was accepted. It will be refunded.",
        ),
        RefundReason::WrongCurrency => (
            CompletionErrorCode::PaymentInvalidCurrency,
            "The payment was charged in another currency than was accepted. It is being given back.",
        ),
        RefundReason::AlreadyBought => (
            CompletionErrorCode::Error,
            "The cart was bought already. The payment is being given back.",
        ),
        RefundReason::Late => (
            CompletionErrorCode::InventoryReservationError,
            "the payment came too late; it is being given back",
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    #[test]
    fn a_client_waits_as_long_again_as_it_has_waited() {
        let start = Utc.timestamp_opt(1_800_000_000, 0).unwrap();
        for (passed, delay) in [(-5, 50), (0, 50), (49, 50), (120, 120), (900_000, 2_000)] {
            let now = start + TimeDelta::milliseconds(passed);
            assert_eq!(poll_delay(start, now), delay, "after {passed} ms");
        }
    }
}
