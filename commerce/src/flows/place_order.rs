//! Transaction A: a cart is accepted. What it costs is frozen, its stock is held, and the worker
//! is told to ask for the money. No network in here.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::cache::{Touched, touched};
use crate::cart::readiness::{Blocker, DELIVERY_GONE, blockers};
use crate::cart::{self, CartKey, Checkout, Method};
use crate::checkout::store::NewAttempt;
use crate::checkout::{self, AttemptKey, Snapshot, Submitter};
use crate::db::Conn;
use crate::discount::uses;
use crate::gift_card::holds;
use crate::inventory::reservations::{self, Wanted};
use crate::jobs::{self, Job};
use crate::kernel::id::ordered_uuid;
use crate::kernel::{Failure, Money, Outcome, Secret, Tongue, failpoint};
use crate::pricing::Priced;
use crate::shop::Shop;

/// What a buyer asks for by pressing "pay".
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// The cart.
    pub cart: CartKey,
    /// The client's token for this press.
    pub token: String,
    /// The network of whoever presses; `None` where it is not known, so that strangers are not counted as one.
    pub client: Option<IpAddr>,
    /// What stood on the page whose button was pressed; `None` where the cart itself says what the
    /// buyer agreed to pay.
    pub shown: Option<Shown>,
}

/// What a buyer was shown: it is bought exactly as it stood there, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The cart's version.
    pub version: i64,
    /// The total in the minor unit of the cart's currency.
    pub total_minor: i64,
    /// What the total was made of; `None` for a page that did not say.
    pub fingerprint: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Placed {
    /// The attempt of this token, new or as it was accepted before.
    Accepted(AttemptKey),
    /// Another token's attempt is alive or has become the order.
    AlreadyAccepted(AttemptKey),
}

/// Why nothing came of it.
#[derive(Debug)]
pub enum NotPlaced {
    /// There is no such cart, or the key is wrong.
    NoCart,
    /// The token is empty, longer than 255 bytes, or has the character U+0000.
    BadToken,
    /// The cart is not any more what the buyer was shown.
    Changed,
    /// Too many payments were declined, are undecided or were abandoned; nothing was changed. Worth another try then.
    Throttled(DateTime<Utc>),
    /// These are in the way; nothing was changed.
    Blocked(Vec<Blocker>),
}

/// Accepts the cart, or says what is in the way.
///
/// The same token always gets the same attempt. A cart with a live attempt accepts no second one.
///
/// # Errors
/// [`NotPlaced`] when refused, a fault otherwise.
pub async fn place_order(shop: &Shop, command: &PlaceOrder) -> Outcome<Placed, NotPlaced> {
    if !(1..=255).contains(&command.token.len()) || command.token.contains('\0') {
        return Err(Failure::Refused(NotPlaced::BadToken));
    }
    let place = shop.db.submission().await?;
    let placed = shop
        .db
        .write(async |conn: &mut Conn| {
            let placed = accept(shop, conn, command).await?;
            // Asked only where somebody keeps answers: the held stock changes what they say.
            let shown = match shop.freshness.hears() {
                true => touched(conn).await?,
                false => Touched::default(),
            };
            failpoint::hit("hold.before_commit");
            Ok((placed, shown))
        })
        .await;
    drop(place);
    match placed {
        Ok((placed, shown)) => {
            shop.freshness.touch(&shown);
            failpoint::hit("hold.after_commit");
            Ok(placed)
        }
        Err(Failure::Refused(Stop::Refused(refusal))) => Err(Failure::Refused(refusal)),
        Err(Failure::Refused(Stop::CannotHold(CannotHold::NotEnoughStock, priced))) => {
            let found = out_of_stock(shop, &priced).await?;
            Err(Failure::Refused(NotPlaced::Blocked(found)))
        }
        Err(Failure::Refused(Stop::CannotHold(CannotHold::Outrun, _))) => {
            let found = outrun(shop, &command.cart).await?;
            Err(Failure::Refused(NotPlaced::Blocked(found)))
        }
        Err(Failure::Broken(fault)) => Err(Failure::Broken(fault)),
    }
}

/// Why the transaction was rolled back.
enum Stop {
    Refused(NotPlaced),
    CannotHold(CannotHold, Box<Priced>),
}

/// Why an attempt cannot hold what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CannotHold {
    /// There is less on the shelf.
    NotEnoughStock,
    /// Somebody else took the last use of a discount, the money of a gift card, or the cart.
    Outrun,
}

async fn accept(shop: &Shop, conn: &mut Conn, command: &PlaceOrder) -> Outcome<Placed, Stop> {
    let now = shop.clock.now();
    let refuse = |refusal| Err(Failure::Refused(Stop::Refused(refusal)));
    let Some(cart) = cart::store::lock(conn, &command.cart).await? else {
        return refuse(NotPlaced::NoCart);
    };
    // Read only now: whoever held the cart's lock before us may have made one.
    let known = checkout::store::in_the_way(conn, cart.id, &command.token).await?;
    if let Some(same) = known.iter().find(|attempt| attempt.token == command.token) {
        return Ok(Placed::Accepted(same.key.clone()));
    }
    if let Some(other) = known.first() {
        return Ok(Placed::AlreadyAccepted(other.key.clone()));
    }
    if !cart.open || cart.expires_at <= now {
        return refuse(NotPlaced::NoCart);
    }
    let mut ready = cart::reads::checkout(conn, cart, now).await?;
    if let Some(shown) = &command.shown {
        if shown.version != ready.cart.version {
            return refuse(NotPlaced::Changed);
        }
        // The page showed the prices as they were then, and the delivery.
        ready.cart.payment_lines = None;
        let currency = ready.cart.currency;
        if let Some(payment) = &mut ready.cart.payment {
            payment.amount = Money::new(shown.total_minor, currency);
        }
    }
    let provider = shop.settings.payment.provider();
    let most = shop.settings.orders.most_pieces;
    let mut found = blockers_of(&ready, provider.is_some(), most);
    if command.shown.is_some() {
        found.retain(|blocker| blocker.code != DELIVERY_GONE);
    }
    if !found.is_empty() {
        return refuse(NotPlaced::Blocked(found));
    }
    let shown = command.shown.as_ref();
    let shown = shown.and_then(|shown| shown.fingerprint.as_deref());
    if shown.is_some_and(|shown| shown != ready.priced.fingerprint()) {
        return refuse(NotPlaced::Changed);
    }
    let who = submitter(&ready, command.client);
    let limits = shop.settings.submissions;
    if ready.priced.due().minor > 0
        && let Some(then) = checkout::wait_until(conn, who, limits, now).await?
    {
        return refuse(NotPlaced::Throttled(then));
    }
    let new = new_attempt(ready, provider, command);
    checkout::store::begin(conn, &new, now).await?;
    let jobs = match new.operation {
        Some(operation) => vec![Job::SettlePayment { operation }],
        None => Vec::new(),
    };
    jobs::enqueue_all(conn, &jobs).await?;
    hold(conn, new.key.id, &new.snapshot)
        .await
        .map_err(|failure| {
            let priced = &new.snapshot.cart;
            failure.map_refusal(|why| Stop::CannotHold(why, Box::new(priced.clone())))
        })?;
    if new.operation.is_none() {
        super::settle_payment::complete(conn, new.key.id, now).await?;
    }
    Ok(Placed::Accepted(new.key))
}

/// Whose payments are counted.
fn submitter(ready: &Checkout, client: Option<IpAddr>) -> Submitter<'_> {
    let payment = ready.cart.payment.as_ref();
    let session = match payment.map(|payment| &payment.method) {
        Some(Method::Card { session }) => Some(session.as_str()),
        _ => None,
    };
    Submitter {
        cart: ready.cart.id,
        customer: ready.cart.customer.map(|id| id.value),
        client,
        email: ready.cart.email.as_deref(),
        session,
    }
}

/// Holds what an attempt needs, in the one order of locks; stock last, because hot levels stay locked until
/// the commit.
pub(super) async fn hold(
    conn: &mut Conn,
    attempt: Uuid,
    snapshot: &Snapshot,
) -> Outcome<(), CannotHold> {
    uses::hold(conn, attempt, &snapshot.cart)
        .await
        .map_err(|failure| failure.map_refusal(|_used_up| CannotHold::Outrun))?;
    holds::hold(conn, attempt, &snapshot.cart.gift_cards)
        .await
        .map_err(|failure| failure.map_refusal(|_spent| CannotHold::Outrun))?;
    reservations::hold(conn, attempt, &wanted(&snapshot.cart))
        .await
        .map_err(|failure| failure.map_refusal(|_short| CannotHold::NotEnoughStock))
}

fn blockers_of(ready: &Checkout, takes_money: bool, most_pieces: i64) -> Vec<Blocker> {
    let mut found = blockers(ready);
    if ready.cart.total_quantity() > most_pieces {
        found.push(Blocker {
            code: "MERCHANDISE_LINE_LIMIT_REACHED",
            message: format!("an order has at most {most_pieces} pieces"),
        });
    }
    if ready.priced.due().minor > 0 && !takes_money {
        found.push(Blocker {
            code: "PAYMENTS_METHOD_UNAVAILABLE",
            message: "this shop takes no payments yet".to_owned(),
        });
    }
    found
}

fn new_attempt(
    ready: Checkout,
    provider: Option<&'static str>,
    command: &PlaceOrder,
) -> NewAttempt {
    let key = AttemptKey {
        id: ordered_uuid(),
        key: Secret::random(),
    };
    let is_free = ready.priced.due().minor == 0;
    let session = match ready.cart.payment.map(|payment| payment.method) {
        Some(Method::Card { session }) if !is_free => Some(session),
        _ => None,
    };
    let tongue = Tongue::of(
        ready.cart.language.as_deref(),
        ready.cart.country.as_deref(),
    );
    NewAttempt {
        cart_id: ready.cart.id,
        cart_version: ready.cart.version,
        customer_id: ready.cart.customer.map(|id| id.value),
        client: command.client,
        token: command.token.clone(),
        snapshot: Snapshot {
            key: key.key.reveal().to_owned(),
            cart: ready.priced,
            pricing: Some(ready.pricing),
            session,
            lang: Some(tongue.lang().to_owned()),
        },
        key,
        payment: ordered_uuid(),
        provider: provider.filter(|_| !is_free).unwrap_or("free"),
        operation: (!is_free).then(ordered_uuid),
    }
}

/// What must be held for a priced cart.
fn wanted(cart: &Priced) -> Vec<Wanted> {
    let lines = cart.lines.iter();
    lines
        .map(|line| (line.item.variant_id, line.item.quantity))
        .collect()
}

/// Says what cannot be had. Everything may have come back meanwhile: then it is worth trying again.
async fn out_of_stock(shop: &Shop, priced: &Priced) -> Outcome<Vec<Blocker>, NotPlaced> {
    let mut conn = shop.db.primary().await?;
    let short = reservations::shortages(&mut conn, &wanted(priced)).await?;
    let title = |variant| {
        let line = priced.lines.iter().find(|l| l.item.variant_id == variant);
        line.map_or("", |line| line.item.title.as_str())
    };
    let mut found: Vec<Blocker> = short
        .iter()
        .map(|(variant, left)| match left {
            0 => Blocker {
                code: "MERCHANDISE_OUT_OF_STOCK",
                message: format!("`{}` is sold out", title(*variant)),
            },
            left => Blocker {
                code: "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE",
                message: format!("only {left} of `{}` can be bought", title(*variant)),
            },
        })
        .collect();
    if found.is_empty() {
        found.push(Blocker {
            code: "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE",
            message: "somebody else was faster; try again".to_owned(),
        });
    }
    Ok(found)
}

/// Says what is in the way now that somebody else took the discount or the money of the gift card: without
/// it, the cart costs more than the buyer agreed to.
async fn outrun(shop: &Shop, cart: &CartKey) -> Outcome<Vec<Blocker>, NotPlaced> {
    let now = shop.clock.now();
    let mut conn = shop.db.primary().await?;
    let ready = cart::reads::open_checkout(&mut conn, cart, now).await?;
    let mut found = ready.map_or_else(Vec::new, |ready| blockers(&ready));
    if found.is_empty() {
        found.push(Blocker {
            code: "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT",
            message: "a discount or gift card was used by somebody else meanwhile; try again"
                .to_owned(),
        });
    }
    Ok(found)
}

/// The attempt that a client polls; `None` for an unknown id or a wrong key.
///
/// # Errors
/// A fault when the statement fails.
pub async fn attempt(
    shop: &Shop,
    key: &AttemptKey,
) -> Result<Option<checkout::Attempt>, crate::kernel::Fault> {
    let mut conn = shop.db.primary().await?;
    checkout::store::find(&mut conn, key).await
}
