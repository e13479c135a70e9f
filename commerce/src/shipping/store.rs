//! Writes of profiles, zones and rates.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::draft::{ProfileDraft, RateDraft, ZoneDraft};
use crate::db::{Conn, sql};
use crate::kernel::{Currency, Fault};
use crate::tables::{delivery_profiles, delivery_rates, delivery_zones};

const SAVE_PRODUCTS: &str = include_str!("../../sql/shipping/save_profile_products.sql");

/// Makes the shop's profiles, besides the general one, the given ones; a profile is known by its name. What was
/// in a profile that is not given any more is in the general one.
///
/// Answers the names of profiles with handles in them of which there is no product.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_profiles(
    conn: &mut Conn,
    profiles: &[ProfileDraft],
    currency: Currency,
) -> Result<Vec<(String, String)>, Fault> {
    let names: Vec<&str> = profiles.iter().map(|draft| draft.name.as_str()).collect();
    diesel::delete(delivery_profiles::table.filter(delivery_profiles::name.ne_all(names)))
        .execute(conn)
        .await?;
    let (mut ids, mut handles) = (Vec::new(), Vec::new());
    for (position, profile) in (1..).zip(profiles) {
        let id: i64 = diesel::insert_into(delivery_profiles::table)
            .values((
                delivery_profiles::name.eq(&profile.name),
                delivery_profiles::position.eq(position),
            ))
            .on_conflict(delivery_profiles::name)
            .do_update()
            .set(delivery_profiles::position.eq(position))
            .returning(delivery_profiles::id)
            .get_result(conn)
            .await?;
        save_zones(conn, Some(id), &profile.zones, currency).await?;
        ids.extend(profile.products.iter().map(|_| id));
        handles.extend(profile.products.iter().map(String::as_str));
    }
    let query = diesel::sql_query(SAVE_PRODUCTS)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Array<Text>, _>(handles);
    Ok(sql::cached::<(Text, Text), _>(query).load(conn).await?)
}

/// Makes the zones and rates of a profile, the general one unless said, the given ones; a zone is known by its
/// name, a rate by its code.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_zones(
    conn: &mut Conn,
    profile: Option<i64>,
    zones: &[ZoneDraft],
    currency: Currency,
) -> Result<(), Fault> {
    let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
    let of_profile =
        delivery_zones::table.filter(delivery_zones::profile_id.is_not_distinct_from(profile));
    diesel::delete(of_profile.filter(delivery_zones::name.ne_all(names)))
        .execute(conn)
        .await?;
    for zone in zones {
        let id: i64 = diesel::insert_into(delivery_zones::table)
            .values((
                delivery_zones::profile_id.eq(profile),
                delivery_zones::name.eq(&zone.name),
                delivery_zones::countries.eq(&zone.countries),
                delivery_zones::provinces.eq(&zone.provinces),
            ))
            .on_conflict((delivery_zones::profile_id, delivery_zones::name))
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
