//! What an account may hold. Pure.

use super::{Code, Refusal, Refusals};
use crate::kernel::address::AddressFault;
use crate::kernel::{Address, phone as numbers, text};

const MAX_NAME: usize = 255;
const MAX_EMAIL: usize = 254;
/// NIST SP 800-63B: at least 8; a passphrase must fit, a flood of bytes must not.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;

/// Refuses when anything was found wrong.
pub(super) fn settled(refusals: Refusals) -> Result<(), Refusals> {
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

/// Checks an e-mail address and brings it into the form that is stored.
pub(super) fn email(given: &str, field: &[&str], refusals: &mut Refusals) -> String {
    let email = found_by(given);
    let refused = if email.is_empty() {
        Some((Code::Blank, "an e-mail address is needed"))
    } else if email.len() > MAX_EMAIL {
        Some((Code::TooLong, "the e-mail address is too long"))
    } else if text::is_email(&email) {
        None
    } else if email
        .split_once('@')
        .is_some_and(|(local, _)| text::is_email(&format!("{local}@domain.example")))
    {
        Some((Code::BadDomain, "the e-mail address has no valid domain"))
    } else {
        Some((Code::Invalid, "the e-mail address is not valid"))
    };
    refusals.extend(refused.map(|(code, message)| Refusal::new(code, field, message)));
    email
}

/// What an account is looked for by: the address in the form that is stored, or the text, which no account has.
pub(super) fn found_by(given: &str) -> String {
    text::email(given).unwrap_or_else(|| given.trim().to_owned())
}

/// Checks a new password.
pub(super) fn password(given: &str, field: &[&str], refusals: &mut Refusals) {
    let length = given.chars().count();
    let refused = if given.trim().is_empty() {
        Some((Code::Blank, "a password is needed".to_owned()))
    } else if given.trim() != given {
        let message = "a password does not begin or end with white space";
        let code = Code::PasswordStartsOrEndsWithWhitespace;
        Some((code, message.to_owned()))
    } else if length < *PASSWORD.start() {
        let message = format!("a password has at least {} characters", PASSWORD.start());
        Some((Code::TooShort, message))
    } else if length > *PASSWORD.end() {
        let message = format!("a password has at most {} characters", PASSWORD.end());
        Some((Code::TooLong, message))
    } else {
        None
    };
    refusals.extend(refused.map(|(code, message)| Refusal::new(code, field, message)));
}

/// Whether a password could be one at all: longer ones are not worth a hash.
pub(super) fn is_plausible(password: &str) -> bool {
    password.chars().count() <= *PASSWORD.end()
}

/// Checks a name; a blank one is none.
pub(super) fn name(given: &str, field: &[&str], refusals: &mut Refusals) -> Option<String> {
    let name = given.trim();
    let lower = name.to_lowercase();
    let refused = if name.chars().count() > MAX_NAME {
        Some((Code::TooLong, "a name has at most 255 characters"))
    } else if name.contains(['<', '>']) {
        Some((Code::ContainsHtmlTags, "a name must not contain HTML"))
    } else if lower.contains("://") || lower.contains("www.") {
        Some((Code::ContainsUrl, "a name must not contain a URL"))
    } else if name.chars().any(char::is_control) {
        let message = "a name must not contain control characters";
        Some((Code::Invalid, message))
    } else {
        None
    };
    refusals.extend(refused.map(|(code, message)| Refusal::new(code, field, message)));
    (!name.is_empty()).then(|| name.to_owned())
}

/// Checks a telephone number and brings it into the form that is stored, `country` being where it is dialled; a blank
/// one is none.
pub(super) fn phone(
    given: &str,
    country: Option<&str>,
    field: &[&str],
    refusals: &mut Refusals,
) -> Option<String> {
    if given.trim().is_empty() {
        return None;
    }
    let number = numbers::canonical(given, country);
    if number.is_none() {
        // Storefronts show the contract's text.
        refusals.push(Refusal::new(Code::Invalid, field, "Phone is invalid"));
    }
    number
}

/// The refusal of a number that another account has, in the contract's words.
pub(super) fn phone_taken(field: &[&str]) -> Refusals {
    vec![Refusal::new(
        Code::Taken,
        field,
        "Phone has already been taken",
    )]
}

/// Tidies an address; one without anything in it is refused.
pub(super) fn address(given: Address) -> Result<Address, Refusals> {
    let tidy = given.tidied().map_err(|faults| {
        let refusal = |(field, fault): (&str, AddressFault)| {
            // The contract's input for customers spells these two differently.
            let field = match field {
                "countryCode" => "country",
                "provinceCode" => "province",
                other => other,
            };
            let message = format!("`{field}` {fault}");
            Refusal::new(code(fault), &["address", field], message)
        };
        faults.into_iter().map(refusal).collect::<Refusals>()
    })?;
    if tidy == Address::default() {
        let message = "the address is empty";
        return Err(vec![Refusal::new(Code::Blank, &["address"], message)]);
    }
    Ok(tidy)
}

/// The first address with what the second one gives in its place; an empty text takes away.
pub(super) fn merged(before: Address, given: Address) -> Address {
    Address {
        first_name: given.first_name.or(before.first_name),
        last_name: given.last_name.or(before.last_name),
        company: given.company.or(before.company),
        address1: given.address1.or(before.address1),
        address2: given.address2.or(before.address2),
        city: given.city.or(before.city),
        province: given.province.or(before.province),
        country: given.country.or(before.country),
        zip: given.zip.or(before.zip),
        phone: given.phone.or(before.phone),
    }
}

fn code(fault: AddressFault) -> Code {
    match fault {
        AddressFault::Missing => Code::Blank,
        AddressFault::TooLong => Code::TooLong,
        AddressFault::Html => Code::ContainsHtmlTags,
        AddressFault::Url => Code::ContainsUrl,
        AddressFault::Emoji
        | AddressFault::Malformed
        | AddressFault::UnknownCountry
        | AddressFault::UnknownProvince
        | AddressFault::ZipOfNoPlace
        | AddressFault::ZipOfAnotherProvince => Code::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(check: impl FnOnce(&mut Refusals)) -> Option<Code> {
        let mut refusals = Vec::new();
        check(&mut refusals);
        assert!(refusals.len() <= 1, "{refusals:?}");
        refusals.first().and_then(|refusal| refusal.code)
    }

    #[test]
    fn each_password_gets_its_own_answer() {
        let code =
            |text: &str| code_of(|refusals| password(text, &["input", "password"], refusals));
        assert_eq!(code("correct horse"), None);
        assert_eq!(code("  "), Some(Code::Blank));
        assert_eq!(code("pässwör"), Some(Code::TooShort));
        assert_eq!(code("pässwörd"), None);
        assert_eq!(code(&"x".repeat(129)), Some(Code::TooLong));
        let spaces = Some(Code::PasswordStartsOrEndsWithWhitespace);
        assert_eq!((code("password "), code("\tpassword")), (spaces, spaces));
    }

    #[test]
    fn each_email_gets_its_own_answer() {
        let code = |text: &str| code_of(|refusals| drop(email(text, &[], refusals)));
        assert_eq!(code(" ada@mail.example "), None);
        assert_eq!(code(" "), Some(Code::Blank));
        assert_eq!(code("ada"), Some(Code::Invalid));
        assert_eq!(code("ada@mail"), Some(Code::BadDomain));
        assert_eq!(
            code(&format!("{}@mail.example", "a".repeat(250))),
            Some(Code::TooLong)
        );
    }

    #[test]
    fn each_name_gets_its_own_answer() {
        let code = |text: &str| code_of(|refusals| drop(name(text, &[], refusals)));
        assert_eq!(code("Ada"), None);
        assert_eq!(code("<b>Ada</b>"), Some(Code::ContainsHtmlTags));
        assert_eq!(code("see www.example.com"), Some(Code::ContainsUrl));
        assert_eq!(code("A\0da"), Some(Code::Invalid));
        assert_eq!(code(&"x".repeat(256)), Some(Code::TooLong));
    }

    #[test]
    fn an_address_is_changed_field_by_field() {
        let before = Address {
            city: Some("London".into()),
            zip: Some("N1".into()),
            ..Address::default()
        };
        let given = Address {
            city: Some("Paris".into()),
            zip: Some(String::new()),
            ..Address::default()
        };
        let after = address(merged(before, given)).unwrap();
        assert_eq!((after.city.as_deref(), after.zip), (Some("Paris"), None));
        let empty = address(Address::default()).unwrap_err();
        assert_eq!(empty[0].code, Some(Code::Blank));
    }
}
