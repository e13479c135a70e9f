//! Rows of gift cards. Nobody else writes them, save the statements that end and complete an attempt.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::{Code, Draft, Issued};
use crate::db::Conn;
use crate::kernel::{Currency, Fault, Money};
use crate::tables::{gift_card_entries, gift_cards};

/// Issues a card under a code; must run in a transaction. `None` when the key of the draft issued a card before.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn issue(
    conn: &mut Conn,
    code: &Code,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Fault> {
    use gift_cards as t;
    let (key, hash) = draft.key.clone().unzip();
    let id: Option<i64> = diesel::insert_into(t::table)
        .values((
            t::code_hash.eq(code.digest()),
            t::last_characters.eq(code.last_characters()),
            t::currency.eq(draft.amount.currency.code()),
            t::initial_minor.eq(draft.amount.minor),
            t::note.eq(&draft.note),
            t::expires_on.eq(draft.expires_on),
            t::created_at.eq(now),
            t::idempotency_key.eq(key),
            t::request_hash.eq(hash),
        ))
        .on_conflict(t::idempotency_key)
        .filter_target(t::idempotency_key.is_not_null())
        .do_nothing()
        .returning(t::id)
        .get_result(conn)
        .await
        .optional()?;
    let Some(id) = id else {
        return Ok(None);
    };
    diesel::insert_into(gift_card_entries::table)
        .values((
            gift_card_entries::gift_card_id.eq(id),
            gift_card_entries::kind.eq("issue"),
            gift_card_entries::amount_minor.eq(draft.amount.minor),
            gift_card_entries::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(Some(id))
}

/// The card that a key issued, and the hash of what was asked for.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_key(conn: &mut Conn, key: &str) -> Result<Option<(i64, Option<Vec<u8>>)>, Fault> {
    use gift_cards as t;
    Ok(t::table
        .filter(t::idempotency_key.eq(key))
        .select((t::id, t::request_hash))
        .first(conn)
        .await
        .optional()?)
}

/// Ends a card, or lets it be used again; what is held of it stays held. Answers whether that changed anything.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_disabled(
    conn: &mut Conn,
    id: i64,
    disabled_at: Option<DateTime<Utc>>,
) -> Result<bool, Fault> {
    use gift_cards as t;
    let card = t::table.filter(t::id.eq(id));
    let changed = diesel::update(card.filter(t::disabled_at.is_null().eq(disabled_at.is_some())))
        .set(t::disabled_at.eq(disabled_at))
        .execute(conn)
        .await?;
    Ok(changed == 1)
}

diesel::define_sql_function! {
    /// The day that it is in the shop at a moment.
    fn shop_day(moment: Timestamptz) -> Date;
}

/// The usable cards of these codes; unknown, disabled, expired and empty ones are left out.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn usable(
    conn: &mut Conn,
    codes: &[Code],
    now: DateTime<Utc>,
) -> Result<Vec<(Vec<u8>, i64)>, Fault> {
    use gift_cards as t;
    let hashes: Vec<Vec<u8>> = codes.iter().map(Code::digest).collect();
    Ok(t::table
        .filter(t::code_hash.eq_any(hashes))
        .filter(t::disabled_at.is_null())
        .filter(t::balance_minor.gt(0))
        .filter(
            t::expires_on
                .is_null()
                .or(t::expires_on.gt(shop_day(now).nullable())),
        )
        .select((t::code_hash, t::id))
        .load(conn)
        .await?)
}

type Row = (
    i64,
    String,
    (i64, i64, i64),
    Option<NaiveDate>,
    Option<DateTime<Utc>>,
    String,
    String,
);

/// All cards, the latest first; up to `limit`.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn list(conn: &mut Conn, limit: i64) -> Result<Vec<Issued>, Fault> {
    use gift_cards as t;
    let rows: Vec<Row> = t::table
        .order(t::id.desc())
        .limit(limit)
        .select((
            t::id,
            t::last_characters,
            (t::initial_minor, t::balance_minor, t::held_minor),
            t::expires_on,
            t::disabled_at,
            t::note,
            t::currency,
        ))
        .load(conn)
        .await?;
    let issued = rows.into_iter().map(|row| {
        let (id, last_characters, sums, expires_on, disabled_at, note, currency) = row;
        let currency: Currency = currency
            .parse()
            .map_err(|error| Fault::other("read a gift card's currency", error))?;
        let money = |minor| Money::new(minor, currency);
        Ok(Issued {
            id,
            last_characters,
            initial: money(sums.0),
            balance: money(sums.1),
            held: money(sums.2),
            expires_on,
            disabled_at,
            note,
            currency,
        })
    });
    issued.collect()
}
