//! `/checkout/<cart>/stock`: something sold out meanwhile. The buyer is told what and how much of it is
//! left; the cart is cut down when the buyer says so.

use std::collections::HashSet;

use commerce::Shop;
use commerce::cart::{LineEdit, commands};
use commerce::kernel::Failure;
use maud::html;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};
use uuid::Uuid;

use crate::checkout::form::Form;
use crate::checkout::turned::{Answer, Turned, go, settle};
use crate::checkout::view::{fields, summary};
use crate::checkout::visit::Visit;
use crate::checkout::words::fill;

#[handler]
pub(crate) async fn read(
    shop: Data<&Shop>,
    request: &Request,
    Path(cart): Path<String>,
) -> Response {
    settle(show(&shop, request, &cart).await)
}

#[handler]
pub(crate) async fn accept(
    shop: Data<&Shop>,
    request: &Request,
    body: Body,
    Path(cart): Path<String>,
) -> Response {
    settle(cut(&shop, request, body, &cart).await)
}

async fn show(shop: &Shop, request: &Request, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    let short = visit.shortages();
    let withdrawn = &visit.checkout.cart.withdrawn;
    if !visit.is_short() {
        return Err(Turned::to(&visit.path(visit.next().path())));
    }
    if let Some(path) = visit.under_way(shop).await? {
        return Err(Turned::to(&path));
    }
    let words = visit.words;
    let main = html! {
        h1 { (words.stock_title) }
        div.box.errors role="alert" {
            ul {
                @for line in withdrawn { li { (fill(words.stock_withdrawn, &[&line.title])) } }
                @for (title, wanted, left) in &short {
                    li {
                        @if *left == 0 { (fill(words.stock_none, &[title])) }
                        @else {
                            (fill(words.stock_some, &[title, &wanted.to_string(), &left.to_string()]))
                        }
                    }
                }
            }
        }
        form method="post" action=(visit.path("/stock")) {
            (fields::token(&visit))
            div.go {
                button { (words.stock_accept) }
                a href=(visit.look.home) rel="noreferrer" { (words.back_to_shop) }
            }
        }
    };
    let aside = summary::of_cart(&visit, "", None);
    let page = visit.page(words.stock_title, main);
    let page = page.beside(aside, &summary::images(&visit));
    Ok(page.status(StatusCode::CONFLICT).response())
}

/// Sets every line that is too long to what it is, whereupon it is cut down to the stock; what is sold
/// out goes.
async fn cut(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    Form::read(request, body, &visit).await?;
    let lines = &visit.checkout.cart.lines;
    let titles: HashSet<String> = visit
        .shortages()
        .into_iter()
        .map(|(title, ..)| title)
        .collect();
    let short = lines
        .iter()
        .filter(|line| titles.contains(&line.merchandise.title) || line.quantity == 0);
    let (gone, fewer): (Vec<_>, Vec<_>) =
        short.partition(|line| line.merchandise.available.is_some_and(|left| left <= 0));
    let fewer: Vec<LineEdit> = fewer
        .into_iter()
        .filter(|line| line.quantity > 0)
        .map(|line| LineEdit {
            id: Some(line.id),
            merchandise_id: None,
            quantity: Some(line.quantity),
            attributes: None,
            selling_plan: false,
        })
        .collect();
    let withdrawn = &visit.checkout.cart.withdrawn;
    let gone = gone.into_iter().map(|line| line.id);
    let gone = gone.chain(withdrawn.iter().map(|line| line.id));
    let gone: Vec<Option<Uuid>> = gone.map(Some).collect();
    let mut done = Ok(());
    if !fewer.is_empty() {
        done = commands::edit_lines(shop, &visit.key, &fewer)
            .await
            .map(drop);
    }
    if done.is_ok() && !gone.is_empty() {
        done = commands::remove_lines(shop, &visit.key, &gone)
            .await
            .map(drop);
    }
    match done {
        // What was refused was changed elsewhere: the next page shows how it stands.
        Ok(()) | Err(Failure::Refused(_)) => Ok(go(&visit.path(""))),
        Err(Failure::Broken(fault)) => Err(fault.into()),
    }
}
