//! Everything that changes a cart: one transaction each, the cart's row locked first.

mod addresses;
mod create;
mod details;
mod gift_cards;
mod lines;
mod metafields;

pub use addresses::{add_addresses, edit_addresses, remove_addresses, replace_addresses};
pub use create::{NewCart, copy, create};
pub use details::{
    BuyerEdit, CustomerEdit, PaymentDraft, PaymentMethod, forget_buyer, set_attributes,
    set_billing_address, set_buyer, set_delivery, set_discount_codes, set_note, set_payment,
};
pub use gift_cards::{add_gift_cards, remove_gift_cards, set_gift_cards};
pub use lines::{add_lines, edit_lines, remove_lines};
pub use metafields::{NotDeleted, delete_metafield, set_metafields};

use chrono::{DateTime, Utc};

use super::{Cart, CartKey, Refusal, Refusals, store};
use crate::Shop;
use crate::db::Conn;
use crate::kernel::{Failure, Fault, Outcome};

/// The open cart that the key opens, locked until the transaction ends, without its lines.
async fn locked(conn: &mut Conn, key: &CartKey, now: DateTime<Utc>) -> Outcome<Cart, Refusals> {
    let cart = store::lock(conn, key).await?;
    cart.filter(|cart| cart.open && cart.expires_at > now)
        .ok_or_else(|| crate::kernel::Failure::Refused(Refusal::no_cart()))
}

/// Forgets open carts whose time is over and that nobody tried to buy; up to `limit` a call.
/// Answers how many it forgot.
///
/// # Errors
/// A [`Fault`] when a statement fails; it may simply be called again.
pub async fn forget_expired(shop: &Shop, limit: i64) -> Result<usize, Fault> {
    let now = shop.clock.now();
    let outcome: Outcome<usize, std::convert::Infallible> = shop
        .db
        .write(async |conn: &mut Conn| Ok(store::delete_expired(conn, now, limit).await?))
        .await;
    outcome.map_err(Failure::fault)
}
