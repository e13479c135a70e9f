//! `GET /cart/c/<cart>?key=<key>`: where `checkoutUrl` leads.

use commerce::Shop;
use commerce::cart::{CartKey, Checkout, reads, store};
use commerce::kernel::{Fault, Money, Secret};
use poem::web::{Data, Path, Query};
use poem::{Response, handler};
use uuid::Uuid;

use super::html::{self, escape};

/// What stands behind the `?`; storefronts add parameters of their own, which are ignored.
#[derive(serde::Deserialize)]
pub(super) struct Parameters {
    key: Option<String>,
}

#[handler]
pub(super) async fn page(
    shop: Data<&Shop>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let (Ok(id), Some(key)) = (Uuid::try_parse(&id), parameters.key) else {
        return html::not_found();
    };
    let key = CartKey {
        id,
        secret: Secret::new(key),
    };
    match find(&shop, &key).await {
        Ok(Some(Found::Open(checkout))) => html::page("Your cart", &summary(&checkout), None),
        Ok(Some(Found::Bought)) => {
            let body = "<p>It has become an order. The confirmation comes by e-mail.</p>";
            html::page("This cart was bought", body, None)
        }
        Ok(None) => html::not_found(),
        Err(fault) => html::unavailable(&fault),
    }
}

enum Found {
    Open(Box<Checkout>),
    Bought,
}

async fn find(shop: &Shop, key: &CartKey) -> Result<Option<Found>, Fault> {
    let now = shop.clock.now();
    let mut conn = shop.db.primary().await?;
    let Some(cart) = store::find(&mut conn, key).await? else {
        return Ok(None);
    };
    if !cart.open {
        return Ok(Some(Found::Bought));
    }
    if cart.expires_at <= now {
        return Ok(None);
    }
    let checkout = reads::checkout(&mut conn, cart, now).await?;
    Ok(Some(Found::Open(Box::new(checkout))))
}

fn summary(checkout: &Checkout) -> String {
    let priced = &checkout.priced;
    if checkout.cart.lines.is_empty() {
        return "<p>It is empty.</p>".to_owned();
    }
    let mut lines = String::new();
    for line in &checkout.cart.lines {
        let amount = line.subtotal().map_or_else(
            |error| error.to_string(),
            |amount| match line.quantity {
                0 => "sold out".to_owned(),
                _ => amount.to_string(),
            },
        );
        lines.push_str(&format!(
            "<tr><td>{}<br><small>{}</small></td><td>× {}</td><td>{amount}</td></tr>",
            escape(&line.merchandise.title),
            escape(&line.merchandise.variant_title),
            line.quantity,
        ));
    }
    let row = |name: &str, amount: Money| {
        let name = escape(name);
        format!("<tr><td colspan=\"2\">{name}</td><td>{amount}</td></tr>")
    };
    let less = |amount: Money| Money::new(-amount.minor, amount.currency);
    let mut sums = row("Subtotal", priced.subtotal);
    if let Some(delivery) = &priced.delivery {
        sums.push_str(&row(&delivery.title, delivery.price));
    }
    for discount in &priced.applications {
        let name = discount.code.as_ref().unwrap_or(&discount.title);
        sums.push_str(&row(name, less(discount.amount)));
    }
    sums.push_str(&row("Total", priced.total));
    for card in priced
        .gift_cards
        .iter()
        .filter(|card| card.amount.minor > 0)
    {
        let name = format!("Gift card ending in {}", card.last_characters);
        sums.push_str(&row(&name, less(card.amount)));
    }
    let note = if priced.requires_shipping() && priced.delivery.is_none() {
        "<p>Delivery is added once an address is known.</p>"
    } else {
        ""
    };
    format!(
        "<table><thead><tr><th>Item</th><th></th><th>Amount</th></tr></thead>\
         <tbody>{lines}</tbody><tfoot>{sums}</tfoot></table>{note}"
    )
}
