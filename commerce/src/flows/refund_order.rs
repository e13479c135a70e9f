//! A merchant gives money back: first by the provider who took it, then on the gift cards that paid.

use super::settle_payment::request_refund;
use crate::checkout;
use crate::db::Conn;
use crate::gift_card::refunds as cards;
use crate::kernel::money::MoneyError;
use crate::kernel::{Failure, Money, Outcome};
use crate::order::{carried, refunds};
use crate::payment::store;
use crate::shop::Shop;

/// What is given back.
#[derive(Clone, Debug)]
pub struct RefundOrder {
    /// The order's number, as buyers see it.
    pub number: i64,
    /// The decimal amount, as it was written; everything when left out.
    pub amount: Option<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refunded {
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
    /// The provider has not answered about another.
    #[error("a refund of order #{0} is under way; try again when it is done")]
    UnderWay(i64),
    /// Nobody could spend it.
    #[error(
        "gift card …{0} cannot be used any more: give back less, and issue a new card for the rest"
    )]
    DeadCard(String),
}

/// Gives money back.
///
/// # Errors
/// [`NotRefunded`], or a fault of the database's.
pub async fn refund_order(shop: &Shop, wanted: &RefundOrder) -> Outcome<Refunded, NotRefunded> {
    shop.db
        .write(async |conn: &mut Conn| refund(shop, conn, wanted).await)
        .await
}

async fn refund(
    shop: &Shop,
    conn: &mut Conn,
    wanted: &RefundOrder,
) -> Outcome<Refunded, NotRefunded> {
    let number = wanted.number;
    let refuse = |why| Err(Failure::Refused(why));
    let Some(found) = refunds::refundable(conn, number).await? else {
        return refuse(match carried::name(conn, number).await? {
            Some(_) => NotRefunded::Carried(number),
            None => NotRefunded::NoOrder(number),
        });
    };
    checkout::store::lock_for_payment(conn, found.payment).await?;
    let Some(found) = refunds::refundable(conn, number).await? else {
        return refuse(NotRefunded::NoOrder(number));
    };
    // What was taken twice goes back by itself.
    let owed = store::owed(conn, found.payment).await?;
    let taken = (found.taken.minor - owed.minor).min(found.unreturned.minor);
    let now = shop.clock.now();
    let paid = cards::of_attempt(conn, found.attempt, now.date_naive()).await?;
    let on_cards: i64 = paid.iter().map(|card| card.minor).sum();
    let money = |minor| Money::new(minor, found.taken.currency);
    let left = money(taken + on_cards);
    let amount = match &wanted.amount {
        Some(text) => match Money::parse(text, left.currency) {
            Ok(amount) => amount,
            Err(error) => return refuse(NotRefunded::Unreadable(error)),
        },
        None => left,
    };
    if found.is_under_way {
        return refuse(NotRefunded::UnderWay(number));
    }
    if amount.minor > left.minor || left.minor < 1 {
        return refuse(NotRefunded::TooMuch { number, left });
    }
    if amount.minor < 1 {
        return refuse(NotRefunded::Nothing);
    }
    let by_provider = amount.minor.min(taken);
    let mut rest = amount.minor - by_provider;
    let mut parts = Vec::new();
    for card in paid {
        let part = card.minor.min(rest);
        if part > 0 {
            if !card.is_usable {
                return refuse(NotRefunded::DeadCard(card.last_characters));
            }
            parts.push((card.card, part));
            rest -= part;
        }
    }
    request_refund(conn, found.payment, (by_provider, true), now).await?;
    if !parts.is_empty() {
        cards::put_back(conn, found.attempt, &parts, now).await?;
    }
    Ok(Refunded {
        by_provider: money(by_provider),
        on_gift_cards: money(amount.minor - by_provider),
    })
}
