//! `/checkout/<cart>`: who buys, and where the parcel goes. Without a parcel, where the invoice goes.

use commerce::Shop;
use commerce::cart::commands::{self, BuyerEdit};
use commerce::cart::{self, AddressDraft, AddressEdit, GivenAddress, Refusals};
use commerce::kernel::{Failure, Outcome, text};
use commerce::shipping;
use maud::html;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};

use crate::checkout::address::{Typed, html_name, labels};
use crate::checkout::form::{Faults, Form};
use crate::checkout::turned::{Answer, Turned, go, settle};
use crate::checkout::view::fields::{self, Field};
use crate::checkout::view::{progress, summary};
use crate::checkout::visit::{Step, Visit};

/// Countries by code and name.
type Countries = Vec<(&'static str, &'static str)>;

/// The form as it stands.
struct Draft {
    email: String,
    address: Typed,
    faults: Faults,
}

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
    visit.admit(shop, Step::Information).await?;
    let countries = countries(shop, &visit).await?;
    let known = match (
        &visit.checkout.address,
        &visit.checkout.cart.billing_address,
    ) {
        (Some(address), _) => Some(address.clone()),
        (None, Some(address)) if !visit.is_shipped() => Some(address.clone()),
        _ => None,
    };
    let offered = |code: &&str| countries.iter().any(|(known, _)| known == code);
    let country = [
        visit.checkout.cart.country.as_deref(),
        Some(&visit.home_country),
    ];
    let country = country.into_iter().flatten().find(offered);
    let first = countries.first().map_or("", |(code, _)| *code);
    let mut draft = Draft {
        email: visit.checkout.cart.email.clone().unwrap_or_default(),
        address: Typed::of(known.as_ref(), country.unwrap_or(first)),
        faults: Faults::default(),
    };
    // Here buyers come back to whose address goes without a province in most countries, but not in this one.
    if let Some(fault) = visit.checkout.province_fault() {
        let words = visit.words;
        draft.faults.add("provinceCode", words.address_fault(fault));
    }
    Ok(form(&visit, request, &draft, &countries))
}

async fn take(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    let sent = Form::read(request, body, &visit).await?;
    let countries = countries(shop, &visit).await?;
    let mut draft = Draft {
        email: sent.text("email").to_owned(),
        address: Typed::read(&sent),
        faults: Faults::default(),
    };
    if sent.has("update") {
        return Ok(form(&visit, request, &draft, &countries));
    }
    let words = visit.words;
    if draft.email.is_empty() {
        draft.faults.add("email", words.missing);
    } else if text::email(&draft.email).is_none() {
        draft.faults.add("email", words.email_bad);
    }
    draft.address.check(words, &countries, &mut draft.faults);
    if draft.faults.is_empty() {
        match store(shop, &visit, &draft).await {
            Ok(()) => return Ok(go(&visit.path(visit.steps()[1].path()))),
            Err(Failure::Broken(fault)) => return Err(fault.into()),
            // Nothing that the form lets through is refused; were it, the field is named.
            Err(Failure::Refused(refusals)) => {
                for refusal in refusals {
                    let field = refusal.field.0.last().map_or("", String::as_str);
                    draft.faults.add(html_name(field), words.malformed);
                }
            }
        }
    }
    Ok(form(&visit, request, &draft, &countries))
}

/// The countries that may be chosen: those that everything in the cart is delivered to, or all when nothing is
/// delivered.
async fn countries(shop: &Shop, visit: &Visit) -> Result<Countries, Turned> {
    let mut all = visit.words.all_countries();
    if visit.is_shipped() {
        let zones = shipping::zones(&mut *shop.db.primary().await?).await?;
        let profiles = visit.checkout.cart.delivery_profiles();
        let reaches = |profile: &Option<i64>, country: &str| {
            let mut of_profile = zones.iter().filter(|zone| zone.profile == *profile);
            of_profile.any(|zone| zone.reaches(country))
        };
        all.retain(|(code, _)| profiles.iter().all(|profile| reaches(profile, code)));
    }
    Ok(all)
}

/// Stores what was typed, in the place of the address that was selected before.
async fn store(shop: &Shop, visit: &Visit, draft: &Draft) -> Outcome<(), Refusals> {
    let (key, address) = (&visit.key, &draft.address.address);
    let buyer = BuyerEdit {
        email: Some(Some(draft.email.clone())),
        country: Some(address.country.clone()),
        // Whoever sends a parcel abroad still reads the language that the checkout began in.
        language: Some(visit.words.tongue.lang().to_uppercase())
            .filter(|_| visit.checkout.cart.language.is_none()),
        ..BuyerEdit::default()
    };
    commands::set_buyer(shop, key, &buyer).await?;
    if !visit.is_shipped() {
        commands::set_billing_address(shop, key, Some(address)).await?;
        return Ok(());
    }
    let given = GivenAddress::Written(Box::new(address.clone()));
    let known = cart::reads::addresses(&mut *shop.db.primary().await?, key.id).await?;
    match known.iter().find(|known| known.selected) {
        Some(selected) => {
            let edit = AddressEdit {
                id: Some(selected.id),
                address: Some(given),
                selected: None,
                one_time_use: None,
                strict: true,
            };
            commands::edit_addresses(shop, key, &[edit], None).await?;
        }
        None => {
            let draft = AddressDraft {
                address: given,
                selected: Some(true),
                one_time_use: false,
                strict: true,
            };
            commands::add_addresses(shop, key, &[draft], None).await?;
        }
    }
    // An invoice that goes where the parcel goes goes on doing so.
    let billing = visit.checkout.cart.billing_address.as_ref();
    if billing.is_some() && billing == visit.checkout.address.as_ref() {
        commands::set_billing_address(shop, key, Some(address)).await?;
    }
    Ok(())
}

fn form(visit: &Visit, request: &Request, draft: &Draft, countries: &Countries) -> Response {
    let words = visit.words;
    let (heading, section, go_on) = if visit.is_shipped() {
        (words.delivery_address, "shipping", words.to_delivery)
    } else {
        (words.billing_address, "billing", words.to_payment)
    };
    let email = Field {
        name: "email",
        label: words.email,
        hint: Some(words.email_hint),
        value: &draft.email,
        autocomplete: "email",
        kind: "email",
        is_optional: false,
    };
    let main = html! {
        (progress(visit, Step::Information))
        h1 { (words.step_information) }
        (fields::errors(words, &draft.faults, &labels(words)))
        form method="post" action=(visit.path("")) novalidate {
            // The enter key presses the first button of a form.
            button hidden tabindex="-1" {}
            (fields::token(visit))
            h2 { (words.contact) }
            (fields::line(words, &email, &draft.faults))
            h2 { (heading) }
            (draft.address.fields(words, countries, section, &draft.faults))
            div.go {
                button { (go_on) }
                a href=(visit.look.home) rel="noreferrer" { (words.back_to_shop) }
            }
        }
    };
    let code = summary::refused_code(request);
    let aside = summary::of_cart(visit, "", code.as_deref());
    let status = match draft.faults.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = visit.page(words.step_information, main);
    page.beside(aside, &summary::images(visit))
        .scripted()
        .status(status)
        .response()
}
