//! `/checkout/<cart>/payment`: the provider's card page in a frame, and `/card`, where it leads back to.

use commerce::Shop;
use commerce::cart::commands::{self, PaymentDraft, PaymentMethod};
use commerce::kernel::{Address, Failure, Secret};
use maud::html;
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};
use providers::payment::{CardPage, CardReturn};

use crate::checkout::address::shown;
use crate::checkout::form::Form;
use crate::checkout::turned::{Answer, go, settle};
use crate::checkout::view::fields;
use crate::checkout::view::{progress, summary};
use crate::checkout::visit::{Step, Visit};
use crate::webhooks::Payment;

/// In the address of the page after a card that the provider did not take.
const REFUSED: &str = "card=refused";

#[handler]
pub(crate) async fn read(
    shop: Data<&Shop>,
    payment: Data<&Payment>,
    request: &Request,
    Path(cart): Path<String>,
) -> Response {
    settle(show(&shop, &payment, request, &cart).await)
}

/// The form of a cart that costs nothing.
#[handler]
pub(crate) async fn nothing_due(
    shop: Data<&Shop>,
    request: &Request,
    body: Body,
    Path(cart): Path<String>,
) -> Response {
    settle(take_nothing(&shop, request, body, &cart).await)
}

/// The way back from the card page.
#[handler]
pub(crate) async fn card_return(
    shop: Data<&Shop>,
    payment: Data<&Payment>,
    request: &Request,
    Path(cart): Path<String>,
) -> Response {
    settle(come_back(&shop, &payment, request, &cart).await)
}

async fn show(shop: &Shop, payment: &Payment, request: &Request, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    visit.admit(shop, Step::Payment).await?;
    let is_refused = request.uri().query() == Some(REFUSED);
    let card = payment.as_ref().map(|provider| {
        let back = format!(
            "{}{}?state={}",
            visit.public_url,
            visit.path("/card"),
            visit.return_token()
        );
        provider.card_page(&back, visit.words.tongue.lang(), is_refused)
    });
    Ok(frame(&visit, request, card, is_refused))
}

async fn take_nothing(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    Form::read(request, body, &visit).await?;
    let billing_address = billing(&visit).cloned().unwrap_or_default();
    keep(shop, &visit, PaymentMethod::Free { billing_address }).await
}

/// What the buyer brings back is taken only with the proof that stood in the frame's address: nobody
/// else can make this browser pay with another card.
async fn come_back(shop: &Shop, payment: &Payment, request: &Request, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    let query = request.uri().query().unwrap_or_default();
    let parameters: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let mut states = parameters.iter().filter(|(name, _)| name == "state");
    let state = states.next().map_or("", |(_, state)| state.as_str());
    if !Secret::new(state).matches(&Secret::new(visit.return_token()).digest()) {
        return Err(visit.forged());
    }
    visit.admit(shop, Step::Payment).await?;
    let brought = match payment {
        Some(provider) => provider.read_card_return(&parameters),
        None => CardReturn::Refused,
    };
    let CardReturn::Session(session) = brought else {
        return Ok(go(&visit.path(&format!("/payment?{REFUSED}"))));
    };
    let billing_address = billing(&visit).cloned().unwrap_or_default();
    let method = PaymentMethod::Card {
        session,
        billing_address,
    };
    keep(shop, &visit, method).await
}

/// Notes how the buyer pays, and how much at this moment.
async fn keep(shop: &Shop, visit: &Visit, method: PaymentMethod) -> Answer {
    let draft = PaymentDraft {
        amount: visit.due().decimal(),
        currency: visit.due().currency.to_string(),
        method: Some(method),
    };
    match commands::set_payment(shop, &visit.key, &draft).await {
        Ok(_) => Ok(go(&visit.path(Step::Review.path()))),
        Err(Failure::Broken(fault)) => Err(fault.into()),
        Err(Failure::Refused(_)) => Ok(go(&visit.path(&format!("/payment?{REFUSED}")))),
    }
}

/// Where the invoice goes.
fn billing(visit: &Visit) -> Option<&Address> {
    let own = visit.checkout.cart.billing_address.as_ref();
    own.or(visit.checkout.address.as_ref())
}

fn frame(visit: &Visit, request: &Request, card: Option<CardPage>, is_refused: bool) -> Response {
    let words = visit.words;
    let is_due = visit.due().minor > 0;
    let main = html! {
        (progress(visit, Step::Payment))
        h1 { (words.step_payment) }
        @if is_refused {
            div.box.errors role="alert" { p { (words.card_refused) } }
        }
        (addresses(visit))
        @if !is_due {
            p { (words.nothing_due) }
            form method="post" action=(visit.path("/payment")) {
                (fields::token(visit))
                div.go { button { (words.to_review) } }
            }
        } @else if let Some(card) = &card {
            h2 { (words.card_details) }
            p.quiet { (words.card_note) }
            div.box.card { iframe src=(card.url) title=(words.card_details) {} }
        } @else {
            (fields::notice(words.no_payment))
        }
    };
    let code = summary::refused_code(request);
    let aside = summary::of_cart(visit, Step::Payment.path(), code.as_deref());
    let page = visit.page(words.step_payment, main);
    let page = page.beside(aside, &summary::images(visit));
    match card.filter(|_| is_due) {
        Some(card) => page.framing(card.origin).response(),
        None => page.response(),
    }
}

/// Where the invoice goes, with a way to send it elsewhere.
fn addresses(visit: &Visit) -> maud::Markup {
    let words = visit.words;
    let (own, parcel) = (
        &visit.checkout.cart.billing_address,
        &visit.checkout.address,
    );
    html! {
        dl.facts.box {
            div {
                dt { (words.billing_address) }
                dd {
                    @match (own, parcel) {
                        (Some(own), parcel) if Some(own) != parcel.as_ref() => { (shown(words, own)) },
                        _ => { (words.same_as_delivery) },
                    }
                }
                dd {
                    @if visit.is_shipped() {
                        a href=(visit.path("/billing")) { (words.another_billing) }
                    } @else {
                        a href=(visit.path("")) { (words.change) }
                    }
                }
            }
        }
    }
}
