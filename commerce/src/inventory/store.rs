//! Writes of stock levels.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::draft::LocationDraft;
use super::model::StockCount;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::{locations, variants};

/// The location that everything is stocked at: the active one of the highest priority.
///
/// # Errors
/// [`Fault::Inconsistent`] when there is none.
pub async fn main_location(conn: &mut Conn) -> Result<i64, Fault> {
    let found = locations::table
        .filter(locations::active)
        .order((locations::priority, locations::id))
        .select(locations::id)
        .first(conn)
        .await
        .optional()?;
    found.ok_or_else(|| Fault::Inconsistent("there is no active stock location".to_owned()))
}

/// Records counted stock; levels that do not exist yet are made.
///
/// A count below what is already promised stands: the shortage is acknowledged on the level, and
/// nothing more can be reserved until stock has recovered. All counts of a transaction go into one
/// call, because levels are locked by variant before location, whichever location they are of. A count that is not told makes
/// a level only of a variant that has none anywhere. Answers how many levels were made or changed.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_on_hand(conn: &mut Conn, counts: &[StockCount]) -> Result<usize, Fault> {
    if counts.is_empty() {
        return Ok(0);
    }
    let json = serde_json::to_string(counts)
        .map_err(|error| Fault::other("write stock counts as JSON", error))?;
    let query = diesel::sql_query(include_str!("../../sql/inventory/set_on_hand.sql"))
        .bind::<Text, _>(json);
    Ok(cached::<(), _>(query).execute(conn).await?)
}

/// Forgets the stock of variants that are not tracked any more.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn stop_counting(conn: &mut Conn, variants: &[i64]) -> Result<(), Fault> {
    if variants.is_empty() {
        return Ok(());
    }
    let query = diesel::sql_query(include_str!("../../sql/inventory/stop_counting.sql"))
        .bind::<Array<BigInt>, _>(variants);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Makes the places what the drafts say. A place that is not listed offers no picking up any more; its
/// stock stays.
///
/// # Errors
/// [`Fault::Inconsistent`] when a SKU names no variant whose stock is counted.
pub async fn save_locations(conn: &mut Conn, drafts: &[LocationDraft]) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    let others = locations::handle
        .is_null()
        .or(locations::handle.assume_not_null().ne_all(handles));
    diesel::update(locations::table.filter(others.and(locations::pick_up_time.is_not_null())))
        .set(locations::pick_up_time.eq(None::<String>))
        .execute(conn)
        .await?;
    let mut places = Vec::with_capacity(drafts.len());
    for (priority, draft) in (1..).zip(drafts) {
        let fields = (
            locations::name.eq(&draft.name),
            locations::address1.eq(&draft.address1),
            locations::address2.eq(&draft.address2),
            locations::city.eq(&draft.city),
            locations::province.eq(&draft.province),
            locations::country.eq(&draft.country),
            locations::zip.eq(&draft.zip),
            locations::phone.eq(&draft.phone),
            locations::latitude.eq(draft.coordinates.map(|(north, _)| north)),
            locations::longitude.eq(draft.coordinates.map(|(_, east)| east)),
            locations::pick_up_time.eq(&draft.pick_up_time),
        );
        let held: Option<i64> = locations::table
            .filter(locations::handle.eq(&draft.handle))
            .select(locations::id)
            .first(conn)
            .await
            .optional()?;
        let id: i64 = match held {
            Some(id) => {
                diesel::update(locations::table.find(id))
                    .set(fields)
                    .execute(conn)
                    .await?;
                id
            }
            // Behind the main place, which product CSVs count into.
            None => {
                diesel::insert_into(locations::table)
                    .values((
                        locations::handle.eq(&draft.handle),
                        locations::priority.eq(priority),
                        fields,
                    ))
                    .returning(locations::id)
                    .get_result(conn)
                    .await?
            }
        };
        places.push((id, draft));
    }
    save_stock(conn, &places).await
}

async fn save_stock(conn: &mut Conn, places: &[(i64, &LocationDraft)]) -> Result<(), Fault> {
    let skus = places.iter().flat_map(|(_, draft)| &draft.stock);
    let skus: Vec<&str> = skus.map(|(sku, _)| sku.as_str()).collect();
    if skus.is_empty() {
        return Ok(());
    }
    let found: Vec<(Option<String>, i64)> = variants::table
        .filter(variants::sku.eq_any(skus))
        .filter(variants::deleted_at.is_null())
        .filter(variants::inventory_tracked)
        .order(variants::id.desc())
        .select((variants::sku, variants::id))
        .load(conn)
        .await?;
    // Of several variants with one SKU the oldest is meant.
    let variants: HashMap<String, i64> = found
        .into_iter()
        .filter_map(|(sku, id)| Some((sku?, id)))
        .collect();
    let mut counts = Vec::new();
    for (location_id, draft) in places {
        for (sku, on_hand) in &draft.stock {
            let Some(variant_id) = variants.get(sku) else {
                let place = &draft.handle;
                let what = format!(
                    "the location `{place}` counts `{sku}`, which is no variant whose stock is counted"
                );
                return Err(Fault::Inconsistent(what));
            };
            counts.push(StockCount {
                variant_id: *variant_id,
                location_id: *location_id,
                on_hand: Some(*on_hand),
            });
        }
    }
    set_on_hand(conn, &counts).await?;
    Ok(())
}
