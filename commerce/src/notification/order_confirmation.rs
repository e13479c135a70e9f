//! "We have your order": subject, text and HTML. Pure.

use std::fmt::Write;

use super::escape;
use super::model::{Line, Mail, PlacedOrder};
use super::words::Words;
use crate::kernel::Money;
use crate::kernel::tongue::fill;
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
    let words = Words::of(order.tongue);
    let number = order.number.to_string();
    Mail {
        message_id: format!("order-confirmation-{}@{host}", order.id),
        to: order.email.clone(),
        subject: fill(words.order_subject, &[&order.shop, &number]),
        text: text(order, &page),
        html: html(order, &page),
        date: order.placed_at,
    }
}

fn text(order: &PlacedOrder, page: &str) -> String {
    let words = Words::of(order.tongue);
    let number = order.number.to_string();
    let mut body = fill(words.order_opening, &[&number, &order.shop]);
    body.push_str("\n\n");
    for line in &order.lines {
        let price = order.tongue.money(line.price);
        let _infallible = writeln!(body, "{} x {}  {price}", line.quantity, name(line));
    }
    body.push('\n');
    for (label, amount) in sums(order) {
        let _infallible = writeln!(body, "{label}: {amount}");
    }
    if !order.address.is_empty() {
        let address = order.address.join("\n");
        let _infallible = writeln!(body, "\n{}\n{address}", words.delivery_to);
    }
    let _infallible = writeln!(body, "\n{}", fill(words.how_it_stands, &[page]));
    body
}

fn html(order: &PlacedOrder, page: &str) -> String {
    let words = Words::of(order.tongue);
    let mut rows = String::new();
    for line in &order.lines {
        let _infallible = write!(
            rows,
            "<tr><td>{} × {}</td><td align=\"right\">{}</td></tr>",
            line.quantity,
            escape(&name(line)),
            order.tongue.money(line.price)
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
        format!("<p>{}<br>{}</p>", words.delivery_to, lines.join("<br>"))
    };
    let number = order.number.to_string();
    let confirmed = fill(words.order_confirmed, &[&number, &escape(&order.shop)]);
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\
         <h1>{}</h1><p>{confirmed}</p>\
         <table cellpadding=\"4\">{rows}</table>{address}\
         <p><a href=\"{}\" target=\"_blank\" rel=\"noreferrer\">{}</a></p></body></html>",
        order.tongue.lang(),
        words.thanks,
        escape(page),
        words.see_how_it_stands,
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
    let words = Words::of(order.tongue);
    let shown = |amount: Money| order.tongue.money(amount);
    let less = |amount: Money| shown(Money::new(-amount.minor, amount.currency));
    let own = str::to_owned;
    let delivery = match &order.delivery {
        Some(title) => fill(words.delivery_named, &[title]),
        None => own(words.delivery),
    };
    let mut sums = vec![(own(words.subtotal), shown(order.subtotal))];
    if order.delivery.is_some() || order.shipping.minor > 0 {
        sums.push((delivery, shown(order.shipping)));
    }
    for (name, amount) in &order.discounts {
        sums.push((fill(words.discount, &[name]), less(*amount)));
    }
    let (duties, tax) = match order.tax_inclusive {
        true => (words.duties_included, words.tax_included),
        false => (words.duties, words.tax),
    };
    let levied = [(duties, order.duty), (tax, Some(order.tax))];
    let levied = levied.into_iter().filter_map(|(name, amount)| {
        let amount = amount.filter(|amount| amount.minor > 0)?;
        Some((own(name), shown(amount)))
    });
    let total = (own(words.total), shown(order.total));
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
        sums.push((own(words.gift_card), less(order.gift_card)));
        sums.push((own(words.paid_otherwise), shown(rest)));
    }
    sums
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::kernel::{Currency, Secret, Tongue};

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
            tongue: Tongue::English,
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
             2 x Mug <b> (Blue)  $20.00\n1 x Card  $3.50\n\n\
             Subtotal: $23.50\nDelivery, Standard: $5.00\nTotal: $28.50\n\n\
             Delivery to:\nAda Byron\n12 St James's Sq\n\n\
             How it stands: https://shop.example.com/orders/7/k3y\n"
        );
    }

    #[test]
    fn it_is_told_in_the_buyers_language() {
        let told = |tongue| {
            let mut order = order();
            order.tongue = tongue;
            (order.tax, order.tax_inclusive) = (usd(190), true);
            order.discounts = vec![("SUMMER".to_owned(), usd(350))];
            let mail = render(&order, "https://shop.example.com");
            let lang = format!("<html lang=\"{}\">", tongue.lang());
            assert!(mail.html.contains(&lang), "{}", mail.html);
            (mail.subject, mail.text.replace('\u{a0}', "~"))
        };
        let own = |(subject, text): (&str, &str)| (subject.to_owned(), text.to_owned());
        assert_eq!(
            told(Tongue::German),
            own((
                "Corner & Co: Bestellung #1001 ist bestätigt",
                "Vielen Dank für deine Bestellung #1001 bei Corner & Co.\n\n\
                 2 x Mug <b> (Blue)  20,00~$\n1 x Card  3,50~$\n\n\
                 Zwischensumme: 23,50~$\nVersand, Standard: 5,00~$\nRabatt, SUMMER: −3,50~$\nGesamtsumme: 28,50~$\n\
                 Steuer, enthalten: 1,90~$\n\n\
                 Versand an:\nAda Byron\n12 St James's Sq\n\n\
                 Stand der Bestellung: https://shop.example.com/orders/7/k3y\n"
            ))
        );
        assert_eq!(
            told(Tongue::French),
            own((
                "Corner & Co\u{a0}: la commande n° 1001 est confirmée",
                "Merci pour votre commande n° 1001 chez Corner & Co.\n\n\
                 2 x Mug <b> (Blue)  20,00~$\n1 x Card  3,50~$\n\n\
                 Sous-total: 23,50~$\nLivraison, Standard: 5,00~$\nRemise, SUMMER: −3,50~$\nTotal: 28,50~$\n\
                 Taxes, incluses: 1,90~$\n\n\
                 Livraison à~:\nAda Byron\n12 St James's Sq\n\n\
                 Suivi de la commande~: https://shop.example.com/orders/7/k3y\n"
            ))
        );
        assert_eq!(
            told(Tongue::Spanish),
            own((
                "Corner & Co: el pedido n.º 1001 está confirmado",
                "Gracias por tu pedido n.º 1001 en Corner & Co.\n\n\
                 2 x Mug <b> (Blue)  20,00~$\n1 x Card  3,50~$\n\n\
                 Subtotal: 23,50~$\nEnvío, Standard: 5,00~$\nDescuento, SUMMER: −3,50~$\nTotal: 28,50~$\n\
                 Impuestos, incluidos: 1,90~$\n\n\
                 Envío a:\nAda Byron\n12 St James's Sq\n\n\
                 Estado del pedido: https://shop.example.com/orders/7/k3y\n"
            ))
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
        let sums = "Subtotal: $23.50\nDelivery, Standard: $5.00\nDiscount, SUMMER <1>: −$3.50\n\
             Discount, Free delivery: −$5.00\nTotal: $20.00\nGift card: −$15.00\nPaid otherwise: $5.00\n";
        assert!(mail.text.contains(sums), "{}", mail.text);
        assert!(
            mail.html.contains("−$3.50") && !mail.html.contains("<1>"),
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
