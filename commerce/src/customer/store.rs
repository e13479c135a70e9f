//! Rows of customers and their addresses. Nobody else writes these tables.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Untyped;
use diesel_async::RunQueryDsl;

use super::sheet::Written;
use super::{Customer, CustomerAddress};
use crate::db::Conn;
use crate::db::fold::lower;
use crate::kernel::id::{self, MailingAddress};
use crate::kernel::{Address, Fault, Id};
use crate::tables::{customer_addresses, customers};

#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
pub(super) struct Row {
    id: Id<id::Customer>,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    tags: Vec<String>,
    accepts_marketing: bool,
    default_address_id: Option<i64>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Customer {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            tags: row.tags,
            accepts_marketing: row.accepts_marketing,
            default_address: row.default_address_id.map(Id::new),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What signing in needs to know of an account.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = customers)]
pub(super) struct Credentials {
    pub id: Id<id::Customer>,
    pub email: String,
    pub password_hash: Option<String>,
    pub password_version: i32,
    pub state: String,
}

/// A customer who does not exist yet.
#[derive(Insertable)]
#[diesel(table_name = customers)]
pub(super) struct New {
    pub email: String,
    pub password_hash: Option<String>,
    pub state: &'static str,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
    pub accepts_marketing: bool,
    pub marketing_decided_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// New values for columns of a customer; `None` leaves a column as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = customers)]
pub(super) struct Patch {
    pub email: Option<String>,
    pub first_name: Option<Option<String>>,
    pub last_name: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub accepts_marketing: Option<bool>,
    pub marketing_decided_at: Option<DateTime<Utc>>,
    pub default_address_id: Option<Option<i64>>,
    pub tags: Option<Vec<String>>,
    pub note: Option<String>,
}

/// The account with this e-mail address, whatever its case.
pub(super) async fn credentials(
    conn: &mut Conn,
    email: &str,
) -> Result<Option<Credentials>, Fault> {
    Ok(customers::table
        .filter(lower(customers::email).eq(lower(email)))
        .select(Credentials::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Whether the account of another address has this telephone number.
pub(super) async fn another_has_phone(
    conn: &mut Conn,
    email: &str,
    phone: &str,
) -> Result<bool, Fault> {
    let known = customers::table
        .filter(customers::phone.eq(phone))
        .filter(lower(customers::email).ne(lower(email)));
    Ok(diesel::select(exists(known)).get_result(conn).await?)
}

/// Adds a customer, unless the address has an account.
pub(super) async fn insert(conn: &mut Conn, new: &New) -> Result<Option<Customer>, Fault> {
    let row: Option<Row> = diesel::insert_into(customers::table)
        .values(new)
        .on_conflict(sql::<Untyped>("(lower(email))"))
        .do_nothing()
        .returning(Row::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(Customer::from))
}

/// The customer's row, locked until the transaction ends.
pub(super) async fn lock(conn: &mut Conn, id: Id<id::Customer>) -> Result<Customer, Fault> {
    let row: Row = customers::table
        .find(id.value)
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn)
        .await?;
    Ok(row.into())
}

/// Changes columns; `None` when another account has the new e-mail address.
pub(super) async fn patch(
    conn: &mut Conn,
    id: Id<id::Customer>,
    patch: &Patch,
    now: DateTime<Utc>,
) -> Result<Customer, Fault> {
    let row: Row = diesel::update(customers::table.find(id.value))
        .set((patch, customers::updated_at.eq(now)))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    Ok(row.into())
}

/// Stores a new password, which ends all that was signed in by the old one. Answers the customer and
/// the password's version; `None` when the password has been changed since `version`.
pub(super) async fn set_password(
    conn: &mut Conn,
    (id, version): (Id<id::Customer>, i32),
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Customer, i32)>, Fault> {
    let row: Option<(Row, i32)> = diesel::update(
        customers::table
            .find(id.value)
            .filter(customers::password_version.eq(version))
            .filter(customers::state.ne("disabled")),
    )
    .set((
        customers::password_hash.eq(hash),
        customers::password_version.eq(version + 1),
        customers::state.eq("enabled"),
        customers::updated_at.eq(now),
    ))
    .returning((Row::as_returning(), customers::password_version))
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|(row, version)| (row.into(), version)))
}

/// Stores the same password's hash, made with today's parameters; unless it was changed meanwhile.
pub(super) async fn rehash(conn: &mut Conn, known: &Credentials, hash: &str) -> Result<(), Fault> {
    diesel::update(
        customers::table
            .find(known.id.value)
            .filter(customers::password_version.eq(known.password_version)),
    )
    .set(customers::password_hash.eq(hash))
    .execute(conn)
    .await?;
    Ok(())
}

/// How many addresses a customer has.
pub(super) async fn count_addresses(conn: &mut Conn, id: Id<id::Customer>) -> Result<i64, Fault> {
    Ok(customer_addresses::table
        .filter(customer_addresses::customer_id.eq(id.value))
        .count()
        .get_result(conn)
        .await?)
}

/// Adds an address.
pub(super) async fn insert_address(
    conn: &mut Conn,
    customer: Id<id::Customer>,
    address: Address,
    now: DateTime<Utc>,
) -> Result<CustomerAddress, Fault> {
    use customer_addresses as t;
    let id: i64 = diesel::insert_into(t::table)
        .values((
            t::customer_id.eq(customer.value),
            t::address.eq(json(&address)?),
            t::created_at.eq(now),
            t::updated_at.eq(now),
        ))
        .returning(t::id)
        .get_result(conn)
        .await?;
    Ok(CustomerAddress {
        id: Id::new(id),
        address,
    })
}

/// One address of a customer.
pub(super) async fn address(
    conn: &mut Conn,
    customer: Id<id::Customer>,
    id: Id<MailingAddress>,
) -> Result<Option<Address>, Fault> {
    use customer_addresses as t;
    let value: Option<serde_json::Value> = t::table
        .filter(t::id.eq(id.value))
        .filter(t::customer_id.eq(customer.value))
        .select(t::address)
        .first(conn)
        .await
        .optional()?;
    value.map(read_address).transpose()
}

/// Replaces an address of a customer.
pub(super) async fn update_address(
    conn: &mut Conn,
    customer: Id<id::Customer>,
    address: &CustomerAddress,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    use customer_addresses as t;
    let own = t::table.filter(t::customer_id.eq(customer.value));
    diesel::update(own.filter(t::id.eq(address.id.value)))
        .set((
            t::address.eq(json(&address.address)?),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes an address of a customer; answers whether it was there.
pub(super) async fn delete_address(
    conn: &mut Conn,
    customer: Id<id::Customer>,
    id: Id<MailingAddress>,
) -> Result<bool, Fault> {
    use customer_addresses as t;
    let own = t::table.filter(t::customer_id.eq(customer.value));
    let deleted = diesel::delete(own.filter(t::id.eq(id.value)))
        .execute(conn)
        .await?;
    Ok(deleted > 0)
}

/// What only the merchant knows of a customer.
pub(super) async fn note(conn: &mut Conn, id: Id<id::Customer>) -> Result<String, Fault> {
    Ok(customers::table
        .find(id.value)
        .select(customers::note)
        .first(conn)
        .await?)
}

/// The next customers after one, each with the merchant's note and the default address.
pub(super) async fn written(
    conn: &mut Conn,
    after: Id<id::Customer>,
    limit: i64,
) -> Result<Vec<Written>, Fault> {
    use customer_addresses as t;
    let default = customers::default_address_id.eq(t::id.nullable());
    let rows: Vec<(Row, String, Option<serde_json::Value>)> = customers::table
        .left_join(t::table.on(default))
        .filter(customers::id.gt(after.value))
        .order(customers::id)
        .limit(limit)
        .select((Row::as_select(), customers::note, t::address.nullable()))
        .load(conn)
        .await?;
    let written = rows.into_iter().map(|(row, note, address)| {
        Ok(Written {
            customer: row.into(),
            note,
            address: address.map(read_address).transpose()?,
        })
    });
    written.collect()
}

/// Reads a stored address.
pub(super) fn read_address(value: serde_json::Value) -> Result<Address, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::other("read a customer's address", error))
}

fn json(address: &Address) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(address).map_err(|error| Fault::other("write a customer's address", error))
}
