//! What a buyer prefers. It is kept for the storefront, which shows it again; no rule asks for it.

use super::{Code, Path, Refusal, Refusals, check};
use crate::kernel::text;

const MAX_NAME: usize = 255;

/// What a buyer prefers. Stored as JSON: fields are only ever added, with a default.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Preferences {
    /// How things are delivered.
    pub delivery: Option<DeliveryPreference>,
    /// Wallets to pay with, best first.
    pub wallet: Option<Vec<String>>,
}

/// How a buyer prefers things to be delivered.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DeliveryPreference {
    /// The ways, best first.
    pub methods: Vec<DeliveryMethod>,
    /// Names of places to pick things up.
    pub pickup_handles: Vec<String>,
    /// Where the buyer is.
    pub coordinates: Option<Coordinates>,
}

/// A way of delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMethod {
    /// At a carrier's shop.
    PickupPoint,
    /// At the merchant's shop.
    PickUp,
    /// To an address.
    Shipping,
}

/// Where a buyer is.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Coordinates {
    /// The country, a two-letter code.
    pub country: String,
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

impl Preferences {
    /// Finds what is wrong with preferences that a caller gave under `path`.
    pub(super) fn check(&self, path: &Path, refusals: &mut Refusals) {
        if let Some(wallet) = &self.wallet {
            names(wallet, &path.key("wallet"), refusals);
        }
        let Some(delivery) = &self.delivery else {
            return;
        };
        let path = path.key("delivery");
        let at = path.key("deliveryMethod");
        refusals.extend(
            check::count(delivery.methods.len(), &at)
                .err()
                .into_iter()
                .flatten(),
        );
        names(
            &delivery.pickup_handles,
            &path.key("pickupHandle"),
            refusals,
        );
        if let Some(place) = &delivery.coordinates {
            let path = path.key("coordinates");
            check::country(&place.country, &path.key("countryCode"), refusals);
            degrees(place.latitude, 90.0, &path.key("latitude"), refusals);
            degrees(place.longitude, 180.0, &path.key("longitude"), refusals);
        }
    }
}

fn names(given: &[String], path: &Path, refusals: &mut Refusals) {
    if let Err(too_many) = check::count(given.len(), path) {
        refusals.extend(too_many);
        return;
    }
    for (index, name) in given.iter().enumerate() {
        if !(1..=MAX_NAME).contains(&name.chars().count()) || !text::is_clean(name) {
            let message = format!("a name has 1 to {MAX_NAME} printable characters");
            refusals.push(Refusal::new(Code::Invalid, path.index(index), message));
        }
    }
}

fn degrees(given: f64, most: f64, path: &Path, refusals: &mut Refusals) {
    if !(0.0..=most).contains(&given.abs()) {
        let message = format!("degrees are between -{most} and {most}");
        refusals.push(Refusal::new(Code::Invalid, path.clone(), message));
    }
}
