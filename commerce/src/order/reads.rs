//! Reading orders.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Order, OrderLine, fulfillments, refunds};
use crate::db::Conn;
use crate::kernel::{Currency, Fault, Id, Money, Secret};
use crate::tables::{order_lines, orders};

#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
struct Row {
    id: i64,
    cart_id: Option<Uuid>,
    number: i64,
    secret_hash: Vec<u8>,
    currency: String,
    subtotal_minor: i64,
    discount_minor: i64,
    shipping_minor: i64,
    tax_minor: i64,
    #[diesel(select_expression = sql::<Nullable<BigInt>>("orders.duty_minor"))]
    #[diesel(select_expression_type = SqlLiteral<Nullable<BigInt>>)]
    duty_minor: Option<i64>,
    tax_inclusive: bool,
    total_minor: i64,
    gift_card_minor: i64,
    financial_status: String,
    fulfillment_status: String,
    delivery_title: Option<String>,
    shipping_address: Option<serde_json::Value>,
    canceled_at: Option<DateTime<Utc>>,
    #[diesel(select_expression = sql::<BigInt>("orders.refunded_minor + orders.gift_card_refunded_minor"))]
    #[diesel(select_expression_type = SqlLiteral<BigInt>)]
    refunded: i64,
    processed_at: DateTime<Utc>,
}

/// The order that the key of its status link opens; `None` for an unknown id or a wrong key.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn opened(conn: &mut Conn, id: i64, key: &Secret) -> Result<Option<Order>, Fault> {
    let row: Option<Row> = orders::table
        .find(id)
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(row) = row.filter(|row| key.matches(&row.secret_hash)) else {
        return Ok(None);
    };
    let currency: Currency = row
        .currency
        .parse()
        .map_err(|error| Fault::other("read an order's currency", error))?;
    let money = |minor| Money::new(minor, currency);
    let address = row.shipping_address.map(serde_json::from_value).transpose();
    Ok(Some(Order {
        id: row.id,
        cart_id: row.cart_id,
        number: row.number,
        subtotal: money(row.subtotal_minor),
        discount: money(row.discount_minor),
        shipping: money(row.shipping_minor),
        tax: money(row.tax_minor),
        duty: row.duty_minor.map(money),
        tax_inclusive: row.tax_inclusive,
        total: money(row.total_minor),
        gift_card: money(row.gift_card_minor),
        financial_status: row.financial_status,
        fulfillment_status: row.fulfillment_status,
        delivery_title: row.delivery_title,
        shipping_address: address.map_err(|e| Fault::other("read an order's address", e))?,
        is_canceled: row.canceled_at.is_some(),
        refunded: money(row.refunded),
        processed_at: row.processed_at,
        lines: lines(conn, id, currency).await?,
        parcels: fulfillments::of_orders(conn, &[Id::new(id)])
            .await?
            .remove(&Id::new(id))
            .unwrap_or_default(),
        refunds: refunds::of_order(conn, id).await?,
    }))
}

async fn lines(conn: &mut Conn, order: i64, currency: Currency) -> Result<Vec<OrderLine>, Fault> {
    use order_lines as t;
    let rows: Vec<(i64, String, String, Option<String>, i32, i64)> = t::table
        .filter(t::order_id.eq(order))
        .order(t::id)
        .select((
            t::id,
            t::title,
            t::variant_title,
            t::image_url,
            t::quantity,
            t::unit_price_minor,
        ))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, title, variant_title, image_url, quantity, price)| OrderLine {
                id,
                title,
                variant_title,
                image_url,
                quantity,
                subtotal: Money::new(price * i64::from(quantity), currency),
            },
        )
        .collect())
}
