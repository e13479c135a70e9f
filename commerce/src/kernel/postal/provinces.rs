//! States and provinces (ISO 3166-2), by code and by the names that people write.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::Zone;
use crate::kernel::text;

/// A state or province.
#[derive(Debug)]
pub(super) struct Province {
    /// Its code within the country.
    code: &'static str,
    /// Its name in Latin letters.
    name: &'static str,
    /// As it stands on a label; empty for a whole region, which has its name there.
    label: &'static str,
    /// How its postal codes begin, where they are compared.
    begins: Option<Regex>,
}

struct Country {
    provinces: Vec<Province>,
    /// All of them, by name.
    zones: Vec<Zone>,
    /// Places in `provinces` by what people write.
    written: HashMap<String, usize>,
}

static COUNTRIES: LazyLock<HashMap<&'static str, Country>> = LazyLock::new(|| {
    let mut countries: HashMap<&str, Country> = HashMap::new();
    let mut names = Vec::new();
    for row in include_str!("../../../data/provinces.tsv").lines() {
        let mut cells = row.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (of, code, label, name, others, begins) =
            (next(), next(), next(), next(), next(), next());
        let country = countries.entry(of).or_insert_with(|| Country {
            provinces: Vec::new(),
            zones: Vec::new(),
            written: HashMap::new(),
        });
        let place = country.provinces.len();
        country.written.insert(code.to_lowercase(), place);
        country.zones.push((code, name));
        country.provinces.push(Province {
            code,
            name,
            label,
            begins: Regex::new(&format!("^(?-u:{begins})"))
                .ok()
                .filter(|_| !begins.is_empty()),
        });
        let others = others.split('~').filter(|other| !other.is_empty());
        names.extend(others.chain([name]).map(|name| (of, key(name), place)));
    }
    // A code goes before a name that is written alike.
    for (of, name, place) in names {
        if let Some(country) = countries.get_mut(of) {
            country.written.entry(name).or_insert(place);
        }
    }
    for country in countries.values_mut() {
        country.zones.sort_by_key(|(_, name)| text::folded(name));
    }
    countries
});

/// A name as it is compared.
fn key(name: &str) -> String {
    let folded = text::folded(&name.replace('&', " and "));
    let words = folded.split_whitespace().filter(|word| *word != "and");
    words.collect()
}

/// The provinces of a country, by name; `None` where they are not listed.
pub(super) fn zones(country: &str) -> Option<&'static [Zone]> {
    COUNTRIES.get(country).map(|country| &*country.zones)
}

/// The province with this code.
pub(super) fn of_code(country: &str, code: &str) -> Option<&'static Province> {
    let provinces = &COUNTRIES.get(country)?.provinces;
    provinces.iter().find(|province| province.code == code)
}

/// The province that somebody wrote, by its code, with or without the country's before it, or by its name.
fn find(country: &str, given: &str) -> Option<&'static Province> {
    let known = COUNTRIES.get(country)?;
    let code = bare_code(country, given);
    let place = known.written.get(&code.to_lowercase());
    let place = place.or_else(|| known.written.get(&key(given)));
    place.and_then(|place| known.provinces.get(*place))
}

fn bare_code(country: &str, given: &str) -> String {
    let upper = text::narrow(given).trim().to_uppercase();
    let bare = upper
        .strip_prefix(country)
        .and_then(|rest| rest.strip_prefix('-'));
    bare.unwrap_or(&upper).to_owned()
}

/// The code of a province that somebody gave by its code, with or without the country's before it, or by its name;
/// `None` for one that is not known. Where provinces are not listed, any code of the right form is.
#[must_use]
pub fn canonical(country: &str, given: &str) -> Option<String> {
    if COUNTRIES.contains_key(country) {
        return find(country, given).map(|province| province.code.to_owned());
    }
    let code = bare_code(country, given);
    let is_code = code.bytes().all(|b| b.is_ascii_alphanumeric());
    ((1..=3).contains(&code.len()) && is_code).then_some(code)
}

/// The name of the province in Latin letters, where it is known.
#[must_use]
pub fn named(country: &str, given: &str) -> Option<&'static str> {
    find(country, given).map(|province| province.name)
}

/// The province as it stands on a label: in Latin letters, or in those of the country.
pub(super) fn label<'a>(country: &str, given: &'a str, latin: bool) -> &'a str {
    match find(country, given) {
        Some(province) if province.label.is_empty() => province.name,
        Some(province) if latin && !province.label.is_ascii() => province.name,
        Some(province) => province.label,
        None => given,
    }
}

/// Whether the postal code is one of the province, as far as both are known.
pub(super) fn has_zip(country: &str, province: Option<&str>, zip: &str) -> bool {
    let known = province.and_then(|given| find(country, given));
    let begins = known.and_then(|province| province.begins.as_ref());
    begins.is_none_or(|form| form.is_match(&super::zip::canonical(country, zip)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provinces_are_known_by_code_and_by_name() {
        for (country, given, code) in [
            ("US", "CA", Some("CA")),
            ("US", "us-ca", Some("CA")),
            ("US", "california", Some("CA")),
            ("US", "New York", Some("NY")),
            ("US", "Puerto Rico", Some("PR")),
            ("US", "Kalifornien", None),
            ("US", "CA-BC", None),
            ("CA", "Quebec", Some("QC")),
            ("CA", "QUÉBEC", Some("QC")),
            ("BR", "sao paulo", Some("SP")),
            ("BR", "Rondonia", Some("RO")),
            ("AU", "ZZ", None),
            ("AU", "ＮＳＷ", Some("NSW")),
            ("JP", "JP-13", Some("13")),
            ("JP", "Tokyo", Some("13")),
            ("JP", "東京都", Some("13")),
            ("JP", "東京", Some("13")),
            ("MX", "CDMX", Some("CMX")),
            ("IT", "Milano", Some("MI")),
            ("ES", "Las Palmas", Some("GC")),
            ("ES", "cn", Some("CN")),
            ("ES", "ES-CN", Some("CN")),
            // Not listed: the form decides.
            ("NZ", "nz-auk", Some("AUK")),
            ("NZ", "Auckland", None),
        ] {
            assert_eq!(canonical(country, given).as_deref(), code, "{given}");
        }
        assert_eq!(named("JP", "13"), Some("Tokyo"));
        assert_eq!(named("US", "New York"), Some("New York"));
        assert_eq!(named("DE", "BY"), None);
    }

    #[test]
    fn no_name_leads_to_two_provinces() {
        for (code, country) in COUNTRIES.iter() {
            for (place, province) in country.provinces.iter().enumerate() {
                let found = find(code, province.code).map(|found| found.code);
                assert_eq!(found, Some(province.code), "{code}");
                let by_name = country.written.get(&key(province.name));
                let same = by_name.map(|found| country.provinces[*found].name);
                assert_eq!(same, Some(province.name), "{code} {place}");
            }
        }
    }
}
