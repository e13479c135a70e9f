//! What is wrong with a shop file, collected: a merchant mends a file once, not once for each mistake.

use std::collections::BTreeSet;
use std::fmt::Display;

use chrono::{DateTime, Utc};
use commerce::kernel::TimeZone;
use serde_json::Value;
use url::Url;

/// Characters in a handle, a title, a name.
const SHORT: usize = 255;

/// Characters in a text with markup.
const LONG: usize = 400_000;

/// Characters in an address.
const ADDRESS: usize = 2_048;

/// Everything that is wrong with a file; each sentence begins with the place, such as `pages[3].handle`.
#[derive(Debug, thiserror::Error)]
#[error("nothing was imported, because the file says what cannot be:\n{}", .0.join("\n"))]
pub struct Mistakes(pub Vec<String>);

/// Takes note of mistakes while a file is read.
#[derive(Default)]
pub(super) struct Check {
    mistakes: Vec<String>,
    /// By which clocks the file's days begin.
    pub(super) zone: TimeZone,
}

impl Check {
    /// Notes that something is wrong at a place.
    pub(super) fn refuse(&mut self, place: &str, reason: impl Display) {
        self.mistakes.push(format!("{place}: {reason}"));
    }

    /// A name in addresses.
    pub(super) fn handle(&mut self, place: &str, handle: &str) {
        if handle.is_empty() {
            self.refuse(place, "is missing");
        } else if handle
            .contains(|c: char| c.is_whitespace() || c.is_control() || "/?#%".contains(c))
        {
            self.refuse(place, "may not contain white space, `/`, `?`, `#` or `%`");
        }
        self.at_most(place, handle, SHORT);
    }

    /// Handles of which each may stand once.
    pub(super) fn once<'a>(&mut self, place: &str, handles: impl Iterator<Item = &'a str>) {
        let mut known = BTreeSet::new();
        for handle in handles {
            if !known.insert(handle) {
                self.refuse(place, format_args!("`{handle}` stands there twice"));
            }
        }
    }

    /// A title or a name.
    pub(super) fn title(&mut self, place: &str, text: &str) {
        if text.trim().is_empty() {
            self.refuse(place, "is missing");
        }
        self.short(place, text);
    }

    /// A short text that may be blank.
    pub(super) fn short(&mut self, place: &str, text: &str) {
        self.at_most(place, text, SHORT);
    }

    /// A text with markup.
    pub(super) fn long(&mut self, place: &str, text: &str) {
        self.at_most(place, text, LONG);
    }

    /// A day, which stands for its beginning, or a time.
    pub(super) fn moment(&mut self, place: &str, text: &str) -> Option<DateTime<Utc>> {
        let moment = self.zone.read_begin(text.trim());
        if moment.is_none() {
            self.refuse(
                place,
                format_args!("`{text}` is neither a day nor a time such as 2026-04-01T08:00:00Z"),
            );
        }
        moment
    }

    /// An absolute address of the web.
    pub(super) fn address(&mut self, place: &str, text: &str) {
        let is_web = Url::parse(text).is_ok_and(|url| url.has_host())
            && (text.starts_with("https://") || text.starts_with("http://"));
        if !is_web {
            self.refuse(place, "is not an http or https address");
        }
        self.at_most(place, text, ADDRESS);
    }

    /// An absolute address of the web that nobody on the way can change what is behind.
    pub(super) fn secure_address(&mut self, place: &str, text: &str) {
        if !Url::parse(text).is_ok_and(|url| url.has_host()) || !text.starts_with("https://") {
            self.refuse(place, "is not an https address");
        }
        self.at_most(place, text, ADDRESS);
    }

    /// A colour.
    pub(super) fn color(&mut self, place: &str, text: &str) {
        let digits = text.strip_prefix('#').unwrap_or_default();
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if digits.len() != 6 || !digits.bytes().all(is_digit) {
            self.refuse(place, "is not a colour such as #2f5e51, in lower case");
        }
    }

    fn at_most(&mut self, place: &str, text: &str, limit: usize) {
        if text.len() > limit && text.chars().count() > limit {
            self.refuse(place, format_args!("is longer than {limit} characters"));
        }
        if text.contains('\0') {
            self.refuse(place, "contains a NUL character");
        }
    }

    /// Whether anything was wrong.
    ///
    /// # Errors
    /// All that was noted.
    pub(super) fn finish(self) -> Result<(), Mistakes> {
        if self.mistakes.is_empty() {
            Ok(())
        } else {
            Err(Mistakes(self.mistakes))
        }
    }
}

/// Where a text or a name has the character U+0000, which no text of the database can have; `place` is where
/// the value stands.
pub(super) fn null_character(value: &Value, place: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| place.to_owned()),
        Value::Array(entries) => {
            let mut entries = entries.iter().enumerate();
            entries.find_map(|(at, entry)| null_character(entry, &format!("{place}[{at}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let dot = if place.is_empty() { "" } else { "." };
            let at = format!("{place}{dot}{}", name.replace('\0', "\\u0000"));
            match name.contains('\0') {
                true => Some(at),
                false => null_character(field, &at),
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
