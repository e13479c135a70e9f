//! "We have your order": subject, text and HTML. Pure.

use std::fmt::Write;

use super::escape;
use super::model::{Line, Mail, PlacedOrder};
use crate::kernel::Money;
use crate::order;

/// Readers that ignore it show a plain letter.
const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:36rem;margin:1rem auto;padding:0 1rem;overflow-wrap:anywhere}\
table{width:100%;border-collapse:collapse}td,th{vertical-align:top}td+td,th+td{white-space:nowrap}";

/// Writes the confirmation. The host of `public_url` stands in its Message-ID, and the link to the
/// order's status page begins with it.
#[must_use]
pub fn render(order: &PlacedOrder, public_url: &str) -> Mail {
    let host = super::host(public_url);
    let page = order::status_url(public_url, order.id, &order.key);
    Mail {
        message_id: format!("order-confirmation-{}@{host}", order.id),
        to: order.email.clone(),
        subject: format!("{}: order #{} is confirmed", order.shop, order.number),
        text: text(order, &page),
        html: html(order, &page),
        date: order.placed_at,
    }
}

fn text(order: &PlacedOrder, page: &str) -> String {
    let mut body = format!(
        "Thank you for your order #{} at {}.\n\n",
        order.number, order.shop
    );
    for line in &order.lines {
        let _infallible = writeln!(body, "{} x {}  {}", line.quantity, name(line), line.price);
    }
    body.push('\n');
    for (label, amount) in sums(order) {
        let _infallible = writeln!(body, "{label}: {amount}");
    }
    if !order.address.is_empty() {
        let _infallible = writeln!(body, "\nDelivery to:\n{}", order.address.join("\n"));
    }
    let _infallible = writeln!(body, "\nHow it stands: {page}");
    body
}

fn html(order: &PlacedOrder, page: &str) -> String {
    let mut rows = String::new();
    for line in &order.lines {
        let _infallible = write!(
            rows,
            "<tr><td>{} × {}</td><td align=\"right\">{}</td></tr>",
            line.quantity,
            escape(&name(line)),
            line.price
        );
    }
    for (label, amount) in sums(order) {
        let _infallible = write!(
            rows,
            "<tr><th align=\"left\">{}</th><td align=\"right\">{amount}</td></tr>",
            escape(&label)
        );
    }
    let address = if order.address.is_empty() {
        String::new()
    } else {
        let lines: Vec<String> = order.address.iter().map(|line| escape(line)).collect();
        format!("<p>Delivery to:<br>{}</p>", lines.join("<br>"))
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\
         <h1>Thank you</h1><p>Your order #{} at {} is confirmed.</p>\
         <table cellpadding=\"4\">{rows}</table>{address}\
         <p><a href=\"{}\" target=\"_blank\" rel=\"noreferrer\">See how your order stands</a></p></body></html>",
        order.number,
        escape(&order.shop),
        escape(page),
    )
}

fn name(line: &Line) -> String {
    if line.variant.is_empty() || line.variant == "Default Title" {
        line.title.clone()
    } else {
        format!("{} ({})", line.title, line.variant)
    }
}

fn sums(order: &PlacedOrder) -> Vec<(String, String)> {
    let delivery = match &order.delivery {
        Some(title) => format!("Delivery, {title}"),
        None => "Delivery".to_owned(),
    };
    let mut sums = vec![("Subtotal".to_owned(), order.subtotal.to_string())];
    if order.delivery.is_some() || order.shipping.minor > 0 {
        sums.push((delivery, order.shipping.to_string()));
    }
    for (name, amount) in &order.discounts {
        sums.push((format!("Discount, {name}"), format!("-{amount}")));
    }
    let within = if order.tax_inclusive {
        ", included"
    } else {
        ""
    };
    let levied = [("Duties", order.duty), ("Tax", Some(order.tax))];
    let levied = levied.into_iter().filter_map(|(name, amount)| {
        let amount = amount.filter(|amount| amount.minor > 0)?;
        Some((format!("{name}{within}"), amount.to_string()))
    });
    let total = ("Total".to_owned(), order.total.to_string());
    // What is within the prices is told after the total, or the sums would not seem to add up.
    if order.tax_inclusive {
        sums.push(total);
        sums.extend(levied);
    } else {
        sums.extend(levied);
        sums.push(total);
    }
    if order.gift_card.minor > 0 {
        let rest = Money::new(
            order.total.minor - order.gift_card.minor,
            order.total.currency,
        );
        sums.push(("Gift card".to_owned(), format!("-{}", order.gift_card)));
        sums.push(("Paid otherwise".to_owned(), rest.to_string()));
    }
    sums
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::kernel::{Currency, Secret};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn order() -> PlacedOrder {
        PlacedOrder {
            id: 7,
            number: 1001,
            key: Secret::new("k3y"),
            shop: "Corner & Co".to_owned(),
            email: "buyer@example.com".to_owned(),
            lines: vec![
                Line {
                    title: "Mug <b>".to_owned(),
                    variant: "Blue".to_owned(),
                    quantity: 2,
                    price: usd(2_000),
                },
                Line {
                    title: "Card".to_owned(),
                    variant: "Default Title".to_owned(),
                    quantity: 1,
                    price: usd(350),
                },
            ],
            subtotal: usd(2_350),
            discounts: Vec::new(),
            shipping: usd(500),
            tax: usd(0),
            duty: None,
            tax_inclusive: false,
            total: usd(2_850),
            gift_card: usd(0),
            delivery: Some("Standard".to_owned()),
            address: vec!["Ada Byron".to_owned(), "12 St James's Sq".to_owned()],
            placed_at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn the_text_says_what_was_bought_and_paid() {
        let mail = render(&order(), "https://shop.example.com");
        assert_eq!(mail.message_id, "order-confirmation-7@shop.example.com");
        assert_eq!(mail.subject, "Corner & Co: order #1001 is confirmed");
        assert_eq!(
            mail.text,
            "Thank you for your order #1001 at Corner & Co.\n\n\
             2 x Mug <b> (Blue)  20.00 USD\n1 x Card  3.50 USD\n\n\
             Subtotal: 23.50 USD\nDelivery, Standard: 5.00 USD\nTotal: 28.50 USD\n\n\
             Delivery to:\nAda Byron\n12 St James's Sq\n\n\
             How it stands: https://shop.example.com/orders/7/k3y\n"
        );
    }

    #[test]
    fn discounts_and_gift_cards_stand_in_it_by_name() {
        let mut order = order();
        order.discounts = vec![
            ("SUMMER <1>".to_owned(), usd(350)),
            ("Free delivery".to_owned(), usd(500)),
        ];
        (order.total, order.gift_card) = (usd(2_000), usd(1_500));
        let mail = render(&order, "https://shop.example.com");
        let sums = "Subtotal: 23.50 USD\nDelivery, Standard: 5.00 USD\nDiscount, SUMMER <1>: -3.50 USD\n\
             Discount, Free delivery: -5.00 USD\nTotal: 20.00 USD\nGift card: -15.00 USD\nPaid otherwise: 5.00 USD\n";
        assert!(mail.text.contains(sums), "{}", mail.text);
        assert!(
            mail.html.contains("-3.50 USD") && !mail.html.contains("<1>"),
            "{}",
            mail.html
        );
    }

    #[test]
    fn the_html_cannot_be_broken_into() {
        let html = render(&order(), "https://shop.example.com").html;
        assert!(html.contains("Mug&#32;&lt;b&gt;"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }

    #[test]
    fn tax_is_told_before_a_total_that_adds_it_and_after_one_that_does_not() {
        let mut placed = order();
        (placed.tax, placed.duty) = (usd(190), Some(usd(50)));
        let names = |placed: &PlacedOrder| -> Vec<String> {
            sums(placed)
                .into_iter()
                .skip(2)
                .map(|(name, _)| name)
                .collect()
        };
        assert_eq!(names(&placed), ["Duties", "Tax", "Total"]);
        placed.tax_inclusive = true;
        assert_eq!(
            names(&placed),
            ["Total", "Duties, included", "Tax, included"]
        );
    }
}
