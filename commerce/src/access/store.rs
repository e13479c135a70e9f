//! Tokens in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::{AccessToken, Budget, Draft, TokenKind};
use crate::db::Conn;
use crate::kernel::{Fault, Secret};
use crate::tables::access_tokens;

/// What tells a private token apart when it turns up where it should not.
const PRIVATE_PREFIX: &str = "cwp_";

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_tokens)]
struct Row {
    id: i64,
    kind: String,
    title: String,
    token: Option<String>,
    bucket: Option<i32>,
    per_second: Option<i32>,
    maximum: Option<i32>,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Row> for AccessToken {
    fn from(row: Row) -> Self {
        let points = |points: Option<i32>| points.and_then(|points| u32::try_from(points).ok());
        Self {
            id: row.id,
            kind: if row.kind == TokenKind::Private.name() {
                TokenKind::Private
            } else {
                TokenKind::Public
            },
            title: row.title,
            token: row.token,
            budget: Budget {
                bucket: points(row.bucket),
                per_second: points(row.per_second),
                maximum: points(row.maximum),
            },
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Makes a token; answers it with its text, which for a private one is told this once.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn create(
    conn: &mut Conn,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<(AccessToken, Secret), Fault> {
    let random = Secret::random_hex();
    let text = match draft.kind {
        TokenKind::Public => random,
        TokenKind::Private => Secret::new(format!("{PRIVATE_PREFIX}{}", random.reveal())),
    };
    let points =
        |points: Option<u32>| points.map(|points| i32::try_from(points).unwrap_or(i32::MAX));
    let row: Row = diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::kind.eq(draft.kind.name()),
            access_tokens::title.eq(&draft.title),
            access_tokens::token.eq((draft.kind == TokenKind::Public).then(|| text.reveal())),
            access_tokens::token_hash.eq(text.digest()),
            access_tokens::bucket.eq(points(draft.budget.bucket)),
            access_tokens::per_second.eq(points(draft.budget.per_second)),
            access_tokens::maximum.eq(points(draft.budget.maximum)),
            access_tokens::created_at.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    Ok((row.into(), text))
}

/// The token with this hash, unless it is revoked.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn find(conn: &mut Conn, hash: &[u8]) -> Result<Option<AccessToken>, Fault> {
    let row: Option<Row> = access_tokens::table
        .filter(access_tokens::token_hash.eq(hash))
        .filter(access_tokens::revoked_at.is_null())
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(AccessToken::from))
}

/// All tokens, also the revoked ones, in the order in which they were made.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn list(conn: &mut Conn) -> Result<Vec<AccessToken>, Fault> {
    let rows: Vec<Row> = access_tokens::table
        .order(access_tokens::id)
        .select(Row::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(AccessToken::from).collect())
}

/// Revokes a token for good; answers whether there was one to revoke.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn revoke(conn: &mut Conn, id: i64, now: DateTime<Utc>) -> Result<bool, Fault> {
    let open = access_tokens::table
        .find(id)
        .filter(access_tokens::revoked_at.is_null());
    let revoked = diesel::update(open)
        .set(access_tokens::revoked_at.eq(now))
        .execute(conn)
        .await?;
    Ok(revoked == 1)
}
