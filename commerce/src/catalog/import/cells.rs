//! One row's cells, read as what they mean.

use std::collections::BTreeMap;

use csv::{Position, StringRecord};

use super::Refusal;
use super::columns::{Column, Columns, INCLUDED, UNIT_PRICE};
use crate::catalog::draft::MarketPrice;
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
        let heading = self.columns.heading(column);
        self.refusals
            .push(Refusal::new(self.line(), heading, reason));
    }

    /// Whether the file has the column.
    pub(super) fn has_column(&self, column: Column) -> bool {
        self.columns.has(column)
    }

    /// The heading of a column in this file.
    pub(super) fn heading(&self, column: Column) -> &'a str {
        self.columns.heading(column)
    }

    /// What `read` makes of a column; `None` where the file has none, which leaves the value as it is.
    pub(super) fn given<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.has_column(column).then(|| read(self))
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
        match amount(self.raw(column), self.currency) {
            Ok(minor) => minor,
            Err(reason) => {
                self.refuse(column, reason);
                None
            }
        }
    }

    /// Whether the file has the columns of unit prices, all of them.
    pub(super) fn has_measure(&self) -> bool {
        let is_first = |heading: &String| heading.eq_ignore_ascii_case(UNIT_PRICE[0]);
        self.columns
            .carried()
            .iter()
            .any(|column| is_first(&column.heading))
    }

    /// What the row says of the variant's own prices in markets, in the order of their columns.
    pub(super) fn market_prices(&mut self, currencies: &[Currency]) -> Vec<MarketPrice> {
        let mut prices = Vec::with_capacity(currencies.len());
        for (market, currency) in self.columns.markets().iter().zip(currencies) {
            let mut read = |(index, heading): &(usize, String)| {
                let text = self.record.get(*index).unwrap_or("").trim();
                amount(text, *currency).unwrap_or_else(|reason| {
                    let line = self.record.position().map_or(0, Position::line);
                    self.refusals.push(Refusal::new(line, heading, reason));
                    None
                })
            };
            let price = read(&market.price);
            let compare_at = market.compare_at.as_ref().map(read);
            if price.is_none() && compare_at.flatten().is_some() {
                let refusal = Refusal::new(self.line(), &market.price.1, "is missing");
                self.refusals.push(refusal);
            }
            prices.push(MarketPrice { price, compare_at });
        }
        prices
    }

    /// Whether a cell that says in which markets the product is sold leaves it out of one.
    pub(super) fn is_left_out(&self) -> bool {
        self.columns.carried().iter().any(|column| {
            let text = self.record.get(column.index).unwrap_or("").trim();
            let is_of_market = column.heading.to_lowercase().starts_with(INCLUDED);
            is_of_market && text.eq_ignore_ascii_case("false")
        })
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

    /// The columns that are carried along, in lower case.
    pub(super) fn carried_columns(&self, is_of_product: bool) -> Vec<String> {
        let columns = self.columns.carried().iter();
        columns
            .filter(|column| column.is_of_product == is_of_product)
            .map(|column| column.heading.to_lowercase())
            .collect()
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

/// An amount from zero on, in minor units; `None` for a blank.
fn amount(text: &str, currency: Currency) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match Money::parse(text, currency) {
        Ok(money) if money.minor < 0 => Err(format!("`{}` is negative", excerpt(text))),
        Ok(money) => Ok(Some(money.minor)),
        Err(error) => Err(error.to_string()),
    }
}
