//! Rules that fill collections: which there are, and filling by them.
//!
//! What is in a collection by rules is written by `fill_collections` alone (migration `collection_rules`): when its
//! rules are saved, when a product that may belong elsewhere has changed, and once an hour for all.

use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault, Money};
use crate::meter;

/// Rules that a collection has at most.
pub const MAX_RULES: usize = 60;

/// Characters in a text that products are compared with.
const MAX_TEXT: usize = 255;

/// Entries of the list of changed products that one statement deals with.
const CHANGES_AT_ONCE: i32 = 1_000;

/// Which products are in a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How many of the rules a product has to meet.
    pub matching: Matching,
    /// At least one, at most [`MAX_RULES`].
    pub rules: Vec<Rule>,
}

/// How many of the rules a product has to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// All of them.
    All,
    /// At least one of them.
    Any,
}

impl Matching {
    /// As it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }
}

/// What of a product is looked at. A rule about variants is met by a product of which one variant meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Its tags.
    Tag,
    /// Its title.
    Title,
    /// What kind of thing it is.
    Type,
    /// Who makes it.
    Vendor,
    /// A variant's title.
    VariantTitle,
    /// A variant's price.
    VariantPrice,
    /// What a variant cost before.
    VariantCompareAtPrice,
    /// A variant's weight in grams.
    VariantWeight,
    /// How many of a variant can be sold, if they are counted.
    VariantInventory,
}

/// How it compares with what the rule says. Texts are compared regardless of case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is that.
    Equals,
    /// It is something else; no tag is that.
    NotEquals,
    /// It has that in it.
    Contains,
    /// It does not have that in it.
    NotContains,
    /// It begins with that.
    StartsWith,
    /// It ends with that.
    EndsWith,
    /// It is more.
    GreaterThan,
    /// It is less.
    LessThan,
    /// There is one.
    IsSet,
    /// There is none.
    IsNotSet,
}

/// One rule, as the statement that saves it takes it apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    rule_column: Column,
    relation: Relation,
    text_value: Option<String>,
    number_value: Option<i64>,
    currency: Option<Currency>,
}

/// Why there cannot be such a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefusal {
    /// The column has no such relation.
    #[error("the column cannot be compared like this")]
    Relation,
    /// Nothing to compare with.
    #[error("says no `condition` to compare with")]
    Missing,
    /// Something to compare with where nothing is compared.
    #[error("needs no `condition`")]
    Needless,
    /// A text without end, or with characters that cannot be stored.
    #[error("`condition` is longer than {MAX_TEXT} characters, or has a NUL character")]
    Text,
    /// No number.
    #[error("`{0}` is no whole number such as 5")]
    Number(String),
    /// No amount of money.
    #[error("{0}")]
    Amount(String),
    /// An amount in no currency.
    #[error("there is no shop yet, so say its `currency` and the rest of it too")]
    Currency,
}

impl Rule {
    /// A rule, `condition` being what is compared with: a text, an amount of `currency`, grams or units.
    ///
    /// # Errors
    /// [`RuleRefusal`] when it would mean nothing.
    pub fn new(
        column: Column,
        relation: Relation,
        condition: Option<&str>,
        currency: Option<Currency>,
    ) -> Result<Self, RuleRefusal> {
        if !column.has(relation) {
            return Err(RuleRefusal::Relation);
        }
        let mut rule = Self {
            rule_column: column,
            relation,
            text_value: None,
            number_value: None,
            currency: None,
        };
        let given = match (relation, condition) {
            (Relation::IsSet | Relation::IsNotSet, None) => return Ok(rule),
            (Relation::IsSet | Relation::IsNotSet, Some(_)) => return Err(RuleRefusal::Needless),
            (_, None | Some("")) => return Err(RuleRefusal::Missing),
            (_, Some(given)) => given,
        };
        match column {
            Column::VariantPrice | Column::VariantCompareAtPrice => {
                let currency = currency.ok_or(RuleRefusal::Currency)?;
                let money = Money::parse(given, currency)
                    .map_err(|error| RuleRefusal::Amount(error.to_string()))?;
                if money.minor < 0 {
                    return Err(RuleRefusal::Amount(format!("`{given}` is below zero")));
                }
                rule.number_value = Some(money.minor);
                rule.currency = Some(currency);
            }
            Column::VariantWeight => rule.number_value = Some(number(given, 0)?),
            Column::VariantInventory => rule.number_value = Some(number(given, i32::MIN)?),
            _ if given.chars().count() > MAX_TEXT || given.contains('\0') => {
                return Err(RuleRefusal::Text);
            }
            _ => rule.text_value = Some(given.to_owned()),
        }
        Ok(rule)
    }
}

fn number(given: &str, least: i32) -> Result<i64, RuleRefusal> {
    let number = given.parse::<i32>().ok().filter(|number| *number >= least);
    number
        .map(i64::from)
        .ok_or_else(|| RuleRefusal::Number(given.to_owned()))
}

impl Column {
    /// Whether it can be compared so; the table has the same check.
    fn has(self, relation: Relation) -> bool {
        use Relation as R;
        match self {
            Self::Tag => matches!(relation, R::Equals | R::NotEquals),
            Self::Title | Self::Type | Self::Vendor | Self::VariantTitle => !matches!(
                relation,
                R::GreaterThan | R::LessThan | R::IsSet | R::IsNotSet
            ),
            Self::VariantPrice | Self::VariantWeight | Self::VariantInventory => matches!(
                relation,
                R::Equals | R::NotEquals | R::GreaterThan | R::LessThan
            ),
            Self::VariantCompareAtPrice => !matches!(
                relation,
                R::Contains | R::NotContains | R::StartsWith | R::EndsWith
            ),
        }
    }
}

/// Looks at products that have changed and puts them where they belong; answers whether there may be more.
///
/// # Errors
/// A [`Fault`] when the statement fails; nothing is forgotten then.
pub async fn fill_from_changes(conn: &mut Conn) -> Result<bool, Fault> {
    let query = sql_query("SELECT fill_from_changes($1)").bind::<Integer, _>(CHANGES_AT_ONCE);
    let done: i64 = cached::<BigInt, _>(query).get_result(conn).await?;
    meter::wrote();
    Ok(done >= i64::from(CHANGES_AT_ONCE))
}

/// Has the job look at all products, in batches: in case a change was made beside the triggers, or while the rules
/// were.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn note_all(conn: &mut Conn) -> Result<(), Fault> {
    sql_query("SELECT note_all_products()")
        .execute(conn)
        .await?;
    meter::wrote();
    Ok(())
}

/// Lets nobody else fill until the transaction ends. Whoever changes collections by rules does so first: the job
/// locks in this order, too.
///
/// # Errors
/// A [`Fault`] when the lock is not to be had in time.
pub(crate) async fn lock(conn: &mut Conn) -> Result<(), Fault> {
    sql_query("SELECT pg_advisory_xact_lock(hashtext('fill_collections'))")
        .execute(conn)
        .await?;
    Ok(())
}

/// Fills one collection.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub(super) async fn fill(conn: &mut Conn, collection: i64) -> Result<(), Fault> {
    sql_query("SELECT fill_collections(ARRAY[$1], NULL)")
        .bind::<BigInt, _>(collection)
        .execute(conn)
        .await?;
    meter::wrote();
    Ok(())
}
