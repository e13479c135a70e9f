//! An order of a CSV in the form in which statements take it apart and put it together; amounts are minor units.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::sheet::{CarriedLine, CarriedOrder, Paid};
use crate::kernel::{Address, Currency, Fault, Money};
use crate::pricing::{Allocation, Application, Attribute, Class, Value};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    number: Option<i64>,
    name: String,
    email: String,
    phone: Option<String>,
    currency: String,
    subtotal: i64,
    discount: i64,
    shipping: i64,
    tax: i64,
    tax_inclusive: bool,
    duty: Option<i64>,
    total: i64,
    authorized: i64,
    captured: i64,
    voided: i64,
    refunded: i64,
    discounts: Vec<Application>,
    shipping_address: Option<Address>,
    billing_address: Option<Address>,
    delivery_title: Option<String>,
    note: String,
    attributes: Vec<Attribute>,
    canceled_at: Option<DateTime<Utc>>,
    placed_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    lines: Vec<DocumentLine>,
}

#[derive(Debug, Serialize, Deserialize)]
struct DocumentLine {
    title: String,
    sku: Option<String>,
    unit_price: i64,
    quantity: i32,
    discount: i64,
    requires_shipping: bool,
    allocations: Vec<Allocation>,
    sent: bool,
}

impl Document {
    /// All that is taken off is one discount on the whole order, by the code that is named.
    pub(super) fn of(order: &CarriedOrder) -> Self {
        let code = order.code.clone();
        let discount = (order.discount.minor > 0).then(|| Application {
            id: 0,
            title: code.clone().unwrap_or_else(|| "Discount".to_owned()),
            code,
            class: Class::Order,
            value: Value::Amount {
                minor: order.discount.minor,
                each: false,
            },
            is_entitled: false,
            amount: order.discount,
        });
        let order = order.clone();
        Self {
            number: order.number,
            name: order.name,
            email: order.email,
            phone: order.phone,
            currency: order.total.currency.code().to_owned(),
            subtotal: order.subtotal.minor,
            discount: order.discount.minor,
            shipping: order.shipping.minor,
            tax: order.tax.minor,
            tax_inclusive: order.tax_inclusive,
            duty: order.duty.map(|duty| duty.minor),
            total: order.total.minor,
            authorized: order.paid.authorized,
            captured: order.paid.captured,
            voided: order.paid.voided,
            refunded: order.paid.refunded,
            discounts: discount.into_iter().collect(),
            shipping_address: order.shipping_address,
            billing_address: order.billing_address,
            delivery_title: order.delivery_title,
            note: order.note,
            attributes: order.attributes,
            canceled_at: order.canceled_at,
            placed_at: order.placed_at,
            sent_at: order.sent_at,
            lines: order.lines.into_iter().map(DocumentLine::of).collect(),
        }
    }

    pub(super) fn order(self) -> Result<CarriedOrder, Fault> {
        let currency: Currency = self
            .currency
            .parse()
            .map_err(|error| Fault::other("read an order's currency", error))?;
        let money = |minor| Money::new(minor, currency);
        let lines = self.lines.into_iter();
        Ok(CarriedOrder {
            line: 0,
            name: self.name,
            number: self.number,
            email: self.email,
            phone: self.phone,
            placed_at: self.placed_at,
            canceled_at: self.canceled_at,
            sent_at: self.sent_at,
            subtotal: money(self.subtotal),
            discount: money(self.discount),
            code: self.discounts.into_iter().find_map(|one| one.code),
            shipping: money(self.shipping),
            tax: money(self.tax),
            tax_inclusive: self.tax_inclusive,
            duty: self.duty.map(money),
            total: money(self.total),
            paid: Paid {
                authorized: self.authorized,
                captured: self.captured,
                voided: self.voided,
                refunded: self.refunded,
            },
            delivery_title: self.delivery_title,
            shipping_address: self.shipping_address,
            billing_address: self.billing_address,
            note: self.note,
            attributes: self.attributes,
            lines: lines.map(|line| line.read(currency)).collect(),
        })
    }
}

impl DocumentLine {
    fn of(line: CarriedLine) -> Self {
        let allocation = (line.discount.minor > 0).then_some(Allocation {
            discount: 0,
            amount: line.discount,
        });
        Self {
            title: line.title,
            sku: line.sku,
            unit_price: line.unit_price.minor,
            quantity: line.quantity,
            discount: line.discount.minor,
            requires_shipping: line.requires_shipping,
            allocations: allocation.into_iter().collect(),
            sent: line.sent,
        }
    }

    fn read(self, currency: Currency) -> CarriedLine {
        CarriedLine {
            title: self.title,
            sku: self.sku,
            unit_price: Money::new(self.unit_price, currency),
            quantity: self.quantity,
            discount: Money::new(self.discount, currency),
            requires_shipping: self.requires_shipping,
            sent: self.sent,
        }
    }
}
