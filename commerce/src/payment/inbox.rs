//! Webhooks as they came, until they have been acted on.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::webhook_inbox;

/// Names a stored webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxKey {
    /// Which provider.
    pub provider: String,
    /// Its id of the event.
    pub event_id: String,
}

/// Keeps a verified webhook; answers whether it is new.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn keep(
    conn: &mut Conn,
    key: &InboxKey,
    kind: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let added = diesel::insert_into(webhook_inbox::table)
        .values((
            webhook_inbox::provider.eq(&key.provider),
            webhook_inbox::event_id.eq(&key.event_id),
            webhook_inbox::kind.eq(kind),
            webhook_inbox::body.eq(body),
            webhook_inbox::received_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(added == 1)
}

/// The body of a webhook that has not been acted on.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn open(conn: &mut Conn, key: &InboxKey) -> Result<Option<Vec<u8>>, Fault> {
    Ok(webhook_inbox::table
        .find((&key.provider, &key.event_id))
        .filter(webhook_inbox::processed_at.is_null())
        .select(webhook_inbox::body)
        .first(conn)
        .await
        .optional()?)
}

const EMPTY_BODIES: &str = "
    UPDATE webhook_inbox SET body = ''
    WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM webhook_inbox
      WHERE body <> '' AND processed_at IS NOT NULL AND processed_at < $1
      ORDER BY processed_at LIMIT $2 FOR UPDATE))
    RETURNING 1::bigint";

/// Empties the bodies of webhooks that were acted on before this moment, up to `limit`; answers how many. The rows stay,
/// so that an event that is sent again is known.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn empty_bodies(
    conn: &mut Conn,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Fault> {
    let query = diesel::sql_query(EMPTY_BODIES)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit);
    let emptied: Vec<i64> = cached::<BigInt, _>(query).load(conn).await?;
    Ok(emptied.len())
}

/// Notes that a webhook was acted on.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn done(conn: &mut Conn, key: &InboxKey, now: DateTime<Utc>) -> Result<(), Fault> {
    diesel::update(webhook_inbox::table.find((&key.provider, &key.event_id)))
        .set(webhook_inbox::processed_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}
