//! Handles and other small texts.

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

/// Whether the text may serve as a handle: 1 to 255 bytes, no white space, no `/`, `?` or `#`.
#[must_use]
pub fn is_handle(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "/?#%".contains(c))
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
