//! Stock that checkout attempts hold.

use diesel::sql_types::{Array, BigInt, Integer, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::sql::cached;
use crate::db::{Conn, violated_constraint};
use crate::kernel::id::ProductVariant;
use crate::kernel::{Failure, Fault, Id, Outcome};

const RESERVE: &str = include_str!("../../sql/inventory/reserve.sql");
const SHORTAGES: &str = include_str!("../../sql/inventory/shortages.sql");

/// So many pieces of a variant.
pub type Wanted = (Id<ProductVariant>, i32);

/// The database refused to promise more than there is. The transaction, or the savepoint, that
/// met it is over.
#[derive(Debug, PartialEq, Eq)]
pub struct NotEnoughStock;

/// Holds all of it for an attempt, or nothing: the last step of a transaction, because hot levels
/// are locked from here to its end. Variants whose stock is not counted are left out.
///
/// # Errors
/// [`NotEnoughStock`], after which the transaction must be rolled back.
pub async fn hold(
    conn: &mut Conn,
    attempt: Uuid,
    wanted: &[Wanted],
) -> Outcome<(), NotEnoughStock> {
    let (variants, quantities) = columns(wanted);
    let query = diesel::sql_query(RESERVE)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Array<BigInt>, _>(variants)
        .bind::<Array<Integer>, _>(quantities);
    match cached::<(), _>(query).execute(conn).await {
        Ok(_) => Ok(()),
        Err(error) if violated_constraint(&error) == Some("no_oversell") => {
            Err(Failure::Refused(NotEnoughStock))
        }
        Err(error) => Err(error.into()),
    }
}

/// The variants of which there is less than wanted, with what is left of each.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn shortages(
    conn: &mut Conn,
    wanted: &[Wanted],
) -> Result<Vec<(Id<ProductVariant>, i64)>, Fault> {
    let (variants, quantities) = columns(wanted);
    let query = diesel::sql_query(SHORTAGES)
        .bind::<Array<BigInt>, _>(variants)
        .bind::<Array<Integer>, _>(quantities);
    let rows: Vec<(i64, i64)> = cached::<(BigInt, BigInt), _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|(id, left)| (Id::new(id), left))
        .collect())
}

fn columns(wanted: &[Wanted]) -> (Vec<i64>, Vec<i32>) {
    wanted
        .iter()
        .map(|(id, quantity)| (id.value, *quantity))
        .unzip()
}
