//! The languages that the shop's own pages and mails speak, and how each writes amounts. What a text puts in stands
//! in it as `{}`.

use super::Money;

/// A language that we speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tongue {
    /// English, for everybody else.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// The language as HTML names it.
    #[must_use]
    pub const fn lang(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// The language with this code, such as `DE` or `pt_BR`, if we speak it.
    #[must_use]
    pub fn spoken(code: &str) -> Option<Self> {
        let code = code.to_ascii_lowercase();
        let mut all = Self::ALL.into_iter();
        all.find(|tongue| code.split(['_', '-']).next() == Some(tongue.lang()))
    }

    /// How to speak to a buyer; for a language that we do not speak, that of the country.
    #[must_use]
    pub fn of(language: Option<&str>, country: Option<&str>) -> Self {
        language
            .and_then(Self::spoken)
            .or_else(|| country.and_then(most))
            .unwrap_or_default()
    }

    /// An amount with its currency's symbol.
    #[must_use]
    pub fn money(self, amount: Money) -> String {
        let (point, group, symbol_first) = match self {
            Self::English => ('.', ',', true),
            Self::German | Self::Spanish => (',', '.', false),
            Self::French => (',', '\u{202f}', false),
        };
        let places = usize::try_from(amount.currency.exponent()).unwrap_or(0);
        let width = places + 1;
        let digits = format!("{:0>width$}", amount.minor.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let mut number = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                number.push(group);
            }
            number.push(digit);
        }
        if places > 0 {
            number.push(point);
            number.push_str(fraction);
        }
        let sign = if amount.minor < 0 { "−" } else { "" };
        let code = amount.currency.to_string();
        let symbol = amount.currency.symbol().unwrap_or(&code);
        if !symbol_first {
            return format!("{sign}{number}\u{a0}{symbol}");
        }
        // A symbol of letters, such as `CHF`, does not stick to the number.
        let gap = if symbol.ends_with(char::is_alphabetic) {
            "\u{a0}"
        } else {
            ""
        };
        format!("{sign}{symbol}{gap}{number}")
    }
}

/// Puts values in the places of `{}`, in order.
#[must_use]
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut values = values.iter();
    let mut parts = text.split("{}");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        filled.push_str(values.next().copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

/// The language that most people of a country read, as far as we speak it.
fn most(country: &str) -> Option<Tongue> {
    match country {
        "AT" | "CH" | "DE" | "LI" => Some(Tongue::German),
        "BF" | "BJ" | "CD" | "CG" | "CI" | "FR" | "GA" | "GF" | "GN" | "GP" | "LU" | "MC"
        | "ML" | "MQ" | "NC" | "NE" | "PF" | "RE" | "SN" | "TG" | "YT" => Some(Tongue::French),
        "AR" | "BO" | "CL" | "CO" | "CR" | "CU" | "DO" | "EC" | "ES" | "GQ" | "GT" | "HN"
        | "MX" | "NI" | "PA" | "PE" | "PY" | "SV" | "UY" | "VE" => Some(Tongue::Spanish),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_goes_before_the_country() {
        let lang = |language, country| Tongue::of(language, country).lang();
        assert_eq!(lang(Some("FR"), Some("DE")), "fr");
        assert_eq!(lang(Some("PT_BR"), Some("AT")), "de");
        assert_eq!(lang(None, Some("MX")), "es");
        assert_eq!(lang(Some("JA"), Some("JP")), "en");
        assert_eq!(lang(None, None), "en");
    }

    #[test]
    fn texts_are_filled() {
        assert_eq!(fill("{} of {}", &["1", "2"]), "1 of 2");
        assert_eq!(fill("none", &["1"]), "none");
    }

    #[test]
    fn amounts_look_as_in_their_language() {
        let shown = |minor, code: &str| {
            let amount = Money::new(minor, code.parse().unwrap());
            Tongue::ALL.map(|tongue| tongue.money(amount))
        };
        assert_eq!(
            shown(123_456_789, "EUR"),
            [
                "€1,234,567.89",
                "1.234.567,89\u{a0}€",
                "1\u{202f}234\u{202f}567,89\u{a0}€",
                "1.234.567,89\u{a0}€"
            ]
        );
        assert_eq!(shown(-5, "USD")[0], "−$0.05");
        assert_eq!(shown(1_500, "JPY")[1], "1.500\u{a0}¥");
        assert_eq!(shown(100, "XYZ")[0], "XYZ\u{a0}1.00");
    }
}
