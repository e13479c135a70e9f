//! Money of gift cards that checkout attempts hold.

use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::sql::cached;
use crate::db::{Conn, violated_constraint};
use crate::kernel::{Failure, Outcome};
use crate::pricing::GiftCardPart;

const HOLD: &str = include_str!("../../sql/gift_card/hold.sql");

/// The database refused to hold more than there is. The transaction, or the savepoint, that met it is
/// over.
#[derive(Debug, PartialEq, Eq)]
pub struct NotEnoughMoney;

/// Holds what each card pays for an attempt, or nothing. Costs a statement only when a card pays.
///
/// # Errors
/// [`NotEnoughMoney`], after which the transaction must be rolled back.
pub async fn hold(
    conn: &mut Conn,
    attempt: Uuid,
    parts: &[GiftCardPart],
) -> Outcome<(), NotEnoughMoney> {
    let paying = parts.iter().filter(|part| part.amount.minor > 0);
    let (cards, amounts): (Vec<i64>, Vec<i64>) =
        paying.map(|part| (part.id, part.amount.minor)).unzip();
    if cards.is_empty() {
        return Ok(());
    }
    let query = diesel::sql_query(HOLD)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Array<BigInt>, _>(cards)
        .bind::<Array<BigInt>, _>(amounts);
    match cached::<(), _>(query).execute(conn).await {
        Ok(_) => Ok(()),
        Err(error)
            if matches!(
                violated_constraint(&error),
                Some("held_within_balance" | "gift_card_is_usable")
            ) =>
        {
            Err(Failure::Refused(NotEnoughMoney))
        }
        Err(error) => Err(error.into()),
    }
}
