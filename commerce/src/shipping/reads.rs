//! Reading zones and rates.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Rate, Zone};
use crate::db::Conn;
use crate::kernel::{Currency, Fault, Money};
use crate::tables::{delivery_rates, delivery_zones};

type RateRow = (String, String, Option<String>, i64, String, Option<i64>);

/// All zones with their rates, in one statement; a shop has a handful.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn zones(conn: &mut Conn) -> Result<Vec<Zone>, Fault> {
    let rows: Vec<(i64, Vec<String>, Option<RateRow>)> = delivery_zones::table
        .left_join(delivery_rates::table.on(delivery_rates::zone_id.eq(delivery_zones::id)))
        .order((delivery_zones::id, delivery_rates::position))
        .select((
            delivery_zones::id,
            delivery_zones::countries,
            (
                delivery_rates::code,
                delivery_rates::title,
                delivery_rates::description,
                delivery_rates::price_minor,
                delivery_rates::currency,
                delivery_rates::free_from_minor,
            )
                .nullable(),
        ))
        .load(conn)
        .await?;
    let mut zones: Vec<Zone> = Vec::new();
    for (id, countries, row) in rows {
        if zones.last().is_none_or(|zone| zone.id != id) {
            zones.push(Zone {
                id,
                countries,
                rates: Vec::new(),
            });
        }
        if let (Some(zone), Some(row)) = (zones.last_mut(), row) {
            zone.rates.push(rate(row)?);
        }
    }
    Ok(zones)
}

fn rate((code, title, description, price, currency, free_from): RateRow) -> Result<Rate, Fault> {
    let currency: Currency = currency
        .parse()
        .map_err(|error| Fault::other("read a delivery rate", error))?;
    Ok(Rate {
        code,
        title,
        description,
        price: Money::new(price, currency),
        free_from: free_from.map(|minor| Money::new(minor, currency)),
    })
}
