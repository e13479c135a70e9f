//! What payment providers tell us unasked: verified, kept and answered; a job acts on it.

use std::sync::Arc;

use commerce::Shop;
use commerce::flows::payment_errands::receive_webhook;
use commerce::payment::InboxKey;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, IntoResponse, Request, Response, handler};
use providers::payment::PaymentProvider;

/// The payment provider of this process, if one is configured.
pub(crate) type Payment = Option<Arc<dyn PaymentProvider>>;

/// The longest body that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// `POST /webhooks/<provider>`: 200 once the event is kept, also when it was before; 4xx for what
/// the provider did not sign. Never an error for what the event says: that is the job's business.
#[handler]
pub(crate) async fn receive(
    shop: Data<&Shop>,
    payment: Data<&Payment>,
    Path(name): Path<String>,
    request: &Request,
    body: Body,
) -> Response {
    let Some(provider) = payment.as_ref().filter(|p| p.name() == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(body) = body.into_bytes_limit(LONGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let signature = request
        .header(provider.signature_header())
        .unwrap_or_default();
    let event = match provider.read_webhook(signature, &body, shop.clock.now()) {
        Ok(event) => event,
        Err(error) => {
            tracing::warn!(provider = name, %error, "a webhook was refused");
            return StatusCode::BAD_REQUEST.into_response();
        }
    };
    let key = InboxKey {
        provider: name,
        event_id: event.id,
    };
    match receive_webhook(&shop, &key, &event.kind, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        // Delivered again, it would say the same.
        Err(fault) if fault.is_null_character() => {
            tracing::warn!(
                provider = key.provider,
                "a webhook with the character U+0000 was refused"
            );
            StatusCode::BAD_REQUEST.into_response()
        }
        Err(fault) => {
            // The provider delivers again.
            tracing::error!(error = fault.chain(), "a webhook could not be kept");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
