//! The contract's access tokens: opaque, hashed at rest, good for thirty days.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::store::Row;
use super::{ACCESS_TOKEN_LIFETIME, AccessToken, Customer};
use crate::db::Conn;
use crate::kernel::id;
use crate::kernel::{Fault, Id, Secret};
use crate::tables::customer_access_tokens as t;
use crate::tables::customers;

/// A new token for a customer who has just proved a password of this version; `None` when it has
/// been changed meanwhile.
pub(super) async fn issue(
    conn: &mut Conn,
    (customer, version): (Id<id::Customer>, i32),
    now: DateTime<Utc>,
) -> Result<Option<AccessToken>, Fault> {
    let token = Secret::random();
    let expires_at = now + ACCESS_TOKEN_LIFETIME;
    let inserted = diesel::insert_into(t::table)
        .values((
            t::token_hash.eq(token.digest()),
            t::customer_id.eq(customer.value),
            t::password_version.eq(version),
            t::created_at.eq(now),
            t::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await
        .map_err(Fault::from);
    match inserted {
        Ok(_) => Ok(Some(AccessToken { token, expires_at })),
        Err(fault) if fault.is_foreign_key_violation() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The customer whom a token names, as long as both are good.
pub(super) async fn customer(
    conn: &mut Conn,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Customer>, Fault> {
    let row: Option<Row> = t::table
        .inner_join(customers::table.on(t::customer_id.eq(customers::id.nullable())))
        .filter(t::token_hash.eq(Secret::new(token).digest()))
        .filter(t::expires_at.gt(now))
        .filter(customers::state.eq("enabled"))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Customer::from))
}

/// Counts a good token's thirty days anew; answers when it ends now.
pub(super) async fn renew(
    conn: &mut Conn,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let enabled = customers::table
        .filter(customers::state.eq("enabled"))
        .filter(customers::id.nullable().eq(t::customer_id));
    let good = t::table
        .find(Secret::new(token).digest())
        .filter(t::expires_at.gt(now))
        .filter(diesel::dsl::exists(enabled));
    Ok(diesel::update(good)
        .set(t::expires_at.eq(now + ACCESS_TOKEN_LIFETIME))
        .returning(t::expires_at)
        .get_result(conn)
        .await
        .optional()?)
}

/// Deletes a good token; answers whether it was one.
pub(super) async fn delete(
    conn: &mut Conn,
    token: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let good = t::table
        .find(Secret::new(token).digest())
        .filter(t::customer_id.is_not_null())
        .filter(t::expires_at.gt(now));
    Ok(diesel::delete(good).execute(conn).await? > 0)
}

/// Deletes every token of a customer.
pub(super) async fn delete_all(conn: &mut Conn, customer: Id<id::Customer>) -> Result<(), Fault> {
    diesel::delete(t::table.filter(t::customer_id.eq(customer.value)))
        .execute(conn)
        .await?;
    Ok(())
}
