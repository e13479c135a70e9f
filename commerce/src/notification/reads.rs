//! Reads an order for its confirmation, and what happened to it later: two or three statements.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz};
use diesel::{
    ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    PgAnyJsonExpressionMethods, QueryDsl, Queryable,
};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{Happened, Line, OrderUpdate, PlacedOrder};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Address, Currency, Fault, Money, Secret, Tongue, postal};
use crate::order::fulfillments::Tracking;
use crate::pricing::{Allocation, Application};
use crate::tables::{
    checkout_attempts, fulfillment_lines, fulfillments, order_lines, orders, shops,
};

/// The one row of `shops`.
const THE_SHOP: i64 = 1;

#[derive(Queryable)]
struct OrderRow {
    number: i64,
    key: Value,
    shop: String,
    email: String,
    currency: String,
    subtotal: i64,
    discounts: Value,
    shipping_allocations: Value,
    shipping: i64,
    tax: i64,
    duty: Option<i64>,
    tax_inclusive: bool,
    total: i64,
    gift_card: i64,
    delivery: Option<String>,
    address: Option<Value>,
    placed_at: DateTime<Utc>,
    lang: Value,
}

#[derive(Queryable)]
struct LineRow {
    title: String,
    variant: String,
    quantity: i32,
    unit_price: i64,
}

/// What the shop is called.
pub(super) async fn shop_name(conn: &mut Conn) -> Result<String, Fault> {
    Ok(shops::table.select(shops::name).first(conn).await?)
}

/// The order with its lines, as bought.
pub(super) async fn placed_order(conn: &mut Conn, id: i64) -> Result<Option<PlacedOrder>, Fault> {
    let Some(order) = order_row(conn, id).await? else {
        return Ok(None);
    };
    let currency: Currency = order
        .currency
        .parse()
        .map_err(|error| Fault::other("read an order's currency", error))?;
    let lines: Vec<LineRow> = order_lines::table
        .filter(order_lines::order_id.eq(id))
        .order(order_lines::id)
        .select((
            order_lines::title,
            order_lines::variant_title,
            order_lines::quantity,
            order_lines::unit_price_minor,
        ))
        .load(conn)
        .await?;
    let money = |minor| Money::new(minor, currency);
    let unreadable = |error| Fault::other("read an order's discounts", error);
    let discounts: Vec<Application> =
        serde_json::from_value(order.discounts).map_err(unreadable)?;
    let allocations: Vec<Allocation> =
        serde_json::from_value(order.shipping_allocations).map_err(unreadable)?;
    // Delivery is told at its full price, because what it was discounted by stands in a line of its own.
    let off_delivery: i64 = allocations.iter().map(|part| part.amount.minor).sum();
    let named = |discount: Application| (discount.code.unwrap_or(discount.title), discount.amount);
    let lines = lines.into_iter().map(|line| {
        let price = money(line.unit_price).times(i64::from(line.quantity));
        Ok(Line {
            title: line.title,
            variant: line.variant,
            quantity: line.quantity,
            price: price.map_err(|error| Fault::other("add an order's line up", error))?,
        })
    });
    let tongue = order
        .lang
        .as_str()
        .and_then(Tongue::spoken)
        .unwrap_or_default();
    Ok(Some(PlacedOrder {
        id,
        number: order.number,
        key: Secret::new(order.key.as_str().unwrap_or_default()),
        shop: order.shop,
        email: order.email,
        lines: lines.collect::<Result<_, Fault>>()?,
        subtotal: money(order.subtotal),
        discounts: discounts.into_iter().map(named).collect(),
        shipping: money(order.shipping + off_delivery),
        tax: money(order.tax),
        duty: order.duty.map(money),
        tax_inclusive: order.tax_inclusive,
        total: money(order.total),
        gift_card: money(order.gift_card),
        delivery: order.delivery,
        address: order
            .address
            .map(|address| address_lines(address, tongue))
            .unwrap_or_default(),
        placed_at: order.placed_at,
        tongue,
    }))
}

async fn order_row(conn: &mut Conn, id: i64) -> Result<Option<OrderRow>, Fault> {
    Ok(orders::table
        .inner_join(shops::table.on(shops::id.eq(THE_SHOP)))
        .inner_join(
            checkout_attempts::table.on(orders::attempt_id.eq(checkout_attempts::id.nullable())),
        )
        .filter(orders::id.eq(id))
        .select((
            orders::number,
            checkout_attempts::snapshot.retrieve_as_object("key"),
            shops::name,
            orders::email,
            orders::currency,
            orders::subtotal_minor,
            orders::discounts,
            orders::shipping_allocations,
            orders::shipping_minor,
            orders::tax_minor,
            sql::<Nullable<BigInt>>("orders.duty_minor"),
            orders::tax_inclusive,
            orders::total_minor,
            orders::gift_card_minor,
            orders::delivery_title,
            orders::shipping_address,
            orders::processed_at,
            // Attempts from before it was kept have none.
            sql::<Jsonb>("coalesce(checkout_attempts.snapshot -> 'lang', 'null')"),
        ))
        .first(conn)
        .await
        .optional()?)
}

/// An address as it stands on an envelope, with the country's name in the reader's language. What was frozen before
/// addresses had one form may be spelt as the contract does (`firstName`).
fn address_lines(address: Value, tongue: Tongue) -> Vec<String> {
    let Value::Object(fields) = address else {
        return Vec::new();
    };
    let plain = |name: String| match name.as_str() {
        "firstName" => "first_name".to_owned(),
        "lastName" => "last_name".to_owned(),
        _ => name,
    };
    let fields = fields.into_iter().map(|(name, value)| (plain(name), value));
    let fields =
        fields.filter(|(_, value)| value.as_str().is_some_and(|text| !text.trim().is_empty()));
    let address: Address =
        serde_json::from_value(Value::Object(fields.collect())).unwrap_or_default();
    postal::lines(&address, Some(tongue.lang()), true, true)
}

/// The order, its buyer's address and language, and the shop's name.
const UPDATE_HEAD: &str = "SELECT o.id, o.number, coalesce(a.snapshot ->> 'key', o.carried ->> 'key', ''), s.name, o.email, \
    coalesce(a.snapshot ->> 'lang', ''), o.currency \
    FROM orders o CROSS JOIN shops s LEFT JOIN checkout_attempts a ON a.id = o.attempt_id WHERE o.id = $1";
const REFUND_LINES: &str = "SELECT sum(r.quantity)::int, l.title, l.variant_title FROM refund_line_items r \
    JOIN order_lines l ON l.id = r.order_line_id WHERE r.refund_id = $1 GROUP BY l.id ORDER BY l.id";
const REFUND_SUMS: &str = "SELECT r.order_id, r.created_at, r.total_minor, \
    (SELECT coalesce(sum(t.amount_minor), 0) FROM refund_transactions t \
     WHERE t.refund_id = r.id AND t.gift_card_entry_id IS NOT NULL)::bigint FROM refunds r WHERE r.id = $1";
const CANCELLATION: &str = "SELECT c.order_id, c.created_at, c.is_whole, c.refund_id, coalesce(r.total_minor, 0) \
    FROM order_cancellations c LEFT JOIN refunds r ON r.id = c.refund_id WHERE c.id = $1";

type Goods = Vec<(i32, String, String)>;

/// The parcel with its goods.
pub(super) async fn shipped(conn: &mut Conn, id: i64) -> Result<Option<OrderUpdate>, Fault> {
    use {fulfillment_lines as l, fulfillments as t};
    type Row = (
        i64,
        DateTime<Utc>,
        (Option<String>, Option<String>, Option<String>),
    );
    let row: Option<Row> = t::table
        .find(id)
        .select((
            t::order_id,
            t::created_at,
            (t::tracking_company, t::tracking_number, t::tracking_url),
        ))
        .first(conn)
        .await
        .optional()?;
    let Some((order, at, (company, number, url))) = row else {
        return Ok(None);
    };
    let goods: Goods = l::table
        .inner_join(order_lines::table.on(order_lines::id.eq(l::order_line_id)))
        .filter(l::fulfillment_id.eq(id))
        .order(order_lines::id)
        .select((l::quantity, order_lines::title, order_lines::variant_title))
        .load(conn)
        .await?;
    let tracking = Tracking {
        company,
        number,
        url,
    };
    let happened = |_| Happened::Shipped(tracking);
    update(conn, (id, order, at), goods, happened).await
}

/// The refund with its goods.
pub(super) async fn refunded(conn: &mut Conn, id: i64) -> Result<Option<OrderUpdate>, Fault> {
    let query = diesel::sql_query(REFUND_SUMS).bind::<BigInt, _>(id);
    let row: Option<(i64, DateTime<Utc>, i64, i64)> =
        cached::<(BigInt, Timestamptz, BigInt, BigInt), _>(query)
            .get_result(conn)
            .await
            .optional()?;
    let Some((order, at, total, on_gift_cards)) = row else {
        return Ok(None);
    };
    let goods = refund_goods(conn, id).await?;
    let happened = |currency| Happened::Refunded {
        total: Money::new(total, currency),
        on_gift_cards: Money::new(on_gift_cards, currency),
    };
    update(conn, (id, order, at), goods, happened).await
}

/// The cancellation with its goods.
pub(super) async fn canceled(conn: &mut Conn, id: i64) -> Result<Option<OrderUpdate>, Fault> {
    type Row = (i64, DateTime<Utc>, bool, Option<i64>, i64);
    type Columns = (BigInt, Timestamptz, Bool, Nullable<BigInt>, BigInt);
    let query = diesel::sql_query(CANCELLATION).bind::<BigInt, _>(id);
    let row: Option<Row> = cached::<Columns, _>(query)
        .get_result(conn)
        .await
        .optional()?;
    let Some((order, at, is_whole, refund, total)) = row else {
        return Ok(None);
    };
    let goods = match refund {
        Some(refund) => refund_goods(conn, refund).await?,
        None => Vec::new(),
    };
    let happened = |currency| Happened::Canceled {
        is_whole,
        refund: Money::new(total, currency),
    };
    update(conn, (id, order, at), goods, happened).await
}

async fn refund_goods(conn: &mut Conn, refund: i64) -> Result<Goods, Fault> {
    let query = diesel::sql_query(REFUND_LINES).bind::<BigInt, _>(refund);
    Ok(cached::<(Integer, Text, Text), _>(query).load(conn).await?)
}

async fn update(
    conn: &mut Conn,
    (id, order, at): (i64, i64, DateTime<Utc>),
    lines: Goods,
    happened: impl FnOnce(Currency) -> Happened,
) -> Result<Option<OrderUpdate>, Fault> {
    type Row = (i64, i64, String, String, String, String, String);
    type Columns = (BigInt, BigInt, Text, Text, Text, Text, Text);
    let query = diesel::sql_query(UPDATE_HEAD).bind::<BigInt, _>(order);
    let row: Option<Row> = cached::<Columns, _>(query)
        .get_result(conn)
        .await
        .optional()?;
    let Some((order, number, key, shop, email, lang, currency)) = row else {
        return Ok(None);
    };
    let currency = currency
        .parse()
        .map_err(|error| Fault::other("read an order's currency", error))?;
    Ok(Some(OrderUpdate {
        id,
        order,
        number,
        key: Secret::new(key),
        shop,
        email,
        tongue: Tongue::spoken(&lang).unwrap_or_default(),
        at,
        happened: happened(currency),
        lines,
    }))
}
