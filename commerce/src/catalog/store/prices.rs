//! Prices that markets have of their own, in and out as a CSV.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::quantities::{Imported, whole};
use crate::catalog::draft::MarketPrice;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::sheet::{Known, Refusal, Row, Sheet, Writer, code};
use crate::kernel::{Currency, Fault, Money};
use crate::tables::{market_prices, markets, variants};

const MARKET: &str = "Market";
const SKU: &str = "SKU";
const FROM: &str = "From";
const PRICE: &str = "Price";
const COMPARE_AT: &str = "Compare At Price";
const COLUMNS: [&str; 5] = [MARKET, SKU, FROM, PRICE, COMPARE_AT];
const KNOWN: Known<'_> = Known {
    columns: &COLUMNS,
    aliases: &[("Variant SKU", SKU), ("Compare-at price", COMPARE_AT)],
    mandatory: &[MARKET, SKU, PRICE],
};

/// Variants that are written at once.
const CHUNK: usize = 500;

/// Where prices can be fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The market's number.
    pub id: i64,
    /// What its buyers pay in.
    pub currency: Currency,
}

/// Prices by the number that they begin at: the price and one to compare with, in minor units.
type Prices = BTreeMap<i32, (i64, Option<i64>)>;

/// What the rows of one stock keeping unit in one market say so far.
struct Wanted {
    line: u64,
    place: Option<Place>,
    prices: Prices,
    /// Whether the first row has no price.
    is_lifted: bool,
    refused: bool,
}

/// Makes hold for variants in markets what the rows of a CSV say, and nothing else: each row has a price from
/// some number on; one without a price lifts what held. What has no row stays as it is, and so does what the file has no column
/// for. `places` are the markets by their handles.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn import(
    conn: &mut Conn,
    source: impl Read,
    places: &HashMap<String, Place>,
) -> Result<Imported, Fault> {
    let mut imported = Imported::default();
    let (mut wanted, told) = match Sheet::open_strictly(source, &KNOWN) {
        Ok(sheet) => {
            imported.notes = sheet.notes().to_vec();
            let told = (sheet.has(FROM), sheet.has(COMPARE_AT));
            (read(sheet, places, &mut imported.refusals), told)
        }
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    let first = |wanted: &Wanted| wanted.prices.first_key_value().map(|(from, _)| *from);
    for ((_, sku), wanted) in &mut wanted {
        if !wanted.refused && first(wanted).is_some_and(|from| from > 1) {
            wanted.refused = true;
            let reason = format!("`{sku}` has no price for a single one");
            imported
                .refusals
                .push(Refusal::new(wanted.line, FROM, reason));
        }
    }
    let ids = of_skus(conn, wanted.keys().map(|(_, sku)| sku.as_str()).collect()).await?;
    let all: Vec<i64> = ids.values().flatten().copied().collect();
    let held = held(conn, &all).await?;
    let mut changed = Vec::new();
    for ((_, sku), wanted) in wanted {
        let Some(place) = wanted.place.filter(|_| !wanted.refused) else {
            continue;
        };
        let Some(found) = ids.get(&sku) else {
            let reason = format!("no variant has the stock keeping unit `{sku}`");
            imported
                .refusals
                .push(Refusal::new(wanted.line, SKU, reason));
            continue;
        };
        for id in found {
            let before = held.get(&(place.id, *id));
            let before = before.filter(|(currency, _)| currency == place.currency.code());
            let prices = completed(&wanted.prices, before.map(|(_, prices)| prices), told);
            let same = match before {
                Some((_, held)) => *held == prices,
                None => prices.is_empty() && !held.contains_key(&(place.id, *id)),
            };
            if same {
                imported.unchanged += 1;
            } else {
                imported.changed += 1;
                changed.push((place, *id, prices));
            }
        }
    }
    for chunk in changed.chunks(CHUNK) {
        save(conn, chunk).await?;
    }
    imported.refusals.sort_by_key(|refusal| refusal.line);
    Ok(imported)
}

/// What a file says of a variant in a market, with what it has no column for as it was: prices of larger numbers, and the price
/// to compare with.
fn completed(
    wanted: &Prices,
    held: Option<&Prices>,
    (has_from, has_compare_at): (bool, bool),
) -> Prices {
    let mut prices = wanted.clone();
    if let (Some(held), false) = (held, wanted.is_empty()) {
        if !has_from {
            let larger = held.iter().filter(|(from, _)| **from > 1);
            prices.extend(larger.map(|(from, price)| (*from, *price)));
        }
        if let (false, Some((_, kept)), Some(price)) =
            (has_compare_at, held.get(&1), prices.get_mut(&1))
        {
            price.1 = *kept;
        }
    }
    prices
}

fn read<R: Read>(
    mut sheet: Sheet<R>,
    places: &HashMap<String, Place>,
    refusals: &mut Vec<Refusal>,
) -> BTreeMap<(String, String), Wanted> {
    let mut wanted: BTreeMap<(String, String), Wanted> = BTreeMap::new();
    while let Some(row) = sheet.next_row() {
        let mut row = match row {
            Ok(row) => row,
            Err(refusal) => {
                refusals.push(refusal);
                continue;
            }
        };
        let (line, market, sku) = (row.line, row.text(MARKET), row.code(SKU));
        if sku.is_empty() {
            row.refuse(SKU, "is missing");
        }
        let place = places.get(&market).copied();
        let price = match place {
            Some(place) => price(&mut row, place.currency),
            None => {
                row.refuse(MARKET, format!("there is no market `{market}`"));
                None
            }
        };
        let is_blank = row.text(PRICE).is_empty();
        let of_sku = wanted.get(&(market.clone(), sku.clone()));
        if of_sku.is_some_and(|of_sku| is_blank || of_sku.is_lifted) {
            row.refuse(PRICE, "is missing in one of the rows");
        }
        let of_sku = wanted.entry((market, sku)).or_insert_with(|| Wanted {
            line,
            place,
            prices: Prices::new(),
            is_lifted: is_blank,
            refused: false,
        });
        if let Some((from, price)) = price
            && of_sku.prices.insert(from, price).is_some()
        {
            row.refuse(FROM, format!("{from} has a price already"));
        }
        if let Err(wrong) = row.settled(()) {
            of_sku.refused = true;
            refusals.extend(wrong);
        }
    }
    wanted
}

/// The number that a row's price begins at, the price, and one to compare with; `None` for a row without.
fn price(row: &mut Row<'_>, currency: Currency) -> Option<(i32, (i64, Option<i64>))> {
    let (from, text) = (whole(row, FROM, 1), row.text(PRICE));
    let compare_at = amount(row, COMPARE_AT, currency);
    let from = match from {
        Some(from) => from,
        None if row.text(FROM).is_empty() => 1,
        None => return None,
    };
    if text.is_empty() {
        if compare_at.is_some() || from > 1 {
            row.refuse(PRICE, "is missing");
        }
        return None;
    }
    if compare_at.is_some() && from > 1 {
        row.refuse(COMPARE_AT, "belongs to the price of a single one");
    }
    let price = amount(row, PRICE, currency)?;
    Some((from, (price, compare_at)))
}

/// An amount in minor units; `None` for a blank and for one that is refused.
fn amount(row: &mut Row<'_>, column: &str, currency: Currency) -> Option<i64> {
    let text = row.text(column);
    if text.is_empty() {
        return None;
    }
    match Money::parse(&text, currency) {
        Ok(amount) if amount.minor >= 0 => Some(amount.minor),
        Ok(_) => {
            row.refuse(column, format!("`{text}` is below 0"));
            None
        }
        Err(error) => {
            row.refuse(column, error.to_string());
            None
        }
    }
}

async fn of_skus(conn: &mut Conn, skus: Vec<&str>) -> Result<HashMap<String, Vec<i64>>, Fault> {
    let found: Vec<(Option<String>, i64)> = variants::table
        .filter(variants::sku.eq_any(skus))
        .filter(variants::deleted_at.is_null())
        .order(variants::id)
        .select((variants::sku, variants::id))
        .load(conn)
        .await?;
    let mut ids: HashMap<String, Vec<i64>> = HashMap::new();
    for (sku, id) in found {
        ids.entry(sku.unwrap_or_default()).or_default().push(id);
    }
    Ok(ids)
}

/// The prices of these variants by market and variant, with their currency.
async fn held(
    conn: &mut Conn,
    variants: &[i64],
) -> Result<HashMap<(i64, i64), (String, Prices)>, Fault> {
    use market_prices as t;
    type Row = (i64, i64, i32, i64, Option<i64>, String);
    let rows: Vec<Row> = t::table
        .filter(t::variant_id.eq_any(variants))
        .select((
            t::market_id,
            t::variant_id,
            t::minimum,
            t::price_minor,
            t::compare_at_minor,
            t::currency,
        ))
        .load(conn)
        .await?;
    let mut held: HashMap<(i64, i64), (String, Prices)> = HashMap::new();
    for (market, variant, minimum, price, compare_at, currency) in rows {
        let (_, prices) = held
            .entry((market, variant))
            .or_insert_with(|| (currency, Prices::new()));
        prices.insert(minimum, (price, compare_at));
    }
    Ok(held)
}

/// What a variant costs in a market by itself, from a single one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnPrice {
    /// The market.
    pub place: Place,
    /// The variant.
    pub variant: i64,
    /// Its price.
    pub price: MarketPrice,
}

/// Makes variants cost in markets what is told, from a single one on; prices of larger numbers stay, unless there is no longer one
/// for a single one. Answers how many were changed.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn set_own_prices(conn: &mut Conn, told: &[OwnPrice]) -> Result<usize, Fault> {
    if told.is_empty() {
        return Ok(0);
    }
    let variants: Vec<i64> = told.iter().map(|own| own.variant).collect();
    let mut held = held(conn, &variants).await?;
    let mut changed = Vec::new();
    for OwnPrice {
        place,
        variant,
        price,
    } in told
    {
        let (currency, before) = held.remove(&(place.id, *variant)).unwrap_or_default();
        let is_same_currency = currency == place.currency.code();
        let mut prices = before.clone();
        if !is_same_currency {
            prices.clear();
        }
        match price.price {
            Some(minor) => {
                let kept = prices.get(&1).and_then(|(_, compare_at)| *compare_at);
                prices.insert(1, (minor, price.compare_at.unwrap_or(kept)));
            }
            None => prices.clear(),
        }
        if prices != before || (!is_same_currency && !prices.is_empty()) {
            changed.push((*place, *variant, prices));
        }
    }
    if !changed.is_empty() {
        save(conn, &changed).await?;
    }
    Ok(changed.len())
}

async fn save(conn: &mut Conn, changed: &[(Place, i64, Prices)]) -> Result<(), Fault> {
    let markets: Vec<i64> = changed.iter().map(|(place, ..)| place.id).collect();
    let variants: Vec<i64> = changed.iter().map(|(_, variant, _)| *variant).collect();
    let query = diesel::sql_query(
        "DELETE FROM market_prices p USING unnest($1, $2) AS c (market, variant) \
         WHERE p.market_id = c.market AND p.variant_id = c.variant",
    )
    .bind::<Array<BigInt>, _>(markets)
    .bind::<Array<BigInt>, _>(variants);
    cached::<(), _>(query).execute(conn).await?;
    let rows = changed.iter().flat_map(|(place, variant, prices)| {
        let row = |(from, (price, compare_at)): (&i32, &(i64, Option<i64>))| {
            let currency = place.currency.code().to_owned();
            ((place.id, *variant, *from), (*price, *compare_at, currency))
        };
        prices.iter().map(row)
    });
    type Key = (i64, i64, i32);
    type Amounts = (i64, Option<i64>, String);
    let (keys, amounts): (Vec<Key>, Vec<Amounts>) = rows.unzip();
    let query = diesel::sql_query(
        "INSERT INTO market_prices (market_id, variant_id, minimum, price_minor, compare_at_minor, currency) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6)",
    )
    .bind::<Array<BigInt>, _>(keys.iter().map(|key| key.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(keys.iter().map(|key| key.1).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(keys.iter().map(|key| key.2).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(amounts.iter().map(|row| row.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(amounts.iter().map(|row| row.1).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(amounts.iter().map(|row| row.2.as_str()).collect::<Vec<_>>());
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// Writes the prices that markets have of their own as a CSV that reads back as the same; answers for how many
/// stock keeping units of how many markets. Variants without one are left out, and so are prices in what
/// a market's buyers do not pay in any more.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export(
    conn: &mut Conn,
    out: &mut (dyn Write + Send),
    places: &HashMap<String, Place>,
) -> Result<u64, Fault> {
    use market_prices as t;
    type Row = (String, Option<String>, i64, i32, i64, Option<i64>, String);
    let rows: Vec<Row> = t::table
        .inner_join(markets::table.on(markets::id.eq(t::market_id)))
        .inner_join(variants::table.on(variants::id.eq(t::variant_id)))
        .filter(variants::deleted_at.is_null())
        .filter(variants::sku.is_not_null())
        .order((markets::handle, variants::sku, variants::id, t::minimum))
        .select((
            markets::handle,
            variants::sku,
            variants::id,
            t::minimum,
            t::price_minor,
            t::compare_at_minor,
            t::currency,
        ))
        .load(conn)
        .await?;
    let mut writer = Writer::new(out);
    writer.write(COLUMNS)?;
    let mut last: Option<(String, String, i64)> = None;
    let mut count = 0;
    for (market, sku, variant, minimum, price, compare_at, currency) in rows {
        let sku = sku.unwrap_or_default();
        let Some(place) = places.get(&market) else {
            continue;
        };
        let same = last
            .as_ref()
            .filter(|last| last.0 == market && last.1 == sku);
        // Variants that share a stock keeping unit share their prices, too.
        if place.currency.code() != currency || same.is_some_and(|last| last.2 != variant) {
            continue;
        }
        if same.is_none() {
            count += 1;
        }
        let decimal = |minor| Money::new(minor, place.currency).decimal();
        let from = Some(minimum).filter(|from| *from > 1);
        writer.write([
            market.as_str(),
            &code(&sku),
            &from.map(|from| from.to_string()).unwrap_or_default(),
            &decimal(price),
            &compare_at.map(decimal).unwrap_or_default(),
        ])?;
        last = Some((market, sku, variant));
    }
    writer.finish()?;
    Ok(count)
}
