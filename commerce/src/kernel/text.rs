//! Handles and other small texts.

use unicode_normalization::UnicodeNormalization;

/// A handle made from a title: lower-case letters and digits, joined by single hyphens.
///
/// ```
/// use commerce::kernel::text::handleize;
/// assert_eq!(handleize("  Crème Brûlée, 2nd ed. "), "creme-brulee-2nd-ed");
/// assert_eq!(handleize("!!!"), "");
/// ```
#[must_use]
pub fn handleize(title: &str) -> String {
    let mut handle = String::with_capacity(title.len());
    for letter in title.chars().flat_map(plain).flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            handle.push(letter);
        } else if !handle.is_empty() && !handle.ends_with('-') {
            handle.push('-');
        }
    }
    while handle.ends_with('-') {
        handle.pop();
    }
    handle
}

/// The beginning of a text, for messages.
#[must_use]
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether the text may serve as a handle: 1 to 255 bytes, no white space, no `/`, `?` or `#`.
#[must_use]
pub fn is_handle(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "/?#%".contains(c))
}

/// Whether the text is an e-mail address that mail can be sent to: ASCII, one `@`, a dotted domain.
///
/// ```
/// use commerce::kernel::text::is_email;
/// assert!(is_email("ada.byron+shop@mail.example"));
/// assert!(!is_email("ada@localhost") && !is_email("a..b@mail.example") && !is_email("a b@c.de"));
/// ```
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_atom = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    let is_label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

/// An e-mail address in the form that mail is sent by: what an input method widened is narrow, and a domain of other
/// letters is in its ASCII form (IDNA). `None` for what is not an address; letters beyond ASCII in front of the `@`
/// are not.
///
/// ```
/// use commerce::kernel::text::email;
/// assert_eq!(email(" ada@Bücher.example ").as_deref(), Some("ada@xn--bcher-kva.example"));
/// assert_eq!(email("ada＠mail.example").as_deref(), Some("ada@mail.example"));
/// assert_eq!(email("ädä@mail.example"), None);
/// ```
#[must_use]
pub fn email(given: &str) -> Option<String> {
    let given = narrow(given.trim());
    let (local, domain) = given.split_once('@')?;
    if domain.is_ascii() {
        return is_email(&given).then(|| given.clone());
    }
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    let address = format!("{local}@{domain}");
    is_email(&address).then_some(address)
}

/// The text with what is wide, half-wide or joined in its usual form (NFKC), as input methods of East Asia need.
#[must_use]
pub fn narrow(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let is_hidden = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    text.nfkc().filter(|c| !is_hidden(c)).collect()
}

/// The words of a text as they are compared: without case, accents and punctuation.
#[must_use]
pub fn folded(text: &str) -> String {
    let lower = narrow(text).to_lowercase();
    // Marks of other scripts than the Latin are letters of their own.
    let bare = lower.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}'));
    let bare = bare.filter(|c| !matches!(c, '.' | '\'' | '’' | '‘' | 'ʼ'));
    let plain: String = bare.nfc().collect();
    let spaced = plain.chars().map(|c| match c {
        'ø' => 'o',
        'ł' => 'l',
        'ı' => 'i',
        c if c.is_alphanumeric() || is_mark(c) => c,
        _ => ' ',
    });
    spaced.collect()
}

/// Whether the letter is a vowel sign of a script in which it belongs to the word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4e}' | '\u{64b}'..='\u{65f}')
}

/// Whether the text is a telephone number: 5 to 15 digits, with `+` in front and spaces, hyphens,
/// dots and parentheses between them.
///
/// ```
/// use commerce::kernel::text::is_phone;
/// assert!(is_phone("+49 (30) 123-456"));
/// assert!(!is_phone("12+34567") && !is_phone("123") && !is_phone("phone"));
/// ```
#[must_use]
pub fn is_phone(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (5..=15).contains(&digits)
        && rest.len() <= 40
        && rest
            .bytes()
            .all(|b| b.is_ascii_digit() || b" -.()".contains(&b))
}

/// Whether the text can be stored: no control characters other than line breaks and tabs.
#[must_use]
pub fn is_clean(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// The Latin letters that merchants' titles carry most, without their accents.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let base = match letter {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ä' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ä' => "a",
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => "i",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => "o",
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => "u",
        'ç' | 'Ç' => "c",
        'ñ' | 'Ñ' => "n",
        'ý' | 'ÿ' | 'Ý' => "y",
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        _ => return vec![letter].into_iter(),
    };
    base.chars().collect::<Vec<_>>().into_iter()
}
