//! What the mutations of a cart answer.

use async_graphql::{ID, Result, SimpleObject};
use commerce::cart::{CartKey, Changed, Refusals, Withdrawn};
use commerce::kernel::{Failure, Outcome};

use super::{Cart, CartUserError, CartWarning};

/// A changed cart, or why it was not changed.
pub struct Answer {
    cart: Option<Cart>,
    user_errors: Vec<CartUserError>,
    warnings: Vec<CartWarning>,
}

impl Answer {
    /// The answer to a change of the cart that the key opens; a fault stays an error.
    pub(super) fn of(outcome: Outcome<(CartKey, Changed), Refusals>) -> Result<Self> {
        match outcome {
            Ok((key, Changed { cart, warnings })) => {
                let id = ID(key.gid());
                let withdrawn = cart.withdrawn.iter().map(Withdrawn::warning);
                let warnings = warnings.into_iter().chain(withdrawn);
                let warning = |warning| CartWarning::new(warning, &cart, &id);
                Ok(Self {
                    user_errors: Vec::new(),
                    warnings: warnings.map(warning).collect(),
                    cart: Some(Cart::new(key, cart)),
                })
            }
            Err(Failure::Refused(refusals)) => Ok(Self {
                cart: None,
                user_errors: refusals.into_iter().map(CartUserError::from).collect(),
                warnings: Vec::new(),
            }),
            Err(Failure::Broken(fault)) => Err(fault.into()),
        }
    }
}

macro_rules! payloads {
    ($($(#[$about:meta])* $name:ident,)*) => { $(
        $(#[$about])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The cart as it is now; null when the change was refused.
            pub cart: Option<Cart>,
            /// Why the change was refused; empty when it was made.
            pub user_errors: Vec<CartUserError>,
            /// What the buyer should know about the change.
            pub warnings: Vec<CartWarning>,
        }

        impl From<Answer> for $name {
            fn from(answer: Answer) -> Self {
                Self {
                    cart: answer.cart,
                    user_errors: answer.user_errors,
                    warnings: answer.warnings,
                }
            }
        }
    )* };
}

payloads! {
    /// The answer to changing attributes.
    CartAttributesUpdatePayload,
    /// The answer to changing the billing address.
    CartBillingAddressUpdatePayload,
    /// The answer to changing who buys.
    CartBuyerIdentityUpdatePayload,
    /// The answer to copying a cart.
    CartClonePayload,
    /// The answer to making a cart.
    CartCreatePayload,
    /// The answer to adding delivery addresses.
    CartDeliveryAddressesAddPayload,
    /// The answer to removing delivery addresses.
    CartDeliveryAddressesRemovePayload,
    /// The answer to replacing delivery addresses.
    CartDeliveryAddressesReplacePayload,
    /// The answer to changing delivery addresses.
    CartDeliveryAddressesUpdatePayload,
    /// The answer to changing discount codes.
    CartDiscountCodesUpdatePayload,
    /// The answer to adding gift cards.
    CartGiftCardCodesAddPayload,
    /// The answer to removing gift cards.
    CartGiftCardCodesRemovePayload,
    /// The answer to changing gift cards.
    CartGiftCardCodesUpdatePayload,
    /// The answer to adding lines.
    CartLinesAddPayload,
    /// The answer to removing lines.
    CartLinesRemovePayload,
    /// The answer to changing lines.
    CartLinesUpdatePayload,
    /// The answer to changing the note.
    CartNoteUpdatePayload,
    /// The answer to choosing a way to pay.
    CartPaymentUpdatePayload,
    /// The answer to forgetting who buys.
    CartRemovePersonalDataPayload,
    /// The answer to choosing delivery.
    CartSelectedDeliveryOptionsUpdatePayload,
}
