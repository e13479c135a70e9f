//! Writes of zones and rates.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::draft::{RateDraft, ZoneDraft};
use crate::db::Conn;
use crate::kernel::{Currency, Fault};
use crate::tables::{delivery_rates, delivery_zones};

/// Makes the shop's zones and rates the given ones; a zone is known by its name, a rate by its code.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_zones(
    conn: &mut Conn,
    zones: &[ZoneDraft],
    currency: Currency,
) -> Result<(), Fault> {
    let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
    diesel::delete(delivery_zones::table.filter(delivery_zones::name.ne_all(names)))
        .execute(conn)
        .await?;
    for zone in zones {
        let id: i64 = diesel::insert_into(delivery_zones::table)
            .values((
                delivery_zones::name.eq(&zone.name),
                delivery_zones::countries.eq(&zone.countries),
                delivery_zones::provinces.eq(&zone.provinces),
            ))
            .on_conflict(delivery_zones::name)
            .do_update()
            .set((
                delivery_zones::countries.eq(&zone.countries),
                delivery_zones::provinces.eq(&zone.provinces),
            ))
            .returning(delivery_zones::id)
            .get_result(conn)
            .await?;
        save_rates(conn, id, &zone.rates, currency).await?;
    }
    Ok(())
}

async fn save_rates(
    conn: &mut Conn,
    zone: i64,
    rates: &[RateDraft],
    currency: Currency,
) -> Result<(), Fault> {
    let codes: Vec<&str> = rates.iter().map(|rate| rate.code.as_str()).collect();
    let of_zone = delivery_rates::table.filter(delivery_rates::zone_id.eq(zone));
    diesel::delete(of_zone.filter(delivery_rates::code.ne_all(codes)))
        .execute(conn)
        .await?;
    for (position, rate) in (1..).zip(rates) {
        let fields = (
            delivery_rates::title.eq(&rate.title),
            delivery_rates::description.eq(&rate.description),
            delivery_rates::price_minor.eq(rate.price_minor),
            delivery_rates::currency.eq(currency.code()),
            delivery_rates::free_from_minor.eq(rate.free_from_minor),
            delivery_rates::method.eq(rate.method.name()),
            delivery_rates::subtotal_from_minor.eq(rate.subtotal_from_minor),
            delivery_rates::subtotal_below_minor.eq(rate.subtotal_below_minor),
            delivery_rates::grams_from.eq(rate.grams_from),
            delivery_rates::grams_below.eq(rate.grams_below),
            delivery_rates::position.eq(position),
        );
        diesel::insert_into(delivery_rates::table)
            .values((
                delivery_rates::zone_id.eq(zone),
                delivery_rates::code.eq(&rate.code),
                fields,
            ))
            .on_conflict((delivery_rates::zone_id, delivery_rates::code))
            .do_update()
            .set(fields)
            .execute(conn)
            .await?;
    }
    Ok(())
}
