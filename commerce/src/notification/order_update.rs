//! "It is on its way", "we have refunded", "it was canceled": subject, text and HTML. Pure.

use super::escape;
use super::model::{Happened, Mail, OrderUpdate};
use super::words::Words;
use crate::kernel::tongue::fill;
use crate::order;

/// A part of the mail.
enum Part {
    /// A sentence.
    Said(String),
    /// Goods.
    Goods,
    /// Words before an address, which leads there.
    Link(&'static str, String),
}

/// Writes the mail. The host of `public_url` stands in its Message-ID, and the link to the order's status page begins with
/// it.
#[must_use]
pub fn render(update: &OrderUpdate, public_url: &str) -> Mail {
    let host = super::host(public_url);
    let words = Words::of(update.tongue);
    let (kind, subject) = match &update.happened {
        Happened::Shipped(_) => ("shipping-confirmation", words.shipped_subject),
        Happened::Refunded { .. } => ("refund", words.refunded_subject),
        Happened::Canceled { is_whole: true, .. } => ("cancellation", words.canceled_subject),
        Happened::Canceled { .. } => ("cancellation", words.canceled_in_part_subject),
    };
    let mut parts = parts(update, words);
    let page = order::status_url(public_url, update.order, &update.key);
    parts.push(Part::Link(words.how_it_stands, page));
    let text: Vec<String> = parts.iter().map(|part| text(update, part)).collect();
    let html: Vec<String> = parts.iter().map(|part| html(update, part)).collect();
    Mail {
        message_id: format!("{kind}-{}@{host}", update.id),
        to: update.email.clone(),
        subject: fill(subject, &[&update.shop, &update.number.to_string()]),
        text: format!("{}\n", text.join("\n\n")),
        html: format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"></head><body>{}</body></html>",
            update.tongue.lang(),
            html.concat()
        ),
        date: update.at,
    }
}

fn parts(update: &OrderUpdate, words: &'static Words) -> Vec<Part> {
    let number = update.number.to_string();
    let money = |amount| update.tongue.money(amount);
    let said = |text: &str, filled: &[&str]| Part::Said(fill(text, filled));
    let goods = |parts: &mut Vec<Part>, title: &str| {
        if !update.lines.is_empty() {
            parts.extend([Part::Said(title.to_owned()), Part::Goods]);
        }
    };
    let mut parts = Vec::new();
    match &update.happened {
        Happened::Shipped(tracking) => {
            parts.extend([said(words.shipped, &[&number]), Part::Goods]);
            let names = [&tracking.company, &tracking.number];
            let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
            if !names.is_empty() {
                parts.push(said(words.tracking, &[&names.join(" ")]));
            }
            if let Some(url) = &tracking.url {
                parts.push(Part::Link(words.tracking, url.clone()));
            }
        }
        Happened::Refunded {
            total,
            on_gift_cards,
        } => {
            parts.push(said(words.refunded, &[&money(*total), &number]));
            if on_gift_cards.minor > 0 {
                let amount = money(*on_gift_cards);
                parts.push(said(words.refunded_on_gift_cards, &[&amount]));
            }
            goods(&mut parts, words.refunded_items);
        }
        Happened::Canceled { is_whole, refund } => {
            let text = if *is_whole {
                words.canceled
            } else {
                words.canceled_in_part
            };
            parts.push(said(text, &[&number]));
            goods(&mut parts, words.canceled_items);
            if refund.minor > 0 {
                parts.push(said(words.canceled_refund, &[&money(*refund)]));
            }
        }
    }
    parts
}

fn goods(update: &OrderUpdate, sign: &str) -> Vec<String> {
    let line = |(quantity, title, variant): &(i32, String, String)| {
        if variant.is_empty() || variant == "Default Title" {
            format!("{quantity} {sign} {title}")
        } else {
            format!("{quantity} {sign} {title} ({variant})")
        }
    };
    update.lines.iter().map(line).collect()
}

fn text(update: &OrderUpdate, part: &Part) -> String {
    match part {
        Part::Said(said) => said.clone(),
        Part::Goods => goods(update, "x").join("\n"),
        Part::Link(words, url) => fill(words, &[url]),
    }
}

fn html(update: &OrderUpdate, part: &Part) -> String {
    match part {
        Part::Said(said) => format!("<p>{}</p>", escape(said)),
        Part::Goods => {
            let lines: Vec<String> = goods(update, "×").iter().map(|line| escape(line)).collect();
            format!("<p>{}</p>", lines.join("<br>"))
        }
        Part::Link(words, url) => {
            let url = escape(url);
            let link = format!("<a href=\"{url}\" target=\"_blank\" rel=\"noreferrer\">{url}</a>");
            format!("<p>{}</p>", fill(words, &[&link]))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::kernel::{Currency, Money, Secret, Tongue};
    use crate::order::fulfillments::Tracking;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn update(happened: Happened) -> OrderUpdate {
        OrderUpdate {
            id: 3,
            order: 7,
            number: 1001,
            key: Secret::new("k3y"),
            shop: "Corner & Co".to_owned(),
            email: "buyer@example.com".to_owned(),
            tongue: Tongue::English,
            at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            happened,
            lines: vec![
                (2, "Mug <b>".to_owned(), "Blue".to_owned()),
                (1, "Card".to_owned(), "Default Title".to_owned()),
            ],
        }
    }

    fn tracking() -> Tracking {
        Tracking {
            company: Some("Post".to_owned()),
            number: Some("P1".to_owned()),
            url: Some("https://post.example/?a=1&b=2".to_owned()),
        }
    }

    #[test]
    fn each_says_what_happened() {
        let mail = |happened| render(&update(happened), "https://shop.example.com");
        let sent = mail(Happened::Shipped(tracking()));
        assert_eq!(sent.message_id, "shipping-confirmation-3@shop.example.com");
        assert_eq!(sent.subject, "Corner & Co: order #1001 is on its way");
        assert_eq!(
            sent.text,
            "These items of your order #1001 are on their way:\n\n2 x Mug <b> (Blue)\n1 x Card\n\n\
             Tracking: Post P1\n\nTracking: https://post.example/?a=1&b=2\n\n\
             How it stands: https://shop.example.com/orders/7/k3y\n"
        );
        assert!(!sent.html.contains("<b>"), "{}", sent.html);
        let refunded = mail(Happened::Refunded {
            total: usd(1_250),
            on_gift_cards: usd(250),
        });
        assert_eq!(refunded.message_id, "refund-3@shop.example.com");
        assert_eq!(refunded.subject, "Corner & Co: refund for order #1001");
        assert_eq!(
            refunded.text,
            "We have refunded $12.50 for your order #1001.\n\n$2.50 of it is on your gift card again.\n\n\
             Refunded items:\n\n2 x Mug <b> (Blue)\n1 x Card\n\n\
             How it stands: https://shop.example.com/orders/7/k3y\n"
        );
        let canceled = mail(Happened::Canceled {
            is_whole: true,
            refund: usd(1_250),
        });
        assert_eq!(canceled.message_id, "cancellation-3@shop.example.com");
        assert_eq!(canceled.subject, "Corner & Co: order #1001 was canceled");
        assert_eq!(
            canceled.text,
            "Your order #1001 was canceled.\n\nCanceled items:\n\n2 x Mug <b> (Blue)\n1 x Card\n\n\
             $12.50 will go back to how you paid.\n\n\
             How it stands: https://shop.example.com/orders/7/k3y\n"
        );
    }

    #[test]
    fn each_is_written_in_every_language() {
        let all = [
            Happened::Shipped(tracking()),
            Happened::Refunded {
                total: usd(1),
                on_gift_cards: usd(1),
            },
            Happened::Canceled {
                is_whole: true,
                refund: usd(1),
            },
            Happened::Canceled {
                is_whole: false,
                refund: usd(0),
            },
        ];
        for happened in all {
            let written = |tongue: Tongue| {
                let update = OrderUpdate {
                    tongue,
                    ..update(happened.clone())
                };
                let mail = render(&update, "https://shop.example.com");
                let lang = format!("<html lang=\"{}\">", tongue.lang());
                assert!(mail.html.contains(&lang), "{}", mail.html);
                assert!(!mail.text.contains("{}"), "{}", mail.text);
                (mail.subject, mail.text)
            };
            let mut texts = Tongue::ALL.map(written).to_vec();
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), Tongue::ALL.len(), "{happened:?}");
        }
    }
}
