//! Fields that the columns of CSVs hold: their definitions, and their values for many things at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde::Serialize;

use super::names;
use crate::content::columns::KeptField;
use crate::content::draft::FieldDefinitionDraft;
use crate::content::values::{Given, Target, ValueType};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, FieldHeading};
use crate::tables::metafields;

const PUT: &str = include_str!("../../../sql/content/put_fields.sql");
const SAVE_DEFINITIONS: &str = include_str!("../../../sql/content/save_definitions.sql");

/// What is known of the fields of one name.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct FieldKind {
    /// Their namespace.
    pub namespace: String,
    /// Their key.
    pub key: String,
    /// What they are called.
    pub name: Option<String>,
    /// The type of their values: as defined, or else that of all that are there.
    pub kind: Option<String>,
    /// Whether the type is defined.
    pub is_defined: bool,
}

/// All fields that things of this kind have, or may have.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn field_kinds(conn: &mut Conn, owner: &str) -> Result<Vec<FieldKind>, Fault> {
    type Columns = (Text, Text, Nullable<Text>, Nullable<Text>, Bool);
    let query = sql_query(
        "SELECT namespace, key, d.name, coalesce(d.kind, f.kind), d.kind IS NOT NULL \
         FROM (SELECT namespace, key, CASE WHEN count(DISTINCT kind) = 1 THEN min(kind) END AS kind \
               FROM metafields WHERE owner_kind = $1 GROUP BY namespace, key) f \
         FULL JOIN (SELECT namespace, key, name, kind FROM metafield_definitions WHERE owner_kind = $1) d \
           USING (namespace, key) ORDER BY namespace, key",
    )
    .bind::<Text, _>(owner);
    Ok(cached::<Columns, _>(query).load(conn).await?)
}

/// Notes that there are columns with these headings, and what stands before their brackets.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn note_columns(conn: &mut Conn, headings: &[FieldHeading]) -> Result<(), Fault> {
    let text = |part: fn(&FieldHeading) -> &str| headings.iter().map(part).collect::<Vec<_>>();
    let query = sql_query(
        "INSERT INTO metafield_definitions AS d (owner_kind, namespace, key, name, is_column) \
         SELECT g.*, true FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS g \
         ON CONFLICT (owner_kind, namespace, key) DO UPDATE SET name = excluded.name, is_column = true \
         WHERE NOT d.is_column OR d.name IS DISTINCT FROM excluded.name",
    )
    .bind::<Array<Text>, _>(text(|heading| heading.owner))
    .bind::<Array<Text>, _>(text(|heading| &heading.namespace))
    .bind::<Array<Text>, _>(text(|heading| &heading.key))
    .bind::<Array<Text>, _>(text(|heading| &heading.label));
    query.execute(conn).await?;
    Ok(())
}

/// What the cell of a column says of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCell {
    /// The number of what the field belongs to.
    pub owner: i64,
    /// The field's namespace.
    pub namespace: String,
    /// The field's key.
    pub key: String,
    /// The type of its value; none where nobody settled it, which makes the value a text.
    pub kind: Option<String>,
    /// What it says; nothing takes the field away.
    pub value: Option<Given>,
}

/// What became of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Put {
    /// The numbers of the things of which a field has changed.
    pub changed: HashSet<i64>,
    /// Places of the cells that lead to what does not exist; their fields stayed as they were.
    pub astray: BTreeSet<usize>,
}

#[derive(Serialize)]
struct Row<'a> {
    owner_id: i64,
    namespace: &'a str,
    key: &'a str,
    kind: &'a str,
    settled: bool,
    value: Option<String>,
}

/// Makes the fields of many things what cells say, all in one statement.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn put_fields(
    conn: &mut Conn,
    owner: &str,
    cells: &[FieldCell],
    now: DateTime<Utc>,
) -> Result<Put, Fault> {
    let ids = targets(conn, cells.iter().filter_map(|cell| cell.value.as_ref())).await?;
    let mut put = Put::default();
    let mut rows = Vec::with_capacity(cells.len());
    for (at, cell) in cells.iter().enumerate() {
        let value = match cell.value.as_ref().map(|given| text_of(given, &ids)) {
            Some(Err(_)) => {
                put.astray.insert(at);
                continue;
            }
            Some(Ok(text)) => Some(text),
            None => None,
        };
        let has_lines = value.as_ref().is_some_and(|value| value.contains('\n'));
        let text = match has_lines {
            true => "multi_line_text_field",
            false => "single_line_text_field",
        };
        rows.push(Row {
            owner_id: cell.owner,
            namespace: &cell.namespace,
            key: &cell.key,
            kind: cell.kind.as_deref().unwrap_or(text),
            settled: cell.kind.is_some(),
            value,
        });
    }
    if rows.is_empty() {
        return Ok(put);
    }
    let json = serde_json::to_string(&rows)
        .map_err(|error| Fault::other("write fields as JSON", error))?;
    let query = sql_query(PUT)
        .bind::<Text, _>(json)
        .bind::<Text, _>(owner)
        .bind::<Timestamptz, _>(now);
    let changed: Vec<i64> = cached::<BigInt, _>(query).load(conn).await?;
    put.changed = changed.into_iter().collect();
    Ok(put)
}

/// The fields of these things.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn kept_fields(
    conn: &mut Conn,
    owner: &str,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<KeptField>>, Fault> {
    use metafields as f;
    type Columns = (i64, String, String, String, String);
    let rows: Vec<Columns> = f::table
        .filter(f::owner_kind.eq(owner).and(f::owner_id.eq_any(ids)))
        .order(f::id)
        .select((f::owner_id, f::namespace, f::key, f::kind, f::value))
        .load(conn)
        .await?;
    let mut fields: HashMap<i64, Vec<KeptField>> = HashMap::new();
    for (id, namespace, key, kind, value) in rows {
        fields.entry(id).or_default().push(KeptField {
            namespace,
            key,
            kind,
            value,
        });
    }
    Ok(fields)
}

type Ids = HashMap<Target, HashMap<String, String>>;

/// The ids of everything that these values lead to.
async fn targets(conn: &mut Conn, values: impl Iterator<Item = &Given>) -> Result<Ids, Fault> {
    let mut wanted: HashMap<Target, BTreeSet<&str>> = HashMap::new();
    for value in values {
        match value {
            Given::Text(_) => {}
            Given::One(target, name) => {
                wanted.entry(*target).or_default().insert(name);
            }
            Given::Many(target, names) => {
                let of_kind = wanted.entry(*target).or_default();
                of_kind.extend(names.iter().map(String::as_str));
            }
        }
    }
    let mut ids = HashMap::new();
    for (target, names) in wanted {
        let names: Vec<&str> = names.into_iter().collect();
        ids.insert(target, names::ids(conn, target, &names).await?);
    }
    Ok(ids)
}

/// The text that is kept; or else the name that leads nowhere.
fn text_of(given: &Given, ids: &Ids) -> Result<String, String> {
    let id = |target: &Target, name: &String| {
        let id = ids.get(target).and_then(|ids| ids.get(name));
        id.cloned().ok_or_else(|| name.clone())
    };
    match given {
        Given::Text(text) => Ok(text.clone()),
        Given::One(target, name) => id(target, name),
        Given::Many(target, names) => {
            let ids: Result<Vec<String>, String> =
                names.iter().map(|name| id(target, name)).collect();
            Ok(serde_json::Value::from(ids?).to_string())
        }
    }
}

/// Makes the defined fields the given ones.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn save_definitions(
    conn: &mut Conn,
    drafts: &[FieldDefinitionDraft],
) -> Result<(), Fault> {
    let json = serde_json::to_string(drafts)
        .map_err(|error| Fault::other("write definitions as JSON", error))?;
    let query = sql_query(SAVE_DEFINITIONS).bind::<Text, _>(json);
    query.execute(conn).await?;
    Ok(())
}

/// Gives values that are there the types that are defined for them.
///
/// # Errors
/// [`Fault::Inconsistent`] when one does not fit the type that is defined for it.
pub async fn settle_types(conn: &mut Conn, now: DateTime<Utc>) -> Result<(), Fault> {
    type Columns = (BigInt, Text, Text, Text, Text);
    let query = sql_query(
        "SELECT f.id, d.kind, f.value, f.owner_kind, f.namespace || '.' || f.key \
         FROM metafields f JOIN metafield_definitions d USING (owner_kind, namespace, key) \
         WHERE d.kind IS NOT NULL AND f.kind <> d.kind ORDER BY f.id",
    );
    let rows: Vec<(i64, String, String, String, String)> =
        cached::<Columns, _>(query).load(conn).await?;
    let mut read = Vec::with_capacity(rows.len());
    for (id, kind, value, owner, name) in &rows {
        let given = match ValueType::parse(kind) {
            Some(kind) => kind.read_cell(value),
            None => Err("has an unknown type".to_owned()),
        };
        let given = given.map_err(|reason| {
            Fault::Inconsistent(format!(
                "a metafield `{name}` of a {owner} {reason}, but is defined as {kind}: `{value}`"
            ))
        })?;
        read.push((id, kind, given, name));
    }
    let ids = targets(conn, read.iter().map(|(_, _, given, _)| given)).await?;
    for (id, kind, given, name) in &read {
        let value = text_of(given, &ids).map_err(|astray| {
            let what = format!("the metafield `{name}` leads to `{astray}`, which does not exist");
            Fault::Inconsistent(what)
        })?;
        diesel::update(metafields::table.find(*id))
            .set((
                metafields::kind.eq(*kind),
                metafields::value.eq(value),
                metafields::updated_at.eq(now),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}
