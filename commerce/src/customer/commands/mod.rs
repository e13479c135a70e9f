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
pub use import::{ImportedCustomers, export_customers, import_customers};
pub use password::{recover, set_by_link};
pub use sign_in::{
    Ended, begin_session, create_token, delete_token, end_session, refresh_session, renew_token,
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;

use super::{Customer, Refusal, Refusals, reads};
use crate::Shop;
use crate::db::{Conn, sql};
use crate::identity::{Caller, MAILS_PER_REQUEST, Stop};
use crate::kernel::{Failure, Fault, Outcome};

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
