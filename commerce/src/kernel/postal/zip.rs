//! Postal codes: what people type, and the form in which they are stored.

use super::Rules;
use crate::kernel::text;

/// What stood for a country before its postal codes, where it is not the country's code.
const SIGNS: &[(&str, &str)] = &[
    ("AT", "A"),
    ("BE", "B"),
    ("DE", "D"),
    ("ES", "E"),
    ("FI", "SF"),
    ("FR", "F"),
    ("HU", "H"),
    ("IT", "I"),
    ("LI", "FL"),
    ("LU", "L"),
    ("NO", "N"),
    ("PT", "P"),
    ("SE", "S"),
    ("SI", "SLO"),
    ("MC", "F"),
    ("SM", "I"),
    ("VA", "I"),
];

/// The postal code as it is stored: narrow letters and digits, in capitals, with the country's own spaces and hyphens
/// and without the country in front. What is no postal code of the country stays as it was written.
#[must_use]
pub fn canonical(country: &str, given: &str) -> String {
    let rules = super::rules(country);
    let tidy = tidied(given);
    fitting(rules, &tidy).unwrap_or(tidy)
}

fn tidied(given: &str) -> String {
    let narrow = text::narrow(given);
    let bare = narrow.trim().trim_start_matches('〒').trim();
    let plain = bare.chars().map(|c| match c {
        '‐'..='―' | '−' | 'ー' => '-',
        c => c,
    });
    let upper: String = plain.flat_map(char::to_uppercase).collect();
    upper.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The code in the country's form, if it is one.
pub(super) fn fitting(rules: &Rules, given: &str) -> Option<String> {
    let form = rules.form.as_ref()?;
    let tidy = tidied(given);
    let without = without_country(rules.code, &tidy);
    let with = format!("{}{}", rules.code, compact(&tidy));
    let tries = [Some(tidy.as_str()), without.as_deref(), Some(&with)];
    tries.into_iter().flatten().find_map(|text| {
        let spaced = spaced(rules, text);
        [spaced, text.to_owned(), compact(text)]
            .into_iter()
            .find(|text| form.is_match(text))
    })
}

/// The code without the country's code or sign in front.
fn without_country(country: &str, given: &str) -> Option<String> {
    let sign = SIGNS.iter().find(|(code, _)| *code == country);
    [Some(country), sign.map(|(_, sign)| *sign)]
        .into_iter()
        .flatten()
        .find_map(|sign| {
            let rest = given.strip_prefix(sign)?;
            let rest = rest.trim_start_matches(['-', ' ', '.']);
            rest.starts_with(|c: char| c.is_ascii_digit())
                .then(|| rest.to_owned())
        })
}

fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The letters and digits with the separators that the country's codes of this length have.
fn spaced(rules: &Rules, text: &str) -> String {
    let bare = compact(text);
    let example = rules
        .examples
        .iter()
        .find(|example| compact(example).len() == bare.len());
    let Some(example) = example else {
        return bare;
    };
    let mut letters = bare.chars();
    let places = example.chars().map(|place| match place {
        ' ' | '-' => Some(place),
        _ => letters.next(),
    });
    places.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_stored_in_their_countrys_form() {
        for (country, given, stored) in [
            ("DE", "D-80331", "80331"),
            ("DE", "DE 80331", "80331"),
            ("DE", "８０３３１", "80331"),
            ("LU", "L-1234", "1234"),
            ("LU", "LU-1234", "1234"),
            ("CH", "CH-8001", "8001"),
            ("AT", "A-1010", "1010"),
            ("FI", "FI-00100", "00100"),
            ("JP", "〒１００－０００１", "100-0001"),
            ("JP", "1000001", "100-0001"),
            ("JP", "100ー0001", "100-0001"),
            ("GB", "gir0aa", "GIR 0AA"),
            ("GB", " sw1a  1aa", "SW1A 1AA"),
            ("GB", "M25BQ", "M2 5BQ"),
            ("CA", "k1a-0b1", "K1A 0B1"),
            ("NL", "1012ab", "1012 AB"),
            ("SE", "11455", "114 55"),
            ("PL", "00001", "00-001"),
            ("BR", "01310100", "01310-100"),
            ("PT", "1000 205", "1000-205"),
            ("LV", "1050", "LV-1050"),
            ("US", "972011234", "97201-1234"),
            ("US", "97201 1234", "97201-1234"),
            ("IE", "d02x285", "D02 X285"),
            // Stays as it was written.
            ("DE", "1011", "1011"),
            ("HK", "000000", "000000"),
            ("XX", " a 1 ", "A 1"),
        ] {
            assert_eq!(canonical(country, given), stored, "{country} {given}");
        }
    }
}
