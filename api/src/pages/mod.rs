//! Small pages for browsers: no script, no image, nothing from elsewhere.

mod account;
pub(crate) mod html;

use poem::{Route, get};

/// Adds the pages to the routes.
pub(crate) fn routes(routes: Route) -> Route {
    routes.at(
        "/account/:kind/:id/:token",
        get(account::form).post(account::submit),
    )
}
