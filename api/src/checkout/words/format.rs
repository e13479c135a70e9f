//! Dates and amounts as a language writes them.

use chrono::{DateTime, Datelike, Utc};
use commerce::kernel::Money;

use super::Words;

/// An amount with its currency's symbol.
pub(in crate::checkout) fn money(words: &Words, amount: Money) -> String {
    words.tongue.money(amount)
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
    fn dates_look_as_in_their_language() {
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
    }
}
