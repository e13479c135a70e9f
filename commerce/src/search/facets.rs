//! The values that a list of products can be narrowed down by, and how many products each leaves.
//!
//! The products of the list are gone through once, in memory: what a value leaves is what meets
//! everything that is asked for beside its own facet, so that a buyer who has chosen "red" still sees how
//! many are blue. One statement reads the products' values, another the values' names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::count::{Constraints, Counts, Offer};
use super::narrowing::{Facet, Fixed, Narrowing};
use crate::catalog::model::Swatch;
use crate::catalog::products::VISIBLE;
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::sql::cached;
use crate::kernel::{Fault, Money};
use crate::market::PriceList;

/// Values of a facet that are offered; those that the most products have, and those that are chosen.
pub const MAX_VALUES: usize = 100;

/// A list of products that is to be narrowed down.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Where `products p` come from.
    tables: &'static str,
    /// Which of them.
    condition: Option<Fragment>,
}

impl Source {
    /// The products of a collection.
    #[must_use]
    pub fn collection(id: i64) -> Self {
        Self {
            tables: "collection_products cp JOIN products p ON p.id = cp.product_id",
            condition: Some(Fragment::sql("cp.collection_id = ").bind(Value::Number(id))),
        }
    }

    /// The products that meet a condition.
    #[must_use]
    pub fn found(condition: Option<Fragment>) -> Self {
        Self {
            tables: "products p",
            condition,
        }
    }
}

/// How a list can be narrowed down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// How many can be bought, and how many cannot.
    pub available: (u32, u32),
    /// The lowest and highest price as they are shown and how many products have one of them; `None` in a
    /// list without products.
    pub prices: Option<(Money, Money, u32)>,
    /// The others: types, vendors, tags, then options and metafields by name.
    pub lists: Vec<FacetList>,
}

/// A facet with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetList {
    /// Which one.
    pub facet: Facet,
    /// What the merchant calls it; empty where the contract has a name for it.
    pub name: String,
    /// Its values, those of the most products first.
    pub values: Vec<FacetValue>,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// What it is called.
    pub label: String,
    /// How many products it leaves.
    pub count: u32,
    /// What stands for it.
    pub swatch: Option<Swatch>,
}

/// Counts what each value leaves of `source`, narrowed down as it is, at the prices of `list`.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn read(
    conn: &mut Conn,
    source: Source,
    narrowing: &Narrowing,
    list: &PriceList,
    now: DateTime<Utc>,
) -> Result<Facets, Fault> {
    if narrowing.impossible {
        return Ok(Facets::default());
    }
    let chosen = chosen(conn, narrowing).await?;
    let fixed = Fixed::of(list);
    let constraints = Constraints::new(narrowing, &chosen);
    let mut rows = offers(conn, source, constraints.are_of_variants(), fixed, now).await?;
    let mut counts = Counts::new(&constraints);
    for row in &mut rows {
        if fixed.is_some() {
            row.show(&list.exchange);
        }
        counts.add(row);
    }
    let ids: BTreeSet<i32> = counts
        .ids()
        .chain(chosen.values().flatten().copied())
        .collect();
    let values = values(conn, ids.into_iter().collect()).await?;
    let shown = |minor| match fixed {
        Some(_) => Money::new(minor, list.exchange.to),
        None => list.exchange.money(Money::new(minor, list.exchange.from)),
    };
    let prices = counts.prices();
    Ok(Facets {
        available: counts.available,
        prices: prices.map(|(min, max, count)| (shown(min), shown(max), count)),
        lists: lists(&counts, &constraints, values, &chosen),
    })
}

/// What the products of a list offer: their variants one by one where these matter, and what they cost in a
/// market that has prices of its own.
async fn offers(
    conn: &mut Conn,
    source: Source,
    of_variants: bool,
    fixed: Option<Fixed>,
    now: DateTime<Utc>,
) -> Result<Vec<Offer>, Fault> {
    type Columns = (
        Bool,
        BigInt,
        BigInt,
        Array<Integer>,
        Array<BigInt>,
        Array<Bool>,
        Array<Integer>,
        Array<Integer>,
        Array<Integer>,
        Array<Nullable<BigInt>>,
    );
    // Without a word about variants, what stands in the product's row is enough.
    let of_variants = if of_variants || fixed.is_some() {
        "o.prices, o.sellable, o.values1, o.values2, o.values3"
    } else {
        "'{}'::bigint[], '{}'::bool[], '{}'::int[], '{}'::int[], '{}'::int[]"
    };
    let mut conditions = vec![Fragment::sql(VISIBLE).bind(Value::Time(now))];
    conditions.extend(source.condition);
    let fixed = fixed.map_or_else(|| Fragment::sql("'{}'::bigint[]"), Fixed::prices);
    let statement = Fragment::sql(format!(
        "SELECT o.available, p.price_min_minor, p.price_max_minor, p.facets, {of_variants}, "
    ))
    .append(fixed)
    .push(format!(
        " FROM {} JOIN product_offers o ON o.product_id = p.id WHERE ",
        source.tables
    ))
    .append(Fragment::join(conditions, " AND "));
    Ok(statement.into_statement::<Columns>().load(conn).await?)
}

/// The ids of the chosen values by their facets; a value that nothing has is missing.
async fn chosen(
    conn: &mut Conn,
    narrowing: &Narrowing,
) -> Result<BTreeMap<Facet, BTreeSet<i32>>, Fault> {
    let mut found: BTreeMap<Facet, BTreeSet<i32>> = BTreeMap::new();
    if narrowing.values.is_empty() {
        return Ok(found);
    }
    let (mut kinds, mut names, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for (facet, values) in &narrowing.values {
        found.insert(facet.clone(), BTreeSet::new());
        for value in values {
            let (kind, name) = facet.key();
            kinds.push(kind);
            names.push(name);
            labels.push(value.as_str());
        }
    }
    let query = sql_query(
        "SELECT f.id, f.kind, f.name FROM unnest($1, $2, $3) AS g (kind, name, label) \
         JOIN facet_values f ON f.kind = g.kind AND f.name_key = left(lower(g.name), 400) \
         AND f.label_key = left(lower(g.label), 400)",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(names)
    .bind::<Array<Text>, _>(labels);
    let rows: Vec<(i32, String, String)> =
        cached::<(Integer, Text, Text), _>(query).load(conn).await?;
    for (id, kind, name) in rows {
        if let Some(facet) = Facet::of(&kind, &name) {
            found.entry(facet).or_default().insert(id);
        }
    }
    Ok(found)
}

/// A value: its facet, the facet's name, its label, its swatch.
type Named = (Facet, String, String, Option<Swatch>);

async fn values(conn: &mut Conn, ids: Vec<i32>) -> Result<HashMap<i32, Named>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = sql_query(
        "SELECT f.id, f.kind, f.name, f.label, s.color, s.media_id FROM facet_values f \
         LEFT JOIN swatches s ON f.kind = 'option' AND s.option_key = f.name_key \
            AND s.value_key = f.label_key WHERE f.id = ANY ($1)",
    )
    .bind::<Array<Integer>, _>(ids);
    type Columns = (Integer, Text, Text, Text, Nullable<Text>, Nullable<BigInt>);
    type Row = (i32, String, String, String, Option<String>, Option<i64>);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    let named = rows
        .into_iter()
        .filter_map(|(id, kind, name, label, color, picture)| {
            let facet = Facet::of(&kind, &name)?;
            Some((id, (facet, name, label, Swatch::of(color, picture))))
        });
    Ok(named.collect())
}

fn lists(
    counts: &Counts,
    constraints: &Constraints,
    values: HashMap<i32, Named>,
    chosen: &BTreeMap<Facet, BTreeSet<i32>>,
) -> Vec<FacetList> {
    let mut lists: BTreeMap<Facet, (String, Vec<(bool, FacetValue)>)> = BTreeMap::new();
    for (id, (facet, name, label, swatch)) in values {
        let count = counts.of(id, constraints.place(&facet));
        let is_chosen = chosen.get(&facet).is_some_and(|ids| ids.contains(&id));
        if count == 0 && !is_chosen {
            continue;
        }
        let (called, list) = lists.entry(facet).or_default();
        if called.is_empty() || name < *called {
            *called = name;
        }
        list.push((
            is_chosen,
            FacetValue {
                label,
                count,
                swatch,
            },
        ));
    }
    let sorted = |(facet, (name, mut values)): (Facet, (String, Vec<(bool, FacetValue)>))| {
        values.sort_by(|(_, a), (_, b)| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
        let mut left = MAX_VALUES;
        values.retain(|(is_chosen, _)| {
            let room = left > 0;
            left = left.saturating_sub(1);
            *is_chosen || room
        });
        FacetList {
            facet,
            name,
            values: values.into_iter().map(|(_, value)| value).collect(),
        }
    };
    lists.into_iter().map(sorted).collect()
}
