//! Uses of discounts that checkout attempts hold.

use diesel::sql_types::{Array, BigInt, Bytea, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::email_hash;
use crate::db::sql::cached;
use crate::db::{Conn, violated_constraint};
use crate::kernel::{Failure, Outcome};
use crate::pricing::Priced;

const HOLD: &str = include_str!("../../sql/discount/hold.sql");

/// The constraints that say how often a discount may be used.
const LIMITS: [&str; 3] = [
    "usage_within_limit",
    "one_use_per_customer",
    "one_use_per_email",
];

/// The database refused another use. The transaction, or the savepoint, that met it is over.
#[derive(Debug, PartialEq, Eq)]
pub struct UsedUp;

/// Holds a use of each discount of a price for a stored attempt, or nothing. Costs a statement only when
/// there is a discount.
///
/// # Errors
/// [`UsedUp`], after which the transaction must be rolled back.
pub async fn hold(conn: &mut Conn, attempt: Uuid, priced: &Priced) -> Outcome<(), UsedUp> {
    let used = &priced.applications;
    if used.is_empty() {
        return Ok(());
    }
    let email = priced.buyer.email.as_deref().unwrap_or_default();
    let query = diesel::sql_query(HOLD)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Array<BigInt>, _>(used.iter().map(|a| a.id).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(used.iter().map(|a| a.code.clone()).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(used.iter().map(|a| a.amount.minor).collect::<Vec<_>>())
        .bind::<Bytea, _>(email_hash(email));
    match cached::<(), _>(query).execute(conn).await {
        Ok(_) => Ok(()),
        Err(error) if violated_constraint(&error).is_some_and(|name| LIMITS.contains(&name)) => {
            Err(Failure::Refused(UsedUp))
        }
        Err(error) => Err(error.into()),
    }
}
