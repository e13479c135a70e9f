//! Takes over an inventory CSV: what lies where, one row for each variant and location; and writes one.
//!
//! Rows are saved many at a time, each many in a transaction. A row is known by the product's handle and the variant's option values,
//! or by its stock keeping unit where the file has no such columns.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};

use crate::Shop;
use crate::db::{Conn, Run};
use crate::inventory::levels::{self, LevelDraft, NamedLocation, NamedVariant};
use crate::kernel::sheet::{Known, Refusal, Row, Sheet, Writer, code};
use crate::kernel::text::excerpt;
use crate::kernel::{Failure, Fault};

const HANDLE: &str = "Handle";
const SKU: &str = "SKU";
const LOCATION: &str = "Location";
const INCOMING: &str = "Incoming";
const UNAVAILABLE: &str = "Unavailable";
const COMMITTED: &str = "Committed";
const AVAILABLE: &str = "Available";
const ON_HAND: &str = "On hand";
/// What it is to become; goes before what it is.
const NEW: &str = "On hand (new)";
const VALUES: [&str; 3] = ["Option1 Value", "Option2 Value", "Option3 Value"];

/// The columns, in the order in which they are written.
const COLUMNS: [&str; 17] = [
    HANDLE,
    "Title",
    "Option1 Name",
    VALUES[0],
    "Option2 Name",
    VALUES[1],
    "Option3 Name",
    VALUES[2],
    SKU,
    "HS Code",
    "COO",
    LOCATION,
    INCOMING,
    UNAVAILABLE,
    COMMITTED,
    AVAILABLE,
    ON_HAND,
];

const KNOWN: Known<'_> = Known {
    columns: &COLUMNS,
    aliases: &[
        (NEW, NEW),
        ("Bin name", "Bin name"),
        ("URL handle", HANDLE),
        ("Variant SKU", SKU),
        ("On hand (current)", ON_HAND),
        ("Incoming (not editable)", INCOMING),
        ("Unavailable (not editable)", UNAVAILABLE),
        ("Committed (not editable)", COMMITTED),
        ("Available (not editable)", AVAILABLE),
    ],
    mandatory: &[],
};

/// What is written where a variant has no level.
const NOT_STOCKED: &str = "not stocked";

/// Rows that are saved, and variants that are read, at a time.
const MANY: usize = 500;
const PAGE: i64 = 500;

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedInventory {
    /// Levels that were made or changed.
    pub changed: u64,
    /// Levels that were taken away.
    pub removed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
    /// Reasons against rows, which changed nothing.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file.
    pub notes: Vec<Refusal>,
}

/// What a row says.
struct Told {
    line: u64,
    handle: String,
    values: Vec<String>,
    sku: String,
    location: String,
    is_stocked: bool,
    level: LevelDraft,
}

/// Imports one file. What is not listed stays as it is.
///
/// # Errors
/// A [`Fault`] when another import runs or a statement fails; rows that were imported before stay.
pub async fn import_inventory(
    shop: &Shop,
    source: impl Read + Send,
) -> Result<ImportedInventory, Fault> {
    import_inventory_in(Run::Real, shop, source).await
}

/// As [`import_inventory`]; a dry run changes nothing.
///
/// # Errors
/// As [`import_inventory`].
pub async fn import_inventory_in(
    run: Run,
    shop: &Shop,
    source: impl Read + Send,
) -> Result<ImportedInventory, Fault> {
    shop.db.alone(import(run, shop, source)).await
}

async fn import(
    run: Run,
    shop: &Shop,
    source: impl Read + Send,
) -> Result<ImportedInventory, Fault> {
    let mut imported = ImportedInventory::default();
    let mut sheet = match Sheet::open(source, &KNOWN).and_then(has_all) {
        Ok(sheet) => sheet,
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    imported.ignored = sheet.ignored().to_vec();
    imported.notes = sheet.notes().to_vec();
    let places = levels::locations(&mut *shop.db.primary().await?).await?;
    let mut seen = HashSet::new();
    let mut waiting: Vec<Told> = Vec::new();
    loop {
        let row = sheet.next_row();
        let is_end = row.is_none();
        if matches!(&row, Some(Ok(row)) if row.is_blank()) {
            continue;
        }
        match row.transpose().map(|row| row.map(read)) {
            Ok(Some(Ok(told))) => waiting.push(told),
            Ok(Some(Err(refusals))) => imported.refusals.extend(refusals),
            Err(refusal) => imported.refusals.push(refusal),
            Ok(None) => {}
        }
        if waiting.len() == MANY || is_end {
            let many = std::mem::take(&mut waiting);
            save(run, shop, (&many, &places), &mut seen, &mut imported).await?;
        }
        if is_end {
            break;
        }
    }
    imported.refusals.sort_by_key(|refusal| refusal.line);
    Ok(imported)
}

/// A file names variants and says how many there are.
fn has_all<R: Read>(sheet: Sheet<R>) -> Result<Sheet<R>, Vec<Refusal>> {
    let needed = [
        (HANDLE, SKU, sheet.has(HANDLE) || sheet.has(SKU)),
        (
            ON_HAND,
            AVAILABLE,
            [ON_HAND, NEW, AVAILABLE]
                .iter()
                .any(|column| sheet.has(column)),
        ),
    ];
    let missing = needed.iter().filter(|(.., is_there)| !is_there);
    let missing = missing.map(|(column, other, _)| {
        Refusal::new(
            1,
            column,
            format!("the column is missing, and so is {other}"),
        )
    });
    let missing: Vec<Refusal> = missing.collect();
    if missing.is_empty() {
        Ok(sheet)
    } else {
        Err(missing)
    }
}

fn read(mut row: Row<'_>) -> Result<Told, Vec<Refusal>> {
    let values = VALUES.map(|column| row.text(column));
    let count = values.iter().rposition(|value| !value.is_empty());
    let values = values.into_iter().take(count.map_or(0, |last| last + 1));
    let mut told = Told {
        line: row.line,
        handle: row.text(HANDLE).to_lowercase(),
        values: values.collect(),
        sku: row.code(SKU),
        location: row.text(LOCATION),
        is_stocked: true,
        level: LevelDraft::default(),
    };
    if told.handle.is_empty() && told.sku.is_empty() {
        let column = if row.has(HANDLE) { HANDLE } else { SKU };
        row.refuse(column, "is missing");
    }
    let is_unstocked = |text: String| text.eq_ignore_ascii_case(NOT_STOCKED);
    let column = if row.text(NEW).is_empty() {
        ON_HAND
    } else {
        NEW
    };
    if is_unstocked(row.text(column)) || (!row.has(ON_HAND) && is_unstocked(row.text(AVAILABLE))) {
        told.is_stocked = false;
        return row.settled(told);
    }
    told.level = LevelDraft {
        on_hand: whole(&mut row, column, 0),
        available: whole(&mut row, AVAILABLE, i64::MIN),
        unavailable: whole(&mut row, UNAVAILABLE, 0),
        committed: whole(&mut row, COMMITTED, 0),
        incoming: whole(&mut row, INCOMING, 0),
        ..LevelDraft::default()
    };
    row.settled(told)
}

/// A whole number from `least` on that a level can have; `None` for a blank and for one that is refused.
fn whole(row: &mut Row<'_>, column: &str, least: i64) -> Option<i64> {
    let text = row.text(column);
    if text.is_empty() || text.eq_ignore_ascii_case(NOT_STOCKED) {
        return None;
    }
    let limit = i64::from(i32::MAX);
    let number = text.parse().ok();
    let number = number.filter(|number| (least.max(-limit)..=limit).contains(number));
    if number.is_none() {
        let reason = match least {
            0 => format!("`{}` is not a whole number from 0 on", excerpt(&text)),
            _ => format!("`{}` is not a whole number", excerpt(&text)),
        };
        row.refuse(column, reason);
    }
    number
}

/// Saves rows in one transaction.
async fn save(
    run: Run,
    shop: &Shop,
    (rows, places): (&[Told], &[NamedLocation]),
    seen: &mut HashSet<(i64, i64)>,
    imported: &mut ImportedInventory,
) -> Result<(), Fault> {
    let handles: Vec<&str> = rows.iter().map(|row| row.handle.as_str()).collect();
    let unnamed = rows.iter().filter(|row| row.handle.is_empty());
    let skus: Vec<&str> = unnamed.map(|row| row.sku.as_str()).collect();
    let found = levels::named(&mut *shop.db.primary().await?, &handles, &skus).await?;
    let mut by_handle: HashMap<&str, Vec<&NamedVariant>> = HashMap::new();
    let mut by_sku: HashMap<&str, Vec<&NamedVariant>> = HashMap::new();
    for variant in &found {
        by_handle.entry(&variant.handle).or_default().push(variant);
        let sku = variant.sku.as_deref().unwrap_or_default();
        by_sku.entry(sku).or_default().push(variant);
    }
    let (mut stocked, mut unstocked): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    for row in rows {
        let variants = match row.handle.as_str() {
            "" => by_sku.get(row.sku.as_str()),
            handle => by_handle.get(handle),
        };
        let variants = variants.map(Vec::as_slice).unwrap_or_default();
        let named = variant(row, variants).and_then(|id| Ok((id, location(row, places)?)));
        match named {
            Ok(key) if !seen.insert(key) => {
                let reason = "a second row for the variant and the location";
                imported.refusals.push(Refusal::new(row.line, "", reason));
            }
            Ok((variant_id, location_id)) => {
                let level = LevelDraft {
                    variant_id,
                    location_id,
                    ..row.level
                };
                let list = if row.is_stocked {
                    &mut stocked
                } else {
                    &mut unstocked
                };
                list.push((row.line, level));
            }
            Err((column, reason)) => {
                imported
                    .refusals
                    .push(Refusal::new(row.line, column, reason));
            }
        }
    }
    let drafts = |list: &[(u64, LevelDraft)]| -> Vec<LevelDraft> {
        list.iter().map(|(_, level)| *level).collect()
    };
    let (set, unset) = (drafts(&stocked), drafts(&unstocked));
    let done = shop
        .db
        .write_in(run, async |conn: &mut Conn| {
            let (promised, removed) = levels::unstock(conn, &unset).await?;
            let changed = levels::set(conn, &set).await?;
            Ok::<_, Failure<std::convert::Infallible>>((changed, promised, removed))
        })
        .await;
    let (changed, promised, removed) = done.map_err(Failure::fault)?;
    for place in &promised {
        let at = usize::try_from(place - 1).unwrap_or(usize::MAX);
        if let Some((line, _)) = unstocked.get(at) {
            let reason = "pieces of it are promised to orders: the level stays as it was";
            imported.refusals.push(Refusal::new(*line, ON_HAND, reason));
        }
    }
    let changed = u64::try_from(changed).unwrap_or(u64::MAX);
    let removed = u64::try_from(removed).unwrap_or_default();
    let all = stocked.len() + unstocked.len() - promised.len();
    imported.changed += changed;
    imported.removed += removed;
    imported.unchanged += u64::try_from(all).unwrap_or(u64::MAX) - changed - removed;
    Ok(())
}

type Wrong = (&'static str, String);

/// The variant that a row means.
fn variant(row: &Told, variants: &[&NamedVariant]) -> Result<i64, Wrong> {
    let (column, name) = match row.handle.is_empty() {
        true => (SKU, &row.sku),
        false => (HANDLE, &row.handle),
    };
    if variants.is_empty() {
        return Err((column, format!("there is no `{}`", excerpt(name))));
    }
    let is_meant = |variant: &&&NamedVariant| match (row.handle.is_empty(), row.values.is_empty()) {
        (false, false) => variant.values == row.values,
        (false, true) if variants.len() > 1 => variant.sku.as_deref() == Some(&*row.sku),
        _ => true,
    };
    let found: Vec<&&NamedVariant> = variants.iter().filter(is_meant).collect();
    match found[..] {
        [one] if one.is_tracked => Ok(one.id),
        [_] => {
            let reason =
                "its stock is not counted: give it an inventory tracker by the product CSV";
            Err((column, reason.to_owned()))
        }
        [] => {
            let title = row.values.join(" / ");
            let reason = format!("there is no variant `{}` of the product", excerpt(&title));
            Err((VALUES[0], reason))
        }
        _ => {
            let reason = format!("{} variants have it", found.len());
            Err((SKU, reason))
        }
    }
}

/// The location that a row means: by its name or handle, and the only one where it names none.
fn location(row: &Told, places: &[NamedLocation]) -> Result<i64, Wrong> {
    if let ("", [only]) = (row.location.as_str(), places) {
        return Ok(only.id);
    }
    let name = row.location.to_lowercase();
    let is_meant = |place: &&NamedLocation| {
        place.name.to_lowercase() == name || place.handle.as_deref() == Some(&*name)
    };
    let found: Vec<&NamedLocation> = places.iter().filter(is_meant).collect();
    match found[..] {
        [one] => Ok(one.id),
        _ if name.is_empty() => Err((LOCATION, "is missing".to_owned())),
        [] => {
            let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
            let reason = format!(
                "there is no location `{}`, only {}",
                excerpt(&row.location),
                names.join(", ")
            );
            Err((LOCATION, reason))
        }
        _ => Err((LOCATION, format!("{} locations are called so", found.len()))),
    }
}

/// Writes what lies where as a CSV that reads back as the same; answers how many variants there were.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export_inventory(shop: &Shop, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let mut conn = shop.db.primary().await?;
    let mut writer = Writer::new(out);
    writer.write(COLUMNS)?;
    let (mut last, mut count) = (0, 0);
    loop {
        let page = levels::page(&mut conn, last, PAGE).await?;
        let Some((newest, _)) = page.last() else {
            break;
        };
        last = *newest;
        for (_, stocked) in &page {
            let option = |at: usize| {
                let part = |parts: &[String]| parts.get(at).cloned().unwrap_or_default();
                [part(&stocked.options), part(&stocked.values)]
            };
            let sku = code(stocked.sku.as_deref().unwrap_or_default()).into_owned();
            let named = [stocked.handle.clone(), stocked.title.clone()].into_iter();
            let named = named.chain((0..VALUES.len()).flat_map(option));
            let named: Vec<String> = named.chain([sku, String::new(), String::new()]).collect();
            for at in &stocked.levels {
                let counts = match at.level {
                    Some(level) => level.map(|count| count.to_string()),
                    None => [(); 5].map(|()| NOT_STOCKED.to_owned()),
                };
                let place = std::iter::once(at.location.clone());
                writer.write(named.iter().cloned().chain(place).chain(counts))?;
            }
            count += 1;
        }
    }
    writer.finish()?;
    Ok(count)
}
