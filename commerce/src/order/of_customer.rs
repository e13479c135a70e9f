//! A customer's own orders, as the contract shows them. Every read names the customer whose they are.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde_json::Value as Json;

use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{Order as Sorted, Page, Place, PlaceColumns, SortKind, limit, page};
use crate::kernel::id::{Customer, Order, ProductVariant};
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Address, Currency, Failure, Fault, Id, Money, Outcome, Secret};
use crate::pricing::{Allocation, Application, Attribute, Class};
use crate::tables::order_lines;

/// An order with all that its customer may see; lines are read apart.
#[derive(Clone, Debug)]
pub struct CustomerOrder {
    /// Names it.
    pub id: Id<Order>,
    /// The number that buyers see.
    pub number: i64,
    /// What it is called: its number behind a `#`, or what another shop called it.
    pub name: String,
    /// Where the confirmation went.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// Before delivery, discounts and tax.
    pub subtotal: Money,
    /// Taken off.
    pub discount: Money,
    /// Delivery.
    pub shipping: Money,
    /// Tax.
    pub tax: Money,
    /// Duties; absent where none could be due.
    pub duty: Option<Money>,
    /// What it cost.
    pub total: Money,
    /// The discounts that counted.
    pub applications: Vec<Application>,
    /// What they took off delivery.
    pub shipping_allocations: Vec<Allocation>,
    /// What is left of all that without refunded lines and delivery.
    pub current: CurrentAmounts,
    /// What was given back, on gift cards, too.
    pub refunded: Money,
    /// How the money stands, as the contract spells it.
    pub financial_status: String,
    /// How delivery stands, as the contract spells it.
    pub fulfillment_status: String,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Where the invoice goes.
    pub billing_address: Option<Address>,
    /// What the storefront attached.
    pub attributes: Vec<Attribute>,
    /// When it was called off.
    pub canceled_at: Option<DateTime<Utc>>,
    /// Why it was canceled, as the contract spells it; `None` where no reason is recorded.
    pub cancel_reason: Option<String>,
    /// Whether it was changed after it was placed.
    pub is_edited: bool,
    /// When it was placed.
    pub processed_at: DateTime<Utc>,
    /// Opens its status page.
    pub key: Secret,
}

/// What an order comes to without refunded lines and delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentAmounts {
    /// The lines, with discounts on goods taken off.
    pub subtotal: Money,
    /// Delivery.
    pub shipping: Money,
    /// Tax.
    pub tax: Money,
    /// Duties; absent where none could be due.
    pub duty: Option<Money>,
    /// All of it.
    pub total: Money,
}

/// So many pieces of something that was bought.
#[derive(Clone, Debug)]
pub struct BoughtLine {
    /// The line's number.
    pub id: i64,
    /// The variant, which may be gone from the shop; `None` for what only another shop had.
    pub variant: Option<Id<ProductVariant>>,
    /// The product's title when it was bought.
    pub title: String,
    /// How many were bought.
    pub quantity: i32,
    /// How many of them are still in the order.
    pub current_quantity: i32,
    /// All of them together.
    pub original_total: Money,
    /// The same with discounts taken off.
    pub discounted_total: Money,
    /// Which of the order's discounts took how much off.
    pub allocations: Vec<Allocation>,
    /// What the buyer wrote on the line.
    pub attributes: Vec<Attribute>,
}

/// What a customer's orders can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderSort {
    /// Their ids.
    Id,
    /// When they were placed.
    ProcessedAt,
    /// What they cost.
    TotalPrice,
}

/// A wanted page of a customer's orders.
#[derive(Clone, Debug)]
pub struct OrderListing {
    /// Whose.
    pub customer: Id<Customer>,
    /// Only these: a condition on `orders o`.
    pub condition: Option<Fragment>,
    /// The order.
    pub sort: OrderSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

const ID: &str = "o.id";

const COLUMNS: &str = "o.id, o.number, coalesce(o.carried ->> 'name', '#' || o.number), o.currency, o.email, o.phone, \
    o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.duty_minor, o.total_minor, \
    o.refunded_minor + o.gift_card_refunded_minor, \
    o.financial_status, o.fulfillment_status, o.shipping_address, o.billing_address, o.attributes, \
    o.canceled_at, o.version > 1, o.processed_at, coalesce(a.snapshot ->> 'key', o.carried ->> 'key'), o.discounts, o.shipping_allocations, \
    c.reason, o.tax_inclusive, back.goods, back.net, back.tax, back.duty, delivery.shipping, delivery.tax \
    FROM orders o LEFT JOIN checkout_attempts a ON a.id = o.attempt_id \
    LEFT JOIN order_cancellations c ON c.order_id = o.id AND c.is_whole \
    CROSS JOIN LATERAL (SELECT coalesce(sum(i.discounted_total_minor), 0)::bigint AS goods, \
        coalesce(sum(i.subtotal_minor), 0)::bigint AS net, coalesce(sum(i.tax_minor), 0)::bigint AS tax, \
        coalesce(sum(i.duty_minor), 0)::bigint AS duty \
        FROM refunds r JOIN refund_line_items i ON i.refund_id = r.id WHERE r.order_id = o.id) back \
    CROSS JOIN LATERAL (SELECT coalesce(sum(r.shipping_minor), 0)::bigint AS shipping, \
        coalesce(sum(r.shipping_tax_minor), 0)::bigint AS tax FROM refunds r WHERE r.order_id = o.id) delivery WHERE ";

type Columns = (
    (BigInt, BigInt, Text, Text, Text, Nullable<Text>),
    (
        BigInt,
        BigInt,
        BigInt,
        BigInt,
        Nullable<BigInt>,
        BigInt,
        BigInt,
    ),
    (Text, Text, Nullable<Jsonb>, Nullable<Jsonb>, Jsonb),
    (Nullable<Timestamptz>, Bool, Timestamptz, Nullable<Text>),
    (Jsonb, Jsonb),
    (Nullable<Text>, Bool),
    (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt),
);
type Row = (
    (Id<Order>, i64, String, String, String, Option<String>),
    (i64, i64, i64, i64, Option<i64>, i64, i64),
    (String, String, Option<Json>, Option<Json>, Json),
    (Option<DateTime<Utc>>, bool, DateTime<Utc>, Option<String>),
    (Json, Json),
    (Option<String>, bool),
    (i64, i64, i64, i64, i64, i64),
);

impl OrderListing {
    fn order(&self) -> Sorted {
        let order = match self.sort {
            OrderSort::Id => Sorted::by_id(ID),
            OrderSort::ProcessedAt => Sorted::by("o.processed_at", SortKind::Time, ID),
            OrderSort::TotalPrice => Sorted::by("o.total_minor", SortKind::Number, ID),
        };
        order.reversed(self.reverse)
    }

    fn conditions(&self) -> Vec<Fragment> {
        let mut conditions = vec![own(self.customer)];
        conditions.extend(self.condition.clone());
        conditions
    }
}

fn own(customer: Id<Customer>) -> Fragment {
    Fragment::sql("o.customer_id = ").bind(Value::Number(customer.value))
}

/// One page of a customer's orders.
///
/// # Errors
/// Refused for a cursor of another list; a fault of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &OrderListing,
) -> Outcome<Page<CustomerOrder>, PageRefusal> {
    let order = listing.order();
    let mut conditions = listing.conditions();
    conditions.extend(order.bounds(&listing.window).map_err(Failure::Refused)?);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {COLUMNS}"))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&listing.window))
        .push(limit(&listing.window));
    let rows: Vec<(Place, Row)> = statement
        .into_statement::<(PlaceColumns, Columns)>()
        .load(conn)
        .await?;
    let mut orders = Vec::with_capacity(rows.len());
    for (place, row) in rows {
        orders.push((place, read(row)?));
    }
    Ok(page(&order, &listing.window, orders))
}

/// How many orders the whole list has.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn count(conn: &mut Conn, listing: &OrderListing) -> Result<i64, Fault> {
    let statement = Fragment::sql("SELECT count(*) FROM orders o WHERE ")
        .append(Fragment::join(listing.conditions(), " AND "));
    Ok(statement
        .into_statement::<BigInt>()
        .get_result(conn)
        .await?)
}

/// How many orders each customer has made.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn counts(
    conn: &mut Conn,
    customers: &[Id<Customer>],
) -> Result<HashMap<Id<Customer>, i64>, Fault> {
    let ids = customers.iter().map(|id| id.value).collect();
    let statement =
        Fragment::sql("SELECT o.customer_id, count(*) FROM orders o WHERE o.customer_id = ANY (")
            .bind(Value::Numbers(ids))
            .push(") GROUP BY o.customer_id");
    let rows: Vec<(Id<Customer>, i64)> = statement
        .into_statement::<(BigInt, BigInt)>()
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Those of these orders that belong to the customer.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn owned(
    conn: &mut Conn,
    customer: Id<Customer>,
    orders: &[Id<Order>],
) -> Result<HashMap<Id<Order>, CustomerOrder>, Fault> {
    let ids = orders.iter().map(|id| id.value).collect();
    let statement = Fragment::sql(format!("SELECT {COLUMNS}"))
        .append(own(customer))
        .push(" AND o.id = ANY (")
        .bind(Value::Numbers(ids))
        .push(")");
    let rows: Vec<Row> = statement.into_statement::<Columns>().load(conn).await?;
    let orders = rows.into_iter().map(|row| {
        let order = read(row)?;
        Ok((order.id, order))
    });
    orders.collect()
}

fn read(row: Row) -> Result<CustomerOrder, Fault> {
    let ((id, number, name, currency, email, phone), sums, texts, times, discounts, how, back) =
        row;
    let (subtotal, discount, shipping, tax, duty, total, refunded) = sums;
    let (financial_status, fulfillment_status, ships_to, billed_to, attributes) = texts;
    let (canceled_at, is_edited, processed_at, key) = times;
    let (cancel_reason, tax_inclusive) = how;
    let (goods, net, line_tax, line_duty, delivery, delivery_tax) = back;
    let currency: Currency = currency
        .parse()
        .map_err(|error| Fault::other("read an order's currency", error))?;
    let money = |minor| Money::new(minor, currency);
    let address = |value: Option<Json>| {
        let address = value.map(serde_json::from_value).transpose();
        address.map_err(|error| Fault::other("read an order's address", error))
    };
    let applications: Vec<Application> = parsed("the discounts of an order", discounts.0)?;
    let levied = match tax_inclusive {
        true => 0,
        false => line_tax + line_duty + delivery_tax,
    };
    let current = CurrentAmounts {
        subtotal: money(subtotal - off_goods(&applications) - goods),
        shipping: money(shipping - delivery),
        tax: money(tax - line_tax - delivery_tax),
        duty: duty.map(|duty| money(duty - line_duty)),
        total: money(total - net - delivery - levied),
    };
    Ok(CustomerOrder {
        id,
        number,
        name,
        email,
        phone,
        subtotal: money(subtotal),
        discount: money(discount),
        shipping: money(shipping),
        tax: money(tax),
        duty: duty.map(money),
        total: money(total),
        applications,
        shipping_allocations: parsed("the discounts of an order", discounts.1)?,
        current,
        refunded: money(refunded),
        financial_status,
        fulfillment_status,
        shipping_address: address(ships_to)?,
        billing_address: address(billed_to)?,
        attributes: attributes_of(attributes)?,
        canceled_at,
        cancel_reason,
        is_edited,
        processed_at,
        key: Secret::new(key.unwrap_or_default()),
    })
}

fn attributes_of(value: Json) -> Result<Vec<Attribute>, Fault> {
    parsed("an order's attributes", value)
}

fn parsed<T: serde::de::DeserializeOwned>(what: &str, value: Json) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::other(format!("read {what}"), error))
}

/// What discounts on goods, those that are not on the whole order, take off.
fn off_goods(applications: &[Application]) -> i64 {
    let on_goods = applications.iter();
    let on_goods = on_goods.filter(|application| application.class == Class::Product);
    on_goods.map(|application| application.amount.minor).sum()
}

#[derive(Queryable)]
struct LineRow {
    order: Id<Order>,
    id: i64,
    variant: Option<Id<ProductVariant>>,
    title: String,
    quantity: i32,
    removed: i32,
    returned: i32,
    unit_price: i64,
    discount: i64,
    attributes: Json,
    allocations: Json,
}

/// The lines of orders, whose currency each key carries, in the order in which they were bought.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn lines(
    conn: &mut Conn,
    orders: &[(Id<Order>, Currency)],
) -> Result<HashMap<(Id<Order>, Currency), Vec<BoughtLine>>, Fault> {
    use order_lines as t;
    let ids: Vec<i64> = orders.iter().map(|(id, _)| id.value).collect();
    let rows: Vec<LineRow> = t::table
        .filter(t::order_id.eq_any(ids))
        .order((t::order_id, t::id))
        .select((
            t::order_id,
            t::id,
            t::variant_id,
            t::title,
            t::quantity,
            t::removed,
            t::returned,
            t::unit_price_minor,
            t::discount_minor,
            t::attributes,
            t::allocations,
        ))
        .load(conn)
        .await?;
    let currencies: HashMap<Id<Order>, Currency> = orders.iter().copied().collect();
    let mut found: HashMap<_, Vec<BoughtLine>> =
        orders.iter().map(|key| (*key, Vec::new())).collect();
    for row in rows {
        let Some(currency) = currencies.get(&row.order) else {
            continue;
        };
        let total = row.unit_price * i64::from(row.quantity);
        let lines = found.entry((row.order, *currency)).or_default();
        lines.push(BoughtLine {
            id: row.id,
            variant: row.variant,
            title: row.title,
            quantity: row.quantity,
            current_quantity: row.quantity - row.removed - row.returned,
            original_total: Money::new(total, *currency),
            discounted_total: Money::new(total - row.discount, *currency),
            allocations: parsed("the discounts of an order's line", row.allocations)?,
            attributes: attributes_of(row.attributes)?,
        });
    }
    Ok(found)
}
