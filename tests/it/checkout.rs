//! Buying, through the API, with a real sandbox and the real handlers.

mod declines;
mod expiry;
mod guards;
mod history;
mod plans;
mod purchase;
mod races;
mod webhooks;
mod withdrawn;
