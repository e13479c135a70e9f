//! How often somebody may try to pay: against trying out cards, and against keeping stock from others by payments that
//! nobody decides.
//!
//! Attempts themselves are counted, in the database, so that no loss of Redis opens the limit. A fresh cart does not get round
//! it: what counts is also the customer, and the buyer's e-mail address together with the client's network. Many buyers
//! behind one network have a limit of their own.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::config::Reader;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

const WAIT_UNTIL: &str = include_str!("../../sql/checkout/wait_until.sql");
const LOCK_SUBMITTER: &str = include_str!("../../sql/checkout/lock_submitter.sql");

/// How much is let through without a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubmissionLimits {
    /// Declined payments of a cart, of a customer, and of a buyer at one address, in an hour.
    pub declines_per_buyer: u32,
    /// Declined payments from one address, of whatever buyers, in an hour.
    pub declines_per_address: u32,
    /// Payments of a customer, or of a buyer at one address, that the provider has not decided.
    pub undecided_per_buyer: u32,
}

impl Default for SubmissionLimits {
    fn default() -> Self {
        Self {
            declines_per_buyer: 5,
            declines_per_address: 60,
            undecided_per_buyer: 3,
        }
    }
}

impl SubmissionLimits {
    /// Reads and checks the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let default = Self::default();
        let read = Self {
            declines_per_buyer: reader.parsed("DECLINES_PER_BUYER", default.declines_per_buyer),
            declines_per_address: reader
                .parsed("DECLINES_PER_ADDRESS", default.declines_per_address),
            undecided_per_buyer: reader
                .parsed("UNDECIDED_PAYMENTS_PER_BUYER", default.undecided_per_buyer),
        };
        for (name, limit) in [
            ("DECLINES_PER_BUYER", read.declines_per_buyer),
            ("DECLINES_PER_ADDRESS", read.declines_per_address),
            ("UNDECIDED_PAYMENTS_PER_BUYER", read.undecided_per_buyer),
        ] {
            if limit == 0 {
                reader.fault(name, "must be at least 1");
            }
        }
        read
    }
}

/// Who submits a cart.
#[derive(Clone, Copy, Debug)]
pub struct Submitter<'a> {
    /// The cart.
    pub cart: Uuid,
    /// The customer who is signed in.
    pub customer: Option<i64>,
    /// The client's network.
    pub client: IpAddr,
    /// The buyer's e-mail address.
    pub email: Option<&'a str>,
}

/// When a submission may be made; `None` for now. Whoever was declined is locked until the commit, and counted anew.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn wait_until(
    conn: &mut Conn,
    who: Submitter<'_>,
    limits: SubmissionLimits,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let (wait, was_declined) = count(conn, who, limits, now).await?;
    if wait.is_some() || !was_declined {
        return Ok(wait);
    }
    let query = diesel::sql_query(LOCK_SUBMITTER)
        .bind::<Nullable<BigInt>, _>(who.customer)
        .bind::<Text, _>(who.client.to_string())
        .bind::<Nullable<Text>, _>(who.email.map(str::to_owned));
    cached::<BigInt, _>(query).get_result::<i64>(conn).await?;
    Ok(count(conn, who, limits, now).await?.0)
}

async fn count(
    conn: &mut Conn,
    who: Submitter<'_>,
    limits: SubmissionLimits,
    now: DateTime<Utc>,
) -> Result<(Option<DateTime<Utc>>, bool), Fault> {
    let query = diesel::sql_query(WAIT_UNTIL)
        .bind::<SqlUuid, _>(who.cart)
        .bind::<Nullable<BigInt>, _>(who.customer)
        .bind::<Text, _>(who.client.to_string())
        .bind::<Nullable<Text>, _>(who.email.map(str::to_owned))
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(i64::from(limits.declines_per_buyer))
        .bind::<BigInt, _>(i64::from(limits.declines_per_address))
        .bind::<BigInt, _>(i64::from(limits.undecided_per_buyer));
    Ok(cached::<(Nullable<Timestamptz>, Bool), _>(query)
        .get_result(conn)
        .await?)
}
