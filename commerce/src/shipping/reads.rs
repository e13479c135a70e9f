//! Reading zones and rates.

use std::ops::Range;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Method, Rate, Zone};
use crate::db::Conn;
use crate::kernel::{Currency, Fault, Money};
use crate::tables::{delivery_profiles, delivery_rates, delivery_zones};

type RateRow = (
    (String, String, Option<String>, String),
    (i64, String, Option<i64>),
    (i64, Option<i64>),
    (i64, Option<i64>),
);
type PlaceRow = (Option<i64>, Vec<String>, Vec<String>);
type ZoneRow = (i64, PlaceRow, Option<RateRow>);

/// All zones with their rates in one statement, those of the general profile first; a shop has a handful.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn zones(conn: &mut Conn) -> Result<Vec<Zone>, Fault> {
    let rows: Vec<ZoneRow> = delivery_zones::table
        .left_join(delivery_rates::table.on(delivery_rates::zone_id.eq(delivery_zones::id)))
        .left_join(
            delivery_profiles::table
                .on(delivery_zones::profile_id.eq(delivery_profiles::id.nullable())),
        )
        .order((
            delivery_profiles::position.nullable().asc().nulls_first(),
            delivery_zones::id,
            delivery_rates::position,
        ))
        .select((
            delivery_zones::id,
            (
                delivery_zones::profile_id,
                delivery_zones::countries,
                delivery_zones::provinces,
            ),
            (
                (
                    delivery_rates::code,
                    delivery_rates::title,
                    delivery_rates::description,
                    delivery_rates::method,
                ),
                (
                    delivery_rates::price_minor,
                    delivery_rates::currency,
                    delivery_rates::free_from_minor,
                ),
                (
                    delivery_rates::subtotal_from_minor,
                    delivery_rates::subtotal_below_minor,
                ),
                (delivery_rates::grams_from, delivery_rates::grams_below),
            )
                .nullable(),
        ))
        .load(conn)
        .await?;
    let mut zones: Vec<Zone> = Vec::new();
    for (id, (profile, countries, provinces), row) in rows {
        if zones.last().is_none_or(|zone| zone.id != id) {
            zones.push(Zone {
                id,
                profile,
                countries,
                provinces,
                rates: Vec::new(),
            });
        }
        if let (Some(zone), Some(row)) = (zones.last_mut(), row) {
            zone.rates.push(rate(row)?);
        }
    }
    Ok(zones)
}

fn rate((texts, prices, subtotals, grams): RateRow) -> Result<Rate, Fault> {
    let (code, title, description, method) = texts;
    let (price, currency, free_from) = prices;
    let currency: Currency = currency
        .parse()
        .map_err(|error| Fault::other("read a delivery rate", error))?;
    let unknown = || Fault::Inconsistent(format!("`{method}` is no way of delivery"));
    Ok(Rate {
        method: Method::parse(&method).ok_or_else(unknown)?,
        code,
        title,
        description,
        price: Money::new(price, currency),
        free_from: free_from.map(|minor| Money::new(minor, currency)),
        subtotals: range(subtotals),
        grams: range(grams),
    })
}

fn range((from, below): (i64, Option<i64>)) -> Range<i64> {
    from..below.unwrap_or(i64::MAX)
}
