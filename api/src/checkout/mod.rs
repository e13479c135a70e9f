//! The hosted checkout: where `checkoutUrl`, `redirectUrl` and `statusUrl` lead.
//!
//! Pages are rendered here and work without JavaScript; every form is answered with a redirect, or with the
//! form again, what was typed still in it and what is wrong named. The cart's key comes in `checkoutUrl`
//! once, becomes a cookie for this one cart, and stands in no address after that. Card details are typed
//! into a page of the payment provider's in a frame, and never reach this server. docs/checkout.md is the
//! manual.

mod address;
mod attempt;
mod door;
mod form;
mod look;
mod order;
mod steps;
mod turned;
mod view;
mod visit;
mod words;

use poem::{Route, get, post};

use self::steps::{billing, delivery, discount, information, payment, review, stock};

/// Adds the pages to the routes.
pub(crate) fn routes(routes: Route) -> Route {
    routes
        .at("/cart/c/:cart", get(door::enter))
        .at(
            "/checkout/:cart",
            get(information::read).post(information::save),
        )
        .at(
            "/checkout/:cart/delivery",
            get(delivery::read).post(delivery::save),
        )
        .at(
            "/checkout/:cart/billing",
            get(billing::read).post(billing::save),
        )
        .at(
            "/checkout/:cart/payment",
            get(payment::read).post(payment::nothing_due),
        )
        .at("/checkout/:cart/card", get(payment::card_return))
        .at(
            "/checkout/:cart/review",
            get(review::read).post(review::pay),
        )
        .at("/checkout/:cart/discount", post(discount::change))
        .at(
            "/checkout/:cart/stock",
            get(stock::read).post(stock::accept),
        )
        .at("/checkouts/:attempt", get(attempt::read))
        .at("/checkouts/:attempt/state", get(attempt::progress))
        .at("/orders/:id/:key", get(order::read))
        .at("/orders/:id/:key/thank-you", get(order::thanks))
}
