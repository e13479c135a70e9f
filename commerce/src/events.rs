//! What happened, written in the transaction of the change it speaks of.
//!
//! Owns `events`. Rows are only ever added; a reader that must miss nothing goes by `xid`, not by
//! `id`, because ids are given out before commit.

use chrono::{DateTime, Utc};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use crate::db::Conn;
use crate::kernel::Fault;
use crate::tables::events;

/// Notes on the caller's connection that `topic` (such as `orders/create`) happened to a subject.
///
/// # Errors
/// [`Fault`] when the statement fails.
pub async fn record(
    conn: &mut Conn,
    topic: &str,
    subject_id: &str,
    payload: &Value,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    diesel::insert_into(events::table)
        .values((
            events::topic.eq(topic),
            events::subject_id.eq(subject_id),
            events::payload.eq(payload),
            events::occurred_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
