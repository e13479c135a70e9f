//! Codes of gift cards.

use crate::kernel::Secret;

/// Letters and digits that cannot be taken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 80 bits.
const LENGTH: usize = 16;

/// A gift card's code, without the hyphens it is written with.
#[derive(Clone, Debug)]
pub struct Code(Secret);

impl Code {
    /// A code that nobody can guess.
    #[must_use]
    pub fn random() -> Self {
        // 32 hexadecimal digits are 128 random bits; every character takes five of the first 80.
        let hex = Secret::random_hex();
        let bits = u128::from_str_radix(hex.reveal(), 16).unwrap_or_default();
        let letter = |place: usize| {
            let index = (bits >> (place * 5)) & 31;
            usize::try_from(index).map_or('0', |index| char::from(ALPHABET[index]))
        };
        Self(Secret::new((0..LENGTH).map(letter).collect::<String>()))
    }

    /// Reads a code as people write it: in any case, with spaces and hyphens, O for 0, and I or L for 1.
    /// `None` for what cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut code = String::with_capacity(LENGTH);
        for letter in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let is_known = u8::try_from(letter).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !is_known || code.len() == LENGTH {
                return None;
            }
            code.push(letter);
        }
        (code.len() == LENGTH).then(|| Self(Secret::new(code)))
    }

    /// As it is printed, in groups of four: for the one who issues it.
    #[must_use]
    pub fn printed(&self) -> String {
        let code = self.0.reveal();
        let groups = (0..LENGTH).step_by(4).map(|at| &code[at..at + 4]);
        groups.collect::<Vec<_>>().join("-")
    }

    /// The last four characters, which may be shown.
    #[must_use]
    pub fn last_characters(&self) -> &str {
        &self.0.reveal()[LENGTH - 4..]
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        self.0.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_written() {
        let code = Code::random();
        let printed = code.printed();
        assert_eq!(printed.len(), 19);
        for written in [
            printed.clone(),
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('-', ""),
            printed.replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(Code::parse(&written).unwrap().digest(), code.digest());
        }
        assert!(printed.ends_with(code.last_characters()));
        assert_ne!(Code::random().digest(), code.digest());
        assert_eq!(format!("{code:?}"), "Code(Secret(…))");
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        for text in [
            "",
            "abcd",
            "0000-0000-0000-000U",
            "0000-0000-0000-00000",
            "0000-0000-0000-000é",
        ] {
            assert!(Code::parse(text).is_none(), "{text}");
        }
    }
}
