//! Discounts as rows of a CSV, in and out: what is written reads back as the same.
//!
//! Lists in a cell are separated by semicolons. A row is known by its title; a column that is missing leaves what it stands
//! for as it is, a blank cell takes it away. See docs/discounts.md for what the columns mean.

mod export;

use std::collections::HashMap;
use std::io::Write;

use chrono::{DateTime, Utc};

use super::draft::{Audience, DiscountDraft, Targets, class_of, class_word};
use crate::kernel::sheet::{Known, Refusal, Row, Sheet, Writer};
use crate::kernel::{Currency, Fault, Money, TimeZone, country, text};
use crate::pricing::{Class, Value};

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 26] = [
    "Title",
    "Codes",
    "Class",
    "Type",
    "Value",
    "Each",
    "Products",
    "Collections",
    "SKUs",
    "Buys",
    "Buys Products",
    "Buys Collections",
    "Buys SKUs",
    "Gets",
    "Uses Per Order",
    "Minimum Subtotal",
    "Minimum Quantity",
    "Countries",
    "Customer Tags",
    "Customers",
    "Once Per Customer",
    "Usage Limit",
    "Combines With",
    "Active",
    "Starts",
    "Ends",
];

const MANDATORY: [&str; 2] = ["Title", "Type"];
const LONGEST: usize = 255;
const WHOLE: u32 = 10_000;

const KNOWN: Known<'_> = Known {
    columns: &COLUMNS,
    aliases: &[],
    mandatory: &MANDATORY,
};

/// What a row says, or all that is wrong with it, and the line where it begins.
pub type Read = (u64, Result<DiscountDraft, Vec<Refusal>>);

/// What a file says.
#[derive(Debug, Default)]
pub struct Told {
    /// Its rows.
    pub rows: Vec<Read>,
    /// What is unusual about it, and what was read otherwise than it was written.
    pub notes: Vec<Refusal>,
}

/// Discounts that the shop has, by their titles in lower case.
pub type Held = HashMap<String, DiscountDraft>;

/// Reads a file in the form that is written here, or the discounts that another shop exported; its amounts are in `currency`,
/// its days in `zone`. What it
/// has no column for is what the discount has that is `held`. The error is about its header.
///
/// # Errors
/// The reasons against the header; then no row was read.
pub fn read(
    mut source: impl std::io::Read,
    currency: Currency,
    zone: TimeZone,
    held: &Held,
) -> Result<Told, Vec<Refusal>> {
    let unread = |error: std::io::Error| vec![Refusal::new(1, "", error.to_string())];
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(unread)?;
    if export::is_one(&bytes) {
        return export::read(&bytes, (currency, zone), held);
    }
    let mut sheet = Sheet::open_strictly(bytes.as_slice(), &KNOWN)?;
    let missing = COLUMNS.map(|column| !sheet.has(column));
    let mut told = Told {
        rows: Vec::new(),
        notes: sheet.notes().to_vec(),
    };
    while let Some(row) = sheet.next_row() {
        told.rows.push(match row {
            Ok(mut row) => {
                let title = row.text("Title").to_lowercase();
                let known = held.get(&title).map(|draft| record(draft, currency, zone));
                let known = known.unwrap_or_default().into_iter().zip(COLUMNS);
                let known = known.zip(missing).filter(|(_, missing)| *missing);
                let mut cells = Cells {
                    known: known.map(|((cell, column), _)| (column, cell)).collect(),
                    row,
                    currency,
                    zone,
                };
                let draft = cells.draft();
                (cells.row.line, cells.row.settled(draft))
            }
            Err(refusal) => (refusal.line, Err(vec![refusal])),
        });
    }
    Ok(told)
}

/// The cells of a row, read as what discounts are made of.
struct Cells<'a> {
    row: Row<'a>,
    currency: Currency,
    zone: TimeZone,
    /// What the discount has where the file has no column.
    known: HashMap<&'static str, String>,
}

impl Cells<'_> {
    fn draft(&mut self) -> DiscountDraft {
        let title = self.text("Title");
        if title.is_empty() || title.chars().count() > LONGEST {
            self.refuse("Title", format!("must have 1 to {LONGEST} characters"));
        }
        let gets = self.targets(["Products", "Collections", "SKUs"]);
        let buys = self.targets(["Buys Products", "Buys Collections", "Buys SKUs"]);
        let value = self.value();
        let class = self.class(&value, gets.is_some());
        if gets.is_some() && class != Class::Product {
            self.refuse("Products", "only a discount on goods can name goods");
        }
        if buys.is_some() && !matches!(value, Value::BuyGet { .. }) {
            self.refuse(
                "Buys Products",
                "only buy_x_get_y asks for goods to be bought",
            );
        }
        let tags = self.list("Customer Tags");
        let emails = self.list("Customers").into_iter();
        let emails: Vec<String> = emails
            .map(|given| text::email(&given).unwrap_or(given))
            .collect();
        let (starts_at, ends_at) = (
            self.time("Starts", TimeZone::read_begin),
            self.time("Ends", TimeZone::read_end),
        );
        if let (Some(starts), Some(ends)) = (starts_at, ends_at)
            && ends <= starts
        {
            self.refuse("Ends", "is not after the start");
        }
        let minimum_subtotal = self.minor("Minimum Subtotal");
        let codes = self.codes();
        DiscountDraft {
            codes,
            class,
            gets,
            buys,
            minimum_subtotal,
            minimum_quantity: self.whole("Minimum Quantity"),
            countries: self.countries(&value),
            audience: (!tags.is_empty() || !emails.is_empty()).then_some(Audience { tags, emails }),
            once_per_customer: self.flag("Once Per Customer", false),
            usage_limit: self.whole("Usage Limit"),
            combines_with: self.classes(),
            active: self.flag("Active", true),
            starts_at,
            ends_at,
            title,
            value,
        }
    }

    fn value(&mut self) -> Value {
        let kind = self.text("Type").to_lowercase();
        let given = self.text("Value");
        match kind.as_str() {
            "percentage" => Value::Percentage {
                basis_points: self.basis_points(&given),
            },
            "amount" => Value::Amount {
                minor: self.minor("Value").unwrap_or_else(|| {
                    if given.is_empty() {
                        self.refuse("Value", "is missing");
                    }
                    1
                }),
                each: self.flag("Each", false),
            },
            "free_shipping" => Value::FreeShipping {
                up_to: self.minor("Value"),
            },
            "buy_x_get_y" => Value::BuyGet {
                buys: self.required("Buys"),
                gets: self.required("Gets"),
                basis_points: if given.is_empty() {
                    WHOLE
                } else {
                    self.basis_points(&given)
                },
                uses: self.whole("Uses Per Order"),
            },
            other => {
                let reason = format!(
                    "`{other}` is not one of percentage, amount, free_shipping, buy_x_get_y"
                );
                self.refuse("Type", reason);
                Value::FreeShipping { up_to: None }
            }
        }
    }

    /// A percentage with two decimal places at most, in hundredths.
    fn basis_points(&mut self, text: &str) -> u32 {
        // Hundredths of a percent are written like cents.
        let read = Money::parse(text.trim_end_matches('%'), Currency::USD);
        let points = read.ok().and_then(|money| u32::try_from(money.minor).ok());
        let points = points.filter(|points| (1..=WHOLE).contains(points));
        points.unwrap_or_else(|| {
            let reason =
                format!("`{text}` is not a percentage above 0 and up to 100, such as 12.5");
            self.refuse("Value", reason);
            1
        })
    }

    fn class(&mut self, value: &Value, names_goods: bool) -> Class {
        let usual = match value {
            Value::FreeShipping { .. } => Class::Shipping,
            Value::BuyGet { .. } => Class::Product,
            Value::Amount { each: true, .. } => Class::Product,
            _ if names_goods => Class::Product,
            _ => Class::Order,
        };
        let word = self.text("Class");
        let class = if word.is_empty() {
            usual
        } else if let Some(class) = class_of(&word) {
            class
        } else {
            let reason = format!("`{word}` is not one of product, order, shipping");
            self.refuse("Class", reason);
            usual
        };
        let fits = match usual {
            Class::Order => class != Class::Shipping,
            usual => class == usual,
        };
        if !fits {
            let word = class_word(usual);
            self.refuse(
                "Class",
                format!("a discount of this kind is one of class {word}"),
            );
        }
        class
    }

    fn codes(&mut self) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for code in self.list("Codes") {
            if code.chars().count() > LONGEST || code.chars().any(char::is_control) {
                self.refuse("Codes", format!("a code has at most {LONGEST} characters"));
            }
            let known = |other: &String| other.to_lowercase() == code.to_lowercase();
            if !codes.iter().any(known) {
                codes.push(code);
            }
        }
        codes
    }

    fn classes(&mut self) -> Vec<Class> {
        let words = self.list("Combines With");
        let mut classes = Vec::new();
        for word in words {
            match class_of(&word) {
                Some(class) if !classes.contains(&class) => classes.push(class),
                Some(_) => {}
                None => {
                    let reason = format!("`{word}` is not one of product, order, shipping");
                    self.refuse("Combines With", reason);
                }
            }
        }
        classes
    }

    fn countries(&mut self, value: &Value) -> Vec<String> {
        let countries = self.list("Countries");
        if !countries.is_empty() && !matches!(value, Value::FreeShipping { .. }) {
            self.refuse("Countries", "only free delivery can be for some countries");
        }
        let mut codes: Vec<String> = Vec::with_capacity(countries.len());
        for given in &countries {
            match country::read(given) {
                Some(code) if codes.iter().all(|known| known != code) => {
                    codes.push(code.to_owned());
                }
                Some(_) => {}
                None => self.refuse("Countries", country::refusal(given)),
            }
        }
        codes
    }

    fn targets(&mut self, columns: [&str; 3]) -> Option<Targets> {
        let [products, collections, skus] = columns.map(|column| self.list(column));
        let targets = Targets {
            products,
            collections,
            skus,
        };
        (!targets.is_empty()).then_some(targets)
    }

    fn text(&mut self, column: &str) -> String {
        match self.known.get(column) {
            Some(known) => known.clone(),
            None => self.row.text(column),
        }
    }

    fn list(&mut self, column: &str) -> Vec<String> {
        let text = self.text(column);
        let parts = text.split(';').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn flag(&mut self, column: &str, default: bool) -> bool {
        match self.text(column).to_lowercase().as_str() {
            "" => default,
            "true" => true,
            "false" => false,
            other => {
                let reason = format!("`{other}` is neither true nor false");
                self.refuse(column, reason);
                default
            }
        }
    }

    fn required(&mut self, column: &str) -> i32 {
        if self.text(column).is_empty() {
            self.refuse(column, "is missing");
        }
        self.whole(column).unwrap_or(1)
    }

    fn whole(&mut self, column: &str) -> Option<i32> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            self.refuse(column, format!("`{text}` is not a whole number above 0"));
        }
        number
    }

    fn minor(&mut self, column: &str) -> Option<i64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        match Money::parse(&text, self.currency) {
            Ok(money) if money.minor > 0 => Some(money.minor),
            Ok(_) => {
                self.refuse(column, format!("`{text}` is not above 0"));
                None
            }
            Err(error) => {
                self.refuse(column, error.to_string());
                None
            }
        }
    }

    fn time(
        &mut self,
        column: &str,
        read: fn(TimeZone, &str) -> Option<DateTime<Utc>>,
    ) -> Option<DateTime<Utc>> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let time = read(self.zone, &text);
        if time.is_none() {
            let reason = format!(
                "`{text}` is neither a day such as 2026-12-01 nor a time such as 2026-12-01T08:00:00Z"
            );
            self.refuse(column, reason);
        }
        time
    }

    fn refuse(&mut self, column: &str, reason: impl Into<String>) {
        self.row.refuse(column, reason);
    }
}

/// Writes discounts with a header.
///
/// # Errors
/// When writing fails.
pub fn write(
    target: impl Write,
    drafts: &[DiscountDraft],
    currency: Currency,
    zone: TimeZone,
) -> Result<(), Fault> {
    let mut writer = Writer::new(target);
    writer.write(COLUMNS)?;
    for draft in drafts {
        writer.write(record(draft, currency, zone))?;
    }
    writer.finish()
}

/// What is written for goods or customers that a discount was for and that are gone: blank cells would mean
/// all of them.
const GONE: &str = "(gone)";

fn named(targets: Option<&Targets>) -> Targets {
    let mut named = targets.cloned().unwrap_or_default();
    if targets.is_some_and(Targets::is_empty) {
        named.products.push(GONE.to_owned());
    }
    named
}

fn record(draft: &DiscountDraft, currency: Currency, zone: TimeZone) -> [String; COLUMNS.len()] {
    let money = |minor: i64| Money::new(minor, currency).decimal();
    let percent = |points: u32| Money::new(i64::from(points), Currency::USD).decimal();
    let number = |number: Option<i32>| number.map(|n| n.to_string()).unwrap_or_default();
    let list = |words: &[String]| words.join(";");
    let gets = named(draft.gets.as_ref());
    let buys = named(draft.buys.as_ref());
    let mut audience = draft.audience.clone().unwrap_or_default();
    if draft.audience.is_some() && audience == Audience::default() {
        audience.tags.push(GONE.to_owned());
    }
    let classes: Vec<&str> = draft
        .combines_with
        .iter()
        .copied()
        .map(class_word)
        .collect();
    let (kind, value, each, numbers) = match &draft.value {
        Value::Percentage { basis_points } => ("percentage", percent(*basis_points), "", [None; 3]),
        Value::Amount { minor, each } => (
            "amount",
            money(*minor),
            if *each { "true" } else { "" },
            [None; 3],
        ),
        Value::FreeShipping { up_to } => (
            "free_shipping",
            up_to.map(money).unwrap_or_default(),
            "",
            [None; 3],
        ),
        Value::BuyGet {
            buys,
            gets,
            basis_points,
            uses,
        } => {
            let numbers = [Some(*buys), Some(*gets), *uses];
            ("buy_x_get_y", percent(*basis_points), "", numbers)
        }
    };
    let [buys_quantity, gets_quantity, uses] = numbers.map(number);
    [
        draft.title.clone(),
        list(&draft.codes),
        class_word(draft.class).to_owned(),
        kind.to_owned(),
        value,
        each.to_owned(),
        list(&gets.products),
        list(&gets.collections),
        list(&gets.skus),
        buys_quantity,
        list(&buys.products),
        list(&buys.collections),
        list(&buys.skus),
        gets_quantity,
        uses,
        draft.minimum_subtotal.map(money).unwrap_or_default(),
        number(draft.minimum_quantity),
        list(&draft.countries),
        list(&audience.tags),
        list(&audience.emails),
        draft.once_per_customer.to_string(),
        number(draft.usage_limit),
        classes.join(";"),
        draft.active.to_string(),
        draft
            .starts_at
            .map(|at| zone.write_begin(at))
            .unwrap_or_default(),
        draft
            .ends_at
            .map(|at| zone.write_end(at))
            .unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests;
