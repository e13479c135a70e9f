//! The gift cards that a cart is paid with. A code is looked up and forgotten: the cart keeps the card's number.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::locked;
use crate::Shop;
use crate::cart::store::{self, Patch, Touch};
use crate::cart::{
    Cart, CartKey, Changed, Code as Kind, MAX_GIFT_CARDS, Path, Refusal, Refusals, Warning,
    WarningCode, check, reads,
};
use crate::db::Conn;
use crate::discount;
use crate::gift_card::{self, Code};
use crate::kernel::id::AppliedGiftCard;
use crate::kernel::{Exchange, Failure, Fault, Id, Outcome};

/// Adds gift cards to those of the cart; a code that leads to no usable card is warned about.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn add_gift_cards(
    shop: &Shop,
    key: &CartKey,
    codes: &[String],
) -> Outcome<Changed, Refusals> {
    change(shop, key, codes, |before, found| {
        before.iter().chain(found).copied().collect()
    })
    .await
}

/// Puts gift cards in the place of those of the cart; a code that leads to no usable card is warned about.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_gift_cards(
    shop: &Shop,
    key: &CartKey,
    codes: &[String],
) -> Outcome<Changed, Refusals> {
    change(shop, key, codes, |_, found| found.to_vec()).await
}

/// Takes gift cards from the cart; `None` stands for an id that is not one of a gift card. One that the
/// cart has not is no fault: it is gone as wanted.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn remove_gift_cards(
    shop: &Shop,
    key: &CartKey,
    ids: &[Option<Id<AppliedGiftCard>>],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("appliedGiftCardIds");
    check::count(ids.len(), &path).map_err(Failure::Refused)?;
    if let Some(place) = ids.iter().position(Option::is_none) {
        let message = "the id is not one of an applied gift card";
        let refusal = Refusal::new(Kind::Invalid, path.index(place), message);
        return Err(Failure::Refused(vec![refusal]));
    }
    let gone: Vec<i64> = ids.iter().flatten().map(|id| id.value).collect();
    change(shop, key, &[], |before, _| {
        let stays = before.iter().filter(|card| !gone.contains(card));
        stays.copied().collect()
    })
    .await
}

async fn change<F>(
    shop: &Shop,
    key: &CartKey,
    codes: &[String],
    choose: F,
) -> Outcome<Changed, Refusals>
where
    F: Fn(&[i64], &[i64]) -> Vec<i64> + Sync,
{
    let path = Path::root("giftCardCodes");
    check::count(codes.len(), &path).map_err(Failure::Refused)?;
    let now = shop.clock.now();
    let (choose, path) = (&choose, &path);
    shop.db
        .write(async |conn: &mut Conn| {
            let cart = locked(conn, key, now).await?;
            let (found, warnings) = look_up(conn, codes, &cart.exchange, now).await?;
            let before = store::gift_cards(conn, cart.id).await?;
            let pays_elsewhere = !cart.exchange.is_none() && !codes.is_empty();
            let mut after = match pays_elsewhere {
                // What is on the cart pays again where the shop's currency does.
                true => before.clone(),
                false => choose(&before, &found),
            };
            let mut seen = HashSet::new();
            after.retain(|card| seen.insert(*card));
            check::settled(too_many(after.len(), path)).map_err(Failure::Refused)?;
            if after != before {
                store::put_gift_cards(conn, cart.id, &after).await?;
            }
            let mut cart =
                store::patch(conn, cart, &Patch::default(), Touch::at(shop, now)).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            Ok(Changed { cart, warnings })
        })
        .await
}

/// Discount codes as they were entered, and among them what can only be codes of gift cards: in their form, and not
/// the code of a discount.
pub(super) async fn told_apart(
    conn: &mut Conn,
    codes: &[String],
) -> Result<(Vec<String>, Vec<String>), Fault> {
    let could_be = |code: &&String| Code::parse(code).is_some();
    let cards: Vec<String> = codes.iter().filter(could_be).cloned().collect();
    if cards.is_empty() {
        return Ok((codes.to_vec(), cards));
    }
    let known = discount::store::known_codes(conn, &cards).await?;
    let (cards, discounts) = codes
        .iter()
        .cloned()
        .partition(|code| could_be(&code) && !known.contains(&code.to_lowercase()));
    Ok((discounts, cards))
}

/// Adds gift cards whose codes were entered as discounts to those of a cart; answers warnings about codes that lead
/// to no usable card.
pub(super) async fn pay_with_more(
    conn: &mut Conn,
    cart: &Cart,
    codes: &[String],
    now: DateTime<Utc>,
) -> Outcome<Vec<Warning>, Refusals> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let (found, warnings) = look_up_entered(conn, codes, &cart.exchange, now).await?;
    let mut cards = store::gift_cards(conn, cart.id).await?;
    let before = cards.len();
    for card in found {
        if !cards.contains(&card) {
            cards.push(card);
        }
    }
    let path = Path::root("discountCodes");
    check::settled(too_many(cards.len(), &path)).map_err(Failure::Refused)?;
    if cards.len() > before {
        store::put_gift_cards(conn, cart.id, &cards).await?;
    }
    Ok(warnings)
}

/// As [`look_up`], for codes that were entered among those of discounts, whose places nobody counted.
pub(super) async fn look_up_entered(
    conn: &mut Conn,
    codes: &[String],
    exchange: &Exchange,
    now: DateTime<Utc>,
) -> Result<(Vec<i64>, Vec<Warning>), Fault> {
    let (cards, mut warnings) = look_up(conn, codes, exchange, now).await?;
    if exchange.is_none() {
        for warning in &mut warnings {
            let message =
                "A code that was entered is no discount, and no gift card that can be used.";
            warning.message = message.to_owned();
        }
    }
    Ok((cards, warnings))
}

/// A cart takes so many gift cards and no more.
pub(super) fn too_many(cards: usize, path: &Path) -> Refusals {
    if cards <= MAX_GIFT_CARDS {
        return Vec::new();
    }
    let message = format!("a cart is paid with at most {MAX_GIFT_CARDS} gift cards");
    vec![Refusal::new(Kind::MaximumExceeded, path.clone(), message)]
}

/// The usable cards of the codes, in their order, and warnings about the others. No code stands in a
/// warning. Cards pay in the shop's currency only.
pub(super) async fn look_up(
    conn: &mut Conn,
    codes: &[String],
    exchange: &Exchange,
    now: DateTime<Utc>,
) -> Result<(Vec<i64>, Vec<Warning>), Fault> {
    if !exchange.is_none() && !codes.is_empty() {
        let elsewhere = Warning {
            code: WarningCode::PaymentsGiftCardsUnavailable,
            message: format!("gift cards pay in {} only", exchange.from),
            target: None,
        };
        return Ok((Vec::new(), vec![elsewhere]));
    }
    let read: Vec<Option<Code>> = codes.iter().map(|code| Code::parse(code)).collect();
    let known: Vec<Code> = read.iter().flatten().cloned().collect();
    let usable: HashMap<Vec<u8>, i64> = if known.is_empty() {
        HashMap::new()
    } else {
        let found = gift_card::store::usable(conn, &known, now).await?;
        found.into_iter().collect()
    };
    let (mut cards, mut warnings) = (Vec::new(), Vec::new());
    for (place, code) in read.iter().enumerate() {
        let card = code.as_ref().and_then(|code| usable.get(&code.digest()));
        match card {
            Some(card) => cards.push(*card),
            None => warnings.push(Warning {
                code: WarningCode::PaymentsGiftCardsUnavailable,
                message: format!(
                    "the gift card at place {} does not exist or cannot be used any more",
                    place + 1
                ),
                target: None,
            }),
        }
    }
    Ok((cards, warnings))
}
