//! What the shop writes to buyers. Pure rendering over one read; sending is the worker's.

mod account;
mod model;
mod order_confirmation;
mod order_update;
mod reads;
mod words;

use chrono::{DateTime, Utc};

use crate::customer;
use crate::db::Conn;
use crate::kernel::Fault;
use crate::shop::Settings;

pub use account::render as render_account_notice;
pub use model::{Happened, Line, Mail, OrderUpdate, PlacedOrder};
pub use order_confirmation::render as render_order_confirmation;
pub use order_update::render as render_order_update;

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

/// The mail that goods were sent, or `None` when there is no such parcel. It is the same at each call.
///
/// # Errors
/// [`Fault`] when a statement fails.
pub async fn shipping_confirmation(
    conn: &mut Conn,
    settings: &Settings,
    fulfillment_id: i64,
) -> Result<Option<Mail>, Fault> {
    let update = reads::shipped(conn, fulfillment_id).await?;
    Ok(update.map(|update| render_order_update(&update, &settings.public_url)))
}

/// The mail that money was refunded, or `None` when there is no such refund. It is the same at each call.
///
/// # Errors
/// [`Fault`] when a statement fails.
pub async fn refund_notification(
    conn: &mut Conn,
    settings: &Settings,
    refund_id: i64,
) -> Result<Option<Mail>, Fault> {
    let update = reads::refunded(conn, refund_id).await?;
    Ok(update.map(|update| render_order_update(&update, &settings.public_url)))
}

/// The mail that an order was canceled, or pieces of it; `None` when there is no such cancellation. It is the same at each
/// call.
///
/// # Errors
/// [`Fault`] when a statement fails.
pub async fn cancellation_notification(
    conn: &mut Conn,
    settings: &Settings,
    cancellation_id: i64,
) -> Result<Option<Mail>, Fault> {
    let update = reads::canceled(conn, cancellation_id).await?;
    Ok(update.map(|update| render_order_update(&update, &settings.public_url)))
}

/// The mail of a notice about an account, or `None` when it has no recipient. Sent again, it has a
/// new link, and both are good: only a link's hash is stored, so the old one cannot be written again.
///
/// # Errors
/// [`Fault`] when a statement fails.
pub async fn account_notice(
    conn: &mut Conn,
    settings: &Settings,
    notice_id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Mail>, Fault> {
    let public_url = &settings.public_url;
    let found = customer::reads::notice(conn, notice_id, public_url, now).await?;
    let Some((notice, link)) = found else {
        return Ok(None);
    };
    let shop = reads::shop_name(conn).await?;
    let mail = render_account_notice(&notice, link.as_deref(), &shop, public_url);
    Ok(Some(mail))
}

/// The host of our own address, for Message-IDs.
fn host(public_url: &str) -> String {
    url::Url::parse(public_url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned())
}

fn escape(text: &str) -> String {
    ammonia::clean_text(text)
}
