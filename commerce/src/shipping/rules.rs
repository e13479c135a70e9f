//! Which rates a parcel may take. Pure.

use sha2::{Digest, Sha256};

use super::{Rate, Zone};
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

/// What is offered to `country` for goods worth `subtotal`, in the merchant's order.
///
/// A zone that names the country goes before the zone for the rest of the world.
#[must_use]
pub fn options(zones: &[Zone], country: &str, subtotal: Money) -> Vec<DeliveryOption> {
    let named = |zone: &&Zone| zone.countries.iter().any(|code| code == country);
    let rest = |zone: &&Zone| zone.countries.is_empty();
    let zone = zones.iter().find(named).or_else(|| zones.iter().find(rest));
    zone.map_or_else(Vec::new, |zone| {
        zone.rates
            .iter()
            .map(|rate| offer(rate, subtotal))
            .collect()
    })
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
            price: usd(minor),
            free_from: free_from.map(usd),
        }
    }

    fn zones() -> Vec<Zone> {
        vec![
            Zone {
                id: 1,
                countries: Vec::new(),
                rates: vec![rate("world", 3_000, None)],
            },
            Zone {
                id: 2,
                countries: vec!["US".into(), "CA".into()],
                rates: vec![
                    rate("express", 1_500, None),
                    rate("standard", 500, Some(5_000)),
                ],
            },
        ]
    }

    fn offered(country: &str, subtotal: i64) -> Vec<(String, i64)> {
        options(&zones(), country, usd(subtotal))
            .into_iter()
            .map(|option| (option.code, option.price.minor))
            .collect()
    }

    #[test]
    fn a_named_country_goes_before_the_rest_of_the_world() {
        assert_eq!(
            offered("CA", 100),
            [("express".into(), 1_500), ("standard".into(), 500)]
        );
        assert_eq!(offered("DE", 100), [("world".into(), 3_000)]);
        assert!(options(&zones()[1..], "DE", usd(100)).is_empty());
    }

    #[test]
    fn delivery_is_free_from_its_threshold_on() {
        assert_eq!(offered("US", 4_999)[1].1, 500);
        assert_eq!(offered("US", 5_000)[1].1, 0);
    }

    #[test]
    fn the_cheapest_is_chosen_until_the_buyer_chooses() {
        let options = options(&zones(), "US", usd(100));
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
