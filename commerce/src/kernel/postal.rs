//! How addresses of a country are written and what they must have: the order of their lines, the form of postal
//! codes, and the states and provinces by code and by name.
//!
//! The tables are those of Google's libaddressinput; `commerce/data/README.md` says how they are made.

mod lines;
mod provinces;
mod zip;

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

pub use super::address::AddressFault;
use super::{Address, country};
pub use lines::{area, lines};
pub use provinces::{canonical as province, named as province_name};
pub use zip::canonical as zip;

/// A state or province in a list to choose from: its code and its name.
pub type Zone = (&'static str, &'static str);

/// What stands in the field for the state or province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Nothing: mail gets there without.
    Unused,
    /// Whatever the buyer writes, if anything.
    Free,
    /// One of these, if anything; other parts of the country may be written, too.
    Known(&'static [Zone]),
    /// One of these.
    Listed(&'static [Zone]),
}

/// What addresses of a country look like.
#[derive(Debug)]
pub struct Rules {
    /// The country's code; empty for anywhere.
    code: &'static str,
    /// The lines: `%N` for the name, `%O` company, `%A` street, `%C` city, `%S` province, `%Z` postal code, `%n` the
    /// end of a line.
    format: &'static str,
    /// The lines of an address that is written in Latin letters, where they differ.
    latin: Option<&'static str>,
    /// What must be there, by the same letters.
    needed: &'static str,
    /// The form of postal codes; `None` where there are none or no form is known.
    form: Option<Regex>,
    /// A postal code for each number of letters and digits, the usual one first.
    examples: Vec<&'static str>,
    /// The state or province.
    pub region: Region,
}

/// What is known of a country that the tables lack.
static ANYWHERE: LazyLock<Rules> = LazyLock::new(|| Rules {
    code: "",
    format: "%N%n%O%n%A%n%C %S %Z",
    latin: None,
    needed: "AC",
    form: None,
    examples: Vec::new(),
    region: Region::Free,
});

static RULES: LazyLock<HashMap<&'static str, Rules>> = LazyLock::new(|| {
    let rows = include_str!("../../data/addresses.tsv").lines();
    rows.filter_map(read).collect()
});

fn read(row: &'static str) -> Option<(&'static str, Rules)> {
    let mut cells = row.split('\t');
    let mut next = || cells.next().unwrap_or_default();
    let (country, format, latin, needed, form, examples) =
        (next(), next(), next(), next(), next(), next());
    // The table has a row for places that it does not know, too.
    if !country::is_country(country) {
        return None;
    }
    let zones = provinces::zones(country);
    let rules = Rules {
        code: country,
        format,
        latin: (!latin.is_empty()).then_some(latin),
        needed,
        form: (!form.is_empty())
            .then(|| Regex::new(&format!("^(?-u:{form})$")).ok())
            .flatten(),
        examples: examples.split(',').filter(|one| !one.is_empty()).collect(),
        region: match (zones, needed.contains('S')) {
            (Some(zones), true) => Region::Listed(zones),
            (Some(zones), false) => Region::Known(zones),
            (None, _) if UNUSED.contains(&country) => Region::Unused,
            (None, _) => Region::Free,
        },
    };
    Some((country, rules))
}

/// Where mail gets everywhere without a province, and people write none.
const UNUSED: [&str; 33] = [
    "AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "FI", "FR", "GB", "GR", "HR", "HU",
    "IL", "IS", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "SE", "SG", "SI", "SK", "SM",
    "VA",
];

impl Rules {
    /// Whether the city must be given.
    #[must_use]
    pub fn needs_city(&self) -> bool {
        self.needed.contains('C')
    }

    /// Whether the postal code must be given.
    #[must_use]
    pub fn needs_zip(&self) -> bool {
        self.needed.contains('Z')
    }

    /// Whether there are postal codes at all.
    #[must_use]
    pub fn has_zip(&self) -> bool {
        self.format.contains("%Z") || self.form.is_some()
    }

    /// The usual form of a postal code, with a digit for each digit and a letter for each letter.
    #[must_use]
    pub fn zip_example(&self) -> Option<String> {
        let mut digits = "1234567890".chars().cycle();
        let form = self.examples.first()?;
        let shown = form.chars().map(|place| match place {
            '0'..='9' => digits.next().unwrap_or('0'),
            other => other,
        });
        Some(shown.collect())
    }

    /// Whether the text is a postal code, as people write them.
    #[must_use]
    pub fn is_zip(&self, text: &str) -> bool {
        self.form.is_none() || zip::fitting(self, text).is_some()
    }
}

/// The rules of a country, by its two-letter code.
#[must_use]
pub fn rules(country: &str) -> &'static Rules {
    RULES.get(country).unwrap_or(&ANYWHERE)
}

/// What is wrong with an address's province where it must be known. It can be where provinces must be named;
/// elsewhere addresses are taken at their word.
#[must_use]
pub fn province_fault(address: &Address) -> Option<AddressFault> {
    let country = address.country.as_deref()?;
    if !matches!(rules(country).region, Region::Listed(_)) {
        return None;
    }
    match address.province.as_deref() {
        None => Some(AddressFault::Missing),
        Some(given) if province(country, given).is_none() => Some(AddressFault::UnknownProvince),
        Some(_) => None,
    }
}

/// What keeps a parcel from arriving, beyond what [`Address::missing`] finds: fields by their contract name.
#[must_use]
pub fn faults(address: &Address) -> Vec<(&'static str, AddressFault)> {
    let Some(country) = address.country.as_deref() else {
        return Vec::new();
    };
    let rules = rules(country);
    let mut found = Vec::new();
    let province = address.province.as_deref();
    match (rules.region, province) {
        (Region::Listed(_), None) => found.push(("provinceCode", AddressFault::Missing)),
        (Region::Listed(_) | Region::Known(_), Some(given))
            if self::province(country, given).is_none() =>
        {
            found.push(("provinceCode", AddressFault::UnknownProvince));
        }
        _ => {}
    }
    match address.zip.as_deref() {
        None if rules.needs_zip() => found.push(("zip", AddressFault::Missing)),
        Some(zip) if !rules.is_zip(zip) => found.push(("zip", AddressFault::ZipOfNoPlace)),
        Some(zip) if !provinces::has_zip(country, province, zip) => {
            found.push(("zip", AddressFault::ZipOfAnotherProvince));
        }
        _ => {}
    }
    found
}

/// Whether a text has the form of an ISO 3166-2 code of a country's part, and is one where they are known.
#[must_use]
pub fn is_part(code: &str) -> bool {
    let Some((of, part)) = code.split_once('-') else {
        return false;
    };
    let is_code = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    country::is_country(of)
        && (1..=3).contains(&part.len())
        && part.bytes().all(is_code)
        && match rules(of).region {
            Region::Listed(_) | Region::Known(_) => provinces::of_code(of, part).is_some(),
            Region::Free | Region::Unused => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_of_countries() {
        assert!(RULES.len() > 240);
        for (code, rules) in RULES.iter() {
            assert!(country::is_country(code), "{code}");
            for example in &rules.examples {
                assert!(rules.is_zip(example), "{code} {example}");
                assert_eq!(zip(code, example), *example, "{code}");
            }
            assert_eq!(rules.form.is_some(), !rules.examples.is_empty(), "{code}");
        }
    }

    #[test]
    fn postal_codes_have_their_countrys_form() {
        for (country, good, bad) in [
            ("US", "97201-1234", "9720"),
            ("CA", "k1a0b1", "K1A 0B"),
            ("GB", "sw1a 1aa", "SW1A"),
            ("GB", "GIR 0AA", "GIR 0AB"),
            ("NL", "1012AB", "1012"),
            ("DE", "10115", "1011"),
            ("DE", "D-80331", "F-80331"),
            ("LV", "lv-1050", "LX-1050"),
            ("LV", "1050", "105"),
            ("KZ", "A15E3H4", "A15E3H"),
            ("RS", "11000", "1100"),
            ("TW", "100006", "1000"),
            ("VN", "10000", "1000"),
        ] {
            assert!(rules(country).is_zip(good), "{country} {good}");
            assert!(!rules(country).is_zip(bad), "{country} {bad}");
        }
        assert!(rules("AO").is_zip("anything"));
        assert_eq!(rules("CA").zip_example().as_deref(), Some("H1Z 2Y3"));
        assert!(!rules("AE").has_zip() && !rules("AE").needs_zip());
    }

    #[test]
    fn faults_name_the_field() {
        let address = |country: &str, province: Option<&str>, zip: Option<&str>| Address {
            country: Some(country.into()),
            province: province.map(str::to_owned),
            zip: zip.map(str::to_owned),
            ..Address::default()
        };
        let missing = AddressFault::Missing;
        assert_eq!(faults(&address("US", Some("OR"), Some("97201"))), []);
        assert_eq!(
            faults(&address("US", None, None)),
            [("provinceCode", missing), ("zip", missing)]
        );
        assert_eq!(
            faults(&address("US", Some("ZZ"), Some("x"))),
            [
                ("provinceCode", AddressFault::UnknownProvince),
                ("zip", AddressFault::ZipOfNoPlace)
            ]
        );
        let elsewhere = [("zip", AddressFault::ZipOfAnotherProvince)];
        assert_eq!(faults(&address("US", Some("NY"), Some("97201"))), elsewhere);
        assert_eq!(
            faults(&address("CA", Some("ON"), Some("V6B 1A1"))),
            elsewhere
        );
        assert_eq!(faults(&address("IE", None, None)), []);
        assert_eq!(
            faults(&address("JP", Some("東京都"), Some("〒100-0001"))),
            []
        );
        assert_eq!(
            faults(&address("JP", Some("Atlantis"), Some("100-0001"))),
            [("provinceCode", AddressFault::UnknownProvince)]
        );
    }

    #[test]
    fn a_province_must_be_known_where_it_must_be_named() {
        let fault = |country: &str, province: Option<&str>| {
            province_fault(&Address {
                country: Some(country.into()),
                province: province.map(str::to_owned),
                ..Address::default()
            })
        };
        assert_eq!(fault("US", Some("Ohio")), None);
        assert_eq!(fault("US", None), Some(AddressFault::Missing));
        assert_eq!(fault("US", Some("ZZ")), Some(AddressFault::UnknownProvince));
        assert_eq!(fault("ES", None), None);
        assert_eq!(fault("ES", Some("Las Palmas")), None);
        assert_eq!(fault("DE", None), None);
        assert_eq!(province_fault(&Address::default()), None);
    }

    #[test]
    fn parts_of_countries_have_codes() {
        for code in [
            "US-CA", "US-PR", "ES-CN", "IT-25", "JP-13", "CN-BJ", "DE-BY",
        ] {
            assert!(is_part(code), "{code}");
        }
        for code in ["US-ZZ", "UK-ENG", "XX-1", "US", "US-ca", "JP-99", "DE-ABCD"] {
            assert!(!is_part(code), "{code}");
        }
    }
}
