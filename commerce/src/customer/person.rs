//! Personal data: exported whole, or erased. Both are functions of the database (migration `erasure`), which
//! only their owner and members of the role `cartwright_eraser` may call; each erasure is recorded in `erasures`.

use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::db::{Conn, sql};
use crate::kernel::{Failure, Fault, Outcome, text};

const EXPORT: &str = "SELECT export_person($1)";
const ERASE: &str = "SELECT person, counts FROM erase_person($1, $2)";

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Names the erasure in the records; leads to nobody.
    pub person: Uuid,
    /// How many rows of each table were changed.
    pub counts: Value,
}

/// Why nothing was read out or erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefusal {
    /// No account, cart or order has the address.
    #[error("no account, cart or order has this e-mail address")]
    Nobody,
    /// Its outcome would be lost.
    #[error("a payment of this person is under way: erase when it has ended")]
    PaymentUnderWay,
    /// The role of the connection is none that may.
    #[error(
        "the database role may not do this: grant it cartwright_eraser, or set DATABASE_ERASER_URL"
    )]
    NotAllowed,
}

/// The address in the form in which it is stored.
fn address(given: &str) -> String {
    text::email(given).unwrap_or_else(|| given.trim().to_owned())
}

/// All that is kept about whoever has this e-mail address, by the role that `url` names.
///
/// # Errors
/// A [`PersonRefusal`], or a fault of the database's.
pub async fn export(url: &str, email: &str) -> Outcome<Value, PersonRefusal> {
    let query = diesel::sql_query(EXPORT).bind::<Text, _>(address(email));
    let found: Option<Value> = sql::cached::<Nullable<Jsonb>, _>(query)
        .get_result(&mut connect(url).await?)
        .await
        .map_err(failure)?;
    found.ok_or(Failure::Refused(PersonRefusal::Nobody))
}

/// Erases whoever has this e-mail address, by the role that `url` names; `actor` is who wants it.
///
/// # Errors
/// A [`PersonRefusal`], or a fault of the database's; then nothing is erased.
pub async fn erase(url: &str, email: &str, actor: &str) -> Outcome<Erasure, PersonRefusal> {
    let query = diesel::sql_query(ERASE)
        .bind::<Text, _>(address(email))
        .bind::<Text, _>(actor);
    let (person, counts): (Uuid, Value) = sql::cached::<(SqlUuid, Jsonb), _>(query)
        .get_result(&mut connect(url).await?)
        .await
        .map_err(failure)?;
    Ok(Erasure { person, counts })
}

async fn connect(url: &str) -> Result<Conn, Fault> {
    Conn::establish(url)
        .await
        .map_err(|error| Fault::Unavailable(Box::new(error)))
}

fn failure(error: Error) -> Failure<PersonRefusal> {
    if let Error::DatabaseError(kind, info) = &error {
        let refusal = match info.constraint_name() {
            Some("person_is_known") => Some(PersonRefusal::Nobody),
            Some("payments_have_ended") => Some(PersonRefusal::PaymentUnderWay),
            _ if matches!(kind, DatabaseErrorKind::Unknown)
                && info.message().starts_with("permission denied") =>
            {
                Some(PersonRefusal::NotAllowed)
            }
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Failure::Refused(refusal);
        }
    }
    Failure::Broken(error.into())
}
