//! Rows of payments, their operations and their facts. Nobody else writes these tables, save the
//! statements that begin and complete an attempt.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::refused::REFUSAL;
use super::{Fact, FactKind, Source};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Money, Secret};
use crate::tables::{payment_facts, payment_operations, payments};

const ADD_FACTS: &str = include_str!("../../sql/payment/add_facts.sql");
const NOTE_REPORT: &str = include_str!("../../sql/payment/note_report.sql");
const STALE: &str = include_str!("../../sql/payment/stale.sql");
const ERRAND: &str = include_str!("../../sql/payment/errand.sql");
const OWED: &str = include_str!("../../sql/payment/owed.sql");

/// What we ask a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// To take money.
    Charge,
    /// To call a charge off.
    Cancel,
    /// To give money back.
    Refund,
}

impl OperationKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Charge, Self::Cancel, Self::Refund];

    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A request to a provider, ready to be sent.
#[derive(Clone, Debug)]
pub struct Errand {
    /// What is asked for.
    pub kind: OperationKind,
    /// The operation; the idempotency key.
    pub operation: Uuid,
    /// The payment.
    pub payment: Uuid,
    /// The checkout attempt.
    pub attempt: Uuid,
    /// The provider's name.
    pub provider: String,
    /// How much.
    pub amount: Money,
    /// The vault's name for the buyer's card.
    pub session: Option<String>,
    /// Opens the attempt's page, to which the buyer returns.
    pub key: Secret,
    /// Whether the provider may have been asked before.
    pub repeated: bool,
    /// The operation that asked for the charge.
    pub charge: Uuid,
}

type ErrandRow = (
    String,
    Uuid,
    Uuid,
    String,
    i64,
    String,
    Option<String>,
    Option<String>,
    bool,
    Option<Uuid>,
);

type ErrandColumns = (
    Text,
    SqlUuid,
    SqlUuid,
    Text,
    BigInt,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Bool,
    Nullable<SqlUuid>,
);

/// Notes that the provider is asked from now on, and reads what to ask. `None` when there is
/// nothing to ask any more.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn begin(
    conn: &mut Conn,
    operation: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Errand>, Fault> {
    let query = diesel::sql_query(ERRAND)
        .bind::<SqlUuid, _>(operation)
        .bind::<Timestamptz, _>(now);
    let query = cached::<ErrandColumns, _>(query);
    let Some(row) = query.get_result::<ErrandRow>(conn).await.optional()? else {
        return Ok(None);
    };
    let (kind, payment, attempt, provider, minor, currency, session, key, repeated, charge) = row;
    let kind = OperationKind::parse(&kind)
        .ok_or_else(|| Fault::Inconsistent(format!("`{kind}` is not a kind of operation")))?;
    let currency = currency
        .parse()
        .map_err(|error| Fault::other("read a payment's currency", error))?;
    Ok(Some(Errand {
        kind,
        operation,
        payment,
        attempt,
        provider,
        amount: Money::new(minor, currency),
        session,
        key: Secret::new(key.unwrap_or_default()),
        repeated,
        charge: charge.unwrap_or(operation),
    }))
}

/// Notes that the provider said nothing certain, and what it said.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn mark_unknown(
    conn: &mut Conn,
    operation: Uuid,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    use payment_operations as t;
    diesel::update(t::table.find(operation))
        .filter(t::state.eq_any(["requested", "unknown"]))
        .set((
            t::state.eq("unknown"),
            t::last_error.eq(shortened(why)),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// What is kept of a provider's words.
fn shortened(why: &str) -> String {
    why.chars().take(500).collect()
}

/// What is asked of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What to do.
    pub kind: OperationKind,
    /// With how much.
    pub amount_minor: i64,
    /// Whether a merchant wants it, rather than what was taken too much being given back.
    pub by_merchant: bool,
}

/// Adds a request to the provider unless one of its kind is under way; answers its id if so.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn request(
    conn: &mut Conn,
    id: Uuid,
    payment: Uuid,
    what: Request,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Fault> {
    use payment_operations as t;
    let added = diesel::insert_into(t::table)
        .values((
            t::id.eq(id),
            t::payment_id.eq(payment),
            t::kind.eq(what.kind.as_str()),
            t::amount_minor.eq(what.amount_minor),
            t::by_merchant.eq(what.by_merchant),
            t::created_at.eq(now),
            t::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok((added == 1).then_some(id))
}

/// What was taken too much of a payment, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Beyond the price of an order, or everything where no order could be made; neither given back nor asked for.
    pub minor: i64,
    /// How much of it the provider would not give back: that is for a person, and is not asked for again.
    pub refused: i64,
}

/// What was taken too much and nobody is giving back.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn owed(conn: &mut Conn, payment: Uuid) -> Result<Owed, Fault> {
    let query = diesel::sql_query(OWED).bind::<SqlUuid, _>(payment);
    let owed: Option<(i64, i64)> = cached::<(BigInt, BigInt), _>(query)
        .get_result(conn)
        .await
        .optional()?;
    let (minor, refused) = owed.unwrap_or_default();
    Ok(Owed { minor, refused })
}

/// Ends the open operations of these kinds.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn close(
    conn: &mut Conn,
    payment: Uuid,
    kinds: &[OperationKind],
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    use payment_operations as t;
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let state = if failure.is_some() {
        "failed"
    } else {
        "succeeded"
    };
    diesel::update(t::table)
        .filter(t::payment_id.eq(payment))
        .filter(t::kind.eq_any(kinds))
        .filter(t::state.eq_any(["requested", "unknown"]))
        .set((
            t::state.eq(state),
            t::failure_code.eq(failure),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one refund, with the provider's words when it refused; answers whether it was open. A late answer to one that has ended changes nothing.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn end(
    conn: &mut Conn,
    operation: Uuid,
    refusal: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    use payment_operations as t;
    let state = if refusal.is_some() {
        "failed"
    } else {
        "succeeded"
    };
    let ended = diesel::update(t::table.find(operation))
        .filter(t::state.eq_any(["requested", "unknown"]))
        .set((
            t::state.eq(state),
            t::failure_code.eq(refusal.map(|_| REFUSAL)),
            t::last_error.eq(refusal.map(shortened)),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(ended == 1)
}

/// Whether something of a payment is being given back just now.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn is_refunding(conn: &mut Conn, payment: Uuid) -> Result<bool, Fault> {
    use payment_operations as t;
    let open = t::table
        .filter(t::payment_id.eq(payment).and(t::kind.eq("refund")))
        .filter(t::state.eq_any(["requested", "unknown"]));
    Ok(diesel::select(diesel::dsl::exists(open))
        .get_result(conn)
        .await?)
}

/// The kind of an operation, and whether it has no outcome.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn kind(
    conn: &mut Conn,
    operation: Uuid,
) -> Result<Option<(OperationKind, bool)>, Fault> {
    use payment_operations as t;
    let row: Option<(String, String)> = t::table
        .find(operation)
        .select((t::kind, t::state))
        .first(conn)
        .await
        .optional()?;
    Ok(row.and_then(|(kind, state)| {
        let is_open = state == "requested" || state == "unknown";
        Some((OperationKind::parse(&kind)?, is_open))
    }))
}

/// Takes back the charge of an attempt that no provider was asked for yet. Answers whether there
/// was one: afterwards no money can arrive any more.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn withdraw(conn: &mut Conn, attempt: Uuid, now: DateTime<Utc>) -> Result<bool, Fault> {
    use payment_operations as t;
    let payment = payments::table
        .filter(payments::attempt_id.eq(attempt))
        .select(payments::id);
    let withdrawn = diesel::update(t::table)
        .filter(t::payment_id.eq_any(payment))
        .filter(t::kind.eq("charge").and(t::state.eq("requested")))
        .filter(t::first_sent_at.is_null())
        .set((
            t::state.eq("failed"),
            t::failure_code.eq("withdrawn"),
            t::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(withdrawn > 0)
}

/// The payment of an attempt and its amount in minor units.
///
/// # Errors
/// A [`Fault`] when the statement fails or there is none.
pub async fn of_attempt(conn: &mut Conn, attempt: Uuid) -> Result<(Uuid, i64), Fault> {
    let found = find_of_attempt(conn, attempt).await?;
    found.ok_or_else(|| Fault::Inconsistent("an attempt has no payment".to_owned()))
}

/// The same; `None` for an attempt that there is not.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn find_of_attempt(conn: &mut Conn, attempt: Uuid) -> Result<Option<(Uuid, i64)>, Fault> {
    Ok(payments::table
        .filter(payments::attempt_id.eq(attempt))
        .select((payments::id, payments::amount_minor))
        .first(conn)
        .await
        .optional()?)
}

/// Adds what is new among the facts and answers it. Sums follow by trigger.
///
/// # Errors
/// A [`Fault`] when the statement fails, as it does for a refund of money that was never taken.
pub async fn add_facts(
    conn: &mut Conn,
    payment: Uuid,
    (provider, source): (&str, Source),
    facts: &[Fact],
    now: DateTime<Utc>,
) -> Result<Vec<(FactKind, i64)>, Fault> {
    let column = |read: fn(&Fact) -> String| facts.iter().map(read).collect::<Vec<_>>();
    let query = diesel::sql_query(ADD_FACTS)
        .bind::<SqlUuid, _>(payment)
        .bind::<Text, _>(provider)
        .bind::<Text, _>(source.as_str())
        .bind::<Timestamptz, _>(now)
        .bind::<Array<Text>, _>(column(|f| f.kind.as_str().to_owned()))
        .bind::<Array<BigInt>, _>(facts.iter().map(|f| f.amount.minor).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(column(|f| f.amount.currency.code().to_owned()))
        .bind::<Array<Text>, _>(column(|f| f.reference.clone()))
        .bind::<Array<Timestamptz>, _>(facts.iter().map(|f| f.occurred_at).collect::<Vec<_>>());
    let rows: Vec<(String, i64)> = cached::<(Text, BigInt), _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(kind, minor)| Some((FactKind::parse(&kind)?, minor)))
        .collect())
}

/// Stores the provider's name for a payment, unless it has one, and when its charge came to be as a report says.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn note_report(
    conn: &mut Conn,
    payment: Uuid,
    name: &str,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    let query = diesel::sql_query(NOTE_REPORT)
        .bind::<SqlUuid, _>(payment)
        .bind::<Text, _>(name)
        .bind::<Nullable<Timestamptz>, _>(as_of);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Operations without an outcome that nothing happened to since `before`, oldest first.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn stale(
    conn: &mut Conn,
    patience: TimeDelta,
    limit: i64,
) -> Result<Vec<(Uuid, OperationKind)>, Fault> {
    let query = diesel::sql_query(STALE)
        .bind::<BigInt, _>(patience.num_seconds())
        .bind::<BigInt, _>(limit);
    let rows: Vec<(Uuid, String)> = cached::<(SqlUuid, Text), _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, kind)| Some((id, OperationKind::parse(&kind)?)))
        .collect())
}

/// Which of the provider's facts, of these kinds, we have not stored.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn unknown_facts(
    conn: &mut Conn,
    provider: &str,
    kinds: &[FactKind],
    references: &[&str],
) -> Result<Vec<String>, Fault> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let known: Vec<String> = payment_facts::table
        .filter(payment_facts::provider.eq(provider))
        .filter(payment_facts::kind.eq_any(kinds))
        .filter(payment_facts::provider_fact_ref.eq_any(references))
        .select(payment_facts::provider_fact_ref)
        .load(conn)
        .await?;
    let is_unknown = |name: &&&str| !known.iter().any(|k| k == **name);
    Ok(references
        .iter()
        .filter(is_unknown)
        .map(|r| (*r).to_owned())
        .collect())
}
