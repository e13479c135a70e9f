//! `POST /checkout/<cart>/discount`: the code of a discount or gift card is entered, or taken out again.

use commerce::Shop;
use commerce::cart::{Changed, Refusals, Warning, WarningCode, commands};
use commerce::gift_card::Code;
use commerce::kernel::{Failure, Id, Outcome};
use poem::web::{Data, Path};
use poem::{Body, Request, Response, handler};

use crate::checkout::form::Form;
use crate::checkout::turned::{Answer, Turned, go, settle};
use crate::checkout::visit::{Step, Visit};

#[handler]
pub(crate) async fn change(
    shop: Data<&Shop>,
    request: &Request,
    body: Body,
    Path(cart): Path<String>,
) -> Response {
    settle(take(&shop, request, body, &cart).await)
}

async fn take(shop: &Shop, request: &Request, body: Body, cart: &str) -> Answer {
    let visit = Visit::open(shop, request, cart).await?;
    let sent = Form::read(request, body, &visit).await?;
    let code = sent.text("code");
    let good = if sent.has("gift_card") {
        let card = sent.text("gift_card").parse().ok().map(Id::new);
        let removed = commands::remove_gift_cards(shop, &visit.key, &[card]).await;
        settled(removed)?.is_some()
    } else if code.is_empty() {
        true
    } else if sent.has("remove") {
        let others = others(&visit, code);
        let removed = commands::set_discount_codes(shop, &visit.key, &others).await;
        settled(removed)?.is_some()
    } else {
        pays(shop, &visit, code).await? || takes_off(shop, &visit, code).await?
    };
    let back = [Step::Delivery, Step::Payment, Step::Review]
        .map(Step::path)
        .into_iter()
        .find(|path| *path == sent.text("back"));
    let back = visit.path(back.unwrap_or_default());
    if good {
        return Ok(go(&back));
    }
    let told = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("refused_code", &told(code))
        .finish();
    Ok(go(&format!("{back}?{told}")))
}

/// The cart's other discount codes.
fn others(visit: &Visit, code: &str) -> Vec<String> {
    let mut others = visit.checkout.cart.discount_codes.clone();
    others.retain(|known| known.to_lowercase() != code.to_lowercase());
    others
}

/// Whether the code is a gift card's, which the cart is then paid with.
async fn pays(shop: &Shop, visit: &Visit, code: &str) -> Result<bool, Turned> {
    if Code::parse(code).is_none() {
        return Ok(false);
    }
    let added = commands::add_gift_cards(shop, &visit.key, &[code.to_owned()]).await;
    Ok(settled(added)?.is_some_and(|changed| changed.warnings.is_empty()))
}

/// Whether the code is a discount's that takes something off; another one is not kept.
async fn takes_off(shop: &Shop, visit: &Visit, code: &str) -> Result<bool, Turned> {
    let others = others(visit, code);
    let mut codes = others.clone();
    codes.push(code.to_owned());
    let good = enter(shop, visit, &codes).await?;
    if !good {
        enter(shop, visit, &others).await?;
    }
    Ok(good)
}

/// Makes these the cart's codes; answers whether nothing is to be said against the last of them.
async fn enter(shop: &Shop, visit: &Visit, codes: &[String]) -> Result<bool, Turned> {
    let set = commands::set_discount_codes(shop, &visit.key, codes).await;
    let Some(changed) = settled(set)? else {
        return Ok(false);
    };
    let Some(last) = codes.last() else {
        return Ok(true);
    };
    let about = format!("`{last}`");
    let is_against = |warning: &Warning| {
        // What could be a gift card's code stands in no message.
        warning.message.contains(&about)
            || warning.code == WarningCode::PaymentsGiftCardsUnavailable
    };
    Ok(!changed.warnings.iter().any(is_against))
}

/// What was done; `None` when it was refused.
fn settled(outcome: Outcome<Changed, Refusals>) -> Result<Option<Changed>, Turned> {
    match outcome {
        Ok(changed) => Ok(Some(changed)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Broken(fault)) => Err(fault.into()),
    }
}

/// The code as an address may say it: one that could be a gift card's is money, and stands in none.
fn told(code: &str) -> String {
    if Code::parse(code).is_none() {
        return code.to_owned();
    }
    let before = code.chars().count().saturating_sub(4);
    let end: String = code.chars().skip(before).collect();
    format!("…{end}")
}
