//! Which rates parcels may take, and what that costs together. Pure.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{Destination, Method, Rate, Zone};
use crate::kernel::Money;
use crate::kernel::money::MoneyError;
use crate::pricing::Delivery;

/// A rate as it is offered for one cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    /// Names the rate in the shop.
    pub code: String,
    /// Names the option to clients; says nothing and stays the same.
    pub handle: String,
    /// What the buyer reads.
    pub title: String,
    /// More of it.
    pub description: Option<String>,
    /// How the parcel gets to the buyer.
    pub method: Method,
    /// What it costs for this cart, all parcels together.
    pub price: Money,
    /// Codes that come to the same rates for this cart, and are not told apart from it.
    pub also: Vec<String>,
}

impl From<&DeliveryOption> for Delivery {
    fn from(option: &DeliveryOption) -> Self {
        Self {
            code: option.code.clone(),
            title: option.title.clone(),
            price: option.price,
        }
    }
}

/// What is delivered together: a cart's goods of one profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The profile; `None` for the general one.
    pub profile: Option<i64>,
    /// What the goods cost.
    pub subtotal: Money,
    /// What the parcel weighs, in grams.
    pub grams: i64,
}

/// The ways in which all of the parcels may travel to a place; none when one of them may not.
///
/// Of a parcel's profile, a zone that names the province goes before one that names the country, and that one
/// before the zone for the rest of the world. [`combine`] says how parcels go together. The order of the parcels
/// does not matter; the general profile goes first, and the others follow as the zones do.
///
/// # Errors
/// [`MoneyError`] when a price does not fit.
pub fn options(
    zones: &[Zone],
    to: &Destination,
    parcels: &[Parcel],
) -> Result<Vec<DeliveryOption>, MoneyError> {
    let place = |parcel: &&Parcel| zones.iter().position(|zone| zone.profile == parcel.profile);
    let mut parcels: Vec<&Parcel> = parcels.iter().collect();
    parcels.sort_by_key(place);
    let ways: Vec<_> = parcels
        .into_iter()
        .map(|parcel| ways(zones, to, parcel))
        .collect();
    combine(&ways)
}

/// The ways in which one parcel may travel, in the merchant's order.
fn ways(zones: &[Zone], to: &Destination, parcel: &Parcel) -> Vec<DeliveryOption> {
    let province = to.region();
    let is_part = |zone: &&&Zone| {
        province
            .as_ref()
            .is_some_and(|code| zone.provinces.contains(code))
    };
    let is_country = |zone: &&&Zone| zone.countries.contains(&to.country);
    let zones: Vec<&Zone> = zones
        .iter()
        .filter(|zone| zone.profile == parcel.profile)
        .collect();
    let zone = zones
        .iter()
        .find(is_part)
        .or_else(|| zones.iter().find(is_country))
        .or_else(|| zones.iter().find(|zone| zone.is_rest()));
    let rates = zone.map_or_else(Default::default, |zone| zone.rates.iter());
    rates
        .filter(|rate| rate.subtotals.contains(&parcel.subtotal.minor))
        .filter(|rate| rate.grams.contains(&parcel.grams))
        .map(|rate| offer(rate, parcel.subtotal))
        .collect()
}

/// Makes one choice out of the ways of several parcels: a buyer chooses once, and pays for all of them.
///
/// For each code there is an option, told in the words of the first that has it. Each parcel travels by the rate
/// with this code, or by its cheapest of the same method; where one of them has neither, the option is left out.
/// What comes to the same rates is told once. The price is the sum of theirs.
///
/// # Errors
/// [`MoneyError`] when a sum does not fit.
pub fn combine(parcels: &[Vec<DeliveryOption>]) -> Result<Vec<DeliveryOption>, MoneyError> {
    let mut codes = BTreeSet::new();
    let mut told: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let mut combined: Vec<DeliveryOption> = Vec::new();
    for wanted in parcels.iter().flatten() {
        if !codes.insert(wanted.code.as_str()) {
            continue;
        }
        let travels = parcels.iter().map(|ways| alike(ways, wanted));
        let Some(rates) = travels.collect::<Option<Vec<&DeliveryOption>>>() else {
            continue;
        };
        let same = rates.iter().map(|rate| rate.code.as_str()).collect();
        if let Some(place) = told.get(&same) {
            combined[*place].also.push(wanted.code.clone());
            continue;
        }
        told.insert(same, combined.len());
        let zero = Money::zero(wanted.price.currency);
        let mut prices = rates.iter().map(|rate| rate.price);
        combined.push(DeliveryOption {
            price: prices.try_fold(zero, Money::plus)?,
            ..wanted.clone()
        });
    }
    Ok(combined)
}

/// How a parcel travels when another one travels as is wanted.
fn alike<'a>(ways: &'a [DeliveryOption], wanted: &DeliveryOption) -> Option<&'a DeliveryOption> {
    let of_method = || ways.iter().filter(|way| way.method == wanted.method);
    of_method()
        .find(|way| way.code == wanted.code)
        .or_else(|| of_method().min_by_key(|way| way.price.minor))
}

/// The option with this code, or that comes to the same rates; without one, or when it is no longer offered, the
/// cheapest.
#[must_use]
pub fn choose<'a>(options: &'a [DeliveryOption], code: Option<&str>) -> Option<&'a DeliveryOption> {
    code.and_then(|code| offered(options, code))
        .or_else(|| options.iter().min_by_key(|option| option.price.minor))
}

/// The option with this code, or that comes to the same rates.
#[must_use]
pub fn offered<'a>(options: &'a [DeliveryOption], code: &str) -> Option<&'a DeliveryOption> {
    let is_meant = |option: &&DeliveryOption| {
        option.code == code || option.also.iter().any(|also| also == code)
    };
    options.iter().find(is_meant)
}

fn offer(rate: &Rate, subtotal: Money) -> DeliveryOption {
    let free = rate
        .free_from
        .is_some_and(|from| subtotal.minor >= from.minor);
    DeliveryOption {
        code: rate.code.clone(),
        handle: handle(&rate.code),
        title: rate.title.clone(),
        description: rate.description.clone(),
        method: rate.method,
        price: if free {
            Money::zero(rate.price.currency)
        } else {
            rate.price
        },
        also: Vec::new(),
    }
}

fn handle(code: &str) -> String {
    let digest = Sha256::digest(format!("delivery option {code}"));
    hex::encode(&digest[..16])
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
