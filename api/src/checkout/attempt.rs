//! `GET /checkouts/<attempt>`: where `redirectUrl` leads, and where a bank's page leads back to.

use commerce::Shop;
use commerce::cart;
use commerce::checkout::{Attempt, AttemptKey, RefundReason, State};
use commerce::content::identity;
use commerce::flows::place_order;
use commerce::order;
use maud::html;
use poem::http::header;
use poem::web::{Data, Json, Path};
use poem::{IntoResponse, Request, Response, handler};
use serde_json::json;

use super::look::Look;
use super::turned::{Answer, go, settle};
use super::view::{self, Page};
use super::words::Words;

/// Seconds until a browser without a script asks again.
const AGAIN: u32 = 2;

#[handler]
pub(super) async fn read(
    shop: Data<&Shop>,
    request: &Request,
    Path(attempt): Path<String>,
) -> Response {
    settle(show(&shop, request, &attempt).await)
}

/// How far it has come, for the script of the page.
#[handler]
pub(super) async fn progress(shop: Data<&Shop>, Path(attempt): Path<String>) -> Response {
    settle(tell(&shop, &attempt).await)
}

async fn tell(shop: &Shop, attempt: &str) -> Answer {
    let found = match AttemptKey::parse(attempt) {
        Some(key) => place_order::attempt(shop, &key).await?,
        None => None,
    };
    let state = found.map_or("unknown", |attempt| attempt.state.as_str());
    Ok(Json(json!({ "state": state }))
        .with_header(header::CACHE_CONTROL, "no-store")
        .into_response())
}

async fn show(shop: &Shop, request: &Request, attempt: &str) -> Answer {
    let found = match AttemptKey::parse(attempt) {
        Some(key) => place_order::attempt(shop, &key).await?,
        None => None,
    };
    if let Some(attempt) = &found
        && let (State::Completed, Some(order)) = (attempt.state, attempt.order_id)
    {
        let url = order::status_url("", order, &attempt.key.key);
        return Ok(go(&format!("{url}/thank-you")));
    }
    let mut conn = shop.db.primary().await?;
    let identity = identity::read(&mut conn).await?;
    let look = identity.as_ref().map_or_else(Look::plain, Look::of);
    let Some(attempt) = found else {
        return Ok(view::not_found(&look));
    };
    let (language, country) = cart::reads::voice(&mut conn, attempt.cart_id).await?;
    let words = Words::of(language.as_deref(), country.as_deref());
    let is_going = request.uri().query() == Some("go");
    Ok(stands(&look, words, &attempt, is_going))
}

/// `is_going`: the buyer has just pressed "pay", so that a bank that asks is gone to at once; coming
/// back from there, the buyer stays.
fn stands(look: &Look, words: &'static Words, attempt: &Attempt, is_going: bool) -> Response {
    let path = attempt.key.url("");
    let go = if is_going { "?go" } else { "" };
    let page = |title: &str, main| Page::new(look, words, title, main).secret();
    match attempt.state {
        State::ActionRequired => {
            let url = attempt.action_url.as_deref().unwrap_or_default();
            let main = html! {
                h1 { (words.bank_title) }
                p { (words.bank_text) }
                p { a.button href=(url) rel="noreferrer" { (words.bank_link) } }
                div data-poll={ (path) "/state" } data-state=(attempt.state.as_str()) {}
            };
            let page = page(words.bank_title, main);
            match is_going {
                true => page.leaving(url).response(),
                false => page.again(AGAIN * 5).scripted().response(),
            }
        }
        State::Failed => {
            let retry = format!("/checkout/{}/payment", attempt.cart_id);
            let main = html! {
                h1 { (words.failed_title) }
                div.box.errors role="alert" {
                    p { (words.decline(attempt.failure_code.as_deref())) }
                }
                p { (words.nothing_charged) }
                p { a.button href=(retry) { (words.try_again) } }
                // A storefront may have submitted the cart: to this browser its checkout is closed.
                (view::to_shop(look, words))
            };
            page(words.failed_title, main).response()
        }
        State::Expired | State::RefundDue => {
            let why = RefundReason::parse(attempt.failure_code.as_deref());
            let (title, text) = match (attempt.state, why) {
                _ if attempt.is_released() => (words.late_title, words.released_text),
                (State::Expired, _) => (words.late_title, words.late_text),
                (_, RefundReason::WrongAmount | RefundReason::WrongCurrency) => {
                    (words.failed_title, words.wrong_amount_text)
                }
                _ => (words.late_title, words.refund_text),
            };
            let main = html! {
                h1 { (title) }
                p { (text) }
                p { a.button href={ "/checkout/" (attempt.cart_id) } { (words.to_checkout) } }
                // A storefront may have submitted the cart: to this browser its checkout is closed.
                (view::to_shop(look, words))
            };
            page(title, main).response()
        }
        State::AwaitingPayment | State::Processing | State::Expiring | State::Completed => {
            let main = html! {
                h1 { (words.processing_title) }
                div.waiting role="status" data-poll={ (path) "/state" }
                    data-state=(attempt.state.as_str()) { p { (words.processing_text) } }
                p { a href={ (path) (go) } { (words.look_again) } }
            };
            let page = page(words.processing_title, main);
            page.again(AGAIN).scripted().response()
        }
    }
}
