//! A parcel leaves: lines count as sent, and what was promised leaves the shelf, in one transaction.

use crate::db::Conn;
use crate::jobs::{self, Job};
use crate::kernel::{Failure, Outcome};
use crate::order::fulfillments::{self, Open, ToPack, Tracking};
use crate::order::idempotency::{Command, IdempotencyKey, KeyRefusal};
use crate::shop::Shop;

/// What is sent.
#[derive(Clone, Debug)]
pub struct FulfillOrder {
    /// The order's number, as buyers see it.
    pub number: i64,
    /// Places of lines, from 1, and how many pieces of each; empty for everything that is left.
    pub lines: Vec<(usize, i32)>,
    /// Where it is followed.
    pub tracking: Tracking,
    /// Whether the buyer gets a mail.
    pub notify: bool,
    /// Who sends it.
    pub actor: String,
    /// The same key takes effect once.
    pub key: IdempotencyKey,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotFulfilled {
    /// Nobody bought anything under this number.
    #[error("there is no order #{0}")]
    NoOrder(i64),
    /// It was called off.
    #[error("order #{0} was called off")]
    Canceled(i64),
    /// Everything was sent.
    #[error("everything of order #{0} was sent")]
    NothingLeft(i64),
    /// The order has fewer lines.
    #[error("order #{number} has no line {place}")]
    NoLine {
        /// The order.
        number: i64,
        /// The place that was given.
        place: usize,
    },
    /// A number of pieces that cannot be sent.
    #[error("of line {place}, `{title}`, {left} pieces can be sent")]
    Pieces {
        /// The line's place.
        place: usize,
        /// The product's title.
        title: String,
        /// How many were not sent yet.
        left: i32,
    },
    /// The address does not lead to a page.
    #[error("the tracking URL must begin with http:// or https:// and have no spaces")]
    BadUrl,
    /// A name or number is empty or too long.
    #[error("the carrier's name and the tracking number have 1 to 255 characters")]
    BadTracking,
    /// The shop counts less stock than it would send.
    #[error("there is less on the shelf than would be sent; count the stock first")]
    NotOnShelf,
    /// The actor's name is empty or too long.
    #[error("the actor's name must have 1 to 255 characters")]
    BadActor,
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
}

/// Sends a parcel; answers its number.
///
/// # Errors
/// [`NotFulfilled`], or a fault of the database's.
pub async fn fulfill_order(shop: &Shop, wanted: &FulfillOrder) -> Outcome<i64, NotFulfilled> {
    check(&wanted.tracking).map_err(Failure::Refused)?;
    if !(1..=255).contains(&wanted.actor.chars().count()) {
        return Err(Failure::Refused(NotFulfilled::BadActor));
    }
    shop.db
        .write(async |conn: &mut Conn| {
            let number = wanted.number;
            let Some(order) = fulfillments::lock(conn, number).await? else {
                return Err(Failure::Refused(NotFulfilled::NoOrder(number)));
            };
            let of_key = |failure: Failure<KeyRefusal>| failure.map_refusal(NotFulfilled::Key);
            let pieces = fulfillments::summed(&wanted.lines);
            let command = Command {
                name: "fulfill",
                order: order.id,
                key: &wanted.key,
                request: format!("{pieces:?} {:?}", wanted.tracking),
            };
            if command.is_repeated(conn).await.map_err(of_key)? {
                return Ok(fulfillments::of_key(conn, wanted.key.value()).await?);
            }
            let lines = choose(&order, wanted).map_err(Failure::Refused)?;
            command.claim(conn).await.map_err(of_key)?;
            let now = shop.clock.now();
            let by = Some((wanted.key.value(), wanted.actor.as_str()));
            let fulfillment_id =
                fulfillments::pack(conn, order.id, (&wanted.tracking, by), &lines, now)
                    .await
                    .map_err(|failure| failure.map_refusal(|_| NotFulfilled::NotOnShelf))?;
            if wanted.notify {
                let job = Job::SendShippingConfirmation { fulfillment_id };
                jobs::enqueue(conn, &job).await?;
            }
            Ok(fulfillment_id)
        })
        .await
}

/// What goes into the parcel: lines by their number.
fn choose(order: &ToPack, wanted: &FulfillOrder) -> Result<Vec<(i64, i32)>, NotFulfilled> {
    let number = wanted.number;
    if order.is_canceled {
        return Err(NotFulfilled::Canceled(number));
    }
    let open = |line: &&Open| line.left > 0;
    let all = order.lines.iter().filter(open);
    let all: Vec<(i64, i32)> = all.map(|line| (line.id, line.left)).collect();
    if all.is_empty() {
        return Err(NotFulfilled::NothingLeft(number));
    }
    if wanted.lines.is_empty() {
        return Ok(all);
    }
    let chosen = fulfillments::summed(&wanted.lines)
        .into_iter()
        .map(|(place, quantity)| {
            let line = place.checked_sub(1).and_then(|at| order.lines.get(at));
            let line = line.ok_or(NotFulfilled::NoLine { number, place })?;
            if quantity < 1 || quantity > line.left {
                return Err(NotFulfilled::Pieces {
                    place,
                    title: line.title.clone(),
                    left: line.left,
                });
            }
            Ok((line.id, quantity))
        });
    chosen.collect()
}

fn check(tracking: &Tracking) -> Result<(), NotFulfilled> {
    const LONGEST_URL: usize = 2_048;
    if let Some(url) = &tracking.url {
        let leads = url.starts_with("http://") || url.starts_with("https://");
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let is_long = url.chars().count() > LONGEST_URL;
        if !leads || rest.is_empty() || is_long || url.contains(char::is_whitespace) {
            return Err(NotFulfilled::BadUrl);
        }
    }
    for text in [&tracking.company, &tracking.number].into_iter().flatten() {
        if !(1..=255).contains(&text.chars().count()) {
            return Err(NotFulfilled::BadTracking);
        }
    }
    Ok(())
}
