//! Telephone numbers, stored in the form of E.164: `+`, the country's calling code and the number, nothing else.

use phonenumber::Mode;
use phonenumber::country::Id;
use phonenumber::metadata::{DATABASE, Descriptor, Descriptors};

use super::text;

/// The most digits of a number, the calling code included.
const DIGITS: usize = 15;

/// The number in the form of E.164. `country` is where a number without a calling code is dialled; `None` for what
/// is no number, or could be one of several countries.
#[must_use]
pub fn canonical(given: &str, country: Option<&str>) -> Option<String> {
    let given = text::narrow(given);
    let given = given.trim();
    // What people write between digits differs; nothing else reaches the parser.
    let given: String = given
        .chars()
        .map(|c| match c {
            '‐'..='―' | '−' | '/' => '-',
            c => c,
        })
        .collect();
    if !text::is_phone(&given) {
        return None;
    }
    let at = country.and_then(|code| code.parse::<Id>().ok());
    // The usual prefix of a call abroad is written in countries, too, that have another.
    let abroad = given.strip_prefix("00").map(|rest| format!("+{rest}"));
    dialled(&given, at).or_else(|| dialled(&abroad?, None))
}

/// The number as it is dialled in a country, or anywhere with its calling code.
fn dialled(given: &str, at: Option<Id>) -> Option<String> {
    let is_whole = given.starts_with('+');
    if at.is_none() && !is_whole {
        return None;
    }
    // `(0)` is dialled at home only.
    let given = match is_whole {
        true => given.replacen("(0)", "", 1),
        false => given.to_owned(),
    };
    let number = phonenumber::parse(at, &given).ok()?;
    let national = number.national().to_string();
    let known = DATABASE.by_code(&number.code().value())?;
    let fits = known
        .iter()
        .any(|country| lengths(country.descriptors()).any(|length| length == national.len()));
    let written = number.format().mode(Mode::E164).to_string();
    let digits = written.strip_prefix('+')?;
    (fits && digits.len() <= DIGITS && digits.bytes().all(|b| b.is_ascii_digit()))
        .then_some(written)
}

/// How many digits numbers of a country have; the metadata says it for each kind of number.
fn lengths(of: &Descriptors) -> impl Iterator<Item = usize> {
    let kinds = [
        of.fixed_line(),
        of.mobile(),
        of.toll_free(),
        of.premium_rate(),
        of.shared_cost(),
        of.personal_number(),
        of.voip(),
        of.uan(),
    ];
    let lengths = kinds
        .into_iter()
        .flatten()
        .flat_map(Descriptor::possible_length);
    lengths.map(|length| usize::from(*length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_stored_in_one_form() {
        for (given, country, stored) in [
            ("+49 (0)30 123 456", None, Some("+4930123456")),
            ("030 / 123456", Some("DE"), Some("+4930123456")),
            ("0049 30 123456", None, Some("+4930123456")),
            ("0049 30 123456", Some("DE"), Some("+4930123456")),
            ("0049 30 123456", Some("US"), Some("+4930123456")),
            ("(613) 555-1111", Some("CA"), Some("+16135551111")),
            ("1-613-555-1111", Some("US"), Some("+16135551111")),
            ("＋８１ ３ １２３４ ５６７８", None, Some("+81312345678")),
            ("03-1234-5678", Some("JP"), Some("+81312345678")),
            ("+44 20 7946 0000", Some("DE"), Some("+442079460000")),
            ("+39 06 1234 5678", None, Some("+390612345678")),
            ("030 123456", None, None),
            ("+999 12345678", None, None),
            ("+1 613 555", None, None),
            ("12345", Some("US"), None),
            ("call me", Some("US"), None),
            ("", None, None),
        ] {
            assert_eq!(
                canonical(given, country).as_deref(),
                stored,
                "{given} {country:?}"
            );
        }
    }
}
