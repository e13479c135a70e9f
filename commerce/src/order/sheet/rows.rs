//! An order as rows that read back as the same.

use chrono::{DateTime, Utc};

use super::{COLUMNS, CarriedLine, CarriedOrder, Paid};
use crate::kernel::sheet::code;
use crate::kernel::{Address, Money, TimeZone};

/// The rows of an order, one for each line and at least one, with a cell for each of the [`COLUMNS`]; times
/// are as clocks of `zone` show them.
#[must_use]
pub fn rows(order: &CarriedOrder, zone: TimeZone) -> Vec<Vec<String>> {
    let row = |(place, line): (usize, Option<&CarriedLine>)| {
        let cell = |column: &&str| match line
            .map_or_else(|| of_none(column), |line| of_line(line, column))
        {
            Some(cell) => cell,
            None if matches!(*column, "Name" | "Email") || place == 0 => {
                of_order(order, column, zone)
            }
            None => String::new(),
        };
        COLUMNS.iter().map(cell).collect()
    };
    let lines = order.lines.iter().map(Some);
    let none = order.lines.is_empty().then_some(None);
    lines.chain(none).enumerate().map(row).collect()
}

/// What the columns of lines say of an order of which nothing is left.
fn of_none(column: &str) -> Option<String> {
    column.starts_with("Lineitem ").then(String::new)
}

/// The cell of a code.
fn quoted(text: &Option<String>) -> String {
    code(text.as_deref().unwrap_or_default()).into_owned()
}

fn time(moment: Option<DateTime<Utc>>, zone: TimeZone) -> String {
    let write = |moment: DateTime<Utc>| {
        let moment = zone.local(moment);
        moment.format("%Y-%m-%d %H:%M:%S %z").to_string()
    };
    moment.map(write).unwrap_or_default()
}

fn of_line(line: &CarriedLine, column: &str) -> Option<String> {
    Some(match column {
        "Lineitem quantity" => line.quantity.to_string(),
        "Lineitem name" => line.title.clone(),
        "Lineitem price" => line.unit_price.decimal(),
        "Lineitem sku" => quoted(&line.sku),
        "Lineitem requires shipping" => line.requires_shipping.to_string(),
        "Lineitem fulfillment status" => match line.sent {
            true => "fulfilled".to_owned(),
            false => "pending".to_owned(),
        },
        "Lineitem discount" => line.discount.decimal(),
        _ => return None,
    })
}

fn of_order(order: &CarriedOrder, column: &str, zone: TimeZone) -> String {
    let duty = order.duty.map(|duty| duty.decimal());
    let net = Money {
        minor: order.subtotal.minor - order.discount.minor,
        ..order.subtotal
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match column {
        "Name" => order.name.clone(),
        "Email" => order.email.clone(),
        "Phone" => quoted(&order.phone),

        "Financial Status" => status(order).to_owned(),
        "Fulfillment Status" => sent(order).to_owned(),
        "Fulfilled at" => time(order.sent_at, zone),
        "Currency" => order.total.currency.code().to_owned(),
        "Subtotal" => net.decimal(),
        "Shipping" => order.shipping.decimal(),
        "Taxes" => order.tax.decimal(),
        "Duties" => duty.unwrap_or_default(),
        "Total" => order.total.decimal(),
        "Discount Code" => text(&order.code),
        "Discount Amount" => order.discount.decimal(),
        "Shipping Method" => text(&order.delivery_title),
        "Created at" => time(Some(order.placed_at), zone),
        "Cancelled at" => time(order.canceled_at, zone),
        "Notes" => order.note.clone(),
        "Note Attributes" => attributes(order),
        "Refunded Amount" => decimal(order, order.paid.refunded),
        "Outstanding Balance" => decimal(order, order.total.minor - order.paid.captured),
        other => {
            let (of, part) = other.split_once(' ').unwrap_or((other, ""));
            let address = match of {
                "Billing" => order.billing_address.as_ref(),
                _ => order.shipping_address.as_ref(),
            };
            address
                .map(|address| of_address(address, part))
                .unwrap_or_default()
        }
    }
}

fn decimal(order: &CarriedOrder, minor: i64) -> String {
    let amount = Money {
        minor,
        ..order.total
    };
    amount.decimal()
}

fn of_address(address: &Address, part: &str) -> String {
    let found = match part {
        "Name" => return name(address),
        "Zip" => return quoted(&address.zip),
        "Phone" => return quoted(&address.phone),
        "Company" => &address.company,
        "Address1" => &address.address1,
        "Address2" => &address.address2,
        "City" => &address.city,
        "Province" => &address.province,
        _ => &address.country,
    };
    found.clone().unwrap_or_default()
}

fn name(address: &Address) -> String {
    let names = [&address.first_name, &address.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    names.join(" ")
}

fn attributes(order: &CarriedOrder) -> String {
    let lines = order.attributes.iter();
    let lines: Vec<String> = lines
        .map(|attribute| format!("{}: {}", attribute.key, in_one_line(&attribute.value)))
        .collect();
    lines.join("\n")
}

fn in_one_line(value: &str) -> String {
    let lines: Vec<&str> = value.lines().map(str::trim).collect();
    lines.join(" ")
}

fn sent(order: &CarriedOrder) -> &'static str {
    let sent = order.lines.iter().filter(|line| line.sent).count();
    match sent {
        0 => "unfulfilled",
        all if all == order.lines.len() => "fulfilled",
        _ => "partial",
    }
}

fn status(order: &CarriedOrder) -> &'static str {
    let whole = order.total.minor;
    let Paid {
        authorized,
        captured,
        voided,
        refunded,
    } = order.paid;
    if refunded > 0 && refunded >= captured {
        "refunded"
    } else if refunded > 0 {
        "partially_refunded"
    } else if captured >= whole {
        "paid"
    } else if captured > 0 {
        "partially_paid"
    } else if voided > 0 && voided >= authorized {
        "voided"
    } else if authorized > 0 {
        "authorized"
    } else {
        "pending"
    }
}
