//! `GET /checkouts/<attempt>`: where `redirectUrl` leads, and where a bank's page leads back to.

use commerce::Shop;
use commerce::checkout::{Attempt, AttemptKey, State};
use commerce::flows::place_order;
use commerce::order;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{IntoResponse, Response, handler};

use super::html::{self, escape};

/// Seconds until the page asks again.
const RELOAD: u32 = 2;

#[handler]
pub(super) async fn page(shop: Data<&Shop>, Path(attempt): Path<String>) -> Response {
    let Some(key) = AttemptKey::parse(&attempt) else {
        return html::not_found();
    };
    match place_order::attempt(&shop, &key).await {
        Ok(Some(attempt)) => show(&attempt, &shop.settings.public_url),
        Ok(None) => html::not_found(),
        Err(fault) => html::unavailable(&fault),
    }
}

fn show(attempt: &Attempt, public_url: &str) -> Response {
    match (attempt.state, attempt.order_id) {
        (State::Completed, Some(order)) => {
            let url = order::status_url(public_url, order, &attempt.key.key);
            StatusCode::SEE_OTHER
                .with_header(header::LOCATION, url)
                .into_response()
        }
        (State::ActionRequired, _) => {
            let url = escape(attempt.action_url.as_deref().unwrap_or_default());
            let body =
                format!("<p><a href=\"{url}\">Go to your bank to confirm the payment</a></p>");
            html::page("Please confirm the payment", &body, Some(RELOAD * 5))
        }
        (State::Failed, _) => {
            let why = attempt
                .failure_message
                .as_deref()
                .unwrap_or("it was declined");
            let body = format!("<p>Nothing was charged: {}.</p>", escape(why));
            html::page("The payment failed", &body, None)
        }
        (State::Expired, _) => {
            let body = "<p>The payment did not arrive in time. Nothing was charged.</p>";
            html::page("Too late", body, None)
        }
        (State::RefundDue, _) => {
            let body = "<p>The payment arrived too late. It is being given back.</p>";
            html::page("Too late", body, None)
        }
        _ => {
            let body = "<p>This page asks again by itself.</p>";
            html::page("The payment is on its way", body, Some(RELOAD))
        }
    }
}
