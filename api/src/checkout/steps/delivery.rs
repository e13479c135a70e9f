//! `/checkout/<cart>/delivery`: how the parcel travels.

use commerce::Shop;
use commerce::cart::commands;
use commerce::kernel::Failure;
use commerce::shipping;
use maud::html;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};

use crate::checkout::address::shown;
use crate::checkout::form::{Faults, Form};
use crate::checkout::turned::{Answer, Turned, go, settle};
use crate::checkout::view::fields;
use crate::checkout::view::{progress, summary};
use crate::checkout::visit::{Step, Visit};
use crate::checkout::words::money;

/// The name of the one field.
const OPTION: &str = "option";

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

async fn open(shop: &Shop, request: &Request, cart: &str) -> Result<Visit, Turned> {
    let visit = Visit::open(shop, request, cart).await?;
    if !visit.is_shipped() && !visit.checkout.priced.lines.is_empty() {
        return Err(Turned::to(&visit.path(Step::Payment.path())));
    }
    Ok(visit)
}

async fn show(shop: &Shop, request: &Request, cart: &str) -> Answer {
    let visit = open(shop, request, cart).await?;
    visit.admit(shop, Step::Delivery).await?;
    Ok(form(&visit, request, &Faults::default()))
}

async fn take(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = open(shop, request, cart).await?;
    let sent = Form::read(request, body, &visit).await?;
    let choice = [(true, sent.text(OPTION).to_owned())];
    match commands::set_delivery(shop, &visit.key, &choice).await {
        Ok(_) => Ok(go(&visit.path(Step::Payment.path()))),
        Err(Failure::Broken(fault)) => Err(fault.into()),
        Err(Failure::Refused(_)) => {
            let mut faults = Faults::default();
            faults.add(OPTION, visit.words.choose);
            Ok(form(&visit, request, &faults))
        }
    }
}

fn form(visit: &Visit, request: &Request, faults: &Faults) -> Response {
    let (words, checkout) = (visit.words, &visit.checkout);
    let chosen = shipping::choose(&checkout.options, checkout.cart.delivery_code.as_deref());
    let main = html! {
        (progress(visit, Step::Delivery))
        h1 { (words.step_delivery) }
        (fields::errors(words, faults, &[(OPTION, words.delivery_option)]))
        dl.facts.box {
            @if let Some(address) = &checkout.address {
                div {
                    dt { (words.delivery_address) }
                    dd { (shown(words, address)) }
                    dd {
                        a href=(visit.path("")) aria-label={ (words.change) ": " (words.delivery_address) } {
                            (words.change)
                        }
                    }
                }
            }
        }
        @if checkout.options.is_empty() {
            (fields::notice(words.no_delivery))
            div.go { a.button href=(visit.path("")) { (words.change) } }
        } @else {
            form method="post" action=(visit.path("/delivery")) {
                (fields::token(visit))
                fieldset {
                    legend { (words.delivery_option) }
                    div.options id=(OPTION) {
                        @for option in &checkout.options {
                            label.choice {
                                input type="radio" name=(OPTION) value=(option.handle) required
                                    checked[chosen.is_some_and(|chosen| chosen == option)];
                                span {
                                    (option.title)
                                    @if let Some(more) = &option.description {
                                        span.hint { (more) }
                                    }
                                }
                                span {
                                    @if option.price.minor == 0 { (words.free) }
                                    @else { (money(words, option.price)) }
                                }
                            }
                        }
                    }
                }
                div.go {
                    button { (words.to_payment) }
                    a href=(visit.path("")) { (words.step_information) }
                }
            }
        }
    };
    let code = summary::refused_code(request);
    let aside = summary::of_cart(visit, Step::Delivery.path(), code.as_deref());
    let status = match faults.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = visit.page(words.step_delivery, main);
    page.beside(aside, &summary::images(visit))
        .status(status)
        .response()
}
