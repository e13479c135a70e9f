//! Stock levels as a file tells of them: by variant and location, in and out.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::locations;

/// What is told of a level; `None` for what is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LevelDraft {
    /// The variant.
    pub variant_id: i64,
    /// The location.
    pub location_id: i64,
    /// Units on the shelf.
    pub on_hand: Option<i64>,
    /// Units of them that can be sold; counts where those on the shelf are not told.
    pub available: Option<i64>,
    /// Units of them that are kept back.
    pub unavailable: Option<i64>,
    /// Units of them that are promised, whoever promised them.
    pub committed: Option<i64>,
    /// Units on their way.
    pub incoming: Option<i64>,
}

/// A variant as files name it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct NamedVariant {
    /// Its number.
    pub id: i64,
    /// The handle of its product.
    pub handle: String,
    /// The values of its options.
    pub values: Vec<String>,
    /// Its stock keeping unit.
    pub sku: Option<String>,
    /// Whether its stock is counted.
    pub is_tracked: bool,
}

/// A location as files name it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct NamedLocation {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its name to programs.
    pub handle: Option<String>,
}

/// The levels of a variant whose stock is counted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Stocked {
    /// The handle of its product.
    pub handle: String,
    /// The title of its product.
    pub title: String,
    /// Its stock keeping unit.
    pub sku: Option<String>,
    /// The names of its product's options.
    pub options: Vec<String>,
    /// Its values of them.
    pub values: Vec<String>,
    /// What lies where.
    pub levels: Vec<StockedAt>,
}

/// A location, and the level there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StockedAt {
    /// What the location is called.
    pub location: String,
    /// Incoming, unavailable, committed, available and on hand; `None` where the variant is not stocked.
    pub level: Option<[i64; 5]>,
}

/// All locations, those that come first at first.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn locations(conn: &mut Conn) -> Result<Vec<NamedLocation>, Fault> {
    use locations as t;
    let found = t::table
        .order((t::priority, t::id))
        .select((t::id, t::name, t::handle))
        .load(conn)
        .await?;
    Ok(found)
}

/// The variants of products with these handles, and those with these stock keeping units.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn named(
    conn: &mut Conn,
    handles: &[&str],
    skus: &[&str],
) -> Result<Vec<NamedVariant>, Fault> {
    type Columns = (BigInt, Text, Array<Text>, Nullable<Text>, Bool);
    let query = diesel::sql_query(include_str!("../../sql/inventory/named_variants.sql"))
        .bind::<Array<Text>, _>(handles)
        .bind::<Array<Text>, _>(skus);
    Ok(cached::<Columns, _>(query).load(conn).await?)
}

/// Makes levels what is told of them; answers how many differed.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set(conn: &mut Conn, drafts: &[LevelDraft]) -> Result<usize, Fault> {
    if drafts.is_empty() {
        return Ok(0);
    }
    let query = diesel::sql_query(include_str!("../../sql/inventory/set_levels.sql"))
        .bind::<Text, _>(json(drafts)?);
    Ok(cached::<(), _>(query).execute(conn).await?)
}

/// Takes variants from locations, unless pieces of them are promised there; answers the places of these among `drafts`, from 1, and
/// how many others were stocked.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn unstock(conn: &mut Conn, drafts: &[LevelDraft]) -> Result<(Vec<i64>, i64), Fault> {
    if drafts.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let query = diesel::sql_query(include_str!("../../sql/inventory/unstock.sql"))
        .bind::<Text, _>(json(drafts)?);
    Ok(cached::<(Array<BigInt>, BigInt), _>(query)
        .get_result(conn)
        .await?)
}

/// The variants whose stock is counted after the one with this number, at most `limit`, by their numbers.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn page(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<(i64, Stocked)>, Fault> {
    let query = diesel::sql_query(include_str!("../../sql/inventory/export_levels.sql"))
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit);
    let rows: Vec<(i64, Value)> = cached::<(BigInt, Jsonb), _>(query).load(conn).await?;
    let read = |(id, row)| {
        let stocked = serde_json::from_value(row)
            .map_err(|error| Fault::other("read the stock of a variant", error))?;
        Ok((id, stocked))
    };
    rows.into_iter().map(read).collect()
}

fn json(drafts: &[LevelDraft]) -> Result<String, Fault> {
    serde_json::to_string(drafts).map_err(|error| Fault::other("write levels as JSON", error))
}
