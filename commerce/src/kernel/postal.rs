//! What a postal address must have beyond a name, a street and a city, country by country: whether there are
//! postal codes and in what form, and whether the state or province must be named.
//!
//! The forms are those of the Universal Postal Union's country sheets. A country that is not listed is taken
//! at its word.

mod zones;

use super::Address;
pub use super::address::AddressFault;

/// A state or province: its code and its name.
pub type Zone = (&'static str, &'static str);

/// What stands in the field for the state or province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Nothing: mail gets there without.
    Unused,
    /// Whatever the buyer writes, if anything.
    Free,
    /// One of these.
    Listed(&'static [Zone]),
}

/// What addresses of a country look like.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The forms of a postal code, the usual one first: `9` for a digit, `A` for a letter. Empty where
    /// nothing is known or there are none.
    forms: &'static [&'static str],
    /// Whether there are postal codes at all.
    pub has_zip: bool,
    /// The state or province.
    pub region: Region,
}

impl Rules {
    /// Whether the postal code must be given.
    #[must_use]
    pub fn needs_zip(&self) -> bool {
        !self.forms.is_empty()
    }

    /// The usual form of a postal code, with a digit for each digit and a letter for each letter.
    #[must_use]
    pub fn zip_example(&self) -> Option<String> {
        let mut digits = "1234567890".chars().cycle();
        let form = self.forms.first()?;
        let shown = form.chars().map(|place| match place {
            '9' => digits.next().unwrap_or('0'),
            other => other,
        });
        Some(shown.collect())
    }

    /// Whether the text has one of the forms; spaces, hyphens and case do not matter.
    #[must_use]
    pub fn is_zip(&self, text: &str) -> bool {
        let bare = |text: &str| -> Vec<char> {
            let kept = text.chars().filter(|c| !matches!(c, ' ' | '-'));
            kept.map(|c| c.to_ascii_uppercase()).collect()
        };
        let given = bare(text);
        self.forms.is_empty()
            || self.forms.iter().any(|form| {
                let form = bare(form);
                form.len() == given.len()
                    && form.iter().zip(&given).all(|(place, letter)| match place {
                        '9' => letter.is_ascii_digit(),
                        'A' => letter.is_ascii_uppercase(),
                        fixed => fixed == letter,
                    })
            })
    }
}

/// The rules of a country, by its two-letter code.
#[must_use]
pub fn rules(country: &str) -> Rules {
    let forms: &[&str] = match country {
        "AR" => &["9999", "A9999AAA"],
        "AT" | "AU" | "BE" | "BG" | "CH" | "CY" | "DK" | "GE" | "HU" | "LI" | "LU" | "NO"
        | "NZ" | "PH" | "SI" | "TN" | "ZA" => &["9999"],
        "BR" => &["99999-999"],
        "CA" => &["A9A 9A9"],
        "CN" | "CO" | "IN" | "RO" | "SG" => &["999999"],
        "CZ" | "GR" | "SE" | "SK" => &["999 99"],
        "DE" | "EE" | "ES" | "FI" | "FR" | "HR" | "ID" | "IT" | "KR" | "MA" | "MC" | "ME"
        | "MX" | "MY" | "RE" | "SM" | "TH" | "TR" | "UA" | "VA" => &["99999"],
        "GB" => &[
            "A9 9AA", "A99 9AA", "A9A 9AA", "AA9 9AA", "AA99 9AA", "AA9A 9AA",
        ],
        "IL" => &["9999999", "99999"],
        "IS" => &["999"],
        "KZ" => &["999999", "A99A9A9"],
        // The five digits of a place are usual, though there are six for a street.
        "RS" | "VN" => &["99999", "999999"],
        "TW" => &["999", "99999", "999999"],
        "JP" => &["999-9999"],
        "LT" => &["99999", "LT-99999"],
        "LV" => &["LV-9999", "9999"],
        "MT" => &["AAA 9999"],
        "NL" => &["9999 AA"],
        "PL" => &["99-999"],
        "PT" => &["9999-999"],
        "PR" | "US" => &["99999", "99999-9999"],
        _ => &[],
    };
    Rules {
        forms,
        has_zip: !matches!(
            country,
            "AE" | "AG" | "AO" | "AW" | "BS" | "BZ" | "GH" | "HK" | "JM" | "MO" | "PA" | "QA"
        ),
        region: match country {
            "AU" => Region::Listed(zones::AU),
            "BR" => Region::Listed(zones::BR),
            "CA" => Region::Listed(zones::CA),
            "US" => Region::Listed(zones::US),
            "AD" | "AT" | "BE" | "BG" | "CH" | "CY" | "CZ" | "DE" | "DK" | "EE" | "FI" | "FR"
            | "GB" | "GR" | "HR" | "HU" | "IL" | "IS" | "LI" | "LT" | "LU" | "LV" | "MC" | "MT"
            | "NL" | "NO" | "PL" | "SE" | "SG" | "SI" | "SK" | "SM" | "VA" => Region::Unused,
            _ => Region::Free,
        },
    }
}

/// The code of a province that a buyer gave by its code, with or without the country's before it, or by its name;
/// `None` for one that is not known. Where provinces are not listed, any code of the right form is.
#[must_use]
pub fn province(country: &str, given: &str) -> Option<String> {
    let upper = given.to_uppercase();
    let code = upper
        .strip_prefix(country)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(&upper);
    match rules(country).region {
        Region::Listed(zones) => {
            let name = bare(given);
            let known = zones
                .iter()
                .find(|zone| zone.0 == code || bare(zone.1) == name);
            known.map(|zone| zone.0.to_owned())
        }
        Region::Free | Region::Unused => {
            let is_code = code.bytes().all(|b| b.is_ascii_alphanumeric());
            ((1..=3).contains(&code.len()) && is_code).then(|| code.to_owned())
        }
    }
}

/// What is wrong with an address's province where it must be known. It can be where provinces are listed;
/// elsewhere addresses are taken at their word.
#[must_use]
pub fn province_fault(address: &Address) -> Option<AddressFault> {
    let country = address.country.as_deref()?;
    if !matches!(rules(country).region, Region::Listed(_)) {
        return None;
    }
    match address.province.as_deref() {
        None => Some(AddressFault::Missing),
        Some(given) if province(country, given).is_none() => Some(AddressFault::Malformed),
        Some(_) => None,
    }
}

/// A name without case and accents, as the listed ones have them.
fn bare(name: &str) -> String {
    let plain = name.to_lowercase();
    let plain = plain.chars().map(|letter| match letter {
        'á' | 'ã' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ô' => 'o',
        other => other,
    });
    plain.collect()
}

/// What keeps a parcel from arriving, beyond what [`Address::missing`] finds: fields by their contract name.
#[must_use]
pub fn faults(address: &Address) -> Vec<(&'static str, AddressFault)> {
    let Some(country) = &address.country else {
        return Vec::new();
    };
    let rules = rules(country);
    let mut found = Vec::new();
    if let Region::Listed(zones) = rules.region {
        let known = |given: &str| zones.iter().any(|(code, _)| *code == given);
        match address.province.as_deref() {
            None => found.push(("provinceCode", AddressFault::Missing)),
            Some(given) if !known(given) => {
                found.push(("provinceCode", AddressFault::Malformed));
            }
            Some(_) => {}
        }
    }
    match address.zip.as_deref() {
        None if rules.needs_zip() => found.push(("zip", AddressFault::Missing)),
        Some(zip) if !rules.is_zip(zip) => found.push(("zip", AddressFault::Malformed)),
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postal_codes_have_their_countrys_form() {
        for (country, good, bad) in [
            ("US", "97201-1234", "9720"),
            ("CA", "k1a0b1", "K1A 0B"),
            ("GB", "sw1a 1aa", "SW1A"),
            ("NL", "1012AB", "1012"),
            ("DE", "10115", "1011"),
            ("LV", "lv-1050", "LX-1050"),
            ("KZ", "A15E3H4", "A15E3H"),
            ("RS", "11000", "1100"),
            ("TW", "100006", "1000"),
            ("VN", "10000", "1000"),
        ] {
            assert!(rules(country).is_zip(good), "{country} {good}");
            assert!(!rules(country).is_zip(bad), "{country} {bad}");
        }
        assert!(rules("XX").is_zip("anything"));
        assert_eq!(rules("CA").zip_example().as_deref(), Some("A1A 2A3"));
        assert!(!rules("AE").has_zip && !rules("AE").needs_zip());
    }

    #[test]
    fn faults_name_the_field() {
        let address = |country: &str, province: Option<&str>, zip: Option<&str>| Address {
            country: Some(country.into()),
            province: province.map(str::to_owned),
            zip: zip.map(str::to_owned),
            ..Address::default()
        };
        let (missing, malformed) = (AddressFault::Missing, AddressFault::Malformed);
        assert_eq!(faults(&address("US", Some("OR"), Some("97201"))), []);
        assert_eq!(
            faults(&address("US", None, None)),
            [("provinceCode", missing), ("zip", missing)]
        );
        assert_eq!(
            faults(&address("US", Some("ZZ"), Some("x"))),
            [("provinceCode", malformed), ("zip", malformed)]
        );
        assert_eq!(faults(&address("IE", None, None)), []);
    }

    #[test]
    fn provinces_are_known_by_code_and_by_name() {
        for (country, given, code) in [
            ("US", "CA", Some("CA")),
            ("US", "us-ca", Some("CA")),
            ("US", "california", Some("CA")),
            ("US", "Kalifornien", None),
            ("US", "CA-BC", None),
            ("CA", "Quebec", Some("QC")),
            ("CA", "QUÉBEC", Some("QC")),
            ("BR", "sao paulo", Some("SP")),
            ("BR", "Rondonia", Some("RO")),
            ("AU", "ZZ", None),
            // Not listed: the form decides.
            ("ES", "cn", Some("CN")),
            ("ES", "ES-CN", Some("CN")),
            ("ES", "Canarias", None),
            ("ES", "C N", None),
        ] {
            assert_eq!(province(country, given).as_deref(), code, "{given}");
        }
        let fault = |country: &str, province: Option<&str>| {
            province_fault(&Address {
                country: Some(country.into()),
                province: province.map(str::to_owned),
                ..Address::default()
            })
        };
        assert_eq!(fault("US", Some("Ohio")), None);
        assert_eq!(fault("US", None), Some(AddressFault::Missing));
        assert_eq!(fault("US", Some("ZZ")), Some(AddressFault::Malformed));
        assert_eq!(fault("ES", None), None);
        assert_eq!(fault("ES", Some("Las Palmas")), None);
        assert_eq!(fault("DE", None), None);
        assert_eq!(province_fault(&Address::default()), None);
    }
}
