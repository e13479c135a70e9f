//! One row's cells, read as what they mean.

use std::collections::BTreeMap;

use csv::{Position, StringRecord};

use super::Refusal;
use super::columns::{Column, Columns};
use crate::kernel::text::excerpt;
use crate::kernel::{Currency, Money};

/// Characters in a title, a name, a number of the merchant's.
const SHORT: usize = 255;

/// Characters in a URL.
const URL: usize = 2048;

/// Characters in a description; more would not fit the search index.
const LONG: usize = 400_000;

/// A row, where its columns stand, and what has been found wrong with it.
pub(super) struct Cells<'a> {
    record: &'a StringRecord,
    columns: &'a Columns,
    currency: Currency,
    refusals: &'a mut Vec<Refusal>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(
        record: &'a StringRecord,
        columns: &'a Columns,
        currency: Currency,
        refusals: &'a mut Vec<Refusal>,
    ) -> Self {
        Self {
            record,
            columns,
            currency,
            refusals,
        }
    }

    /// The line on which the row begins.
    pub(super) fn line(&self) -> u64 {
        self.record.position().map_or(0, Position::line)
    }

    /// Notes that something is wrong with a cell.
    pub(super) fn refuse(&mut self, column: Column, reason: impl Into<String>) {
        self.refusals
            .push(Refusal::new(self.line(), column.name(), reason));
    }

    /// The cell without surrounding white space; empty when blank or without column.
    pub(super) fn raw(&self, column: Column) -> &'a str {
        let index = self.columns.index(column);
        index
            .and_then(|index| self.record.get(index))
            .unwrap_or("")
            .trim()
    }

    /// Whether the cell says something.
    pub(super) fn has(&self, column: Column) -> bool {
        !self.raw(column).is_empty()
    }

    /// A short text, empty when blank.
    pub(super) fn text(&mut self, column: Column) -> String {
        self.limited(column, SHORT)
    }

    /// A long text, empty when blank.
    pub(super) fn long_text(&mut self, column: Column) -> String {
        self.limited(column, LONG)
    }

    /// A short text that must not be blank.
    pub(super) fn required(&mut self, column: Column) -> String {
        if !self.has(column) {
            self.refuse(column, "is missing");
        }
        self.text(column)
    }

    /// A short text, `None` when blank.
    pub(super) fn optional(&mut self, column: Column) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// True or false in either case; `default` when blank.
    pub(super) fn flag(&mut self, column: Column, default: bool) -> bool {
        let text = self.raw(column);
        if text.is_empty() {
            default
        } else if text.eq_ignore_ascii_case("true") {
            true
        } else if text.eq_ignore_ascii_case("false") {
            false
        } else {
            self.refuse(
                column,
                format!("`{}` is neither true nor false", excerpt(text)),
            );
            default
        }
    }

    /// One of a few words, in either case.
    pub(super) fn word<T: Copy>(&mut self, column: Column, words: &[(&str, T)], default: T) -> T {
        let text = self.raw(column);
        if text.is_empty() {
            return default;
        }
        if let Some((_, value)) = words.iter().find(|(w, _)| w.eq_ignore_ascii_case(text)) {
            return *value;
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.refuse(
            column,
            format!("`{}` is not one of {}", excerpt(text), known.join(", ")),
        );
        default
    }

    /// An amount in the file's currency, in minor units; `None` when blank.
    pub(super) fn money(&mut self, column: Column) -> Option<i64> {
        let text = self.raw(column);
        if text.is_empty() {
            return None;
        }
        match Money::parse(text, self.currency) {
            Ok(money) if money.minor < 0 => {
                self.refuse(column, format!("`{}` is negative", excerpt(text)));
                None
            }
            Ok(money) => Some(money.minor),
            Err(error) => {
                self.refuse(column, error.to_string());
                None
            }
        }
    }

    /// A whole number; `None` when blank or wrong.
    pub(super) fn whole(&mut self, column: Column) -> Option<i32> {
        let text = self.raw(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok();
        if number.is_none() {
            self.refuse(column, format!("`{}` is not a whole number", excerpt(text)));
        }
        number
    }

    /// A number of grams from zero on, rounded to whole ones; 0 when blank.
    pub(super) fn grams(&mut self) -> i32 {
        let text = self.raw(Column::Grams);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let rounded = match whole.parse::<i32>() {
            _ if text.is_empty() => Some(0),
            Ok(grams) if digits(whole) && digits(fraction) => {
                grams.checked_add(i32::from(fraction.as_bytes()[0] >= b'5'))
            }
            _ => None,
        };
        if rounded.is_none() {
            self.refuse(
                Column::Grams,
                format!("`{}` is not a number of grams", excerpt(text)),
            );
        }
        rounded.unwrap_or(0)
    }

    /// An http or https address; `None` when blank or wrong.
    pub(super) fn url(&mut self, column: Column) -> Option<String> {
        if !self.has(column) {
            return None;
        }
        let text = self.limited(column, URL);
        let is_web = url::Url::parse(&text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        // The database knows only the lower-case schemes, and so does every browser's cache.
        if is_web && (text.starts_with("https://") || text.starts_with("http://")) {
            return Some(text);
        }
        self.refuse(
            column,
            format!("`{}` is not an http or https address", excerpt(&text)),
        );
        None
    }

    /// What the row carries along for the product or for its variant, by heading; blanks are left out.
    pub(super) fn carried(&mut self, is_of_product: bool) -> BTreeMap<String, String> {
        let mut carried = BTreeMap::new();
        let columns = self.columns.carried().iter();
        for column in columns.filter(|column| column.is_of_product == is_of_product) {
            let text = self.record.get(column.index).unwrap_or("").trim();
            if text.contains('\0') {
                let reason = "contains a NUL character";
                let refusal = Refusal::new(self.line(), &column.heading, reason);
                self.refusals.push(refusal);
            } else if !text.is_empty() {
                carried.insert(column.heading.clone(), text.to_owned());
            }
        }
        carried
    }

    /// What the row says of fields that the merchant added, in the order of their columns.
    pub(super) fn fields(&mut self) -> Vec<String> {
        let mut texts = Vec::with_capacity(self.columns.fields().len());
        for field in self.columns.fields() {
            let text = self.record.get(field.index).unwrap_or("").trim_ascii();
            if text.contains('\0') {
                let heading = field.heading.to_string();
                let refusal = Refusal::new(self.line(), &heading, "contains a NUL character");
                self.refusals.push(refusal);
            }
            texts.push(text.to_owned());
        }
        texts
    }

    /// Refuses a cell of a column that is carried along.
    pub(super) fn refuse_carried(&mut self, heading: &str, reason: impl Into<String>) {
        let refusal = Refusal::new(self.line(), heading, reason.into());
        self.refusals.push(refusal);
    }

    fn limited(&mut self, column: Column, limit: usize) -> String {
        let text = self.raw(column);
        // A text's bytes are at least its characters, so that long texts alone are counted.
        if text.len() > limit && text.chars().count() > limit {
            self.refuse(column, format!("is longer than {limit} characters"));
        }
        if text.contains('\0') {
            self.refuse(column, "contains a NUL character");
        }
        text.to_owned()
    }
}
