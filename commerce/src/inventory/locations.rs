//! Where buyers may fetch what they buy: as a list, by distance, and what of a variant lies there.

use std::collections::HashMap;

use diesel::sql_types::{Array, BigInt, Bool, Double, Nullable, Text};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{self, Order, Place, PlaceColumns, SortKind, limit};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// A place where buyers may fetch what they buy.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Location {
    /// Names the place.
    pub id: Id<id::Location>,
    /// What it is called.
    pub name: String,
    /// Street and number.
    pub address1: Option<String>,
    /// Apartment, floor or building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// State, province or region.
    pub province: Option<String>,
    /// The country, two upper-case letters.
    pub country: Option<String>,
    /// The postal code.
    pub zip: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// When things can be fetched, in words.
    pub pick_up_time: String,
}

/// The columns of [`Location`]: of `locations l` that are [`OPEN`].
const LOCATION: &str = "l.id, l.name, l.address1, l.address2, l.city, l.province, l.country, l.zip, l.phone, \
    l.latitude, l.longitude, l.pick_up_time";

/// What makes buyers see a row of `locations l`.
const OPEN: &str = "l.active AND l.pick_up_time IS NOT NULL";

type LocationColumns = (
    BigInt,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Double>,
    Nullable<Double>,
    Text,
);

/// A place on the earth, in degrees north and east as decimal numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    /// Degrees north, -90 to 90.
    pub latitude: String,
    /// Degrees east, -180 to 180.
    pub longitude: String,
}

impl Spot {
    /// How far `locations l` are from here, in metres: the haversine formula for a sphere with the earth's
    /// mean radius. What is nowhere is farther than anything.
    fn distance(&self) -> Fragment {
        let degrees = |text: &str| Value::Text(text.to_owned());
        Fragment::sql("coalesce(2 * 6371009 * asin(least(1, sqrt(power(sin(radians(l.latitude - ")
            .bind(degrees(&self.latitude))
            .push("::text::float8) / 2), 2) + cos(radians(l.latitude)) * cos(radians(")
            .bind(degrees(&self.latitude))
            .push("::text::float8)) * power(sin(radians(l.longitude - ")
            .bind(degrees(&self.longitude))
            .push("::text::float8) / 2), 2)))), 30000000)::bigint")
    }
}

/// What places can be ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationSort {
    /// Their cities.
    City,
    /// How far they are from somewhere.
    Distance(Spot),
    /// Their ids.
    Id,
    /// Their names.
    Name,
}

/// A wanted part of the places.
#[derive(Clone, Debug)]
pub struct LocationListing {
    /// The order.
    pub sort: LocationSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The places among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Location>],
) -> Result<HashMap<Id<id::Location>, Location>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(format!(
        "SELECT {LOCATION} FROM locations l WHERE l.id = ANY($1) AND {OPEN}"
    ))
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Location> = cached::<LocationColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// One part of the places.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &LocationListing,
) -> Outcome<keyset::Page<Location>, PageRefusal> {
    let order = match &listing.sort {
        LocationSort::City => Order::by("l.city_key", SortKind::Text, "l.id"),
        LocationSort::Distance(spot) => {
            Order::by_expression(spot.distance(), SortKind::Number, "l.id")
        }
        LocationSort::Id => Order::by_id("l.id"),
        LocationSort::Name => Order::by("l.name_key", SortKind::Text, "l.id"),
    }
    .reversed(listing.reverse);
    let mut conditions = vec![Fragment::sql(OPEN)];
    conditions.extend(order.bounds(&listing.window).map_err(Failure::Refused)?);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {LOCATION} FROM locations l WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&listing.window))
        .push(limit(&listing.window));
    let rows: Vec<(Place, Location)> = statement
        .into_statement::<(PlaceColumns, LocationColumns)>()
        .load(conn)
        .await?;
    Ok(keyset::page(&order, &listing.window, rows))
}

/// What of a variant lies at a place.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Availability {
    /// Whether it can be fetched there.
    pub is_available: bool,
    /// How many are there; 0 where they are not counted.
    pub quantity: i64,
    /// The place.
    pub location: Location,
}

/// Which part of the places that have a variant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AvailabilityPart {
    /// The closest first.
    pub near: Option<Spot>,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The same part of the places that have each of these variants: those where it is stocked, or all where
/// it is not counted.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn of_variants(
    conn: &mut Conn,
    variants: &[Id<id::ProductVariant>],
    part: &AvailabilityPart,
) -> Outcome<HashMap<Id<id::ProductVariant>, keyset::Page<Availability>>, PageRefusal> {
    type Columns = (BigInt, (PlaceColumns, (Bool, BigInt, LocationColumns)));
    let order = match &part.near {
        Some(spot) => Order::by_expression(spot.distance(), SortKind::Number, "l.id"),
        None => Order::by_id("l.id"),
    }
    .reversed(part.reverse);
    let mut conditions = vec![
        Fragment::sql("v.id = w.id AND (NOT v.inventory_tracked OR i.variant_id IS NOT NULL)"),
        Fragment::sql(OPEN),
    ];
    conditions.extend(order.bounds(&part.window).map_err(Failure::Refused)?);
    let ids = variants.iter().map(|id| id.value).collect();
    let statement = Fragment::sql("SELECT w.id, x.* FROM unnest(")
        .bind(Value::Numbers(ids))
        .push("::bigint[]) AS w (id) CROSS JOIN LATERAL (SELECT ")
        .append(order.columns())
        .push(format!(
            ", NOT v.inventory_tracked OR v.inventory_policy = 'continue' OR coalesce(i.available, 0) > 0, \
             greatest(0, coalesce(i.available, 0))::bigint, {LOCATION} FROM variants v CROSS JOIN locations l \
             LEFT JOIN inventory_levels i ON i.variant_id = v.id AND i.location_id = l.id WHERE "
        ))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&part.window))
        .push(limit(&part.window))
        .push(") AS x");
    let rows: Vec<(Id<id::ProductVariant>, (Place, Availability))> =
        statement.into_statement::<Columns>().load(conn).await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::with_capacity(variants.len());
    for (variant, row) in rows {
        lists.entry(variant).or_default().push(row);
    }
    let page = |variant: &Id<id::ProductVariant>| {
        let rows = lists.remove(variant).unwrap_or_default();
        (*variant, keyset::page(&order, &part.window, rows))
    };
    Ok(variants.iter().map(page).collect())
}
