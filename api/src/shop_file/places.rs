//! Where goods lie, and where buyers may fetch them.

use std::ops::RangeInclusive;

use commerce::inventory::draft::LocationDraft;
use commerce::kernel::Address;
use commerce::kernel::country::is_country;
use indexmap::IndexMap;
use serde::Deserialize;

use super::check::Check;
use super::markets::{country, country_code};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LocationFile {
    handle: String,
    name: String,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    country: Option<String>,
    zip: Option<String>,
    phone: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    pick_up_time: Option<String>,
    #[serde(default)]
    stock: IndexMap<String, i32>,
}

/// Where the shop's goods lie.
pub(super) fn locations(files: Vec<LocationFile>, check: &mut Check) -> Vec<LocationDraft> {
    check.once("locations", files.iter().map(|file| file.handle.as_str()));
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("locations[{at}]"), check))
        .collect()
}

impl LocationFile {
    /// Where it is, in the form that is stored.
    fn address(&self, place: &str, check: &mut Check) -> Address {
        let mut of = self.country.clone();
        if let Some(code) = &mut of {
            country_code(code);
            country(&format!("{place}.country"), code, check);
        }
        let given = Address {
            address1: self.address1.clone(),
            address2: self.address2.clone(),
            city: self.city.clone(),
            province: self.province.clone(),
            country: of.filter(|code| is_country(code)),
            zip: self.zip.clone(),
            phone: self.phone.clone(),
            ..Address::default()
        };
        given.carried().unwrap_or_else(|faults| {
            for (field, fault) in faults {
                let (name, text) = match field {
                    "provinceCode" => ("province", &self.province),
                    "address1" => ("address1", &self.address1),
                    "address2" => ("address2", &self.address2),
                    "city" => ("city", &self.city),
                    "zip" => ("zip", &self.zip),
                    _ => ("phone", &self.phone),
                };
                let text = text.as_deref().unwrap_or_default();
                check.refuse(&format!("{place}.{name}"), format_args!("`{text}` {fault}"));
            }
            Address::default()
        })
    }

    fn draft(self, place: &str, check: &mut Check) -> LocationDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        check.title(&format!("{place}.name"), &self.name);
        let address = self.address(place, check);
        let inside = |degrees: Option<f64>, circle: RangeInclusive<f64>| {
            degrees.is_none_or(|degrees| circle.contains(&degrees))
        };
        if !inside(self.latitude, -90.0..=90.0) {
            check.refuse(&format!("{place}.latitude"), "is not between -90 and 90");
        }
        if !inside(self.longitude, -180.0..=180.0) {
            check.refuse(&format!("{place}.longitude"), "is not between -180 and 180");
        }
        if self.latitude.is_some() != self.longitude.is_some() {
            check.refuse(place, "has only one of latitude and longitude");
        }
        if let Some(time) = &self.pick_up_time {
            check.title(&format!("{place}.pick_up_time"), time);
        }
        for (sku, units) in self.stock.iter().filter(|(_, units)| **units < 0) {
            let reason = format_args!("{units} is below zero");
            check.refuse(&format!("{place}.stock.{sku}"), reason);
        }
        LocationDraft {
            handle: self.handle,
            name: self.name,
            address1: address.address1,
            address2: address.address2,
            city: address.city,
            province: address.province,
            country: address.country,
            zip: address.zip,
            phone: address.phone,
            coordinates: self.latitude.zip(self.longitude),
            pick_up_time: self.pick_up_time,
            stock: self.stock.into_iter().collect(),
        }
    }
}
