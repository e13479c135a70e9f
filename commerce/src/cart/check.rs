//! What a caller may put into a cart. Pure.

use super::{Code, MAX_PER_CALL, Path, Refusal, Refusals};
use crate::kernel::address::AddressFault;
use crate::kernel::{Address, country, phone, postal, text};
use crate::pricing::Attribute;

const MAX_ATTRIBUTES: usize = 250;
const MAX_ATTRIBUTE_KEY: usize = 255;
const MAX_ATTRIBUTE_VALUE: usize = 5_000;
const MAX_NOTE: usize = 5_000;
const MAX_DISCOUNT_CODES: usize = 50;
const MAX_DISCOUNT_CODE: usize = 255;

/// Refuses when anything was found wrong.
pub(super) fn settled(refusals: Refusals) -> Result<(), Refusals> {
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

/// Lists of a call have a limit.
pub(super) fn count(given: usize, path: &Path) -> Result<(), Refusals> {
    if given <= MAX_PER_CALL {
        return Ok(());
    }
    let message =
        format!("{given} entries are more than the {MAX_PER_CALL} that one call may carry");
    Err(vec![Refusal::new(
        Code::MaximumExceeded,
        path.clone(),
        message,
    )])
}

/// Checks attributes; of two with one key the later stays.
pub(super) fn attributes(
    given: &[Attribute],
    path: &Path,
    refusals: &mut Refusals,
) -> Vec<Attribute> {
    let mut kept: Vec<Attribute> = Vec::with_capacity(given.len());
    if given.len() > MAX_ATTRIBUTES {
        let message = format!("at most {MAX_ATTRIBUTES} attributes can be attached");
        refusals.push(Refusal::new(Code::MaximumExceeded, path.clone(), message));
        return kept;
    }
    for (index, attribute) in given.iter().enumerate() {
        let length = attribute.key.chars().count();
        if attribute.key.trim().is_empty()
            || length > MAX_ATTRIBUTE_KEY
            || !text::is_clean(&attribute.key)
        {
            let message = format!("a key has 1 to {MAX_ATTRIBUTE_KEY} printable characters");
            refusals.push(Refusal::new(
                Code::Invalid,
                path.index(index).key("key"),
                message,
            ));
        }
        if attribute.value.chars().count() > MAX_ATTRIBUTE_VALUE
            || !text::is_clean(&attribute.value)
        {
            let message = format!("a value has at most {MAX_ATTRIBUTE_VALUE} printable characters");
            refusals.push(Refusal::new(
                Code::Invalid,
                path.index(index).key("value"),
                message,
            ));
        }
        match kept.iter_mut().find(|other| other.key == attribute.key) {
            Some(other) => other.value.clone_from(&attribute.value),
            None => kept.push(attribute.clone()),
        }
    }
    kept
}

/// Checks the note to the merchant.
pub(super) fn note(note: &str, path: &Path, refusals: &mut Refusals) {
    if note.chars().count() > MAX_NOTE {
        let message = format!("a note has at most {MAX_NOTE} characters");
        refusals.push(Refusal::new(Code::NoteTooLong, path.clone(), message));
    } else if !text::is_clean(note) {
        let message = "a note must not contain control characters";
        refusals.push(Refusal::new(Code::Invalid, path.clone(), message));
    }
}

/// The e-mail address in the form that is stored; a blank one is none.
pub(super) fn email(given: &str, path: &Path, refusals: &mut Refusals) -> Option<String> {
    if given.trim().is_empty() {
        return None;
    }
    let email = text::email(given);
    if email.is_none() {
        let message = "the e-mail address is not valid";
        refusals.push(Refusal::new(Code::Invalid, path.clone(), message));
    }
    email
}

/// The telephone number in the form that is stored, `country` being where it is dialled; a blank one is none.
pub(super) fn phone(
    given: &str,
    country: Option<&str>,
    path: &Path,
    refusals: &mut Refusals,
) -> Option<String> {
    if given.trim().is_empty() {
        return None;
    }
    let number = phone::canonical(given, country);
    if number.is_none() {
        let message = "the telephone number is not valid";
        refusals.push(Refusal::new(Code::Invalid, path.clone(), message));
    }
    number
}

/// Checks a country's code.
pub(super) fn country(given: &str, path: &Path, refusals: &mut Refusals) {
    if !country::is_country(given) {
        let message = country::refusal(given);
        refusals.push(Refusal::new(Code::Invalid, path.clone(), message));
    }
}

/// Checks discount codes: trimmed, blanks dropped, each kept once whatever its case.
pub(super) fn discount_codes(
    given: &[String],
    path: &Path,
    refusals: &mut Refusals,
) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    if given.len() > MAX_DISCOUNT_CODES {
        let message = format!("at most {MAX_DISCOUNT_CODES} discount codes can be entered");
        refusals.push(Refusal::new(Code::MaximumExceeded, path.clone(), message));
        return kept;
    }
    for (index, code) in given.iter().enumerate() {
        let code = code.trim();
        if code.chars().count() > MAX_DISCOUNT_CODE || code.chars().any(char::is_control) {
            let message = format!("a discount code has at most {MAX_DISCOUNT_CODE} characters");
            refusals.push(Refusal::new(Code::Invalid, path.index(index), message));
        }
        let known = kept
            .iter()
            .any(|other| other.to_lowercase() == code.to_lowercase());
        if !code.is_empty() && !known {
            kept.push(code.to_owned());
        }
    }
    kept
}

/// Tidies an address. With `strict`, all that a parcel needs must be there and be right for its country; otherwise the
/// country.
pub(super) fn address(
    given: &Address,
    strict: bool,
    path: &Path,
    refusals: &mut Refusals,
) -> Address {
    match given.clone().tidied() {
        Ok(address) => {
            let mut missing = address.missing();
            if !strict {
                missing.retain(|field| *field == "countryCode");
            }
            let lacks = |field| address_refusal(field, AddressFault::Missing, path);
            refusals.extend(missing.into_iter().map(lacks));
            if strict {
                let wrong = |(field, fault)| address_refusal(field, fault, path);
                refusals.extend(postal::faults(&address).into_iter().map(wrong));
            }
            address
        }
        Err(faults) => {
            let wrong = |(field, fault)| address_refusal(field, fault, path);
            refusals.extend(faults.into_iter().map(wrong));
            given.clone()
        }
    }
}

/// Tidies an address whose every field may be missing.
pub(super) fn loose_address(given: &Address, path: &Path, refusals: &mut Refusals) -> Address {
    match given.clone().tidied() {
        Ok(address) => address,
        Err(faults) => {
            let wrong = |(field, fault)| {
                // The contract's older address input spells these two differently.
                let field = match field {
                    "countryCode" => "country",
                    "provinceCode" => "province",
                    other => other,
                };
                address_refusal(field, fault, path)
            };
            refusals.extend(faults.into_iter().map(wrong));
            given.clone()
        }
    }
}

fn address_refusal(field: &str, fault: AddressFault, path: &Path) -> Refusal {
    let code = match fault {
        AddressFault::Missing => Code::AddressFieldIsRequired,
        AddressFault::TooLong => Code::AddressFieldIsTooLong,
        AddressFault::Html => Code::AddressFieldContainsHtmlTags,
        AddressFault::Url => Code::AddressFieldContainsUrl,
        AddressFault::Emoji => Code::AddressFieldContainsEmojis,
        AddressFault::Malformed | AddressFault::UnknownCountry => {
            Code::AddressFieldDoesNotMatchExpectedPattern
        }
        AddressFault::UnknownProvince => Code::ProvinceNotFound,
        AddressFault::ZipOfNoPlace => Code::InvalidZipCodeForCountry,
        AddressFault::ZipOfAnotherProvince => Code::InvalidZipCodeForProvince,
    };
    Refusal::new(code, path.key(field), format!("`{field}` {fault}"))
}
