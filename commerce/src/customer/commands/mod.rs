//! Everything that changes an account, one transaction each. Passwords are hashed before it begins:
//! no connection waits for a hash.

mod account;
mod addresses;
mod email;
mod import;
mod password;
mod sign_in;

pub use account::{AccountEdit, NewAccount, register, update};
pub use addresses::{add_address, delete_address, edit_address, set_default_address};
pub use email::confirm_email;
pub use import::{ImportedCustomers, export_customers, import_customers, import_customers_in};
pub use password::{recover, set_by_link};
pub use sign_in::{
    Ended, begin_session, create_token, delete_token, end_session, refresh_session, renew_token,
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;

use super::store::{self, New};
use super::{Customer, Refusal, Refusals, reads, rules};
use crate::db::{Conn, sql, violated_constraint};
use crate::identity::{Caller, MAILS_PER_REQUEST, Stop};
use crate::kernel::{Failure, Fault, Outcome, text};
use crate::{Shop, content};

const FORGET: &str = include_str!("../../../sql/customer/forget.sql");

/// Notices older than this are forgotten.
const KEEP_NOTICES: TimeDelta = TimeDelta::days(90);

/// The customer whom the request names.
async fn identified(
    conn: &mut Conn,
    caller: &Caller,
    token: &str,
    now: DateTime<Utc>,
) -> Outcome<Customer, Refusals> {
    let customer = reads::identify(conn, caller, Some(token), now).await?;
    customer.ok_or_else(|| Failure::Refused(Refusal::no_customer()))
}

fn too_often(stop: Stop) -> Failure<Refusals> {
    Failure::Refused(Refusal::too_often(stop.wait))
}

/// Counts a mail that the request causes. Nothing is told of whether anybody is written.
fn admit_mail(caller: &Caller) -> Result<(), Failure<Refusals>> {
    if caller.may_cause_a_mail() {
        return Ok(());
    }
    let message = format!(
        "one request may cause {MAILS_PER_REQUEST} mails; send the rest in another request"
    );
    let refusal = Refusal {
        code: None,
        field: Vec::new(),
        message,
        wait: None,
    };
    Err(Failure::Refused(vec![refusal]))
}

/// The country where a number without a calling code is dialled: the shop's. Costs nothing for other numbers.
async fn dialled_at(shop: &Shop, phone: Option<&str>) -> Result<Option<String>, Fault> {
    let is_local = phone.is_some_and(|given| !text::narrow(given).trim().starts_with('+'));
    if !is_local {
        return Ok(None);
    }
    let identity = content::identity::read(&mut *shop.db.primary().await?).await?;
    Ok(identity.map(|shop| shop.country))
}

/// Refuses a new account's telephone number that another account has.
async fn phone_is_free(shop: &Shop, new: &New) -> Outcome<(), Refusals> {
    let Some(phone) = &new.phone else {
        return Ok(());
    };
    let mut conn = shop.db.primary().await?;
    match store::another_has_phone(&mut conn, &new.email, phone).await? {
        true => Err(Failure::Refused(rules::phone_taken(&["input", "phone"]))),
        false => Ok(()),
    }
}

/// Refuses what the database refuses of a new account: the telephone number may belong to another one since.
fn phone_refused(failure: Failure<Refusals>) -> Failure<Refusals> {
    match failure {
        Failure::Broken(Fault::Database(error))
            if violated_constraint(&error) == Some("customers_phone") =>
        {
            Failure::Refused(rules::phone_taken(&["input", "phone"]))
        }
        other => other,
    }
}

/// Forgets tokens, links and sessions whose time is over or whose password was changed, and old
/// notices; up to `limit` of each. Answers how many.
///
/// # Errors
/// A [`Fault`] when the statement fails; it may simply be called again.
pub async fn forget_ended(shop: &Shop, limit: i64) -> Result<i64, Fault> {
    let now = shop.clock.now();
    let query = diesel::sql_query(FORGET)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now - KEEP_NOTICES)
        .bind::<BigInt, _>(limit);
    let mut conn = shop.db.primary().await?;
    Ok(sql::cached::<BigInt, _>(query)
        .get_result(&mut *conn)
        .await?)
}
