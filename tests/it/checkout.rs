//! Buying, through the API, with a real sandbox and the real handlers.

mod declines;
mod expiry;
mod guards;
mod history;
mod in_place;
mod limits;
mod plans;
mod purchase;
mod races;
mod reconcile;
mod unknown;
mod webhooks;
mod withdrawn;

use tests::till::Till;

/// The state of the only operation of this kind.
async fn operation(till: &Till, kind: &str) -> &'static str {
    for state in ["requested", "unknown", "succeeded", "failed"] {
        let count = format!(
            "SELECT count(*) FROM payment_operations WHERE kind = '{kind}' AND state = '{state}'"
        );
        if till.app.count(&count).await == 1 {
            return state;
        }
    }
    "not there"
}
