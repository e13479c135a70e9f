//! `GET /orders/<id>/<key>`: where `orderUrl` and `statusUrl` lead; `/thank-you` is the same page right
//! after the purchase.

use commerce::Shop;
use commerce::cart;
use commerce::content::identity;
use commerce::kernel::{Secret, TimeZone, postal};
use commerce::order::fulfillments::Parcel;
use commerce::order::refunds::Refund;
use commerce::order::{Order, reads};
use maud::{Markup, html};
use poem::web::{Data, Path};
use poem::{Response, handler};

use super::look::Look;
use super::turned::{Answer, settle};
use super::view::summary::{less, levies, sum, thing};
use super::view::{self, Page};
use super::words::{Words, date, fill, money};

#[handler]
pub(super) async fn read(shop: Data<&Shop>, Path((id, key)): Path<(String, String)>) -> Response {
    settle(show(&shop, &id, &key, false).await)
}

#[handler]
pub(super) async fn thanks(shop: Data<&Shop>, Path((id, key)): Path<(String, String)>) -> Response {
    settle(show(&shop, &id, &key, true).await)
}

async fn show(shop: &Shop, id: &str, key: &str, is_new: bool) -> Answer {
    let mut conn = shop.db.primary().await?;
    let identity = identity::read(&mut conn).await?;
    let look = identity.as_ref().map_or_else(Look::plain, Look::of);
    let order = match id.parse::<i64>() {
        Ok(id) => reads::opened(&mut conn, id, &Secret::new(key)).await?,
        Err(_) => None,
    };
    let Some(order) = order else {
        return Ok(view::not_found(&look));
    };
    let (language, country) = match order.cart_id {
        Some(cart) => cart::reads::voice(&mut conn, cart).await?,
        None => (None, None),
    };
    let words = Words::of(language.as_deref(), country.as_deref());
    let status_page = format!("/orders/{id}/{key}");
    let title = match is_new {
        true => words.thanks_title.to_owned(),
        false => fill(words.order, &[&order.number.to_string()]),
    };
    let images: Vec<Option<&str>> = order.lines.iter().map(|l| l.image_url.as_deref()).collect();
    let zone = identity.map(|shop| shop.time_zone).unwrap_or_default();
    let main = stands(
        (words, zone),
        &order,
        is_new.then_some(status_page.as_str()),
    );
    let page = Page::new(&look, words, &title, main);
    Ok(page
        .beside(goods(words, &order), &images)
        .secret()
        .response())
}

/// How the order stands; for a new one, with thanks and the way to its page.
fn stands((words, zone): (&Words, TimeZone), order: &Order, status_page: Option<&str>) -> Markup {
    let name = fill(words.order, &[&order.number.to_string()]);
    html! {
        @if status_page.is_some() {
            h1 { (words.thanks_title) }
            p role="status" { (words.thanks_text) }
            h2 { (name) }
        } @else {
            h1 { (name) }
        }
        @if order.is_canceled { div.box.errors { p { (words.canceled) } } }
        ul.lines.box {
            (line(&fill(words.placed_on, &[&date(words, order.processed_at, zone)])))
            (line(&fill(words.payment_state, &[words.status(&order.financial_status)])))
            (line(&fill(words.delivery_state, &[words.status(&order.fulfillment_status)])))
            @if let Some(place) = destination(words, order) {
                (line(&fill(words.going_to, &[&place])))
            }
        }
        @for parcel in &order.parcels { (sent((words, zone), order, parcel)) }
        @for refund in &order.refunds { (refunded((words, zone), order, refund)) }
        @match status_page {
            Some(page) => { p { a.button href=(page) { (words.thanks_link) } } },
            None => { p.quiet { (words.keep_link) } },
        }
    }
}

/// A parcel: when it was sent, what is in it, and where it is followed.
fn sent((words, zone): (&Words, TimeZone), order: &Order, parcel: &Parcel) -> Markup {
    let tracking = &parcel.tracking;
    let names = [&tracking.company, &tracking.number];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let name = match (names.is_empty(), &tracking.url) {
        (true, Some(url)) => url.clone(),
        _ => names.join(" "),
    };
    let title = |id: i64| order.lines.iter().find(|line| line.id == id);
    html! {
        section.box {
            h2 { (fill(words.parcel_sent, &[&date(words, parcel.sent_at, zone)])) }
            ul.lines {
                @for (id, quantity) in &parcel.lines {
                    @if let Some(of) = title(*id) { (line(&format!("{quantity} × {}", of.title))) }
                }
                @if !name.is_empty() {
                    li.whole {
                        @match &tracking.url {
                            Some(url) => {
                                a href=(url) rel="noreferrer" { (fill(words.follow_parcel, &[&name])) }
                            },
                            None => { (fill(words.follow_parcel, &[&name])) },
                        }
                    }
                }
            }
        }
    }
}

/// A refund, once money has gone back: when it was made, how much, and for what.
fn refunded((words, zone): (&Words, TimeZone), order: &Order, refund: &Refund) -> Markup {
    let day = date(words, refund.created_at, zone);
    let amount = money(words, refund.succeeded);
    let title = |id: i64| order.lines.iter().find(|line| line.id == id);
    html! {
        @if refund.succeeded.minor > 0 {
            section.box {
                h2 { (fill(words.refunded_on, &[&day, &amount])) }
                ul.lines {
                    @for (id, quantity, _) in &refund.lines {
                        @if let Some(of) = title(*id) { (line(&format!("{quantity} × {}", of.title))) }
                    }
                }
            }
        }
    }
}

fn line(text: &str) -> Markup {
    html! { li.whole { (text) } }
}

fn goods(words: &Words, order: &Order) -> Markup {
    let delivery = order.delivery_title.as_deref().unwrap_or(words.delivery);
    html! {
        aside aria-label=(words.summary) {
            h2 { (words.summary) }
            ul.lines {
                @for line in &order.lines {
                    (thing(
                        words,
                        line.image_url.as_deref(),
                        (&line.title, &line.variant_title),
                        line.quantity,
                        &money(words, line.subtotal),
                    ))
                }
            }
            dl.sums {
                (sum(words.subtotal, &money(words, order.subtotal)))
                @if order.discount.minor > 0 {
                    (sum(words.discount, &money(words, less(order.discount))))
                }
                (sum(delivery, &money(words, order.shipping)))
                @if !order.tax_inclusive { (levies(words, false, order.duty, order.tax)) }
                div.total { dt { (words.total) } dd { (money(words, order.total)) } }
                @if order.tax_inclusive { (levies(words, true, order.duty, order.tax)) }
                @if order.gift_card.minor > 0 {
                    (sum(words.gift_cards, &money(words, less(order.gift_card))))
                }
                @if order.refunded.minor > 0 {
                    (sum(words.given_back, &money(words, less(order.refunded))))
                }
            }
        }
    }
}

/// The city alone: whoever sees the link sees no street and no name.
fn destination(words: &Words, order: &Order) -> Option<String> {
    let address = order.shipping_address.as_ref()?;
    postal::area(address, Some(words.tongue.lang()))
}
