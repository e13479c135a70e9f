//! `/checkout/<cart>/review`: everything once more, and the button that buys it.

use commerce::Shop;
use commerce::cart::Method;
use commerce::cart::readiness::Blocker;
use commerce::flows::place_order::{NotPlaced, PlaceOrder, Placed, Shown, place_order};
use commerce::kernel::{Failure, Money};
use maud::{Markup, html};
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};

use crate::checkout::address::shown;
use crate::checkout::form::Form;
use crate::checkout::turned::{Answer, go, settle};
use crate::checkout::view::fields;
use crate::checkout::view::{progress, summary};
use crate::checkout::visit::{Step, Visit};
use crate::checkout::words::{fill, money};
use crate::middleware::ClientIp;

#[handler]
pub(crate) async fn read(
    shop: Data<&Shop>,
    request: &Request,
    Path(cart): Path<String>,
) -> Response {
    settle(show(&shop, request, &cart).await)
}

#[handler]
pub(crate) async fn pay(
    shop: Data<&Shop>,
    request: &Request,
    body: Body,
    Path(cart): Path<String>,
) -> Response {
    settle(buy(&shop, request, body, &cart).await)
}

async fn show(shop: &Shop, request: &Request, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    visit.admit(shop, Step::Review).await?;
    Ok(form(&visit, request))
}

/// The attempt's token is made of the cart's version, so that every page that shows the same cart asks
/// for the same attempt: pressed twice, in two tabs, or again because the answer went lost. Another try
/// needs another card, which is another version.
async fn buy(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    let sent = Form::read(request, body, &visit).await?;
    let number = |name| sent.text(name).parse::<i64>();
    let (Ok(version), Ok(total_minor)) = (number("version"), number("total")) else {
        return Err(visit.forged());
    };
    let command = PlaceOrder {
        cart: visit.key.clone(),
        token: format!("page-{version}"),
        client: request.data::<ClientIp>().map(|ip| ip.network()),
        shown: Some(Shown {
            version,
            total_minor,
            fingerprint: sent.given("shown"),
        }),
    };
    let review = |query: &str| Ok(go(&visit.path(&format!("/review?{query}"))));
    match place_order(shop, &command).await {
        Ok(Placed::Accepted(attempt) | Placed::AlreadyAccepted(attempt)) => {
            Ok(go(&format!("{}?go", attempt.url(""))))
        }
        // The cart has closed or expired meanwhile, which its pages say.
        Err(Failure::Refused(NotPlaced::NoCart)) => Ok(go(&visit.path(""))),
        Err(Failure::Refused(NotPlaced::Changed | NotPlaced::BadToken)) => review("error=changed"),
        Err(Failure::Refused(NotPlaced::Throttled(_))) => review("error=too_many_attempts"),
        Err(Failure::Refused(NotPlaced::Blocked(blockers))) => {
            in_the_way(&visit, &blockers, total_minor)
        }
        Err(Failure::Broken(fault)) => Err(fault.into()),
    }
}

/// Leads to the page on which the first thing in the way can be put right.
fn in_the_way(visit: &Visit, blockers: &[Blocker], shown_minor: i64) -> Answer {
    let codes: Vec<&str> = blockers.iter().map(|blocker| blocker.code).collect();
    let place = if visit.checkout.is_priced_elsewhere {
        // The form makes the country of the address the cart's.
        String::new()
    } else if codes.iter().any(|code| code.starts_with("MERCHANDISE")) {
        // The stock may have come back since.
        match visit.is_short() {
            true => "/stock".to_owned(),
            false => "/review?error=busy".to_owned(),
        }
    } else if codes.contains(&"PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT") {
        format!("/review?error=price&was={shown_minor}")
    } else {
        visit.next().path().to_owned()
    };
    Ok(go(&visit.path(&place)))
}

/// What the buyer must know before pressing again, as the address says.
fn told(visit: &Visit, request: &Request) -> Option<String> {
    let words = visit.words;
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let value = |wanted: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, v)| &**v)
    };
    match value("error")? {
        "price" => {
            let now = visit.due();
            let was = Money::new(value("was")?.parse().ok()?, now.currency);
            let changed = was != now;
            let amounts = [money(words, was), money(words, now)];
            changed.then(|| fill(words.price_changed, &[&amounts[0], &amounts[1]]))
        }
        "changed" => Some(words.cart_changed.to_owned()),
        "too_many_attempts" => Some(words.too_often.to_owned()),
        "busy" => Some(words.busy.to_owned()),
        _ => None,
    }
}

fn form(visit: &Visit, request: &Request) -> Response {
    let (words, due) = (visit.words, visit.due());
    let button = match due.minor {
        0 => words.pay_nothing.to_owned(),
        _ => fill(words.pay, &[&money(words, due)]),
    };
    let main = html! {
        (progress(visit, Step::Review))
        h1 { (words.review) }
        @if let Some(told) = told(visit, request) {
            div.box.notice role="alert" { p { (told) } }
        }
        (facts(visit))
        form method="post" action=(visit.path("/review")) {
            (fields::token(visit))
            input type="hidden" name="version" value=(visit.checkout.cart.version);
            input type="hidden" name="total" value=(due.minor);
            input type="hidden" name="shown" value=(visit.checkout.priced.fingerprint());
            div.go {
                button { (button) }
                @if due.minor > 0 { span.quiet { (words.pay_once) } }
            }
        }
    };
    let code = summary::refused_code(request);
    let aside = summary::of_cart(visit, Step::Review.path(), code.as_deref());
    let page = visit.page(words.review, main);
    page.beside(aside, &summary::images(visit)).response()
}

/// Everything that the buyer said, each with a way to say it differently.
fn facts(visit: &Visit) -> Markup {
    let (words, checkout) = (visit.words, &visit.checkout);
    let cart = &checkout.cart;
    let parcel = checkout.address.as_ref();
    let billing = cart
        .billing_address
        .as_ref()
        .filter(|own| Some(*own) != parcel);
    let card = match cart.payment.as_ref().map(|payment| &payment.method) {
        Some(Method::Card { .. }) => Some(words.card),
        _ => None,
    };
    let fact = |name: &str, what: Markup, rest: &str| {
        html! {
            div {
                dt { (name) }
                dd { (what) }
                dd { a href=(visit.path(rest)) aria-label={ (words.change) ": " (name) } { (words.change) } }
            }
        }
    };
    html! {
        dl.facts.box {
            @if let Some(email) = &cart.email { (fact(words.contact, html! { (email) }, "")) }
            @if let Some(address) = parcel {
                (fact(words.delivery_address, shown(words, address), ""))
            }
            @if let Some(delivery) = &checkout.priced.delivery {
                (fact(words.delivery, html! { (delivery.title) }, Step::Delivery.path()))
            }
            @if let Some(card) = card { (fact(words.paid_by, html! { (card) }, Step::Payment.path())) }
            @if let Some(address) = billing {
                (fact(words.billing_address, shown(words, address), Step::Payment.path()))
            } @else if parcel.is_some() {
                (fact(words.billing_address, html! { (words.same_as_delivery) }, Step::Payment.path()))
            }
        }
    }
}
