//! Idempotency keys: a command about an order takes effect once, however often it is sent.
//!
//! Owns `idempotency_keys`. A key is written in the transaction of what it did, so that a command that was refused, or whose
//! process died, can be sent again with the same key.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::id::ordered_uuid;
use crate::kernel::{Failure, Fault, Outcome};
use crate::tables::idempotency_keys;

/// An equal command without a key of its own that follows within ten minutes is taken for an accident.
const TWIN: &str = "SELECT key FROM idempotency_keys WHERE order_id = $1 AND command = $2 AND request_hash = $3 \
    AND created_at > db_now() - interval '10 minutes' ORDER BY created_at DESC LIMIT 1";

/// The key of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    value: String,
    is_generated: bool,
}

impl IdempotencyKey {
    /// The key that the client chose.
    #[must_use]
    pub fn given(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            is_generated: false,
        }
    }

    /// A new key, for a client that chose none.
    #[must_use]
    pub fn generate() -> Self {
        Self {
            value: ordered_uuid().to_string(),
            is_generated: true,
        }
    }

    /// The key itself.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether the client chose none.
    #[must_use]
    pub const fn is_generated(&self) -> bool {
        self.is_generated
    }
}

/// A command about an order.
#[derive(Clone, Debug)]
pub struct Command<'a> {
    /// Its name in the table: `refund`, `cancel` or `fulfill`.
    pub name: &'static str,
    /// The locked order.
    pub order: i64,
    /// Its key.
    pub key: &'a IdempotencyKey,
    /// All that is asked for, in one spelling.
    pub request: String,
}

/// Why a command has no effect.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyRefusal {
    /// It has no characters, or too many.
    #[error(
        "the idempotency key must have 1 to 255 characters, none of which is a control character"
    )]
    Malformed,
    /// It belongs to another request.
    #[error("the idempotency key `{0}` was used for another request")]
    Reused(String),
    /// The same was asked for just now.
    #[error(
        "the same was done less than ten minutes ago with the idempotency key {0}: to do it once more, \
         pass an --idempotency-key of your own"
    )]
    Twin(String),
}

/// Whether a key is one.
///
/// # Errors
/// [`KeyRefusal::Malformed`].
pub fn check(key: &str) -> Result<(), KeyRefusal> {
    if (1..=255).contains(&key.chars().count()) && !key.contains(char::is_control) {
        Ok(())
    } else {
        Err(KeyRefusal::Malformed)
    }
}

impl Command<'_> {
    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.request.as_bytes()).to_vec()
    }

    /// Whether this very command took effect before. The order must be locked.
    ///
    /// # Errors
    /// [`KeyRefusal`] for a key of another request.
    pub async fn is_repeated(&self, conn: &mut Conn) -> Outcome<bool, KeyRefusal> {
        use idempotency_keys as t;
        let value = &self.key.value;
        check(value).map_err(Failure::Refused)?;
        let known: Option<(String, i64, Vec<u8>)> = t::table
            .find(value)
            .select((t::command, t::order_id, t::request_hash))
            .first(conn)
            .await
            .optional()?;
        match known {
            None => Ok(false),
            Some((name, order, hash))
                if name == self.name && order == self.order && hash == self.hash() =>
            {
                Ok(true)
            }
            Some(_) => Err(Failure::Refused(KeyRefusal::Reused(value.clone()))),
        }
    }

    /// Takes the key, in the transaction of what the command does.
    ///
    /// # Errors
    /// [`KeyRefusal`] when the same was done just now, or another order's command took the key meanwhile.
    pub async fn claim(&self, conn: &mut Conn) -> Outcome<(), KeyRefusal> {
        use idempotency_keys as t;
        if self.key.is_generated {
            let twin = diesel::sql_query(TWIN)
                .bind::<BigInt, _>(self.order)
                .bind::<Text, _>(self.name)
                .bind::<Binary, _>(self.hash());
            let twin: Option<String> = cached::<Text, _>(twin).get_result(conn).await.optional()?;
            if let Some(key) = twin {
                return Err(Failure::Refused(KeyRefusal::Twin(key)));
            }
        }
        let added = diesel::insert_into(t::table)
            .values((
                t::key.eq(&self.key.value),
                t::command.eq(self.name),
                t::order_id.eq(self.order),
                t::request_hash.eq(self.hash()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await
            .map_err(Fault::from)?;
        if added == 1 {
            Ok(())
        } else {
            Err(Failure::Refused(KeyRefusal::Reused(self.key.value.clone())))
        }
    }
}
