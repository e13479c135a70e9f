//! Where the shop delivers what, and for how much.

use std::collections::BTreeMap;

use commerce::kernel::{Currency, Money, postal};
use commerce::shipping::Method;
use commerce::shipping::draft::{ProfileDraft, RateDraft, ZoneDraft};
use serde::Deserialize;

use super::check::Check;
use super::markets::{country, country_code, part};

const NO_CURRENCY: &str = "there is no shop yet, so say its `currency` and the rest of it too";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShippingFile {
    zones: Vec<ZoneFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileFile {
    name: String,
    products: Vec<String>,
    zones: Vec<ZoneFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneFile {
    name: String,
    countries: Vec<String>,
    #[serde(default)]
    provinces: Vec<String>,
    rates: Vec<RateFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateFile {
    code: String,
    title: String,
    description: Option<String>,
    price: String,
    free_from: Option<String>,
    #[serde(default)]
    method: Method,
    subtotal_from: Option<String>,
    subtotal_below: Option<String>,
    #[serde(default)]
    grams_from: i64,
    grams_below: Option<i64>,
}

impl ShippingFile {
    pub(super) fn drafts(self, currency: Option<Currency>, check: &mut Check) -> Vec<ZoneDraft> {
        match currency {
            Some(currency) => zones("shipping.zones", self.zones, currency, check),
            None => {
                check.refuse("shipping", NO_CURRENCY);
                Vec::new()
            }
        }
    }
}

/// What travels otherwise than the rest.
pub(super) fn profiles(
    files: Vec<ProfileFile>,
    currency: Option<Currency>,
    check: &mut Check,
) -> Vec<ProfileDraft> {
    let Some(currency) = currency else {
        check.refuse("delivery_profiles", NO_CURRENCY);
        return Vec::new();
    };
    check.once(
        "delivery_profiles",
        files.iter().map(|file| file.name.as_str()),
    );
    let mut profile_of = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        for (nth, handle) in file.products.iter().enumerate() {
            let place = format!("delivery_profiles[{at}].products[{nth}]");
            check.handle(&place, handle);
            if let Some(other) = profile_of.insert(handle, &file.name) {
                check.refuse(
                    &place,
                    format_args!("`{handle}` is in the profile `{other}` already"),
                );
            }
        }
    }
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("delivery_profiles[{at}]"), currency, check))
        .collect()
}

impl ProfileFile {
    fn draft(self, place: &str, currency: Currency, check: &mut Check) -> ProfileDraft {
        check.title(&format!("{place}.name"), &self.name);
        ProfileDraft {
            zones: zones(&format!("{place}.zones"), self.zones, currency, check),
            name: self.name,
            products: self.products,
        }
    }
}

/// The zones of one profile, in which each place stands once.
fn zones(
    place: &str,
    mut files: Vec<ZoneFile>,
    currency: Currency,
    check: &mut Check,
) -> Vec<ZoneDraft> {
    for file in &mut files {
        file.countries.iter_mut().for_each(country_code);
        file.provinces.iter_mut().for_each(part);
    }
    check.once(place, files.iter().map(|file| file.name.as_str()));
    let places = files
        .iter()
        .flat_map(|file| file.countries.iter().chain(&file.provinces));
    check.once(place, places.map(String::as_str));
    let files = files.into_iter().enumerate();
    files
        .map(|(at, zone)| zone.draft(&format!("{place}[{at}]"), currency, check))
        .collect()
}

impl ZoneFile {
    fn draft(self, place: &str, currency: Currency, check: &mut Check) -> ZoneDraft {
        check.title(&format!("{place}.name"), &self.name);
        let is_rest = self.countries == ["*"];
        if !is_rest {
            for (at, code) in self.countries.iter().enumerate() {
                country(&format!("{place}.countries[{at}]"), code, check);
            }
        }
        for (at, code) in self.provinces.iter().enumerate() {
            if !postal::is_part(code) {
                let at = format!("{place}.provinces[{at}]");
                check.refuse(&at, "is not an ISO 3166-2 code, such as US-CA");
            }
        }
        check.once(
            &format!("{place}.rates"),
            self.rates.iter().map(|rate| rate.code.as_str()),
        );
        let rates = self.rates.into_iter().enumerate();
        let rates = rates
            .map(|(at, rate)| rate.draft(&format!("{place}.rates[{at}]"), currency, check))
            .collect();
        ZoneDraft {
            provinces: self.provinces,
            rates,
            countries: if is_rest { Vec::new() } else { self.countries },
            name: self.name,
        }
    }
}

impl RateFile {
    fn draft(self, place: &str, currency: Currency, check: &mut Check) -> RateDraft {
        check.handle(&format!("{place}.code"), &self.code);
        check.title(&format!("{place}.title"), &self.title);
        let mut amount = |name: &str, text: &str| match Money::parse(text, currency) {
            Ok(money) if money.minor >= 0 => money.minor,
            Ok(_) => {
                check.refuse(&format!("{place}.{name}"), "is negative");
                0
            }
            Err(error) => {
                check.refuse(&format!("{place}.{name}"), error);
                0
            }
        };
        let draft = RateDraft {
            price_minor: amount("price", &self.price),
            free_from_minor: self.free_from.map(|text| amount("free_from", &text)),
            method: self.method,
            subtotal_from_minor: self
                .subtotal_from
                .map_or(0, |text| amount("subtotal_from", &text)),
            subtotal_below_minor: self
                .subtotal_below
                .map(|text| amount("subtotal_below", &text)),
            grams_from: self.grams_from,
            grams_below: self.grams_below,
            code: self.code,
            title: self.title,
            description: self.description,
        };
        if draft.grams_from < 0 {
            check.refuse(&format!("{place}.grams_from"), "is negative");
        }
        let ranges = [
            (
                "subtotal",
                draft.subtotal_from_minor,
                draft.subtotal_below_minor,
            ),
            ("grams", draft.grams_from, draft.grams_below),
        ];
        for (name, from, below) in ranges {
            if below.is_some_and(|below| below <= from) {
                let reason = format_args!("is not above `{name}_from`, so nothing is between them");
                check.refuse(&format!("{place}.{name}_below"), reason);
            }
        }
        draft
    }
}
