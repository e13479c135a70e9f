//! Orders as rows of a CSV, in and out, under the headings of the order export that merchants bring along.
//!
//! An order is one row for each of its lines. The first has all that is said of the order; the others repeat its name
//! and say nothing but what their line is.

mod cells;
mod rows;

use std::io::Read;

use chrono::{DateTime, Utc};

use crate::kernel::sheet::{Known, Refusal, Row, Sheet};
use crate::kernel::{Address, Currency, Money, TimeZone};
use crate::pricing::Attribute;

use cells::{NAME, OF_LINES, TIP, money};
pub use rows::rows;

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 46] = cells::COLUMNS;

/// What a file may have.
const KNOWN: Known<'_> = Known {
    columns: &COLUMNS,
    aliases: &[
        ("E-mail", "Email"),
        ("Canceled at", "Cancelled at"),
        ("Tip", TIP),
        ("Tips", TIP),
        ("Total Tip", TIP),
    ],
    mandatory: &MANDATORY,
};

/// Columns without which there is no order.
const MANDATORY: [&str; 6] = [
    NAME,
    "Email",
    "Created at",
    "Total",
    "Lineitem name",
    "Lineitem price",
];

/// How much of an order's price was promised, taken, let go and given back, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Promised, what was taken included.
    pub authorized: i64,
    /// Taken.
    pub captured: i64,
    /// Let go.
    pub voided: i64,
    /// Given back.
    pub refunded: i64,
}

/// An order as another shop tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedOrder {
    /// The line of the file where it begins.
    pub line: u64,
    /// What the other shop calls it, such as `#1001`.
    pub name: String,
    /// The number in its name; `None` where a name has no number, or more than one.
    pub number: Option<i64>,
    /// The buyer's e-mail address; empty where the other shop had none.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// When it was called off.
    pub canceled_at: Option<DateTime<Utc>>,
    /// When its goods were sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Its goods, before discounts.
    pub subtotal: Money,
    /// Taken off.
    pub discount: Money,
    /// The code for which it was taken off.
    pub code: Option<String>,
    /// Delivery.
    pub shipping: Money,
    /// Tax.
    pub tax: Money,
    /// Whether prices contain the tax.
    pub tax_inclusive: bool,
    /// Duties.
    pub duty: Option<Money>,
    /// What it cost.
    pub total: Money,
    /// What was paid of it.
    pub paid: Paid,
    /// How it was delivered.
    pub delivery_title: Option<String>,
    /// Where it went.
    pub shipping_address: Option<Address>,
    /// Where the invoice went.
    pub billing_address: Option<Address>,
    /// The buyer's note.
    pub note: String,
    /// What the storefront attached.
    pub attributes: Vec<Attribute>,
    /// What was bought.
    pub lines: Vec<CarriedLine>,
}

/// What was bought of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedLine {
    /// What it was called, the variant's title behind a dash.
    pub title: String,
    /// The merchant's stock keeping unit.
    pub sku: Option<String>,
    /// For one piece.
    pub unit_price: Money,
    /// How many.
    pub quantity: i32,
    /// Taken off all of them.
    pub discount: Money,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// Whether it was sent.
    pub sent: bool,
}

/// What a file tells: orders, and all that is wrong with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Orders that can be taken over, in the file's order.
    pub orders: Vec<CarriedOrder>,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
    /// Reasons against rows; their orders are left out.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file.
    pub notes: Vec<Refusal>,
}

/// Reads a file; its amounts must be in `currency`, and times that name no offset are those of `zone`.
pub fn read(source: impl Read, currency: Currency, zone: TimeZone) -> Told {
    let mut told = Told::default();
    let mut sheet = match Sheet::open(source, &KNOWN) {
        Ok(sheet) => sheet,
        Err(refusals) => {
            told.refusals = refusals;
            return told;
        }
    };
    told.ignored = sheet.ignored().to_vec();
    told.notes = sheet.notes().to_vec();
    let mut open: Option<Open> = None;
    while let Some(row) = sheet.next_row() {
        let mut row = match row {
            Ok(row) => row,
            Err(refusal) => {
                // It may have been a line of the order before.
                if let Some(open) = &mut open {
                    open.is_refused = true;
                }
                told.refusals.push(refusal);
                continue;
            }
        };
        if row.is_blank() {
            continue;
        }
        let name = row.text(NAME);
        let continues = open.as_ref().is_some_and(|open| open.order.name == name);
        if !continues {
            close(open.take(), &mut told);
        }
        let wanted = open.get_or_insert_with(|| Open::begin(&mut row, name, currency, zone));
        wanted.add(&mut row, currency);
        if let Err(wrong) = row.settled(()) {
            wanted.is_refused = true;
            told.refusals.extend(wrong);
        }
    }
    close(open, &mut told);
    told.refusals.sort_by_key(|refusal| refusal.line);
    told
}

fn close(open: Option<Open>, told: &mut Told) {
    let Some(open) = open else { return };
    if open.is_refused {
        return;
    }
    match open.end() {
        Ok(order) => told.orders.push(order),
        Err(refusal) => told.refusals.push(refusal),
    }
}

/// An order whose rows are being read.
struct Open {
    order: CarriedOrder,
    /// The goods with discounts taken off, where the file says so.
    net: Option<Money>,
    /// Whether everything was sent, where lines do not say it of themselves.
    all_sent: bool,
    status: String,
    refunded: Option<Money>,
    outstanding: Option<Money>,
    /// Given beyond the price.
    tip: Option<Money>,
    is_refused: bool,
}

impl Open {
    fn begin(row: &mut Row<'_>, name: String, currency: Currency, zone: TimeZone) -> Self {
        let zero = Money::zero(currency);
        let number = cells::number(row, &name);
        let (email, phone) = cells::contact(row);
        cells::same_currency(row, currency);
        let placed_at = cells::time(row, "Created at", zone);
        if placed_at.is_none() && row.text("Created at").is_empty() {
            row.refuse("Created at", "is missing");
        }
        let amount = |row: &mut Row<'_>, column| money(row, column, currency);
        let total = amount(row, "Total");
        if total.is_none() && row.text("Total").is_empty() {
            row.refuse("Total", "is missing");
        }
        let status = row.text("Financial Status").to_lowercase();
        let status = status.replace([' ', '-'], "_");
        let some = |text: String| (!text.is_empty()).then_some(text);
        let order = CarriedOrder {
            line: row.line,
            number,
            email,
            phone,
            placed_at: placed_at.unwrap_or_default(),
            canceled_at: cells::time(row, "Cancelled at", zone),
            sent_at: cells::time(row, "Fulfilled at", zone),
            subtotal: zero,
            discount: amount(row, "Discount Amount").unwrap_or(zero),
            code: some(row.text("Discount Code")),
            shipping: amount(row, "Shipping").unwrap_or(zero),
            tax: amount(row, "Taxes").unwrap_or(zero),
            tax_inclusive: false,
            duty: amount(row, "Duties"),
            total: total.unwrap_or(zero),
            paid: Paid::default(),
            delivery_title: some(row.text("Shipping Method")),
            shipping_address: cells::address(row, "Shipping"),
            billing_address: cells::address(row, "Billing"),
            note: cells::note(row),
            attributes: cells::attributes(row),
            lines: Vec::new(),
            name,
        };
        Self {
            order,
            net: amount(row, "Subtotal"),
            all_sent: row.text("Fulfillment Status").to_lowercase() == "fulfilled",
            status,
            refunded: amount(row, "Refunded Amount"),
            outstanding: amount(row, "Outstanding Balance"),
            tip: amount(row, TIP),
            is_refused: false,
        }
    }

    fn add(&mut self, row: &mut Row<'_>, currency: Currency) {
        let Some(line) = cells::line(row, currency, self.all_sent) else {
            return;
        };
        let sum = line.unit_price.times(i64::from(line.quantity));
        match sum.and_then(|sum| self.order.subtotal.plus(sum)) {
            Ok(sum) => self.order.subtotal = sum,
            Err(error) => row.refuse(OF_LINES.price, error.to_string()),
        }
        self.order.lines.push(line);
    }

    /// The order, when what is said of it adds up.
    fn end(self) -> Result<CarriedOrder, Refusal> {
        let mut order = self.order;
        let line = order.line;
        let refuse = |column: &str, reason: String| Refusal::new(line, column, reason);
        let net = with_tip(&mut order, self.net, self.tip);
        if let Some(net) = net {
            let minor = order.subtotal.minor - net.minor;
            if minor < 0 {
                let reason = format!("{net} is more than the lines cost, {}", order.subtotal);
                return Err(refuse("Subtotal", reason));
            }
            order.discount = Money { minor, ..net };
        } else if order.discount.minor > order.subtotal.minor {
            let reason = format!("is more than the lines cost, {}", order.subtotal);
            return Err(refuse("Discount Amount", reason));
        }
        let parts = [order.shipping.minor, order.tax.minor];
        let duty = order.duty.map_or(0, |duty| duty.minor);
        let net = order.subtotal.minor - order.discount.minor;
        let sums = parts.iter().chain([&duty]);
        let gross = sums.fold(net, |sum, part| sum.saturating_add(*part));
        let within = net.saturating_add(order.shipping.minor);
        order.tax_inclusive = order.total.minor != gross && order.total.minor == within;
        if order.total.minor != gross && !order.tax_inclusive {
            let sum = Money {
                minor: gross,
                ..order.total
            };
            let reason = format!(
                "{} is not what goods, delivery, taxes and duties add up to, {sum}",
                order.total
            );
            return Err(refuse("Total", reason));
        }
        share_discount(&mut order).map_err(|reason| refuse(OF_LINES.discount, reason))?;
        order.paid = paid(&self.status, order.total, self.refunded, self.outstanding)
            .map_err(|(column, reason)| refuse(column, reason))?;
        Ok(order)
    }
}

/// The price of the goods, with the tip among them. A tip is a line like others, but the price of the goods that other shops
/// name is without it: it is part of what was paid, and no discount.
fn with_tip(order: &mut CarriedOrder, net: Option<Money>, tip: Option<Money>) -> Option<Money> {
    let is_tip = |line: &&CarriedLine| line.title.eq_ignore_ascii_case("tip");
    let of_line = |line: &CarriedLine| line.unit_price.minor.saturating_mul(line.quantity.into());
    let lines: i64 = order.lines.iter().filter(is_tip).map(of_line).sum();
    let told = tip.filter(|tip| tip.minor > 0 && lines == 0);
    if let Some(tip) = told {
        order.lines.push(CarriedLine {
            title: "Tip".to_owned(),
            sku: None,
            unit_price: tip,
            quantity: 1,
            discount: Money { minor: 0, ..tip },
            requires_shipping: false,
            sent: false,
        });
        order.subtotal.minor = order.subtotal.minor.saturating_add(tip.minor);
    }
    let tip = told.map_or(lines, |tip| tip.minor);
    let rest = order.duty.map_or(0, |duty| duty.minor) + order.shipping.minor;
    let net = net?;
    // Whether the total is right with the tip on top, with taxes in it or beside it.
    let whole = net.minor.saturating_add(tip).saturating_add(rest);
    let is_beside =
        order.total.minor == whole || order.total.minor == whole.saturating_add(order.tax.minor);
    let minor = match tip > 0 && is_beside {
        true => net.minor.saturating_add(tip),
        false => net.minor,
    };
    Some(Money { minor, ..net })
}

/// What no line names of the discount is shared out among the lines by what they cost.
fn share_discount(order: &mut CarriedOrder) -> Result<(), String> {
    let named: i64 = order.lines.iter().map(|line| line.discount.minor).sum();
    let rest = order.discount.minor - named;
    if rest < 0 {
        return Err(format!(
            "the lines' discounts are more than the order's, {}",
            order.discount
        ));
    }
    let left = |line: &CarriedLine| {
        let whole = line
            .unit_price
            .minor
            .saturating_mul(i64::from(line.quantity));
        u64::try_from(whole - line.discount.minor).unwrap_or(0)
    };
    let weights: Vec<u64> = order.lines.iter().map(left).collect();
    let rest = Money {
        minor: rest,
        ..order.discount
    };
    if rest.minor > 0 {
        for (line, share) in order.lines.iter_mut().zip(rest.allocate(&weights)) {
            line.discount.minor += share.minor;
        }
    }
    Ok(())
}

/// What a status of the contract's money means for an order that cost `total`.
fn paid(
    status: &str,
    total: Money,
    refunded: Option<Money>,
    outstanding: Option<Money>,
) -> Result<Paid, (&'static str, String)> {
    const REFUNDED: &str = "Refunded Amount";
    const OUTSTANDING: &str = "Outstanding Balance";
    let whole = total.minor;
    let all = Paid {
        authorized: whole,
        captured: whole,
        ..Paid::default()
    };
    let within = |column, part: Option<Money>| match part {
        Some(part) if part.minor <= whole => Ok(part.minor),
        Some(part) => Err((column, format!("{part} is more than the total, {total}"))),
        None => Err((column, format!("is missing for an order that is {status}"))),
    };
    match status {
        "paid" | "" => Ok(all),
        "pending" => Ok(Paid::default()),
        "authorized" => Ok(Paid { captured: 0, ..all }),
        "voided" | "expired" => Ok(Paid {
            captured: 0,
            voided: whole,
            ..all
        }),
        "partially_paid" => {
            let captured = whole - within(OUTSTANDING, outstanding)?;
            Ok(Paid {
                authorized: captured,
                captured,
                ..Paid::default()
            })
        }
        "refunded" | "partially_refunded" => {
            let captured =
                whole - outstanding.map_or(Ok(0), |part| within(OUTSTANDING, Some(part)))?;
            let refunded = match refunded {
                None if status == "refunded" => captured,
                given => within(REFUNDED, given)?.min(captured),
            };
            // All that was taken is given back.
            let captured = if status == "refunded" {
                refunded
            } else {
                captured
            };
            Ok(Paid {
                authorized: captured,
                captured,
                refunded,
                ..Paid::default()
            })
        }
        other => {
            let known =
                "paid, pending, authorized, voided, partially_paid, refunded or partially_refunded";
            Err(("Financial Status", format!("`{other}` is none of {known}")))
        }
    }
}

#[cfg(test)]
mod tests;
