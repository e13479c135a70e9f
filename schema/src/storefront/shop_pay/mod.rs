//! Shop Pay, which only its vendor can take payments by. Requests are refused, as data; the types stand
//! because storefronts name them.

pub mod inputs;
pub mod request;

use async_graphql::{Enum, Object, SimpleObject};

use self::inputs::ShopPayPaymentRequestInput;
use self::request::{ShopPayPaymentRequestReceipt, ShopPayPaymentRequestSession};

/// What became of a wish to pay by Shop Pay.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestSessionCreatePayload {
    /// The session; null when refused.
    pub shop_pay_payment_request_session: Option<ShopPayPaymentRequestSession>,
    /// Why it was refused.
    pub user_errors: Vec<ShopPayUserError>,
}

/// What became of a payment by Shop Pay.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestSessionSubmitPayload {
    /// The receipt; null when refused.
    pub payment_request_receipt: Option<ShopPayPaymentRequestReceipt>,
    /// Why it was refused.
    pub user_errors: Vec<ShopPayUserError>,
}

/// One reason for refusing Shop Pay.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(name = "UserErrorsShopPayPaymentRequestSessionUserErrors")]
pub struct ShopPayUserError {
    /// Its kind.
    pub code: Option<ShopPayErrorCode>,
    /// What in the input is wrong.
    pub field: Option<Vec<String>>,
    /// A sentence for people.
    pub message: String,
}

/// The kinds of refusal.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "UserErrorsShopPayPaymentRequestSessionUserErrorsCode")]
pub enum ShopPayErrorCode {
    /// The idempotency key was used for something else.
    IdempotencyKeyAlreadyUsed,
    /// The request cannot be fulfilled.
    PaymentRequestInvalidInput,
    /// There is no such request.
    PaymentRequestNotFound,
}

/// Refuses Shop Pay.
#[derive(Default)]
pub struct ShopPayMutation;

#[Object]
impl ShopPayMutation {
    /// Begins a payment by Shop Pay; always refused, because this shop does not take it.
    async fn shop_pay_payment_request_session_create(
        &self,
        #[graphql(desc = "What is to be paid.")] payment_request: ShopPayPaymentRequestInput,
        #[graphql(desc = "Names the order to the storefront.")] source_identifier: String,
    ) -> Option<ShopPayPaymentRequestSessionCreatePayload> {
        let _nobody_takes_it = (payment_request, source_identifier);
        Some(ShopPayPaymentRequestSessionCreatePayload {
            shop_pay_payment_request_session: None,
            user_errors: vec![ShopPayUserError {
                code: Some(ShopPayErrorCode::PaymentRequestInvalidInput),
                field: Some(vec!["paymentRequest".to_owned()]),
                message:
                    "this shop does not take Shop Pay; send the buyer to the cart's checkoutUrl"
                        .to_owned(),
            }],
        })
    }

    /// Pays by Shop Pay; always refused, because no payment can have begun.
    async fn shop_pay_payment_request_session_submit(
        &self,
        #[graphql(desc = "Lets the same payment happen once.")] idempotency_key: String,
        #[graphql(desc = "What to call the order.")] order_name: Option<String>,
        #[graphql(desc = "What is to be paid.")] payment_request: ShopPayPaymentRequestInput,
        #[graphql(desc = "Names what was begun.")] token: String,
    ) -> Option<ShopPayPaymentRequestSessionSubmitPayload> {
        let _nothing_was_begun = (idempotency_key, order_name, payment_request, token);
        Some(ShopPayPaymentRequestSessionSubmitPayload {
            payment_request_receipt: None,
            user_errors: vec![ShopPayUserError {
                code: Some(ShopPayErrorCode::PaymentRequestNotFound),
                field: Some(vec!["token".to_owned()]),
                message: "no payment by Shop Pay was begun with this token".to_owned(),
            }],
        })
    }
}
