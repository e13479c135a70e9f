//! Which rates a parcel may take. Pure.

use sha2::{Digest, Sha256};

use super::{Destination, Method, Rate, Zone};
use crate::kernel::Money;
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
    /// What it costs for this cart.
    pub price: Money,
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

/// What is to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel<'a> {
    /// Where to.
    pub to: &'a Destination,
    /// What the goods cost.
    pub subtotal: Money,
    /// What the parcel weighs, in grams.
    pub grams: i64,
}

/// The ways in which the parcel may travel, in the merchant's order.
///
/// A zone that names the province goes before one that names the country, and that one before the zone
/// for the rest of the world.
#[must_use]
pub fn options(zones: &[Zone], parcel: &Parcel<'_>) -> Vec<DeliveryOption> {
    let country = &parcel.to.country;
    let province = parcel.to.region();
    let is_part = |zone: &&Zone| {
        province
            .as_ref()
            .is_some_and(|code| zone.provinces.contains(code))
    };
    let is_country = |zone: &&Zone| zone.countries.contains(country);
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

/// The option with this code; without one, or when it is no longer offered, the cheapest.
#[must_use]
pub fn choose<'a>(options: &'a [DeliveryOption], code: Option<&str>) -> Option<&'a DeliveryOption> {
    options
        .iter()
        .find(|option| Some(option.code.as_str()) == code)
        .or_else(|| options.iter().min_by_key(|option| option.price.minor))
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
    }
}

fn handle(code: &str) -> String {
    let digest = Sha256::digest(format!("delivery option {code}"));
    hex::encode(&digest[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Currency;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn rate(code: &str, minor: i64, free_from: Option<i64>) -> Rate {
        Rate {
            code: code.into(),
            title: code.to_uppercase(),
            description: None,
            method: Method::Shipping,
            price: usd(minor),
            free_from: free_from.map(usd),
            subtotals: 0..i64::MAX,
            grams: 0..i64::MAX,
        }
    }

    fn zones() -> Vec<Zone> {
        vec![
            Zone {
                id: 1,
                countries: Vec::new(),
                provinces: Vec::new(),
                rates: vec![rate("world", 3_000, None)],
            },
            Zone {
                id: 2,
                countries: vec!["US".into(), "CA".into()],
                provinces: Vec::new(),
                rates: vec![
                    rate("express", 1_500, None),
                    rate("standard", 500, Some(5_000)),
                ],
            },
            Zone {
                id: 3,
                countries: Vec::new(),
                provinces: vec!["US-AK".into(), "US-HI".into()],
                rates: vec![
                    Rate {
                        grams: 0..1_000,
                        ..rate("letter", 900, None)
                    },
                    Rate {
                        grams: 1_000..20_000,
                        ..rate("parcel", 4_900, None)
                    },
                    Rate {
                        subtotals: 10_000..50_000,
                        method: Method::PickUp,
                        ..rate("fetch", 0, None)
                    },
                ],
            },
        ]
    }

    /// What is offered for a parcel to `US` or `US-AK`.
    fn options_for(zones: &[Zone], place: &str, subtotal: i64, grams: i64) -> Vec<DeliveryOption> {
        let (country, province) = place.split_once('-').unwrap_or((place, ""));
        let to = Destination {
            country: country.to_owned(),
            province: Some(province.to_owned()).filter(|code| !code.is_empty()),
        };
        let subtotal = usd(subtotal);
        options(
            zones,
            &Parcel {
                to: &to,
                subtotal,
                grams,
            },
        )
    }

    fn offered(country: &str, subtotal: i64) -> Vec<(String, i64)> {
        options_for(&zones(), country, subtotal, 0)
            .into_iter()
            .map(|option| (option.code, option.price.minor))
            .collect()
    }

    fn codes(place: &str, subtotal: i64, grams: i64) -> Vec<String> {
        let offered = options_for(&zones(), place, subtotal, grams);
        offered.into_iter().map(|option| option.code).collect()
    }

    #[test]
    fn a_named_country_goes_before_the_rest_of_the_world() {
        assert_eq!(
            offered("CA", 100),
            [("express".into(), 1_500), ("standard".into(), 500)]
        );
        assert_eq!(offered("DE", 100), [("world".into(), 3_000)]);
        assert!(options_for(&zones()[1..], "DE", 100, 0).is_empty());
    }

    #[test]
    fn a_named_province_goes_before_its_country() {
        assert_eq!(codes("US-AK", 100, 0), ["letter"]);
        assert_eq!(codes("US-hi", 100, 0), ["letter"]);
        assert_eq!(codes("US-NY", 100, 0), ["express", "standard"]);
        assert_eq!(codes("US", 100, 0), ["express", "standard"]);
        // Alaska's code is nothing in another country.
        assert_eq!(codes("DE-AK", 100, 0), ["world"]);
        let whole = Destination {
            country: "US".into(),
            province: Some("US-AK".into()),
        };
        let parcel = Parcel {
            to: &whole,
            subtotal: usd(100),
            grams: 0,
        };
        assert_eq!(options(&zones(), &parcel)[0].code, "letter");
    }

    #[test]
    fn a_rate_is_for_its_weights_and_subtotals() {
        assert_eq!(codes("US-AK", 100, 999), ["letter"]);
        assert_eq!(codes("US-AK", 100, 1_000), ["parcel"]);
        assert_eq!(codes("US-AK", 100, 19_999), ["parcel"]);
        assert_eq!(codes("US-AK", 100, 20_000), [""; 0]);
        assert_eq!(codes("US-AK", 9_999, 0), ["letter"]);
        assert_eq!(codes("US-AK", 10_000, 0), ["letter", "fetch"]);
        assert_eq!(codes("US-AK", 50_000, 0), ["letter"]);
        let fetched = &options_for(&zones(), "US-AK", 10_000, 0)[1];
        assert_eq!(fetched.method, Method::PickUp);
    }

    #[test]
    fn delivery_is_free_from_its_threshold_on() {
        assert_eq!(offered("US", 4_999)[1].1, 500);
        assert_eq!(offered("US", 5_000)[1].1, 0);
    }

    #[test]
    fn the_cheapest_is_chosen_until_the_buyer_chooses() {
        let options = options_for(&zones(), "US", 100, 0);
        let chosen = |code| choose(&options, code).map(|option| option.code.as_str());
        assert_eq!(chosen(None), Some("standard"));
        assert_eq!(chosen(Some("express")), Some("express"));
        assert_eq!(chosen(Some("gone")), Some("standard"));
        assert_eq!(choose(&[], None), None);
    }

    #[test]
    fn handles_are_stable_and_distinct() {
        assert_eq!(handle("standard"), handle("standard"));
        assert_ne!(handle("standard"), handle("express"));
        assert_eq!(handle("standard").len(), 32);
    }
}
