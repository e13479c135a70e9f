//! What a buyer puts together before paying. Owns carts, their lines and their addresses.
//!
//! Every change locks the cart's row first, so concurrent changes of one cart queue up and none is
//! lost. A shortage of stock is no refusal: the line is cut down and the answer carries a warning.
//! A line whose variant is gone from the shop is kept but neither shown nor counted; every change of the
//! cart warns of it, and the cart cannot be bought with it. A cart promises nothing: stock is held, and
//! prices are frozen, by a checkout attempt alone.

mod addresses;
mod check;
pub mod commands;
mod config;
pub mod metafields;
mod model;
pub mod offers;
mod preferences;
pub mod readiness;
pub mod reads;
mod refusal;
mod rules;
pub mod store;

pub use addresses::{AddressDraft, AddressEdit, GivenAddress};
pub use config::OrderConfig;
pub use model::{
    Cart, CartAddress, CartKey, Changed, Checkout, Line, Merchandise, Method, Payment, Withdrawn,
};
pub use preferences::{Coordinates, DeliveryMethod, DeliveryPreference, Preferences};
pub use refusal::{Code, Path, Refusal, Refusals, Warning, WarningCode};
pub use rules::{LineDraft, LineEdit};

/// The most lines, addresses or ids that one call may carry.
pub const MAX_PER_CALL: usize = 250;
/// The most lines of one cart.
pub const MAX_LINES: usize = 500;
/// The most pieces of one line.
pub const MAX_QUANTITY: i32 = 1_000_000;
/// The most addresses of one cart.
pub const MAX_ADDRESSES: usize = 20;
/// The most gift cards of one cart.
pub const MAX_GIFT_CARDS: usize = 20;
