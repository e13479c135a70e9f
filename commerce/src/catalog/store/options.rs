//! A product's options and their values.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use serde::Serialize;

use super::json;
use crate::catalog::draft::OptionDraft;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::product_options;

/// What became of a product's options.
pub(super) struct SavedOptions {
    /// Their numbers, in the draft's order.
    pub(super) ids: Vec<i64>,
    /// Options and values that were added, renamed or moved.
    pub(super) changes: i64,
}

#[derive(Serialize)]
struct ValueRow<'a> {
    option: usize,
    name: &'a str,
    position: usize,
}

/// Makes the product's options the given ones. An option is known by its name; one whose name is
/// gone is renamed to the new option at its place, and keeps its values.
///
/// Options and values that are not listed stay until [`drop_unused`].
pub(super) async fn save_options(
    conn: &mut Conn,
    product: i64,
    is_new: bool,
    options: &[OptionDraft],
) -> Result<SavedOptions, Fault> {
    let held: Vec<(i64, String, i16)> = if is_new {
        Vec::new()
    } else {
        product_options::table
            .filter(product_options::product_id.eq(product))
            .order(product_options::position)
            .select((
                product_options::id,
                product_options::name,
                product_options::position,
            ))
            .load(conn)
            .await?
    };
    let mut changes = 0;
    let mut ids = Vec::with_capacity(options.len());
    let mut has_turned = false;
    for (place, (option, known)) in (1_i16..).zip(options.iter().zip(assign(&held, options))) {
        ids.push(match known {
            Some((id, name, position)) => {
                if *name != option.name || *position != place {
                    update(conn, *id, &option.name, place).await?;
                    changes += 1;
                    has_turned |= *position != place;
                }
                *id
            }
            None => {
                changes += 1;
                insert(conn, product, &option.name, place).await?
            }
        });
    }
    if has_turned {
        diesel::sql_query(include_str!("../../../sql/catalog/turn_options.sql"))
            .bind::<BigInt, _>(product)
            .bind::<Array<BigInt>, _>(&ids)
            .execute(conn)
            .await?;
    }
    let is_gone = |(id, _, _): &&(i64, String, i16)| !ids.contains(id);
    changes += i64::try_from(held.iter().filter(is_gone).count()).unwrap_or(i64::MAX);
    changes += save_values(conn, product, &ids, options).await?;
    Ok(SavedOptions { ids, changes })
}

/// Takes away options that are not in `options` and values that no variant has.
pub(super) async fn drop_unused(
    conn: &mut Conn,
    product: i64,
    options: &[i64],
) -> Result<(), Fault> {
    diesel::sql_query(include_str!("../../../sql/catalog/drop_unused_options.sql"))
        .bind::<BigInt, _>(product)
        .bind::<Array<BigInt>, _>(options)
        .execute(conn)
        .await?;
    Ok(())
}

/// The held option that each given one is, if any: by name first, then by place.
fn assign<'a>(
    held: &'a [(i64, String, i16)],
    options: &[OptionDraft],
) -> Vec<Option<&'a (i64, String, i16)>> {
    let is_named = |name: &str| options.iter().any(|option| option.name == name);
    (1_i16..)
        .zip(options)
        .map(|(place, option)| {
            held.iter()
                .find(|(_, name, _)| *name == option.name)
                .or_else(|| {
                    held.iter()
                        .find(|(_, name, position)| *position == place && !is_named(name))
                })
        })
        .collect()
}

async fn update(conn: &mut Conn, id: i64, name: &str, place: i16) -> Result<(), Fault> {
    diesel::update(product_options::table.find(id))
        .set((
            product_options::name.eq(name),
            product_options::position.eq(place),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert(conn: &mut Conn, product: i64, name: &str, place: i16) -> Result<i64, Fault> {
    let id = diesel::insert_into(product_options::table)
        .values((
            product_options::product_id.eq(product),
            product_options::name.eq(name),
            product_options::position.eq(place),
        ))
        .returning(product_options::id)
        .get_result(conn)
        .await?;
    Ok(id)
}

async fn save_values(
    conn: &mut Conn,
    product: i64,
    ids: &[i64],
    options: &[OptionDraft],
) -> Result<i64, Fault> {
    let rows: Vec<ValueRow<'_>> = (1..)
        .zip(options)
        .flat_map(|(option, draft)| {
            (1..)
                .zip(&draft.values)
                .map(move |(position, name)| ValueRow {
                    option,
                    name,
                    position,
                })
        })
        .collect();
    let query = diesel::sql_query(include_str!("../../../sql/catalog/save_option_values.sql"))
        .bind::<BigInt, _>(product)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Text, _>(json(&rows)?);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}
