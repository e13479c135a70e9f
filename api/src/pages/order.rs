//! `GET /orders/<id>/<key>`: where `orderUrl` and `statusUrl` lead.

use commerce::Shop;
use commerce::kernel::{Money, Secret};
use commerce::order::{Order, reads};
use poem::web::{Data, Path};
use poem::{Response, handler};

use super::html::{self, escape};

#[handler]
pub(super) async fn page(shop: Data<&Shop>, Path((id, key)): Path<(String, String)>) -> Response {
    let Ok(id) = id.parse::<i64>() else {
        return html::not_found();
    };
    let mut conn = match shop.db.primary().await {
        Ok(conn) => conn,
        Err(fault) => return html::unavailable(&fault),
    };
    match reads::opened(&mut conn, id, &Secret::new(key)).await {
        Ok(Some(order)) => {
            let title = format!("Order #{}", order.number);
            html::page(&title, &summary(&order), None)
        }
        Ok(None) => html::not_found(),
        Err(fault) => html::unavailable(&fault),
    }
}

fn summary(order: &Order) -> String {
    let row = |name: &str, amount: Money| {
        format!(
            "<tr><td colspan=\"2\">{}</td><td>{amount}</td></tr>",
            escape(name)
        )
    };
    let mut lines = String::new();
    for line in &order.lines {
        lines.push_str(&format!(
            "<tr><td>{}<br><small>{}</small></td><td>× {}</td><td>{}</td></tr>",
            escape(&line.title),
            escape(&line.variant_title),
            line.quantity,
            line.total
        ));
    }
    let delivery = order.delivery_title.as_deref().unwrap_or("Delivery");
    let mut sums = row("Subtotal", order.subtotal);
    if order.discount.minor > 0 {
        sums.push_str(&row(
            "Discount",
            Money::new(-order.discount.minor, order.discount.currency),
        ));
    }
    sums.push_str(&row(delivery, order.shipping));
    if order.tax.minor > 0 {
        sums.push_str(&row("Tax", order.tax));
    }
    sums.push_str(&row("Total", order.total));
    if order.gift_card.minor > 0 {
        let paid = Money::new(-order.gift_card.minor, order.gift_card.currency);
        sums.push_str(&row("Gift card", paid));
    }
    format!(
        "<p>Placed on {}. Payment: {}. Delivery: {}.{}</p>\
         <table><thead><tr><th>Item</th><th></th><th>Amount</th></tr></thead>\
         <tbody>{lines}</tbody><tfoot>{sums}</tfoot></table>{}",
        order.processed_at.format("%-d %B %Y, %H:%M UTC"),
        words(&order.financial_status),
        words(&order.fulfillment_status),
        if order.is_canceled {
            " It was canceled."
        } else {
            ""
        },
        destination(order)
    )
}

/// The city alone: whoever sees the link sees no street and no name.
fn destination(order: &Order) -> String {
    let Some(address) = &order.shipping_address else {
        return String::new();
    };
    let parts = [&address.city, &address.province, &address.country];
    let known: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| escape(part))
        .collect();
    format!("<p>Going to {}.</p>", known.join(", "))
}

/// `PARTIALLY_PAID` as people write it.
fn words(status: &str) -> String {
    escape(&status.to_lowercase().replace('_', " "))
}
