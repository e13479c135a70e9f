//! Dates and amounts as a language writes them.

use chrono::{DateTime, Datelike, Utc};
use commerce::kernel::{Money, TimeZone};

use super::Words;

/// An amount with its currency's symbol.
pub(in crate::checkout) fn money(words: &Words, amount: Money) -> String {
    words.tongue.money(amount)
}

/// The day that it is then in the shop.
pub(in crate::checkout) fn date(words: &Words, at: DateTime<Utc>, zone: TimeZone) -> String {
    let at = zone.local(at);
    let month = usize::try_from(at.month0()).unwrap_or(0);
    words
        .date
        .replace("{d}", &at.day().to_string())
        .replace("{m}", words.months.get(month).copied().unwrap_or_default())
        .replace("{y}", &at.year().to_string())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::checkout::words::ALL;

    #[test]
    fn dates_look_as_in_their_language() {
        let late = chrono::Utc
            .with_ymd_and_hms(2026, 2, 28, 23, 30, 0)
            .unwrap();
        let berlin = "Europe/Berlin".parse().unwrap();
        assert_eq!(date(ALL[0], late, TimeZone::UTC), "February 28, 2026");
        assert_eq!(
            ALL.map(|words| date(words, late, berlin)),
            [
                "March 1, 2026",
                "1. März 2026",
                "1 mars 2026",
                "1 de marzo de 2026"
            ]
        );
    }
}
