//! `/checkout/<cart>/billing`: where the invoice goes, when not to where the parcel goes.

use commerce::Shop;
use commerce::cart::commands;
use commerce::kernel::{Address, Failure};
use maud::html;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};

use crate::checkout::address::{Typed, html_name, labels};
use crate::checkout::form::{Faults, Form};
use crate::checkout::turned::{Answer, go, settle};
use crate::checkout::view::fields;
use crate::checkout::view::{progress, summary};
use crate::checkout::visit::{Step, Visit};

#[handler]
pub(crate) async fn read(
    shop: Data<&Shop>,
    request: &Request,
    Path(cart): Path<String>,
) -> Response {
    settle(show(&shop, request, &cart).await)
}

#[handler]
pub(crate) async fn save(
    shop: Data<&Shop>,
    request: &Request,
    body: Body,
    Path(cart): Path<String>,
) -> Response {
    settle(take(&shop, request, body, &cart).await)
}

async fn show(shop: &Shop, request: &Request, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    visit.admit(shop, Step::Payment).await?;
    let known = visit.checkout.cart.billing_address.as_ref();
    let country = visit.checkout.cart.country.as_deref();
    let typed = Typed::of(known, country.unwrap_or(&visit.home_country));
    Ok(form(&visit, &typed, &Faults::default()))
}

async fn take(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    let sent = Form::read(request, body, &visit).await?;
    let mut faults = Faults::default();
    if sent.has("same") && visit.is_shipped() {
        let parcel = visit.checkout.address.as_ref();
        let same = parcel.map(|parcel| Typed::of(Some(parcel), ""));
        return keep(shop, &visit, same.as_ref(), &mut faults).await;
    }
    let typed = Typed::read(&sent);
    if sent.has("update") {
        return Ok(form(&visit, &typed, &faults));
    }
    let countries = visit.words.all_countries();
    typed.check(visit.words, &countries, &mut faults);
    if !faults.is_empty() {
        return Ok(form(&visit, &typed, &faults));
    }
    keep(shop, &visit, Some(&typed), &mut faults).await
}

/// Keeps the address. Without one, where the parcel goes is not known yet either.
async fn keep(shop: &Shop, visit: &Visit, typed: Option<&Typed>, faults: &mut Faults) -> Answer {
    let address: Option<&Address> = typed.map(|typed| &typed.address);
    match commands::set_billing_address(shop, &visit.key, address).await {
        Ok(_) => Ok(go(&visit.path(Step::Payment.path()))),
        Err(Failure::Broken(fault)) => Err(fault.into()),
        Err(Failure::Refused(refusals)) => {
            for refusal in refusals {
                let field = refusal.field.0.last().map_or("", String::as_str);
                faults.add(html_name(field), visit.words.malformed);
            }
            let nothing = Typed::default();
            Ok(form(visit, typed.unwrap_or(&nothing), faults))
        }
    }
}

fn form(visit: &Visit, typed: &Typed, faults: &Faults) -> Response {
    let words = visit.words;
    let countries = words.all_countries();
    let main = html! {
        (progress(visit, Step::Payment))
        h1 { (words.billing_address) }
        (fields::errors(words, faults, &labels(words)))
        form method="post" action=(visit.path("/billing")) novalidate {
            // The enter key presses the first button of a form.
            button hidden tabindex="-1" {}
            (fields::token(visit))
            (typed.fields(words, &countries, "billing", faults))
            div.go {
                button { (words.save) }
                @if visit.is_shipped() {
                    button.plain name="same" value="1" formnovalidate { (words.same_as_delivery) }
                }
            }
        }
    };
    let aside = summary::of_cart(visit, Step::Payment.path(), None);
    let status = match faults.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = visit.page(words.billing_address, main);
    page.beside(aside, &summary::images(visit))
        .scripted()
        .status(status)
        .response()
}
