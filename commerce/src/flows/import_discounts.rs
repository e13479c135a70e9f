//! Brings a merchant's discount CSV into the shop, row by row.
//!
//! Each row is a transaction of its own: a refused row changes nothing, and the others are imported.

use std::io::Read;

use crate::Shop;
use crate::content::identity::time_zone;
use crate::content::store as content;
use crate::db::{Conn, Run};
use crate::discount::sheet;
use crate::discount::store::{self, Listed, NotStored, Saved};
use crate::kernel::sheet::Refusal;
use crate::kernel::{Currency, Failure, Fault, TimeZone};

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Discounts that were not there.
    pub created: u64,
    /// Discounts of which something differed.
    pub updated: u64,
    /// Discounts of which nothing differed.
    pub unchanged: u64,
    /// Reasons against rows, which changed nothing.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file, and what was read otherwise than it was written.
    pub notes: Vec<Refusal>,
}

/// Imports one file; its amounts are in the shop's currency, its days in the shop's time zone.
///
/// # Errors
/// A [`Fault`] when another import runs, there is no shop yet or a statement fails; rows that were imported before stay.
pub async fn import_discounts(shop: &Shop, source: impl Read + Send) -> Result<Imported, Fault> {
    import_discounts_in(Run::Real, shop, source).await
}

/// As [`import_discounts`]; a dry run changes nothing.
///
/// # Errors
/// As [`import_discounts`].
pub async fn import_discounts_in(
    run: Run,
    shop: &Shop,
    source: impl Read + Send,
) -> Result<Imported, Fault> {
    shop.db.alone(import(run, shop, source)).await
}

async fn import(run: Run, shop: &Shop, source: impl Read + Send) -> Result<Imported, Fault> {
    let zone = zone(shop).await?;
    let (held, currency) = export_discounts(shop).await?;
    let held = held.into_iter().map(|held| held.draft);
    let mut held: sheet::Held = held
        .map(|draft| (draft.title.to_lowercase(), draft))
        .collect();
    let mut imported = Imported::default();
    let rows = match sheet::read(source, currency, zone, &held) {
        Ok(told) => {
            imported.notes = told.notes;
            told.rows
        }
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    let now = shop.clock.now();
    for (line, row) in rows {
        let draft = match row {
            Ok(draft) => draft,
            Err(refusals) => {
                imported.refusals.extend(refusals);
                continue;
            }
        };
        let known = held.get(&draft.title.to_lowercase());
        if known.is_some_and(|known| store::is_same(known, &draft)) {
            imported.unchanged += 1;
            continue;
        }
        let saved = shop
            .db
            .write_in(run, async |conn: &mut Conn| {
                store::save(conn, &draft, currency, now).await
            })
            .await;
        match saved {
            Ok(Saved::Created) => imported.created += 1,
            Ok(Saved::Updated) => imported.updated += 1,
            Err(Failure::Refused(NotStored { column, reason })) => {
                imported.refusals.push(Refusal::new(line, column, reason));
                continue;
            }
            Err(Failure::Broken(fault)) => return Err(fault),
        }
        // A later row of the same title is judged by what this one has made of it.
        held.insert(draft.title.to_lowercase(), draft);
    }
    Ok(imported)
}

/// All discounts, and the currency of their amounts.
///
/// # Errors
/// A [`Fault`] when there is no shop yet or a statement fails.
pub async fn export_discounts(shop: &Shop) -> Result<(Vec<Listed>, Currency), Fault> {
    let currency = currency(shop).await?;
    let mut conn = shop.db.primary().await?;
    Ok((store::list(&mut conn).await?, currency))
}

/// The time zone of the shop's days.
pub(super) async fn zone(shop: &Shop) -> Result<TimeZone, Fault> {
    time_zone(&mut *shop.db.primary().await?).await
}

/// The currency that the shop sells in.
pub(super) async fn currency(shop: &Shop) -> Result<Currency, Fault> {
    let mut conn = shop.db.primary().await?;
    content::shop_currency(&mut conn).await?.ok_or_else(|| {
        Fault::Inconsistent("there is no shop yet; import its products first".into())
    })
}
