//! Where goods lie, and where buyers may fetch them.

use std::ops::RangeInclusive;

use commerce::inventory::draft::LocationDraft;
use indexmap::IndexMap;
use serde::Deserialize;

use super::check::Check;

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
    fn draft(self, place: &str, check: &mut Check) -> LocationDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        check.title(&format!("{place}.name"), &self.name);
        let is_code = |code: &str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        if self.country.as_deref().is_some_and(|code| !is_code(code)) {
            let reason = "is not a code of two upper-case letters";
            check.refuse(&format!("{place}.country"), reason);
        }
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
            address1: self.address1,
            address2: self.address2,
            city: self.city,
            province: self.province,
            country: self.country,
            zip: self.zip,
            phone: self.phone,
            coordinates: self.latitude.zip(self.longitude),
            pick_up_time: self.pick_up_time,
            stock: self.stock.into_iter().collect(),
        }
    }
}
