//! Amounts and dates as a language writes them.

use chrono::{DateTime, Datelike, Utc};
use commerce::kernel::Money;
use schema::codes::CurrencyCode;

use super::Words;

/// Puts values in the places of `{}`, in order.
pub(in crate::checkout) fn fill(text: &str, values: &[&str]) -> String {
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

/// An amount with its currency's symbol.
pub(in crate::checkout) fn money(words: &Words, amount: Money) -> String {
    let numbers = words.numbers;
    let places = usize::try_from(amount.currency.exponent()).unwrap_or(0);
    let width = places + 1;
    let digits = format!("{:0>width$}", amount.minor.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let mut number = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            number.push(numbers.group);
        }
        number.push(digit);
    }
    if places > 0 {
        number.push(numbers.point);
        number.push_str(fraction);
    }
    let sign = if amount.minor < 0 { "−" } else { "" };
    let symbol = match CurrencyCode::from(amount.currency) {
        CurrencyCode::Xxx => amount.currency.to_string(),
        code => code.symbol().to_owned(),
    };
    if !numbers.symbol_first {
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

/// A day.
pub(in crate::checkout) fn date(words: &Words, at: DateTime<Utc>) -> String {
    let month = usize::try_from(at.month0()).unwrap_or(0);
    words
        .date
        .replace("{d}", &at.day().to_string())
        .replace("{m}", words.months.get(month).copied().unwrap_or_default())
        .replace("{y}", &at.year().to_string())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::checkout::words::ALL;

    #[test]
    fn amounts_look_as_in_their_language() {
        let shown = |minor, code: &str| {
            let amount = Money::new(minor, code.parse().unwrap());
            ALL.map(|words| money(words, amount))
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

    #[test]
    fn dates_and_texts_are_filled() {
        let day = chrono::Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap();
        assert_eq!(
            ALL.map(|words| date(words, day)),
            [
                "March 1, 2026",
                "1. März 2026",
                "1 mars 2026",
                "1 de marzo de 2026"
            ]
        );
        assert_eq!(fill("{} of {}", &["1", "2"]), "1 of 2");
        assert_eq!(fill("none", &["1"]), "none");
    }
}
