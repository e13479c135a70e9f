//! An order is canceled, whole or in part: what was not sent will not be, its stock is released, and its money goes back if
//! wanted, in one transaction.

use super::refund_order::{
    NoPieces, NotRefunded, RefundBalance, check_staff_words, pay_back, pieces, sorted,
};
use crate::db::Conn;
use crate::jobs::{self, Job};
use crate::kernel::{Failure, Fault, Money, Outcome};
use crate::order::cancellations::{self, NewCancellation, OrderCancelReason};
use crate::order::idempotency::{Command, IdempotencyKey, KeyRefusal};
use crate::order::refunds::{self, Line, LockedOrder, NewRefund, Paid, RefundParts};
use crate::shop::Shop;

/// What is canceled.
#[derive(Clone, Debug)]
pub struct CancelOrder {
    /// The order's number, as buyers see it.
    pub number: i64,
    /// Places of lines, from 1, and how many pieces of each; empty for the whole order.
    pub lines: Vec<(usize, i32)>,
    /// Why.
    pub reason: OrderCancelReason,
    /// Whether the pieces are for sale again, where they were promised. Otherwise they leave the shelf.
    pub restock: bool,
    /// Whether what was paid for them goes back.
    pub refund: bool,
    /// Why, in words for staff.
    pub staff_note: Option<String>,
    /// Whether the customer gets a mail.
    pub notify_customer: bool,
    /// Who cancels.
    pub actor: String,
    /// The same key takes effect once.
    pub key: IdempotencyKey,
}

/// The outcome of a cancellation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canceled {
    /// What the provider is asked to give back, by a job.
    pub by_provider: Money,
    /// What is on gift cards again.
    pub on_gift_cards: Money,
    /// What could not go back, because gift cards cannot be used any more: it stays refundable.
    pub still_owed: Money,
    /// The last four characters of the codes of these cards.
    pub unusable_cards: Vec<String>,
}

/// Why nothing is canceled.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotCanceled {
    /// It was canceled before.
    #[error("order #{0} was canceled already")]
    AlreadyCanceled(i64),
    /// All of it was sent.
    #[error("everything of order #{0} was sent: refund what comes back")]
    AllSent(i64),
    /// Its money or its lines are in the way.
    #[error(transparent)]
    Refund(#[from] NotRefunded),
}

impl From<NoPieces> for NotCanceled {
    fn from(why: NoPieces) -> Self {
        Self::Refund(why.into())
    }
}

impl From<KeyRefusal> for NotCanceled {
    fn from(why: KeyRefusal) -> Self {
        Self::Refund(why.into())
    }
}

/// Cancels an order, or pieces of it.
///
/// # Errors
/// [`NotCanceled`], or a fault of the database's.
pub async fn cancel_order(shop: &Shop, wanted: &CancelOrder) -> Outcome<Canceled, NotCanceled> {
    check_staff_words(&wanted.actor, wanted.staff_note.as_deref())
        .map_err(|why| Failure::Refused(why.into()))?;
    shop.db
        // Boxed: the future is large.
        .write(async |conn: &mut Conn| Box::pin(cancel(shop, conn, wanted)).await)
        .await
}

async fn cancel(
    shop: &Shop,
    conn: &mut Conn,
    wanted: &CancelOrder,
) -> Outcome<Canceled, NotCanceled> {
    let number = wanted.number;
    let refuse = |why| Err(Failure::Refused(why));
    let balance = RefundBalance::lock(shop, conn, number).await?;
    let Some(order) = refunds::locked(conn, number).await? else {
        return refuse(NotRefunded::NoOrder(number).into());
    };
    let money = |minor| Money::new(minor, order.currency);
    let outcome = |paid: Paid, (still_owed, unusable_cards)| Canceled {
        by_provider: money(paid.by_provider),
        on_gift_cards: money(paid.on_gift_cards),
        still_owed: money(still_owed),
        unusable_cards,
    };
    let command = command(wanted, &order);
    if command.is_repeated(conn).await.map_err(into)? {
        let paid = refunds::of_key(conn, wanted.key.value()).await?;
        let owed = match balance {
            Some(balance) if wanted.refund => balance.unusable(),
            _ => (0, Vec::new()),
        };
        return Ok(outcome(paid.unwrap_or_default(), owed));
    }
    if order.is_canceled {
        return refuse(NotCanceled::AlreadyCanceled(number));
    }
    match &balance {
        None if wanted.refund => return refuse(NotRefunded::Carried(number).into()),
        Some(balance) if wanted.refund && balance.is_under_way => {
            return refuse(NotRefunded::UnderWay(number).into());
        }
        _ => {}
    }
    let parts = called_off(&order, wanted).map_err(Failure::Refused)?;
    let total = match &balance {
        Some(balance) if wanted.refund => to_refund(balance, &order, wanted, &parts),
        _ => 0,
    };
    command.claim(conn).await.map_err(into)?;
    // What cannot go back now stays refundable; the order is canceled all the same.
    let split = balance.map(|balance| balance.split_usable(number, total));
    let split = split
        .transpose()
        .map_err(|why| Failure::Refused(why.into()))?;
    let new = NewRefund {
        key: wanted.key.value(),
        actor: &wanted.actor,
        reason: None,
        note: wanted.staff_note.as_deref(),
        total: split.as_ref().map_or(0, |(split, _)| split.total()),
        notify: wanted.notify_customer,
    };
    let (paid, owed) = match split {
        Some((split, unusable)) => (
            pay_back(shop, conn, &order, new, (&parts, &split)).await?,
            (total - split.total(), unusable),
        ),
        None => {
            let refund = refunds::record(conn, &order, new, &parts, shop.clock.now()).await?;
            let paid = Paid {
                refund,
                ..Paid::default()
            };
            (paid, (0, Vec::new()))
        }
    };
    record(shop, conn, wanted, (&order, paid.refund)).await?;
    Ok(outcome(paid, owed))
}

fn into(failure: Failure<KeyRefusal>) -> Failure<NotCanceled> {
    failure.map_refusal(NotCanceled::from)
}

fn command<'a>(wanted: &'a CancelOrder, order: &LockedOrder) -> Command<'a> {
    Command {
        name: "cancel",
        order: order.id,
        key: &wanted.key,
        request: format!(
            "{:?} {} {} {} {:?}",
            sorted(&wanted.lines),
            wanted.reason.as_str(),
            wanted.restock,
            wanted.refund,
            wanted.staff_note,
        ),
    }
}

/// The pieces that will not be sent; the delivery with them where nothing is delivered at all.
fn called_off(order: &LockedOrder, wanted: &CancelOrder) -> Result<RefundParts, NotCanceled> {
    let number = wanted.number;
    let is_whole = wanted.lines.is_empty();
    let was_sent = order.lines.iter().any(|line| line.fulfilled > 0);
    let unsent = order.lines.iter().filter(|line| line.unsent() > 0);
    let chosen = if is_whole {
        unsent.map(|line| (line, line.unsent())).collect()
    } else {
        pieces(order, number, &wanted.lines, (Line::unsent, "canceled"))?
    };
    if is_whole && was_sent && chosen.is_empty() {
        return Err(NotCanceled::AllSent(number));
    }
    let shipping = if is_whole && !was_sent {
        order.shipping - order.shipping_refunded
    } else {
        0
    };
    let parts = order.parts(&chosen, wanted.restock, shipping);
    parts.map_err(|inactive| NotRefunded::from(inactive).into())
}

/// The refund's total: all that is left where nothing was sent, otherwise what the pieces come to.
fn to_refund(
    balance: &RefundBalance,
    order: &LockedOrder,
    wanted: &CancelOrder,
    parts: &RefundParts,
) -> i64 {
    let was_sent = order.lines.iter().any(|line| line.fulfilled > 0);
    if wanted.lines.is_empty() && !was_sent {
        balance.left()
    } else {
        order.worth(parts).min(balance.left())
    }
}

async fn record(
    shop: &Shop,
    conn: &mut Conn,
    wanted: &CancelOrder,
    (order, refund): (&LockedOrder, i64),
) -> Result<(), Fault> {
    let new = NewCancellation {
        order: order.id,
        key: wanted.key.value(),
        is_whole: wanted.lines.is_empty(),
        reason: wanted.reason,
        staff_note: wanted.staff_note.as_deref(),
        actor: &wanted.actor,
        notify_customer: wanted.notify_customer,
        refund: Some(refund),
    };
    let cancellation_id = cancellations::record(conn, new, shop.clock.now()).await?;
    if wanted.notify_customer {
        let job = Job::SendCancellationNotification { cancellation_id };
        jobs::enqueue(conn, &job).await?;
    }
    tracing::info!(order = order.id, cancellation_id, "order canceled");
    Ok(())
}
