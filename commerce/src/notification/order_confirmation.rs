//! "We have your order": subject, text and HTML. Pure.

use std::fmt::Write;

use super::model::{Line, Mail, PlacedOrder};
use crate::kernel::Money;

/// Writes the confirmation. The host of `public_url` stands in its Message-ID.
#[must_use]
pub fn render(order: &PlacedOrder, public_url: &str) -> Mail {
    let host = url::Url::parse(public_url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned());
    Mail {
        message_id: format!("order-confirmation-{}@{host}", order.id),
        to: order.email.clone(),
        subject: format!("{}: order #{} is confirmed", order.shop, order.number),
        text: text(order),
        html: html(order),
        date: order.placed_at,
    }
}

fn text(order: &PlacedOrder) -> String {
    let mut body = format!(
        "Thank you for your order #{} at {}.\n\n",
        order.number, order.shop
    );
    for line in &order.lines {
        let _infallible = writeln!(
            body,
            "{} x {}  {}",
            line.quantity,
            name(line),
            price(line.price)
        );
    }
    body.push('\n');
    for (label, amount) in sums(order) {
        let _infallible = writeln!(body, "{label}: {amount}");
    }
    if !order.address.is_empty() {
        let _infallible = writeln!(body, "\nDelivery to:\n{}", order.address.join("\n"));
    }
    body
}

fn html(order: &PlacedOrder) -> String {
    let mut rows = String::new();
    for line in &order.lines {
        let _infallible = write!(
            rows,
            "<tr><td>{} × {}</td><td align=\"right\">{}</td></tr>",
            line.quantity,
            escape(&name(line)),
            price(line.price)
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
        "<!doctype html><html lang=\"en\"><body><h1>Thank you</h1><p>Your order #{} at {} is confirmed.</p>\
         <table cellpadding=\"4\">{rows}</table>{address}</body></html>",
        order.number,
        escape(&order.shop)
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
    let mut sums = vec![("Subtotal".to_owned(), price(order.subtotal))];
    if order.discount.minor > 0 {
        sums.push(("Discount".to_owned(), format!("-{}", price(order.discount))));
    }
    if order.delivery.is_some() || order.shipping.minor > 0 {
        sums.push((delivery, price(order.shipping)));
    }
    if order.tax.minor > 0 {
        sums.push(("Tax".to_owned(), price(order.tax)));
    }
    sums.push(("Total".to_owned(), price(order.total)));
    sums
}

/// An amount for people: all decimal places of its currency, then the code.
fn price(money: Money) -> String {
    let places = usize::try_from(money.currency.exponent()).unwrap_or(0);
    let decimal = money.decimal();
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
    if places == 0 {
        format!("{whole} {}", money.currency)
    } else {
        format!("{whole}.{fraction:0<places$} {}", money.currency)
    }
}

fn escape(text: &str) -> String {
    ammonia::clean_text(text)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::kernel::Currency;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn order() -> PlacedOrder {
        PlacedOrder {
            id: 7,
            number: 1001,
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
            discount: usd(0),
            shipping: usd(500),
            tax: usd(0),
            total: usd(2_850),
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
             Delivery to:\nAda Byron\n12 St James's Sq\n"
        );
    }

    #[test]
    fn the_html_cannot_be_broken_into() {
        let html = render(&order(), "https://shop.example.com").html;
        assert!(html.contains("Mug&#32;&lt;b&gt;"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }

    #[test]
    fn amounts_have_the_places_of_their_currency() {
        let yen = "JPY".parse().unwrap();
        let dinar = "KWD".parse().unwrap();
        assert_eq!(price(Money::new(500, yen)), "500 JPY");
        assert_eq!(price(Money::new(1_500, dinar)), "1.500 KWD");
        assert_eq!(price(usd(5)), "0.05 USD");
    }
}
