//! Storefront access tokens: which storefront asks, and how much it may.
//!
//! A token is no secret of a buyer: it opens what is public anyway, and gives the storefront a budget
//! of its own. Public tokens stand in scripts and are kept as they are; of private ones, which
//! servers hold, only a hash is kept.

mod model;
mod store;

pub use self::model::{AccessToken, Budget, Draft, TokenKind};
pub use self::store::{create, find, list, revoke};
