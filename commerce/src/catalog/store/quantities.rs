//! Rules for numbers and prices for larger ones, in and out as a CSV.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Write};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::catalog::quantities::{self, PriceBreak, Quantities, QuantityRule};
use crate::db::Conn;
use crate::kernel::sheet::{Known, Refusal, Row, Sheet, Writer, code};
use crate::kernel::{Currency, Fault, Id, Money};
use crate::tables::{price_breaks, quantity_rules, variants};

const SKU: &str = "SKU";
const MINIMUM: &str = "Minimum";
const MAXIMUM: &str = "Maximum";
const INCREMENT: &str = "Increment";
const FROM: &str = "From";
const PRICE: &str = "Price";
const COLUMNS: [&str; 6] = [SKU, MINIMUM, MAXIMUM, INCREMENT, FROM, PRICE];
const KNOWN: Known<'_> = Known {
    columns: &COLUMNS,
    aliases: &[("Variant SKU", SKU)],
    mandatory: &[SKU],
};

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Variants for which something else holds now.
    pub changed: u64,
    /// Variants for which everything stays as it was.
    pub unchanged: u64,
    /// Reasons against rows; the variants that they are about stay as they were.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file.
    pub notes: Vec<Refusal>,
}

/// Columns that a file has.
#[derive(Clone, Copy)]
struct Told {
    minimum: bool,
    maximum: bool,
    increment: bool,
    prices: bool,
}

/// What the rows of one stock keeping unit say so far.
struct Wanted {
    line: u64,
    quantities: Quantities,
    refused: bool,
}

/// Makes hold for variants what the rows of a CSV say, and nothing else: the first row of a stock keeping
/// unit has the rule and may have a price, its further rows have more prices. Variants without a row stay as
/// they are, and so does what the file has no column for. Prices are in `currency`, the shop's.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn import(
    conn: &mut Conn,
    source: impl Read,
    currency: Currency,
) -> Result<Imported, Fault> {
    let mut imported = Imported::default();
    let (wanted, told) = match Sheet::open_strictly(source, &KNOWN) {
        Ok(sheet) => {
            imported.notes = sheet.notes().to_vec();
            let told = Told {
                minimum: sheet.has(MINIMUM),
                maximum: sheet.has(MAXIMUM),
                increment: sheet.has(INCREMENT),
                prices: sheet.has(PRICE),
            };
            (read(sheet, currency, &mut imported.refusals), told)
        }
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    let skus: Vec<&String> = wanted.keys().collect();
    let found: Vec<(Option<String>, i64)> = variants::table
        .filter(variants::sku.eq_any(skus))
        .filter(variants::deleted_at.is_null())
        .order(variants::id)
        .select((variants::sku, variants::id))
        .load(conn)
        .await?;
    let mut ids: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (sku, id) in found {
        ids.entry(sku.unwrap_or_default()).or_default().push(id);
    }
    let of_sku = |sku: &str| ids.get(sku).into_iter().flatten().copied();
    let known: Vec<Id<_>> = wanted
        .keys()
        .flat_map(|sku| of_sku(sku))
        .map(Id::new)
        .collect();
    let held = quantities::of_variants(conn, &known).await?;
    for (sku, wanted) in wanted.into_iter().filter(|(_, wanted)| !wanted.refused) {
        let mut found = of_sku(&sku).peekable();
        if found.peek().is_none() {
            let reason = format!("no variant has the stock keeping unit `{sku}`");
            imported
                .refusals
                .push(Refusal::new(wanted.line, SKU, reason));
        }
        for id in found {
            let before = held.get(&Id::new(id)).cloned().unwrap_or_default();
            match completed(&wanted.quantities, &before, told) {
                Ok(quantities) if quantities == before => imported.unchanged += 1,
                Ok(quantities) => {
                    save(conn, id, &quantities).await?;
                    imported.changed += 1;
                }
                Err((column, reason)) => {
                    imported
                        .refusals
                        .push(Refusal::new(wanted.line, column, reason));
                }
            }
        }
    }
    imported.refusals.sort_by_key(|refusal| refusal.line);
    Ok(imported)
}

/// What a file says of a variant, with what it has no column for as it was.
fn completed(
    wanted: &Quantities,
    before: &Quantities,
    told: Told,
) -> Result<Quantities, (&'static str, String)> {
    let mut quantities = wanted.clone();
    let (rule, held) = (&mut quantities.rule, &before.rule);
    if !told.increment {
        rule.increment = held.increment;
    }
    if !told.minimum {
        rule.minimum = held.minimum;
    } else if !told.increment {
        // A blank minimum is the increment.
        rule.minimum = rule.minimum.max(rule.increment);
    }
    if !told.maximum {
        rule.maximum = held.maximum;
    }
    if !told.prices {
        quantities.breaks.clone_from(&before.breaks);
    }
    match faults(&quantities.rule).into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(quantities),
    }
}

fn read<R: Read>(
    mut sheet: Sheet<R>,
    currency: Currency,
    refusals: &mut Vec<Refusal>,
) -> BTreeMap<String, Wanted> {
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    while let Some(row) = sheet.next_row() {
        let mut row = match row {
            Ok(row) => row,
            Err(refusal) => {
                refusals.push(refusal);
                continue;
            }
        };
        let (line, sku) = (row.line, row.code(SKU));
        if sku.is_empty() {
            row.refuse(SKU, "is missing");
        }
        let is_first = !wanted.contains_key(&sku);
        let rule = rule(&mut row, is_first);
        let price = price(&mut row, currency);
        let of_sku = wanted.entry(sku).or_insert_with(|| Wanted {
            line,
            quantities: Quantities::default(),
            refused: false,
        });
        if let Some(price) = price {
            let breaks = &mut of_sku.quantities.breaks;
            match breaks.binary_search_by_key(&price.minimum, |one| one.minimum) {
                Ok(_) => row.refuse(FROM, format!("{} has a price already", price.minimum)),
                Err(place) => breaks.insert(place, price),
            }
        }
        if is_first {
            of_sku.quantities.rule = rule;
        }
        if let Err(wrong) = row.settled(()) {
            of_sku.refused = true;
            refusals.extend(wrong);
        }
    }
    wanted
}

fn rule(row: &mut Row<'_>, is_first: bool) -> QuantityRule {
    let [minimum, maximum, increment] = [MINIMUM, MAXIMUM, INCREMENT].map(|column| {
        let number = whole(row, column, 1);
        if number.is_some() && !is_first {
            row.refuse(
                column,
                "belongs into the first row of the stock keeping unit",
            );
        }
        number
    });
    let increment = increment.unwrap_or(1);
    let rule = QuantityRule {
        minimum: minimum.unwrap_or(increment),
        maximum,
        increment,
    };
    // Against what the variant has, where the file does not say all of it.
    if row.has(INCREMENT) && row.has(MINIMUM) {
        for (column, reason) in faults(&rule) {
            row.refuse(column, reason);
        }
    }
    rule
}

/// What is wrong with a rule, each with the column that says it.
fn faults(rule: &QuantityRule) -> Vec<(&'static str, String)> {
    let QuantityRule {
        minimum,
        maximum,
        increment,
    } = *rule;
    let mut faults = Vec::new();
    let multiple = |number: i32| format!("{number} is not a multiple of {increment}");
    if minimum % increment != 0 {
        faults.push((MINIMUM, multiple(minimum)));
    }
    if let Some(maximum) = maximum {
        if maximum % increment != 0 {
            faults.push((MAXIMUM, multiple(maximum)));
        }
        if maximum < minimum {
            let reason = format!("{maximum} is less than the minimum, {minimum}");
            faults.push((MAXIMUM, reason));
        }
    }
    faults
}

fn price(row: &mut Row<'_>, currency: Currency) -> Option<PriceBreak> {
    let (minimum, text) = (whole(row, FROM, 2), row.text(PRICE));
    if text.is_empty() {
        if minimum.is_some() {
            row.refuse(PRICE, "is missing");
        }
        return None;
    }
    if row.text(FROM).is_empty() {
        row.refuse(FROM, "is missing");
    }
    match Money::parse(&text, currency) {
        Ok(price) if price.minor >= 0 => minimum.map(|minimum| PriceBreak { minimum, price }),
        Ok(_) => {
            row.refuse(PRICE, format!("`{text}` is below 0"));
            None
        }
        Err(error) => {
            row.refuse(PRICE, error.to_string());
            None
        }
    }
}

/// A whole number that is not below `least`; `None` for a blank and for one that is refused.
pub(super) fn whole(row: &mut Row<'_>, column: &str, least: i32) -> Option<i32> {
    let text = row.text(column);
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok().filter(|number| *number >= least);
    if number.is_none() {
        let reason = format!("`{text}` is not a whole number from {least} on");
        row.refuse(column, reason);
    }
    number
}

async fn save(conn: &mut Conn, variant: i64, wanted: &Quantities) -> Result<(), Fault> {
    use {price_breaks as b, quantity_rules as q};
    diesel::delete(q::table.find(variant)).execute(conn).await?;
    diesel::delete(b::table.filter(b::variant_id.eq(variant)))
        .execute(conn)
        .await?;
    let rule = &wanted.rule;
    if *rule != QuantityRule::default() {
        let row = (
            q::variant_id.eq(variant),
            q::minimum.eq(rule.minimum),
            q::maximum.eq(rule.maximum),
            q::increment.eq(rule.increment),
        );
        diesel::insert_into(q::table)
            .values(row)
            .execute(conn)
            .await?;
    }
    let rows = wanted.breaks.iter().map(|one| {
        (
            b::variant_id.eq(variant),
            b::minimum.eq(one.minimum),
            b::price_minor.eq(one.price.minor),
            b::currency.eq(one.price.currency.code()),
        )
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        diesel::insert_into(b::table)
            .values(rows)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Writes what holds for variants as a CSV that reads back as the same; answers for how many. Variants
/// without a stock keeping unit are left out.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export(conn: &mut Conn, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let has_some = variants::id
        .eq_any(quantity_rules::table.select(quantity_rules::variant_id))
        .or(variants::id.eq_any(price_breaks::table.select(price_breaks::variant_id)));
    let found: Vec<(Option<String>, i64)> = variants::table
        .filter(variants::deleted_at.is_null())
        .filter(variants::sku.is_not_null())
        .filter(has_some)
        .order((variants::sku, variants::id))
        .select((variants::sku, variants::id))
        .load(conn)
        .await?;
    let ids: Vec<Id<_>> = found.iter().map(|(_, id)| Id::new(*id)).collect();
    let held = quantities::of_variants(conn, &ids).await?;
    let mut writer = Writer::new(out);
    writer.write(COLUMNS)?;
    let mut written = HashSet::new();
    for (sku, id) in found {
        let sku = sku.unwrap_or_default();
        let Some(held) = held.get(&Id::new(id)) else {
            continue;
        };
        if written.insert(sku.clone()) {
            for cells in rows(held) {
                let sku = code(&sku);
                let record = std::iter::once(&*sku).chain(cells.iter().map(String::as_str));
                writer.write(record)?;
            }
        }
    }
    writer.finish()?;
    Ok(written.len() as u64)
}

/// The cells behind the stock keeping unit.
fn rows(held: &Quantities) -> Vec<[String; 5]> {
    let rule = &held.rule;
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut prices = held.breaks.iter().map(|one| {
        let price = one.price.decimal();
        [one.minimum.to_string(), price]
    });
    let [from, price] = prices.next().unwrap_or_default();
    let first = [
        rule.minimum.to_string(),
        number(rule.maximum),
        rule.increment.to_string(),
        from,
        price,
    ];
    let blank = String::new;
    let more = prices.map(|[from, price]| [blank(), blank(), blank(), from, price]);
    std::iter::once(first).chain(more).collect()
}
