//! Small pages for browsers: no script, no image, nothing from elsewhere.

mod account;
mod cart;
mod checkout;
pub(crate) mod html;
mod order;

use poem::{Route, get};

/// Adds the pages to the routes.
pub(crate) fn routes(routes: Route) -> Route {
    routes
        .at("/cart/c/:cart", get(cart::page))
        .at(
            "/account/:kind/:id/:token",
            get(account::form).post(account::submit),
        )
        .at("/orders/:id/:key", get(order::page))
        .at("/checkouts/:attempt", get(checkout::page))
}
