//! What the shop writes to buyers. Pure rendering over one read; sending is the worker's.

mod model;
mod order_confirmation;
mod reads;

use crate::db::Conn;
use crate::kernel::Fault;
use crate::shop::Settings;

pub use model::{Line, Mail, PlacedOrder};
pub use order_confirmation::render as render_order_confirmation;

/// The mail that confirms an order, or `None` when there is no such order. It is the same at each
/// call, its Message-ID and date included, so that sending it again does not make a second mail.
///
/// # Errors
/// [`Fault`] when a statement fails.
pub async fn order_confirmation(
    conn: &mut Conn,
    settings: &Settings,
    order_id: i64,
) -> Result<Option<Mail>, Fault> {
    let order = reads::placed_order(conn, order_id).await?;
    Ok(order.map(|order| render_order_confirmation(&order, &settings.public_url)))
}
