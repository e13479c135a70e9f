//! Rate limits of payment attempts: against card testing, and against hoarding stock by payments that nobody confirms.
//!
//! Attempts themselves are counted, in the database, so that no loss of Redis opens the limit. A fresh cart does not get round
//! it: what counts is also the customer, the buyer's e-mail address together with the client's network, and the card
//! ([`super::cards`]). Many buyers behind one network have a limit of their own.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::config::Reader;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

const WAIT_UNTIL: &str = include_str!("../../sql/checkout/wait_until.sql");
const LOCK_SUBMITTER: &str = include_str!("../../sql/checkout/lock_submitter.sql");

/// After how long a submission is worth another try while many payments of its buyer are under way.
const BUSY: TimeDelta = TimeDelta::seconds(10);

/// How much is let through without a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubmissionLimits {
    /// Declined payments of a cart, of a customer, of a buyer at one address, and of a card, in an hour.
    pub declines_per_buyer: u32,
    /// Declined payments from one address, of whatever buyers, in an hour; undecided ones, too.
    pub declines_per_address: u32,
    /// Payments of a customer, of a buyer at one address, or of a card that the provider has not decided.
    pub undecided_per_buyer: u32,
    /// Payments of a cart, of a customer, of a buyer at one address, or of a card that were abandoned, in a day.
    pub abandoned_per_buyer: u32,
}

impl Default for SubmissionLimits {
    fn default() -> Self {
        Self {
            declines_per_buyer: 5,
            declines_per_address: 60,
            undecided_per_buyer: 3,
            abandoned_per_buyer: 2,
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
            abandoned_per_buyer: reader
                .parsed("ABANDONED_PAYMENTS_PER_BUYER", default.abandoned_per_buyer),
        };
        for (name, limit) in [
            ("DECLINES_PER_BUYER", read.declines_per_buyer),
            ("DECLINES_PER_ADDRESS", read.declines_per_address),
            ("UNDECIDED_PAYMENTS_PER_BUYER", read.undecided_per_buyer),
            ("ABANDONED_PAYMENTS_PER_BUYER", read.abandoned_per_buyer),
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
    /// The client's network, where it is known.
    pub client: Option<IpAddr>,
    /// The buyer's e-mail address.
    pub email: Option<&'a str>,
    /// The vault's name for the buyer's card.
    pub session: Option<&'a str>,
}

/// When a submission may be made; `None` for now. The submitter is locked until the commit, so that of many submissions at
/// the same moment each counts those before it.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn wait_until(
    conn: &mut Conn,
    who: Submitter<'_>,
    limits: SubmissionLimits,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let client = who.client.map(|client| client.to_string());
    let email = who.email.map(str::to_owned);
    let query = diesel::sql_query(LOCK_SUBMITTER)
        .bind::<Nullable<BigInt>, _>(who.customer)
        .bind::<Nullable<Text>, _>(client.clone())
        .bind::<Nullable<Text>, _>(email.clone());
    cached::<BigInt, _>(query).get_result::<i64>(conn).await?;
    let counted = Counted {
        cart: Some(who.cart),
        customer: who.customer,
        client,
        email,
        session: who.session.map(str::to_owned),
        ..Counted::default()
    };
    let wait = count(conn, counted, limits).await?;
    Ok(wait.until.or_else(|| wait.is_busy.then(|| now + BUSY)))
}

/// For whom attempts are counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) cart: Option<Uuid>,
    pub(super) customer: Option<i64>,
    pub(super) client: Option<String>,
    pub(super) email: Option<String>,
    pub(super) session: Option<String>,
    /// The provider's name for the card.
    pub(super) card: Option<String>,
    /// The attempt that counts itself.
    pub(super) attempt: Option<Uuid>,
}

/// What the count came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    /// Until when no payment is made.
    pub(super) until: Option<DateTime<Utc>>,
    /// Whether as many payments are under way as could still be declined.
    pub(super) is_busy: bool,
}

pub(super) async fn count(
    conn: &mut Conn,
    of: Counted,
    limits: SubmissionLimits,
) -> Result<Wait, Fault> {
    let query = diesel::sql_query(WAIT_UNTIL)
        .bind::<Nullable<SqlUuid>, _>(of.cart)
        .bind::<Nullable<BigInt>, _>(of.customer)
        .bind::<Nullable<Text>, _>(of.client)
        .bind::<Nullable<Text>, _>(of.email)
        .bind::<Nullable<Text>, _>(of.session)
        .bind::<Nullable<Text>, _>(of.card)
        .bind::<Nullable<SqlUuid>, _>(of.attempt)
        .bind::<BigInt, _>(i64::from(limits.declines_per_buyer))
        .bind::<BigInt, _>(i64::from(limits.declines_per_address))
        .bind::<BigInt, _>(i64::from(limits.undecided_per_buyer))
        .bind::<BigInt, _>(i64::from(limits.abandoned_per_buyer));
    let (until, is_busy) = cached::<(Nullable<Timestamptz>, Bool), _>(query)
        .get_result(conn)
        .await?;
    Ok(Wait { until, is_busy })
}
