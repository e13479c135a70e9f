//! Refunds an order, for lines or delivery or as an amount: first by the provider who took the money, then on the gift
//! cards that paid. The refund, its restocking and the request to the provider are one transaction.

use uuid::Uuid;

use crate::checkout;
use crate::db::Conn;
use crate::gift_card::refunds as cards;
use crate::jobs::{self, Job};
use crate::kernel::id::ordered_uuid;
use crate::kernel::money::MoneyError;
use crate::kernel::{Failure, Fault, Money, Outcome};
use crate::order::idempotency::{Command, IdempotencyKey, KeyRefusal};
use crate::order::refunds::{self, Inactive, Line, LockedOrder, NewRefund, Paid, RefundParts};
use crate::order::{carried, fulfillments};
use crate::payment::{OperationKind, store};
use crate::shop::Shop;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 255;

/// How much of the delivery is refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShippingRefund {
    /// All that is left.
    Full,
    /// A decimal amount, as it was written; its tax comes on top.
    Amount(String),
}

/// Why money is refunded, as the contract has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundReason {
    /// The customer wanted it.
    Customer,
    /// Goods were damaged.
    Damage,
    /// Another reason.
    Other,
    /// Goods came back.
    Restock,
}

impl RefundReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Damage, Self::Other, Self::Restock];

    /// The contract's word, which is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Damage => "DAMAGE",
            Self::Other => "OTHER",
            Self::Restock => "RESTOCK",
        }
    }

    /// Reads the word in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let is_it = |reason: &Self| reason.as_str().eq_ignore_ascii_case(word);
        Self::ALL.into_iter().find(is_it)
    }
}

/// What is given back.
#[derive(Clone, Debug)]
pub struct RefundOrder {
    /// The order's number, as buyers see it.
    pub number: i64,
    /// The decimal amount, as it was written. When left out: what lines and delivery come to, or everything without them.
    pub amount: Option<String>,
    /// Places of lines, from 1, and how many pieces of each.
    pub lines: Vec<(usize, i32)>,
    /// How much of the delivery.
    pub shipping: Option<ShippingRefund>,
    /// Whether the pieces go back to where they were taken from.
    pub restock: bool,
    /// Why.
    pub reason: Option<RefundReason>,
    /// Why, in words for staff.
    pub note: Option<String>,
    /// Whether the buyer gets a mail.
    pub notify: bool,
    /// Who refunds.
    pub actor: String,
    /// The same key takes effect once.
    pub key: IdempotencyKey,
}

/// The outcome of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refunded {
    /// The refund.
    pub refund: i64,
    /// What the provider is asked to give back, by a job.
    pub by_provider: Money,
    /// What is on gift cards again.
    pub on_gift_cards: Money,
}

/// Why nothing is given back.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotRefunded {
    /// Nobody bought anything under this number.
    #[error("there is no order #{0}")]
    NoOrder(i64),
    /// It was paid in another shop.
    #[error("order #{0} was paid in another shop, which has to give the money back")]
    Carried(i64),
    /// The amount cannot be read.
    #[error("{0}")]
    Unreadable(MoneyError),
    /// There is nothing to give back.
    #[error("the amount must be above 0")]
    Nothing,
    /// Less was paid, or has not been given back.
    #[error("{left} of order #{number} can be given back")]
    TooMuch {
        /// The order.
        number: i64,
        /// What is left.
        left: Money,
    },
    /// Delivery cost less, or was refunded.
    #[error("{left} of the delivery of order #{number} can be given back")]
    TooMuchShipping {
        /// The order.
        number: i64,
        /// What is left.
        left: Money,
    },
    /// The provider has not answered about another.
    #[error("a refund of order #{0} is under way; try again when it is done")]
    UnderWay(i64),
    /// Nobody could spend it.
    #[error(
        "gift card …{0} cannot be used any more: give back less, and issue a new card for the rest"
    )]
    DeadCard(String),
    /// The lines or pieces are not there.
    #[error(transparent)]
    Pieces(#[from] NoPieces),
    /// A location takes nothing back.
    #[error("location `{0}` is not active and takes no stock back: do it without restocking")]
    InactiveLocation(String),
    /// The note is too long.
    #[error("the note must have at most 255 characters")]
    LongNote,
    /// The actor's name is empty or too long.
    #[error("the actor's name must have 1 to 255 characters")]
    BadActor,
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
}

/// Lines, or pieces of them, that cannot be refunded or canceled.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoPieces {
    /// The order has fewer lines.
    #[error("order #{number} has no line {place}")]
    NoLine {
        /// The order.
        number: i64,
        /// The place that was given.
        place: usize,
    },
    /// More than are left, or none.
    #[error("of line {place}, `{title}`, {left} pieces can be {what}")]
    TooMany {
        /// The line's place.
        place: usize,
        /// The product's title.
        title: String,
        /// How many are left.
        left: i32,
        /// `refunded` or `canceled`.
        what: &'static str,
    },
}

impl From<Inactive> for NotRefunded {
    fn from(Inactive(location): Inactive) -> Self {
        Self::InactiveLocation(location)
    }
}

/// Gives money back.
///
/// # Errors
/// [`NotRefunded`], or a fault of the database's.
pub async fn refund_order(shop: &Shop, wanted: &RefundOrder) -> Outcome<Refunded, NotRefunded> {
    check_staff_words(&wanted.actor, wanted.note.as_deref()).map_err(Failure::Refused)?;
    shop.db
        // Boxed: the future is large.
        .write(async |conn: &mut Conn| Box::pin(refund(shop, conn, wanted)).await)
        .await
}

/// Whether the words that staff write are short enough.
pub(super) fn check_staff_words(actor: &str, note: Option<&str>) -> Result<(), NotRefunded> {
    if !(1..=LONGEST_NOTE).contains(&actor.chars().count()) {
        return Err(NotRefunded::BadActor);
    }
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return Err(NotRefunded::LongNote);
    }
    Ok(())
}

async fn refund(
    shop: &Shop,
    conn: &mut Conn,
    wanted: &RefundOrder,
) -> Outcome<Refunded, NotRefunded> {
    let number = wanted.number;
    let refuse = |why| Err(Failure::Refused(why));
    let Some(balance) = RefundBalance::lock(shop, conn, number).await? else {
        return refuse(match carried::name(conn, number).await? {
            Some(Some(_)) => NotRefunded::Carried(number),
            _ => NotRefunded::NoOrder(number),
        });
    };
    let Some(order) = refunds::locked(conn, number).await? else {
        return refuse(NotRefunded::NoOrder(number));
    };
    let money = |minor| Money::new(minor, order.currency);
    let outcome = |paid: Paid| Refunded {
        refund: paid.refund,
        by_provider: money(paid.by_provider),
        on_gift_cards: money(paid.on_gift_cards),
    };
    let amount = match wanted
        .amount
        .as_deref()
        .map(|text| Money::parse(text, order.currency))
    {
        Some(Ok(amount)) => Some(amount.minor),
        Some(Err(error)) => return refuse(NotRefunded::Unreadable(error)),
        None => None,
    };
    let command = Command {
        name: "refund",
        order: order.id,
        key: &wanted.key,
        request: format!(
            "{amount:?} {:?} {:?} {} {:?} {:?}",
            sorted(&wanted.lines),
            wanted.shipping,
            wanted.restock,
            wanted.reason,
            wanted.note,
        ),
    };
    if command.is_repeated(conn).await.map_err(into)? {
        let paid = refunds::of_key(conn, wanted.key.value()).await?;
        return Ok(outcome(paid.unwrap_or_default()));
    }
    let (parts, total) = asked_for(&balance, &order, wanted, amount).map_err(Failure::Refused)?;
    let split = balance.split(number, total).map_err(Failure::Refused)?;
    command.claim(conn).await.map_err(into)?;
    let new = NewRefund {
        key: wanted.key.value(),
        actor: &wanted.actor,
        reason: wanted.reason.map(RefundReason::as_str),
        note: wanted.note.as_deref(),
        total,
        notify: wanted.notify,
    };
    Ok(outcome(
        pay_back(shop, conn, &order, new, (&parts, &split)).await?,
    ))
}

fn into(failure: Failure<KeyRefusal>) -> Failure<NotRefunded> {
    failure.map_refusal(NotRefunded::Key)
}

/// The parts of the refund that is asked for, and its money.
fn asked_for(
    balance: &RefundBalance,
    order: &LockedOrder,
    wanted: &RefundOrder,
    amount: Option<i64>,
) -> Result<(RefundParts, i64), NotRefunded> {
    let number = wanted.number;
    let lines = pieces(order, number, &wanted.lines, (Line::refundable, "refunded"))?;
    let left = order.shipping - order.shipping_refunded;
    let shipping = match &wanted.shipping {
        None => 0,
        Some(ShippingRefund::Full) => left,
        Some(ShippingRefund::Amount(text)) => {
            let amount = Money::parse(text, order.currency).map_err(NotRefunded::Unreadable)?;
            if !(1..=left).contains(&amount.minor) {
                let left = Money::new(left, order.currency);
                return Err(NotRefunded::TooMuchShipping { number, left });
            }
            amount.minor
        }
    };
    let parts = order.parts(&lines, wanted.restock, shipping)?;
    let of_everything = wanted.lines.is_empty() && wanted.shipping.is_none();
    let total = match amount {
        Some(amount) => amount,
        None if of_everything => balance.left(),
        // Earlier refunds without lines count against these, too.
        None => order.worth(&parts).min(balance.left()),
    };
    if balance.is_under_way && total != 0 {
        return Err(NotRefunded::UnderWay(number));
    }
    if total > balance.left() || (of_everything && balance.left() < 1) {
        let left = Money::new(balance.left(), order.currency);
        return Err(NotRefunded::TooMuch { number, left });
    }
    if total < 0 || (total == 0 && parts.items.is_empty()) {
        return Err(NotRefunded::Nothing);
    }
    Ok((parts, total))
}

/// The same lines in one spelling.
pub(super) fn sorted(lines: &[(usize, i32)]) -> Vec<(usize, i32)> {
    fulfillments::summed(lines).into_iter().collect()
}

/// The lines that were chosen by their places; `limit` says how many pieces of each there are to choose.
pub(super) fn pieces<'a>(
    order: &'a LockedOrder,
    number: i64,
    wanted: &[(usize, i32)],
    (limit, what): (fn(&Line) -> i32, &'static str),
) -> Result<Vec<(&'a Line, i32)>, NoPieces> {
    let chosen = fulfillments::summed(wanted).into_iter();
    let chosen = chosen.map(|(place, quantity)| {
        let line = place.checked_sub(1).and_then(|at| order.lines.get(at));
        let line = line.ok_or(NoPieces::NoLine { number, place })?;
        let left = limit(line);
        if !(1..=left).contains(&quantity) {
            let title = line.title.clone();
            return Err(NoPieces::TooMany {
                place,
                title,
                left,
                what,
            });
        }
        Ok((line, quantity))
    });
    chosen.collect()
}

/// The refundable balance of an order; its cart, attempt, payment and gift cards are locked.
pub(super) struct RefundBalance {
    payment: Uuid,
    attempt: Uuid,
    by_provider: i64,
    cards: Vec<cards::Paid>,
    /// Whether the provider is giving something back just now.
    pub(super) is_under_way: bool,
}

/// The provider's and the gift cards' parts of a refund.
pub(super) struct Split {
    payment: Uuid,
    attempt: Uuid,
    by_provider: i64,
    on_cards: Vec<(i64, i64)>,
}

impl RefundBalance {
    /// Locks what paid the order with this number; `None` when it was not paid here.
    pub(super) async fn lock(
        shop: &Shop,
        conn: &mut Conn,
        number: i64,
    ) -> Result<Option<Self>, Fault> {
        let Some(found) = refunds::refundable(conn, number).await? else {
            return Ok(None);
        };
        checkout::store::lock_for_payment(conn, found.payment).await?;
        let Some(found) = refunds::refundable(conn, number).await? else {
            return Ok(None);
        };
        // What was taken twice goes back by itself.
        let owed = store::owed(conn, found.payment).await?;
        let by_provider = (found.taken.minor - owed.minor).min(found.unreturned.minor);
        let now = shop.clock.now();
        Ok(Some(Self {
            payment: found.payment,
            attempt: found.attempt,
            by_provider: by_provider.max(0),
            cards: cards::of_attempt(conn, found.attempt, now).await?,
            is_under_way: found.is_under_way,
        }))
    }

    /// All that can be refunded, in minor units.
    pub(super) fn left(&self) -> i64 {
        self.by_provider + self.cards.iter().map(|card| card.minor).sum::<i64>()
    }

    /// What cannot go back because cards cannot be used any more, and these cards' last four characters.
    pub(super) fn unusable(self) -> (i64, Vec<String>) {
        let unusable = self.cards.into_iter();
        let unusable: Vec<_> = unusable
            .filter(|card| !card.is_usable && card.minor > 0)
            .collect();
        let minor = unusable.iter().map(|card| card.minor).sum();
        let cards = unusable.into_iter().map(|card| card.last_characters);
        (minor, cards.collect())
    }

    /// Splits a sum, which is not more than is left, among the provider and the cards; it is refused where a card
    /// cannot be used any more.
    pub(super) fn split(self, number: i64, total: i64) -> Result<Split, NotRefunded> {
        let (split, unusable) = self.split_usable(number, total)?;
        match unusable.into_iter().next() {
            Some(card) => Err(NotRefunded::DeadCard(card)),
            None => Ok(split),
        }
    }

    /// Splits as much of a sum as can go back, and names the cards that cannot take the rest.
    pub(super) fn split_usable(
        self,
        number: i64,
        total: i64,
    ) -> Result<(Split, Vec<String>), NotRefunded> {
        let by_provider = total.min(self.by_provider);
        if self.is_under_way && by_provider > 0 {
            return Err(NotRefunded::UnderWay(number));
        }
        let mut rest = total - by_provider;
        let mut on_cards = Vec::new();
        let (usable, others): (Vec<_>, Vec<_>) =
            self.cards.into_iter().partition(|card| card.is_usable);
        for card in usable {
            let part = card.minor.min(rest);
            if part > 0 {
                on_cards.push((card.card, part));
                rest -= part;
            }
        }
        let unusable = others.into_iter().filter(|card| rest > 0 && card.minor > 0);
        let unusable = unusable.map(|card| card.last_characters).collect();
        let split = Split {
            payment: self.payment,
            attempt: self.attempt,
            by_provider,
            on_cards,
        };
        Ok((split, unusable))
    }
}

impl Split {
    /// What goes back, in minor units.
    pub(super) fn total(&self) -> i64 {
        self.by_provider + self.on_cards.iter().map(|(_, part)| part).sum::<i64>()
    }
}

/// Writes a refund, asks the provider for its part by a job, and puts the rest on the gift cards.
pub(super) async fn pay_back(
    shop: &Shop,
    conn: &mut Conn,
    order: &LockedOrder,
    new: NewRefund<'_>,
    (parts, split): (&RefundParts, &Split),
) -> Result<Paid, Fault> {
    let now = shop.clock.now();
    let refund = refunds::record(conn, order, new, parts, now).await?;
    let mut operation = None;
    if split.by_provider > 0 {
        let what = store::Request {
            kind: OperationKind::Refund,
            amount_minor: split.by_provider,
            by_merchant: true,
        };
        let id = store::request(conn, ordered_uuid(), split.payment, what, now).await?;
        let id = id.ok_or_else(|| {
            Fault::Inconsistent("a refund began while its payment was locked".to_owned())
        })?;
        jobs::enqueue(conn, &Job::RefundPayment { operation: id }).await?;
        operation = Some((id, split.by_provider));
    }
    let mut entries = Vec::new();
    if !split.on_cards.is_empty() {
        entries = cards::put_back(conn, split.attempt, &split.on_cards, now).await?;
    }
    refunds::record_transactions(conn, order, refund, operation, &entries).await?;
    if new.notify && operation.is_none() && new.total > 0 {
        // Otherwise a trigger enqueues it when the provider's part has succeeded.
        let job = Job::SendRefundNotification { refund_id: refund };
        jobs::enqueue(conn, &job).await?;
    }
    let on_gift_cards = entries.iter().map(|(_, minor)| minor).sum();
    tracing::info!(
        order = order.id,
        refund,
        total = new.total,
        "refund recorded"
    );
    Ok(Paid {
        refund,
        by_provider: split.by_provider,
        on_gift_cards,
    })
}
