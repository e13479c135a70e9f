//! Reading customers. Whoever is shown something has proved to be the customer before.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::store::{self, Row};
use super::{Customer, CustomerAddress, LinkKind, Notice, links, notices, sessions, tokens};
use crate::db::Conn;
use crate::identity::Caller;
use crate::identity::bearer::Bearer;
use crate::kernel::id::{self, MailingAddress};
use crate::kernel::{Fault, Id};
use crate::tables::{customer_addresses, customers};

/// The customer whom a request names: by the token that is given as an argument, or, when none is
/// given or the bearer token is meant, by the bearer token.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn identify(
    conn: &mut Conn,
    caller: &Caller,
    token: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Customer>, Fault> {
    match (token, caller.bearer()) {
        (Some(token), _) if !caller.is_meant_by(token) => tokens::customer(conn, token, now).await,
        (_, Some(bearer)) => sessions::customer(conn, bearer, now).await,
        (_, None) => Ok(None),
    }
}

/// The customer whom a checked bearer token names, as long as its session lives.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn of_bearer(
    conn: &mut Conn,
    bearer: Bearer,
    now: DateTime<Utc>,
) -> Result<Option<Customer>, Fault> {
    sessions::customer(conn, bearer, now).await
}

/// Customers by their ids, for what already belongs to the caller.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn by_id(
    conn: &mut Conn,
    ids: &[Id<id::Customer>],
) -> Result<HashMap<Id<id::Customer>, Customer>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let rows: Vec<Row> = customers::table
        .filter(customers::id.eq_any(ids))
        .filter(customers::state.eq("enabled"))
        .select(Row::as_select())
        .load(conn)
        .await?;
    let customers = rows.into_iter().map(Customer::from);
    Ok(customers.map(|customer| (customer.id, customer)).collect())
}

/// The addresses of customers in the order in which they were added; there are a hundred at most.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn addresses(
    conn: &mut Conn,
    ids: &[Id<id::Customer>],
) -> Result<HashMap<Id<id::Customer>, Vec<CustomerAddress>>, Fault> {
    use customer_addresses as t;
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let rows: Vec<(Id<id::Customer>, Id<MailingAddress>, serde_json::Value)> = t::table
        .filter(t::customer_id.eq_any(ids))
        .order((t::customer_id, t::id))
        .select((t::customer_id, t::id, t::address))
        .load(conn)
        .await?;
    let mut found: HashMap<Id<id::Customer>, Vec<CustomerAddress>> = HashMap::new();
    for (customer, id, address) in rows {
        let address = store::read_address(address)?;
        let book = found.entry(customer).or_default();
        book.push(CustomerAddress { id, address });
    }
    Ok(found)
}

/// What a notice says and, when it has a link, the link's address, made just now. `None` for a
/// notice without a recipient, or whose link would lead nowhere any more.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn notice(
    conn: &mut Conn,
    id: i64,
    public_url: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Notice, Option<String>)>, Fault> {
    use super::NoticeKind::{
        Activate, ConfirmEmail, EmailChanged, Known, PasswordChanged, Recover, Welcome,
    };
    let Some(notice) = notices::find(conn, id).await? else {
        return Ok(None);
    };
    let kind = match notice.kind {
        Activate => LinkKind::Activate,
        Recover => LinkKind::Reset,
        ConfirmEmail => LinkKind::Email,
        Welcome | Known | EmailChanged | PasswordChanged => return Ok(Some((notice, None))),
    };
    let to = (notice.customer, notice.email.as_str());
    let link = links::issue(conn, kind, to, now).await?;
    Ok(link.map(|link| (notice, Some(link.url(public_url)))))
}

/// Whether a link of a mail is still good.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn is_good_link(
    conn: &mut Conn,
    link: &super::Link,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    Ok(links::version(conn, link, now).await?.is_some())
}
