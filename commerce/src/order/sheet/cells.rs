//! The cells of an order's rows.

use chrono::{DateTime, Utc};

use super::CarriedLine;
use crate::kernel::sheet::Row;
use crate::kernel::{Address, Currency, Money, TimeZone, country, phone, text};
use crate::pricing::Attribute;

pub(super) const NAME: &str = "Name";
/// What was given beyond the price. Exports have a line for it instead.
pub(super) const TIP: &str = "Tip Amount";

pub(super) const COLUMNS: [&str; 46] = [
    NAME,
    "Email",
    "Financial Status",
    "Fulfillment Status",
    "Fulfilled at",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem fulfillment status",
    "Billing Name",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Shipping Name",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country",
    "Shipping Phone",
    "Notes",
    "Note Attributes",
    "Cancelled at",
    "Refunded Amount",
    "Outstanding Balance",
    "Lineitem discount",
    "Phone",
    "Duties",
];

/// The columns of a line that reasons name.
pub(super) struct OfLines {
    pub(super) price: &'static str,
    pub(super) discount: &'static str,
}

pub(super) const OF_LINES: OfLines = OfLines {
    price: "Lineitem price",
    discount: "Lineitem discount",
};

const LONGEST: usize = 5_000;
const LONGEST_TITLE: usize = 1_000;
/// Numbers of orders stay below this.
const NUMBERS: i64 = 1_000_000_000;

/// The number of an order by its name: its only digits. A name with none, or with several numbers such as `#1007-F1`, is only a
/// name.
pub(super) fn number(row: &mut Row<'_>, name: &str) -> Option<i64> {
    if name.is_empty() || name.chars().count() > 255 {
        row.refuse(NAME, "must have 1 to 255 characters");
    }
    let mut numbers = name
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty());
    let only = numbers.next().filter(|_| numbers.next().is_none())?;
    let number = only.parse().ok();
    number.filter(|number| (1..NUMBERS).contains(number))
}

/// The e-mail address and the telephone number; either may be blank.
pub(super) fn contact(row: &mut Row<'_>) -> (String, Option<String>) {
    let (email, phone) = (row.text("Email"), row.code("Phone"));
    let stored = text::email(&email);
    if stored.is_none() && !email.is_empty() {
        row.refuse("Email", "is not an e-mail address");
    }
    if !phone.is_empty() && !text::is_phone(&phone) {
        row.refuse("Phone", "is not a telephone number");
    }
    let home = ["Shipping Country", "Billing Country"]
        .into_iter()
        .find_map(|column| country::read(&row.text(column)));
    // What an order of another shop says is kept, though nobody can tell where it is dialled.
    let number = phone::canonical(&phone, home).unwrap_or(phone);
    (
        stored.unwrap_or(email),
        (!number.is_empty()).then_some(number),
    )
}

pub(super) fn same_currency(row: &mut Row<'_>, currency: Currency) {
    let given = row.text("Currency");
    if !given.is_empty() && given != currency.code() {
        let reason = format!("`{given}` is not the shop's currency, {currency}");
        row.refuse("Currency", reason);
    }
}

/// An amount that is not negative; `None` for a blank and for one that is refused.
pub(super) fn money(row: &mut Row<'_>, column: &str, currency: Currency) -> Option<Money> {
    let given = row.text(column);
    if given.is_empty() {
        return None;
    }
    match Money::parse(&given, currency) {
        Ok(money) if money.minor >= 0 => Some(money),
        Ok(_) => {
            row.refuse(column, format!("`{given}` is below 0"));
            None
        }
        Err(error) => {
            row.refuse(column, error.to_string());
            None
        }
    }
}

/// A moment, as `2026-01-31 12:00:00 -0500`, by RFC 3339, or without an offset as the shop's clocks show it; `None` for
/// a blank and for one that is refused.
pub(super) fn time(row: &mut Row<'_>, column: &str, zone: TimeZone) -> Option<DateTime<Utc>> {
    let given = row.text(column);
    if given.is_empty() {
        return None;
    }
    let moment = zone.read_begin(&given);
    if moment.is_none() {
        let reason = format!("`{given}` is not a moment such as 2026-01-31 12:00:00 -0500");
        row.refuse(column, reason);
    }
    moment
}

pub(super) fn note(row: &mut Row<'_>) -> String {
    let note = row.text("Notes");
    if note.chars().count() > LONGEST {
        row.refuse("Notes", format!("is longer than {LONGEST} characters"));
    }
    note
}

/// One attribute to a line, such as `gift: yes`; a line that names none goes on with the value before.
pub(super) fn attributes(row: &mut Row<'_>) -> Vec<Attribute> {
    let cell = row.text("Note Attributes");
    let mut attributes: Vec<Attribute> = Vec::new();
    for line in cell.lines().filter(|line| !line.trim().is_empty()) {
        let named = line.split_once(": ").or_else(|| line.split_once(':'));
        let named = named.filter(|(key, _)| !key.trim().is_empty());
        match (named, attributes.last_mut()) {
            (Some((key, value)), _) => attributes.push(Attribute {
                key: key.trim().to_owned(),
                value: value.trim().to_owned(),
            }),
            (None, Some(last)) => last.value = format!("{} {}", last.value, line.trim()),
            (None, None) => row.refuse(
                "Note Attributes",
                format!("`{line}` is not a key, a colon and a value"),
            ),
        }
    }
    attributes
}

/// The address whose columns begin with `of`; `None` when they are all blank.
pub(super) fn address(row: &mut Row<'_>, of: &str) -> Option<Address> {
    let parts = [
        "Name", "Company", "Address1", "Address2", "City", "Province", "Country", "Zip", "Phone",
    ];
    let cells = parts.map(|part| {
        let column = format!("{of} {part}");
        match part {
            "Zip" | "Phone" => row.code(&column),
            _ => row.text(&column),
        }
    });
    if cells.iter().all(String::is_empty) {
        return None;
    }
    let [
        name,
        company,
        address1,
        address2,
        city,
        province,
        country,
        zip,
        phone,
    ] = cells;
    let (first, last) = name.rsplit_once(' ').unwrap_or(("", &name));
    let given = Address {
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        company: Some(company),
        address1: Some(address1),
        address2: Some(address2),
        city: Some(city),
        province: Some(province),
        country: Some(country),
        zip: Some(zip),
        phone: Some(phone),
    };
    match given.carried() {
        Ok(address) => Some(address),
        Err(faults) => {
            for (field, fault) in faults {
                let column = match field {
                    "firstName" | "lastName" => "Name",
                    "company" => "Company",
                    "address1" => "Address1",
                    "address2" => "Address2",
                    "city" => "City",
                    "provinceCode" => "Province",
                    "countryCode" => "Country",
                    "zip" => "Zip",
                    _ => "Phone",
                };
                row.refuse(&format!("{of} {column}"), fault.to_string());
            }
            None
        }
    }
}

/// What a row says of its line; `None` for one of which nothing is left, and for a row without a line.
pub(super) fn line(row: &mut Row<'_>, currency: Currency, all_sent: bool) -> Option<CarriedLine> {
    let title = row.text("Lineitem name");
    let quantity = row.text("Lineitem quantity");
    let pieces = match quantity.as_str() {
        "" => Some(1),
        given => given.parse().ok().filter(|pieces| *pieces >= 0),
    };
    let is_blank = title.is_empty() && quantity.is_empty() && row.text(OF_LINES.price).is_empty();
    if is_blank || pieces == Some(0) {
        return None;
    }
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        let reason = format!("must have 1 to {LONGEST_TITLE} characters");
        row.refuse("Lineitem name", reason);
    }
    if pieces.is_none() {
        let reason = format!("`{quantity}` is not a whole number from 0 on");
        row.refuse("Lineitem quantity", reason);
    }
    let unit_price = money(row, OF_LINES.price, currency);
    if unit_price.is_none() && row.text(OF_LINES.price).is_empty() {
        row.refuse(OF_LINES.price, "is missing");
    }
    let zero = Money::zero(currency);
    let (pieces, unit_price) = (pieces.unwrap_or(1), unit_price.unwrap_or(zero));
    let discount = money(row, OF_LINES.discount, currency).unwrap_or(zero);
    if unit_price
        .times(i64::from(pieces))
        .is_ok_and(|whole| discount.minor > whole.minor)
    {
        row.refuse(OF_LINES.discount, "is more than the line costs");
    }
    let requires_shipping = match row.text("Lineitem requires shipping").as_str() {
        "" => true,
        _ => row.flag("Lineitem requires shipping"),
    };
    let sent = match row
        .text("Lineitem fulfillment status")
        .to_lowercase()
        .as_str()
    {
        "" => all_sent,
        status => status == "fulfilled",
    };
    let sku = row.code("Lineitem sku");
    Some(CarriedLine {
        title,
        sku: (!sku.is_empty()).then_some(sku),
        unit_price,
        quantity: pieces,
        discount,
        requires_shipping,
        sent,
    })
}
