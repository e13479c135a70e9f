//! A postal address, the shape that carts, orders and customers share.

use super::text;

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
    /// State, province or region: its code where the buyer gave one, otherwise its name.
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
    /// Trims every field and checks what each may hold; faults come with the field's contract name.
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
        if let Some(phone) = &self.phone
            && !text::is_phone(phone)
            && faults.iter().all(|(name, _)| *name != "phone")
        {
            faults.push(("phone", AddressFault::Malformed));
        }
        if self.country.as_ref().is_some_and(|code| !is_country(code)) {
            faults.push(("countryCode", AddressFault::Malformed));
        }
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(faults)
        }
    }

    /// The fields, by contract name, that a parcel needs and this address lacks.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let needed = [
            ("lastName", &self.last_name),
            ("address1", &self.address1),
            ("city", &self.city),
            ("countryCode", &self.country),
        ];
        needed
            .into_iter()
            .filter_map(|(name, value)| value.is_none().then_some(name))
            .collect()
    }

    /// First and last name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        join(&[&self.first_name, &self.last_name], " ")
    }

    /// City, province and country in one line; `country` is the country's name.
    #[must_use]
    pub fn area(&self, country: Option<&str>) -> Option<String> {
        let country = country.map(str::to_owned);
        join(&[&self.city, &self.province, &country], ", ")
    }

    /// The lines as they stand on a label; `country` is the country's name.
    #[must_use]
    pub fn lines(&self, country: Option<&str>, with_name: bool, with_company: bool) -> Vec<String> {
        let name = self.name().filter(|_| with_name);
        let company = self.company.clone().filter(|_| with_company);
        let place = join(&[&self.city, &self.province, &self.zip], " ");
        [
            name,
            company,
            self.address1.clone(),
            self.address2.clone(),
            place,
            country.map(str::to_owned),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Whether the text has the form of a country's code.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
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
    fn a_label_has_no_empty_line() {
        let full = Address {
            first_name: Some("Ada".into()),
            last_name: Some("Byron".into()),
            city: Some("London".into()),
            zip: Some("N1".into()),
            ..address("1 Main St")
        };
        assert_eq!(
            full.lines(Some("United Kingdom"), true, true),
            ["Ada Byron", "1 Main St", "London N1", "United Kingdom"]
        );
        assert_eq!(
            full.area(Some("United Kingdom")).as_deref(),
            Some("London, United Kingdom")
        );
    }
}
