//! What is bought and what it costs, beside every step.

use commerce::cart::Line;
use commerce::kernel::Money;
use commerce::pricing::GiftCardPart;
use maud::{Markup, html};
use poem::Request;

use super::fields;
use crate::checkout::visit::Visit;
use crate::checkout::words::{Words, fill, money};

/// The title of a variant of a product that has only one.
const ONLY: &str = "Default Title";

/// A code that was just refused, as the address of the page says.
pub(in crate::checkout) fn refused_code(request: &Request) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "refused_code")
        .map(|(_, code)| code.chars().take(255).collect())
}

/// The summary of a cart. `back` is the step to come back to from entering a code.
pub(in crate::checkout) fn of_cart(
    visit: &Visit,
    back: &str,
    refused_code: Option<&str>,
) -> Markup {
    let (words, cart, priced) = (visit.words, &visit.checkout.cart, &visit.checkout.priced);
    let delivery = match &priced.delivery {
        Some(chosen) if chosen.price.minor == 0 => words.free.to_owned(),
        Some(chosen) => money(words, chosen.price),
        None => words.delivery_later.to_owned(),
    };
    html! {
        aside aria-label=(words.summary) {
            h2 { (words.summary) }
            ul.lines {
                @for line in &cart.lines { (of_line(words, line)) }
            }
            (codes(visit, back, refused_code))
            dl.sums {
                (sum(words.subtotal, &money(words, priced.subtotal)))
                @if visit.is_shipped() { (sum(words.delivery, &delivery)) }
                @for discount in &priced.applications {
                    (sum(
                        discount.code.as_ref().unwrap_or(&discount.title),
                        &money(words, less(discount.amount)),
                    ))
                }
                @if !priced.tax_inclusive { (levies(words, false, priced.duty, priced.tax)) }
                div.total { dt { (words.total) } dd { (money(words, priced.total)) } }
                @if priced.tax_inclusive { (levies(words, true, priced.duty, priced.tax)) }
                @if !priced.gift_cards.is_empty() {
                    @for card in &priced.gift_cards {
                        (sum(&gift_card(words, card), &money(words, less(card.amount))))
                    }
                    div.total { dt { (words.due) } dd { (money(words, priced.due())) } }
                }
            }
        }
    }
}

/// Codes that were entered, each with a way to take it out, and a field for one more.
fn codes(visit: &Visit, back: &str, refused: Option<&str>) -> Markup {
    let (words, priced) = (visit.words, &visit.checkout.priced);
    let action = visit.path("/discount");
    html! {
        form.code method="post" action=(action) {
            (fields::token(visit))
            input type="hidden" name="back" value=(back);
            div {
                label for="code" { (words.discount_code) }
                input id="code" name="code" maxlength="255" autocomplete="off" required
                    value=(refused.unwrap_or_default())
                    aria-invalid=[refused.map(|_| "true")]
                    aria-describedby=[refused.map(|_| "code-wrong")] autofocus[refused.is_some()];
            }
            button.plain { (words.apply) }
            @if let Some(code) = refused {
                span.wrong id="code-wrong" role="alert" { (fill(words.code_unknown, &[code])) }
            }
        }
        @if !(priced.codes.is_empty() && priced.gift_cards.is_empty()) {
            ul.codes {
                @for entered in &priced.codes {
                    li {
                        (entered.code)
                        @if entered.obstacle.is_some() { " " span.quiet { "(" (words.code_idle) ")" } }
                        (remove(visit, back, ("code", &entered.code), &entered.code))
                    }
                }
                @for card in &priced.gift_cards {
                    @let name = gift_card(words, card);
                    li { (name) (remove(visit, back, ("gift_card", &card.id.to_string()), &name)) }
                }
            }
        }
    }
}

/// A button that takes a code or a gift card out again.
fn remove(visit: &Visit, back: &str, (field, value): (&str, &str), name: &str) -> Markup {
    html! {
        form method="post" action=(visit.path("/discount")) {
            (fields::token(visit))
            input type="hidden" name="back" value=(back);
            input type="hidden" name=(field) value=(value);
            button.link name="remove" value="1" { (fill(visit.words.remove, &[name])) }
        }
    }
}

fn gift_card(words: &Words, card: &GiftCardPart) -> String {
    fill(words.gift_card, &[&card.last_characters])
}

fn of_line(words: &Words, line: &Line) -> Markup {
    let amount = match (line.quantity, line.subtotal()) {
        (0, _) => words.sold_out.to_owned(),
        (_, Ok(amount)) => money(words, amount),
        (_, Err(error)) => error.to_string(),
    };
    let goods = &line.merchandise;
    thing(
        words,
        goods.image_url.as_deref(),
        (&goods.title, &goods.variant_title),
        line.quantity,
        &amount,
    )
}

/// One line of what is or was bought: title and variant, how many, for how much.
pub(in crate::checkout) fn thing(
    words: &Words,
    image: Option<&str>,
    (title, variant): (&str, &str),
    quantity: i32,
    amount: &str,
) -> Markup {
    html! {
        li {
            // The title stands beside it.
            @if let Some(image) = image { img src=(image) alt="" width="64" height="64"; }
            @else { i {} }
            p {
                (title)
                @if !variant.is_empty() && variant != ONLY {
                    br; span.quiet { (variant) }
                }
                br; span.quiet { (words.quantity) ": " (quantity) }
            }
            span { (amount) }
        }
    }
}

/// One sum.
pub(in crate::checkout) fn sum(name: &str, amount: &str) -> Markup {
    html! { div { dt { (name) } dd { (amount) } } }
}

/// What the state takes, added to the prices before it or found within them.
pub(in crate::checkout) fn levies(
    words: &Words,
    included: bool,
    duty: Option<Money>,
    tax: Money,
) -> Markup {
    let names = if included {
        [words.duties_included, words.tax_included]
    } else {
        [words.duties, words.tax]
    };
    let amounts = names.into_iter().zip([duty, Some(tax)]);
    html! {
        @for (name, amount) in amounts {
            @if let Some(amount) = amount.filter(|amount| amount.minor > 0) {
                (sum(name, &money(words, amount)))
            }
        }
    }
}

/// What is taken off.
pub(in crate::checkout) fn less(amount: Money) -> Money {
    Money::new(-amount.minor, amount.currency)
}

/// The pictures of a cart.
pub(in crate::checkout) fn images(visit: &Visit) -> Vec<Option<&str>> {
    let lines = visit.checkout.cart.lines.iter();
    lines
        .map(|line| line.merchandise.image_url.as_deref())
        .collect()
}
