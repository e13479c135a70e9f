//! A postal address, the shape that carts, orders and customers share.

use super::{country, phone, postal, text};

/// The longest text that one field of an address may hold, in characters.
pub const MAX_FIELD: usize = 255;

/// Where something is delivered or billed to. Every field is trimmed and none is an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Address {
    /// The person's first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The person's last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1: Option<String>,
    /// Apartment, floor or building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address2: Option<String>,
    /// City, town or village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or region: its code where it is known, otherwise what the buyer wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// The two-letter code of the country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// A telephone number for the carrier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// What is wrong with one field of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Needed, but not given.
    #[error("is required")]
    Missing,
    /// More than [`MAX_FIELD`] characters.
    #[error("is longer than 255 characters")]
    TooLong,
    /// Holds `<` or `>`.
    #[error("must not contain HTML")]
    Html,
    /// Holds an address of the web.
    #[error("must not contain a URL")]
    Url,
    /// Holds a pictogram.
    #[error("must not contain emojis")]
    Emoji,
    /// Not in the form of its kind: a control character, a malformed telephone number.
    #[error("is not in the expected form")]
    Malformed,
    /// Not a country of the contract.
    #[error("is not the code of a country")]
    UnknownCountry,
    /// Not a province of the country.
    #[error("is not a province of the country")]
    UnknownProvince,
    /// Not a postal code of the country.
    #[error("is not a postal code of the country")]
    ZipOfNoPlace,
    /// A postal code of another province than the address names.
    #[error("is not a postal code of the province")]
    ZipOfAnotherProvince,
}

/// The name of a field in the contract's inputs and how to reach it.
type Field = (&'static str, fn(&mut Address) -> &mut Option<String>);

const FIELDS: [Field; 9] = [
    ("firstName", |a| &mut a.first_name),
    ("lastName", |a| &mut a.last_name),
    ("company", |a| &mut a.company),
    ("address1", |a| &mut a.address1),
    ("address2", |a| &mut a.address2),
    ("city", |a| &mut a.city),
    ("provinceCode", |a| &mut a.province),
    ("zip", |a| &mut a.zip),
    ("phone", |a| &mut a.phone),
];

impl Address {
    /// Trims every field, checks what each may hold and brings it into the form that is stored: the country and a
    /// province that is known as codes, the postal code as the country writes it, the telephone number by E.164.
    /// Faults come with the field's contract name.
    ///
    /// Completeness is not checked: see [`Address::missing`].
    ///
    /// # Errors
    /// Every field that is at fault.
    pub fn tidied(mut self) -> Result<Self, Vec<(&'static str, AddressFault)>> {
        let mut faults = Vec::new();
        for (name, field) in FIELDS {
            let value = field(&mut self);
            *value = value
                .take()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty());
            if let Some(fault) = value.as_deref().and_then(field_fault) {
                faults.push((name, fault));
            }
        }
        if !self.settle_place() {
            faults.push(("countryCode", AddressFault::UnknownCountry));
        }
        if let Some(given) = &self.phone {
            match phone::canonical(given, self.country.as_deref()) {
                Some(canonical) => self.phone = Some(canonical),
                // Where the country is not known, nobody can tell what a local number is.
                None if self.country.is_none() && text::is_phone(given) => {}
                None if faults.iter().any(|(name, _)| *name == "phone") => {}
                None => faults.push(("phone", AddressFault::Malformed)),
            }
        }
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(faults)
        }
    }

    /// As [`Address::tidied`], for what was written down elsewhere: a telephone number that cannot be brought into the
    /// form of E.164 stays as it was written.
    ///
    /// # Errors
    /// Every field that is at fault.
    pub fn carried(mut self) -> Result<Self, Vec<(&'static str, AddressFault)>> {
        let country = self.country.as_deref().and_then(country::read);
        let odd = self.phone.take_if(|given| {
            phone::canonical(given, country).is_none() && text::is_phone(given.trim())
        });
        let mut tidy = self.tidied()?;
        if let Some(odd) = odd {
            tidy.phone = Some(odd.trim().to_owned());
        }
        Ok(tidy)
    }

    /// Brings country, province and postal code into the form that is stored; `false` for an unknown country.
    fn settle_place(&mut self) -> bool {
        let given = self.country.take().filter(|text| !text.trim().is_empty());
        let Some(given) = given else {
            return true;
        };
        let Some(code) = country::read(&given) else {
            // The contract has some islands as parts of the United States.
            let state = country::as_state(&given);
            let is_place = state.is_some();
            self.country = Some(state.map_or(given, |_| "US".to_owned()));
            self.province = state.map(str::to_owned).or(self.province.take());
            return is_place;
        };
        self.country = Some(code.to_owned());
        if let Some(province) = self.province.take() {
            self.province = Some(postal::province(code, &province).unwrap_or(province));
        }
        self.zip = self.zip.take().map(|zip| postal::zip(code, &zip));
        true
    }

    /// The fields, by contract name, that a parcel needs and this address lacks.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let rules = self.country.as_deref().map(postal::rules);
        let needs_city = rules.is_none_or(postal::Rules::needs_city);
        // Many people have one name only; it may stand in either field.
        let needed = [
            (
                "lastName",
                self.first_name.is_none() && self.last_name.is_none(),
            ),
            ("address1", self.address1.is_none()),
            ("city", self.city.is_none() && needs_city),
            ("countryCode", self.country.is_none()),
        ];
        needed
            .into_iter()
            .filter_map(|(name, is_missing)| is_missing.then_some(name))
            .collect()
    }

    /// First and last name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        join(&[&self.first_name, &self.last_name], " ")
    }
}

fn join(parts: &[&Option<String>], separator: &str) -> Option<String> {
    let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}

fn field_fault(value: &str) -> Option<AddressFault> {
    let lower = value.to_ascii_lowercase();
    if value.chars().count() > MAX_FIELD {
        Some(AddressFault::TooLong)
    } else if value.contains(['<', '>']) {
        Some(AddressFault::Html)
    } else if lower.contains("://") || lower.contains("www.") {
        Some(AddressFault::Url)
    } else if value.chars().any(is_emoji) {
        Some(AddressFault::Emoji)
    } else if value.chars().any(char::is_control) {
        Some(AddressFault::Malformed)
    } else {
        None
    }
}

/// The blocks of pictograms, dingbats and regional indicators (Unicode 15).
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(field: &str) -> Address {
        Address {
            address1: Some(field.to_owned()),
            country: Some("US".to_owned()),
            ..Address::default()
        }
    }

    #[test]
    fn fields_are_trimmed_and_blanks_dropped() {
        let tidy = Address {
            city: Some("   ".into()),
            ..address("  1 Main St ")
        };
        let tidy = tidy.tidied().unwrap();
        assert_eq!(tidy.address1.as_deref(), Some("1 Main St"));
        assert_eq!(tidy.city, None);
        assert_eq!(tidy.missing(), ["lastName", "city"]);
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, fault) in [
            ("<b>1 Main St</b>", AddressFault::Html),
            ("see https://example.com", AddressFault::Url),
            ("1 Main St 🎉", AddressFault::Emoji),
            ("1\0Main", AddressFault::Malformed),
            (&"x".repeat(256), AddressFault::TooLong),
        ] {
            assert_eq!(address(text).tidied(), Err(vec![("address1", fault)]));
        }
        let phone = Address {
            phone: Some("call me".into()),
            ..address("1 Main St")
        };
        assert_eq!(
            phone.tidied(),
            Err(vec![("phone", AddressFault::Malformed)])
        );
    }

    #[test]
    fn what_people_type_is_stored_in_one_form() {
        let given = Address {
            first_name: Some("Ada".into()),
            city: Some("Albany".into()),
            province: Some("new york".into()),
            country: Some("usa".into()),
            zip: Some("１２２０７".into()),
            phone: Some("(518) 555-1111".into()),
            ..address("1 Main St")
        };
        let stored = given.tidied().unwrap();
        assert_eq!(stored.country.as_deref(), Some("US"));
        assert_eq!(stored.province.as_deref(), Some("NY"));
        assert_eq!(stored.zip.as_deref(), Some("12207"));
        assert_eq!(stored.phone.as_deref(), Some("+15185551111"));
        // One name is enough.
        assert_eq!(stored.missing(), [] as [&str; 0]);
        assert_eq!(stored.clone().tidied(), Ok(stored));
        let island = Address {
            country: Some("PR".into()),
            ..address("1 Calle Sol")
        };
        let island = island.tidied().unwrap();
        assert_eq!(
            (island.country.as_deref(), island.province.as_deref()),
            (Some("US"), Some("PR"))
        );
    }

    #[test]
    fn only_countries_of_the_contract_are_countries() {
        let of = |country: &str| {
            let given = Address {
                country: Some(country.into()),
                ..address("1 Main St")
            };
            given.tidied().map(|address| address.country)
        };
        assert_eq!(of("UK"), Ok(Some("GB".to_owned())));
        assert_eq!(of(" "), Ok(None));
        for code in ["XX", "EU", "ZZ"] {
            let fault = ("countryCode", AddressFault::UnknownCountry);
            assert_eq!(of(code), Err(vec![fault]), "{code}");
        }
    }
}
