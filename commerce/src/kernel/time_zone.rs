//! The shop's time zone: when its days begin and end, and how a moment is written for people.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};
use chrono::{LocalResult, Offset, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Years in which a moment may be; no calendar of a shop has others.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;
/// How a time without an offset may be written.
const LOCAL: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
];

/// A time zone by its name in the IANA's database, such as `Europe/Berlin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(Tz);

/// The text was not the name of a time zone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a time zone of the IANA's database, such as Europe/Berlin")]
pub struct NotATimeZone(pub String);

impl TimeZone {
    /// What a shop has that says nothing else.
    pub const UTC: Self = Self(Tz::UTC);

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The moment as clocks of the zone show it.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> DateTime<Tz> {
        let zone = if YEARS.contains(&at.year()) {
            self.0
        } else {
            Tz::UTC
        };
        at.with_timezone(&zone)
    }

    /// The day that it is then.
    #[must_use]
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// When a day begins: at midnight, or where clocks skip it, at the first moment after.
    #[must_use]
    pub fn begin_of(self, day: NaiveDate) -> Option<DateTime<Utc>> {
        self.moment(day.and_time(NaiveTime::MIN))
    }

    /// When a day is over: when the next one begins.
    #[must_use]
    pub fn end_of(self, day: NaiveDate) -> Option<DateTime<Utc>> {
        self.begin_of(day.checked_add_days(Days::new(1))?)
    }

    /// When clocks show a time; the first time where they show it twice.
    fn moment(self, time: NaiveDateTime) -> Option<DateTime<Utc>> {
        if !YEARS.contains(&time.year()) {
            return None;
        }
        match self.0.from_local_datetime(&time) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
            // Clocks are put forward: it is counted by the offset from before.
            LocalResult::None => {
                let before = self
                    .0
                    .offset_from_utc_datetime(&(time - TimeDelta::days(1)));
                Some((time - before.fix()).and_utc())
            }
        }
    }

    /// Reads a time by RFC 3339 or as `2026-01-31 12:00:00 -0500`, or one without an offset, which is the zone's.
    fn time(self, text: &str) -> Option<DateTime<Utc>> {
        let at = DateTime::parse_from_rfc3339(text);
        if let Ok(at) = at.or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z")) {
            return YEARS.contains(&at.year()).then(|| at.to_utc());
        }
        let mut local = LOCAL.iter();
        let local = local.find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
        self.moment(local?)
    }

    /// Reads when something begins: a time, or a day, which stands for its beginning.
    #[must_use]
    pub fn read_begin(self, text: &str) -> Option<DateTime<Utc>> {
        match text.parse::<NaiveDate>() {
            Ok(day) => self.begin_of(day),
            Err(_) => self.time(text),
        }
    }

    /// Reads when something is over: a time, or a day, which is its last.
    #[must_use]
    pub fn read_end(self, text: &str) -> Option<DateTime<Utc>> {
        match text.parse::<NaiveDate>() {
            Ok(day) => self.end_of(day),
            Err(_) => self.time(text),
        }
    }

    /// Writes when something begins, as [`read_begin`](Self::read_begin) reads it.
    #[must_use]
    pub fn write_begin(self, at: DateTime<Utc>) -> String {
        let day = self.day(at);
        if self.begin_of(day) == Some(at) {
            day.to_string()
        } else {
            self.write(at)
        }
    }

    /// Writes when something is over, as [`read_end`](Self::read_end) reads it.
    #[must_use]
    pub fn write_end(self, at: DateTime<Utc>) -> String {
        let last = self.day(at).pred_opt();
        match last {
            Some(last) if self.end_of(last) == Some(at) => last.to_string(),
            _ => self.write(at),
        }
    }

    /// A time by RFC 3339 with the zone's offset.
    #[must_use]
    pub fn write(self, at: DateTime<Utc>) -> String {
        self.local(at).to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// A time for people, to the minute.
    #[must_use]
    pub fn minute(self, at: DateTime<Utc>) -> String {
        self.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// A time for people, to the second.
    #[must_use]
    pub fn second(self, at: DateTime<Utc>) -> String {
        self.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for TimeZone {
    type Err = NotATimeZone;

    fn from_str(text: &str) -> Result<Self, NotATimeZone> {
        text.parse()
            .map(Self)
            .map_err(|_| NotATimeZone(text.to_owned()))
    }
}

impl<'de> serde::Deserialize<'de> for TimeZone {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        name.parse().unwrap()
    }

    fn utc(at: Option<DateTime<Utc>>) -> String {
        at.map_or("-".to_owned(), |at| {
            at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
        })
    }

    #[test]
    fn days_begin_and_end_with_the_zones_clocks() {
        for (name, day, begins, is_over) in [
            (
                "UTC",
                "2026-12-24",
                "2026-12-24T00:00:00Z",
                "2026-12-25T00:00:00Z",
            ),
            (
                "Europe/Berlin",
                "2026-12-24",
                "2026-12-23T23:00:00Z",
                "2026-12-24T23:00:00Z",
            ),
            // Clocks are put forward and back.
            (
                "Europe/Berlin",
                "2026-03-29",
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
            ),
            (
                "America/New_York",
                "2026-11-01",
                "2026-11-01T04:00:00Z",
                "2026-11-02T05:00:00Z",
            ),
            (
                "Pacific/Kiritimati",
                "2026-01-01",
                "2025-12-31T10:00:00Z",
                "2026-01-01T10:00:00Z",
            ),
            (
                "Asia/Kathmandu",
                "2026-01-01",
                "2025-12-31T18:15:00Z",
                "2026-01-01T18:15:00Z",
            ),
            // Midnight is skipped, comes twice, or the whole day is missing.
            (
                "America/Santiago",
                "2025-09-07",
                "2025-09-07T04:00:00Z",
                "2025-09-08T03:00:00Z",
            ),
            (
                "America/Havana",
                "2025-11-02",
                "2025-11-02T04:00:00Z",
                "2025-11-03T05:00:00Z",
            ),
            (
                "Pacific/Apia",
                "2011-12-30",
                "2011-12-30T10:00:00Z",
                "2011-12-30T10:00:00Z",
            ),
        ] {
            let zone = zone(name);
            assert_eq!(utc(zone.read_begin(day)), begins, "{name} {day}");
            assert_eq!(utc(zone.read_end(day)), is_over, "{name} {day}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for name in [
            "UTC",
            "Europe/Berlin",
            "America/Santiago",
            "Australia/Lord_Howe",
        ] {
            let zone = zone(name);
            for text in ["2025-09-07", "2026-04-05", "2026-06-30", "2026-12-31"] {
                let (begin, end) = (zone.read_begin(text).unwrap(), zone.read_end(text).unwrap());
                assert_eq!(zone.write_begin(begin), text);
                assert_eq!(zone.write_end(end), text);
            }
            let at = zone.read_end("2026-06-30T08:15:00.25Z").unwrap();
            assert_eq!(zone.read_end(&zone.write_end(at)), Some(at));
            assert_eq!(zone.read_begin(&zone.write_begin(at)), Some(at));
        }
        let berlin = zone("Europe/Berlin");
        let noon = "2026-07-01T10:00:00Z".parse().unwrap();
        assert_eq!(berlin.write(noon), "2026-07-01T12:00:00+02:00");
        assert_eq!(berlin.minute(noon), "2026-07-01 12:00");
        for text in [
            "2026-07-01T12:00",
            "2026-07-01 12:00:00",
            "2026-07-01T12:00:00+02:00",
        ] {
            assert_eq!(berlin.read_begin(text), Some(noon), "{text}");
        }
    }

    #[test]
    fn other_texts_and_names_are_refused() {
        for text in [
            "",
            "soon",
            "2026-02-30",
            "2026-13-01",
            "+10000-01-01",
            "2026-01-01 25:00",
        ] {
            assert_eq!(TimeZone::UTC.read_begin(text), None, "{text}");
            assert_eq!(TimeZone::UTC.read_end(text), None, "{text}");
        }
        for name in [
            "",
            "Berlin",
            "europe/berlin",
            "CEST",
            "+02:00",
            "Europe/Berlin ",
        ] {
            assert_eq!(name.parse::<TimeZone>(), Err(NotATimeZone(name.to_owned())));
        }
    }

    #[test]
    fn any_moment_can_be_written() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let zone = zone("Pacific/Kiritimati");
            assert!(!zone.write_begin(at).is_empty());
            assert!(!zone.write_end(at).is_empty());
            assert!(!zone.minute(at).is_empty());
        }
    }
}
