//! The discounts that merchants export from another shop: what they take off, how often and when, but not from which goods and
//! for which customers.
//!
//! A discount for goods or customers that the file does not name is switched off: nobody gets what was meant for few.

use chrono::{DateTime, Utc};

use super::{Held, LONGEST, Told, WHOLE};
use crate::discount::draft::{DiscountDraft, class_of};
use crate::kernel::sheet::{Known, Refusal, Row, Sheet};
use crate::kernel::{Currency, Money, TimeZone};
use crate::pricing::{Class, Value};

const NAME: &str = "Name";
const VALUE: &str = "Value";
const VALUE_TYPE: &str = "Value Type";
const TYPE: &str = "Type";
const CLASS: &str = "Discount Class";
const MINIMUM: &str = "Minimum Purchase Requirements";
const CUSTOMERS: &str = "Customer Selection";
const USED: &str = "Times Used In Total";
const ONCE: &str = "Applies Once Per Customer";
const LIMIT: &str = "Usage Limit Per Code";
const STATUS: &str = "Status";
const START: &str = "Start";
const END: &str = "End";
const COMBINES: [(&str, Class); 3] = [
    ("Combines with Product Discounts", Class::Product),
    ("Combines with Order Discounts", Class::Order),
    ("Combines with Shipping Discounts", Class::Shipping),
];

const KNOWN: Known<'_> = Known {
    columns: &[
        NAME,
        VALUE,
        VALUE_TYPE,
        TYPE,
        CLASS,
        MINIMUM,
        COMBINES[0].0,
        COMBINES[1].0,
        COMBINES[2].0,
        CUSTOMERS,
        "Context",
        USED,
        ONCE,
        LIMIT,
        STATUS,
        START,
        END,
    ],
    aliases: &[],
    mandatory: &[NAME, VALUE, VALUE_TYPE],
};

/// Whether a file is one: it names discounts and the kinds of their values.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let sheet = Sheet::open(bytes, &KNOWN);
    sheet.is_ok_and(|sheet| !sheet.has("Title"))
}

/// Reads it. What it does not say of a discount that is `held` stays as it is.
///
/// # Errors
/// The reasons against the header.
pub(super) fn read(
    bytes: &[u8],
    reading: (Currency, TimeZone),
    held: &Held,
) -> Result<Told, Vec<Refusal>> {
    let mut sheet = Sheet::open(bytes, &KNOWN)?;
    let mut told = Told {
        rows: Vec::new(),
        notes: sheet.notes().to_vec(),
    };
    while let Some(row) = sheet.next_row() {
        match row {
            Ok(mut row) => {
                let line = row.line;
                let known = held.get(&row.text(NAME).to_lowercase());
                let (draft, note) = draft(&mut row, reading, known);
                if let (false, Some(reason)) = (row.is_refused(), note) {
                    told.notes.push(Refusal::new(line, "", reason));
                }
                told.rows.push((line, row.settled(draft)));
            }
            Err(refusal) => told.rows.push((refusal.line, Err(vec![refusal]))),
        }
    }
    Ok(told)
}

/// What a row says, and why it is switched off, if it is for want of knowledge.
fn draft(
    row: &mut Row<'_>,
    (currency, zone): (Currency, TimeZone),
    known: Option<&DiscountDraft>,
) -> (DiscountDraft, Option<String>) {
    let name = row.text(NAME);
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        row.refuse(NAME, format!("must have 1 to {LONGEST} characters"));
    }
    let (value, class) = value(row, currency);
    let (minimum_subtotal, minimum_quantity) = minimum(row, currency);
    let combines = COMBINES.into_iter();
    let combines_with = combines
        .filter(|(column, _)| is_set(&row.text(column)))
        .map(|(_, class)| class)
        .collect();
    let starts_at = time(row, START, |text| zone.read_begin(text));
    let ends_at = time(row, END, |text| zone.read_end(text));
    if let (Some(starts), Some(ends)) = (starts_at, ends_at)
        && ends <= starts
    {
        row.refuse(END, "is not after the start");
    }
    let usage_limit = left(row);
    let customers = row.text(CUSTOMERS).to_lowercase();
    let is_for_all = matches!(
        customers.as_str(),
        "" | "all" | "all customers" | "everyone" | "all_customers"
    );
    let (gets, audience) = match known {
        Some(known) => (known.gets.clone(), known.audience.clone()),
        None => (None, None),
    };
    let reason = match class {
        _ if !is_for_all && audience.is_none() => Some("for which customers"),
        Class::Product if gets.is_none() => Some("for which goods"),
        _ => None,
    };
    let note = reason.map(|what| {
        format!("the file does not say {what} the discount is, so it is switched off: add that, and `Active`")
    });
    let is_spent = usage_limit == Some(0);
    let is_over = matches!(
        row.text(STATUS).to_lowercase().as_str(),
        "expired" | "disabled"
    );
    let draft = DiscountDraft {
        codes: vec![name.clone()],
        title: name,
        class,
        value,
        gets: gets.filter(|_| class == Class::Product),
        buys: None,
        minimum_subtotal,
        minimum_quantity,
        countries: known
            .filter(|_| class == Class::Shipping)
            .map(|known| known.countries.clone())
            .unwrap_or_default(),
        audience,
        once_per_customer: is_set(&row.text(ONCE)),
        usage_limit: usage_limit.map(|left| left.max(1)),
        combines_with,
        active: note.is_none() && !is_spent && !is_over,
        starts_at,
        ends_at,
    };
    (draft, note)
}

/// How much it takes off, and from what.
fn value(row: &mut Row<'_>, currency: Currency) -> (Value, Class) {
    let (kind, of) = (
        row.text(TYPE).to_lowercase(),
        row.text(VALUE_TYPE).to_lowercase(),
    );
    let class = row.text(CLASS).to_lowercase();
    let is_shipping = class == "shipping" || kind.contains("free shipping") || of == "shipping";
    if is_shipping {
        return (Value::FreeShipping { up_to: None }, Class::Shipping);
    }
    if kind.contains("buy") || kind.contains("app") || of == "app" {
        let reason = "the file does not say how such a discount is reckoned";
        row.refuse(TYPE, reason);
    }
    let class = match class.as_str() {
        "" if kind.contains("product") => Class::Product,
        "" => Class::Order,
        "multiple" => Class::Product,
        word => class_of(word).unwrap_or_else(|| {
            row.refuse(
                CLASS,
                format!("`{word}` is not one of product, order, shipping"),
            );
            Class::Order
        }),
    };
    // What is taken off is written below zero.
    let given = row.text(VALUE);
    let text = given.trim_start_matches('-').trim_end_matches('%').trim();
    let of_percent = Money::parse(text, Currency::USD).ok();
    let value = match of.as_str() {
        "percentage" => of_percent
            .and_then(|points| u32::try_from(points.minor).ok())
            .filter(|points| (1..=WHOLE).contains(points))
            .map(|basis_points| Value::Percentage { basis_points }),
        "fixed_amount" | "fixed amount" => Money::parse(text, currency)
            .ok()
            .filter(|money| money.minor > 0)
            .map(|money| Value::Amount {
                minor: money.minor,
                each: false,
            }),
        other => {
            let reason = format!("`{other}` is not one of percentage, fixed_amount, shipping");
            row.refuse(VALUE_TYPE, reason);
            return (Value::FreeShipping { up_to: None }, class);
        }
    };
    let value = value.unwrap_or_else(|| {
        row.refuse(
            VALUE,
            format!("`{given}` is not what such a discount takes off"),
        );
        Value::FreeShipping { up_to: None }
    });
    (value, class)
}

/// What must be bought: an amount, or a number of pieces where the cell says so.
fn minimum(row: &mut Row<'_>, currency: Currency) -> (Option<i64>, Option<i32>) {
    let given = row.text(MINIMUM);
    let lower = given.to_lowercase();
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let number: String = lower.chars().filter(|c| is_digit(*c)).collect();
    if number.is_empty() && (lower.is_empty() || lower == "none" || lower.contains("no min")) {
        return (None, None);
    }
    let is_of_pieces = lower.contains("item") || lower.contains("quantity");
    let pieces = number
        .split('.')
        .next()
        .and_then(|whole| whole.parse().ok());
    let (subtotal, quantity) = match is_of_pieces {
        true => (None, pieces),
        false => (Money::parse(&number, currency).ok(), None),
    };
    if subtotal.is_none() && quantity.is_none() {
        row.refuse(
            MINIMUM,
            format!("`{given}` is neither an amount nor a number of items"),
        );
    }
    (
        subtotal.map(|money| money.minor).filter(|minor| *minor > 0),
        quantity.filter(|pieces| *pieces > 0),
    )
}

/// How often it may still be used: what was used at the other shop is not used again.
fn left(row: &mut Row<'_>) -> Option<i32> {
    let mut whole = |column: &str| {
        let text = row.text(column);
        let number: Option<i32> = text.parse().ok().filter(|number| *number >= 0);
        if number.is_none() && !text.is_empty() {
            row.refuse(column, format!("`{text}` is not a whole number from 0 on"));
        }
        number
    };
    let (limit, used) = (whole(LIMIT)?, whole(USED).unwrap_or(0));
    Some(limit.saturating_sub(used).max(0))
}

fn time(
    row: &mut Row<'_>,
    column: &str,
    read: impl FnOnce(&str) -> Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let text = row.text(column);
    if text.is_empty() {
        return None;
    }
    let time = read(&text);
    if time.is_none() {
        let reason = format!("`{text}` is not a moment such as 2026-01-31 12:00:00 -0500");
        row.refuse(column, reason);
    }
    time
}

/// Whether a cell says yes; such files have numbers, words, or the name of the class.
fn is_set(text: &str) -> bool {
    !matches!(
        text.to_lowercase().as_str(),
        "" | "0" | "false" | "no" | "none"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Name,Value,Value Type,Type,Discount Class,Minimum Purchase Requirements,Combines with Order Discounts,\
        Combines with Product Discounts,Combines with Shipping Discounts,Customer Selection,Context,Times Used In Total,\
        Applies Once Per Customer,Usage Limit Per Code,Status,Start,End\n";

    fn told(rows: &str) -> Told {
        let text = format!("{HEADER}{rows}");
        super::super::read(text.as_bytes(), Currency::USD, TimeZone::UTC, &Held::new()).unwrap()
    }

    #[test]
    fn what_another_shop_exports_is_read() {
        let told = told(
            "SUMMER20,-20.0,percentage,Amount Off,order,50.00,0,1,1,all,,37,1,100,Active,2025-12-08 11:28:18 -0600,2026-12-31 23:59:59 -0600\n\
             FIVE,-5.0,fixed_amount,Amount Off,order,Minimum of 2 items,,,,all,,0,0,,Expired,2025-01-01 00:00:00 +0000,\n\
             SHIP,-100.0,percentage,Free Shipping,shipping,,,,,all,,10,0,10,Active,2025-01-01 00:00:00 +0000,\n",
        );
        assert_eq!(told.notes, []);
        let mut drafts = told.rows.into_iter().map(|(_, row)| row.unwrap());
        let summer = drafts.next().unwrap();
        assert_eq!(
            (summer.title.as_str(), &*summer.codes),
            ("SUMMER20", &["SUMMER20".to_owned()][..])
        );
        assert_eq!(
            summer.value,
            Value::Percentage {
                basis_points: 2_000
            }
        );
        assert_eq!(summer.combines_with, [Class::Product, Class::Shipping]);
        assert_eq!(
            (
                summer.class,
                summer.minimum_subtotal,
                summer.usage_limit,
                summer.once_per_customer,
                summer.active
            ),
            (Class::Order, Some(5_000), Some(63), true, true)
        );
        assert_eq!(
            summer.starts_at.unwrap().to_rfc3339(),
            "2025-12-08T17:28:18+00:00"
        );
        let five = drafts.next().unwrap();
        assert_eq!(
            five.value,
            Value::Amount {
                minor: 500,
                each: false
            }
        );
        assert_eq!(
            (five.minimum_subtotal, five.minimum_quantity, five.active),
            (None, Some(2), false)
        );
        // It was used up at the other shop.
        let ship = drafts.next().unwrap();
        assert_eq!(ship.value, Value::FreeShipping { up_to: None });
        assert_eq!((ship.class, ship.active), (Class::Shipping, false));
    }

    #[test]
    fn what_is_meant_for_few_is_switched_off_and_what_is_unknown_refused() {
        let told = told(
            "CUPS,-10.0,percentage,Amount Off,product,,,,,all,,0,0,,Active,,\n\
             VIP,-10.0,percentage,Amount Off,order,,,,,specific customers,,0,0,,Active,,\n\
             APP,-1.0,app,App Discount,order,soon,,,,all,,0,0,many,Active,yesterday,\n",
        );
        let notes: Vec<String> = told.notes.iter().map(ToString::to_string).collect();
        let off = |line: u32, what: &str| {
            format!(
                "{line}: the file does not say {what} the discount is, so it is switched off: add that, and `Active`"
            )
        };
        assert_eq!(
            notes,
            [off(2, "for which goods"), off(3, "for which customers")]
        );
        let drafts: Vec<bool> = told.rows[..2]
            .iter()
            .map(|row| row.1.as_ref().unwrap().active)
            .collect();
        assert_eq!(drafts, [false, false]);
        let reasons = told.rows[2].1.as_ref().unwrap_err();
        let columns: Vec<&str> = reasons
            .iter()
            .map(|reason| reason.column.as_str())
            .collect();
        assert_eq!(columns, [TYPE, VALUE_TYPE, MINIMUM, START, LIMIT]);
    }
}
