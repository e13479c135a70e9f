//! Money that is put back on the gift cards that paid an order.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::gift_card_entries;

const OF_ATTEMPT: &str = include_str!("../../sql/gift_card/of_attempt.sql");

/// A card that paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The card's number.
    pub card: i64,
    /// The last four characters of its code.
    pub last_characters: String,
    /// What may be put back on it, in minor units.
    pub minor: i64,
    /// Whether it can still be used.
    pub is_usable: bool,
}

/// The cards that paid an attempt, locked; the one that paid last comes first. The payment must be locked, so that
/// nobody else puts anything back meanwhile.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_attempt(
    conn: &mut Conn,
    attempt: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Paid>, Fault> {
    type Row = (i64, String, i64, bool, i64);
    let query = diesel::sql_query(OF_ATTEMPT)
        .bind::<SqlUuid, _>(attempt)
        .bind::<Timestamptz, _>(now);
    let query = cached::<(BigInt, Text, BigInt, Bool, BigInt), _>(query);
    let mut rows: Vec<Row> = query.load(conn).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.4));
    let paid = rows.into_iter();
    let paid = paid.map(|(card, last_characters, minor, is_usable, _)| Paid {
        card,
        last_characters,
        minor,
        is_usable,
    });
    Ok(paid.collect())
}

/// Puts so much back on cards that paid an attempt; answers the entries with their amounts.
///
/// # Errors
/// A [`Fault`] when the statement fails, as it does for more than a card paid.
pub async fn put_back(
    conn: &mut Conn,
    attempt: Uuid,
    parts: &[(i64, i64)],
    now: DateTime<Utc>,
) -> Result<Vec<(i64, i64)>, Fault> {
    use gift_card_entries as t;
    let rows: Vec<_> = parts
        .iter()
        .map(|(card, minor)| {
            (
                t::gift_card_id.eq(*card),
                t::kind.eq("refund"),
                t::amount_minor.eq(*minor),
                t::attempt_id.eq(attempt),
                t::created_at.eq(now),
            )
        })
        .collect();
    Ok(diesel::insert_into(t::table)
        .values(rows)
        .returning((t::id, t::amount_minor))
        .get_results(conn)
        .await?)
}
