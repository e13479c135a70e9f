//! Orders as whoever packs and pays back sees them.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::cancellations;
use super::fulfillments::{self, Parcel};
use super::refunds::{self, Refund};
use crate::db::Conn;
use crate::kernel::{Address, Currency, Fault, Id, Money};
use crate::tables::{order_lines, orders};

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The number that buyers see.
    pub number: i64,
    /// When it was placed.
    pub processed_at: DateTime<Utc>,
    /// What it cost.
    pub total: Money,
    /// What was given back of it, on gift cards, too.
    pub refunded: Money,
    /// How the money stands, as the contract spells it.
    pub financial_status: String,
    /// How delivery stands, as the contract spells it.
    pub fulfillment_status: String,
}

/// A line that is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedLine {
    /// The line's number.
    pub id: i64,
    /// The product's title.
    pub title: String,
    /// The variant's title.
    pub variant_title: String,
    /// The merchant's stock keeping unit.
    pub sku: Option<String>,
    /// How many are in the order.
    pub quantity: i32,
    /// How many of them were sent.
    pub sent: i32,
}

/// An order with what packing it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ToHandle {
    /// As in a list.
    pub brief: Brief,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// The chosen delivery.
    pub delivery_title: Option<String>,
    /// What was bought, in its order.
    pub lines: Vec<PackedLine>,
    /// What was sent, in its order.
    pub parcels: Vec<Parcel>,
    /// What was refunded, in its order.
    pub refunds: Vec<Refund>,
    /// Why it was canceled, by whom, and the note for staff.
    pub canceled: Option<(String, String, Option<String>)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
struct Row {
    number: i64,
    processed_at: DateTime<Utc>,
    currency: String,
    total_minor: i64,
    refunded_minor: i64,
    #[diesel(select_expression = sql::<BigInt>("orders.gift_card_refunded_minor"))]
    #[diesel(select_expression_type = SqlLiteral<BigInt>)]
    gift_card_refunded_minor: i64,
    financial_status: String,
    fulfillment_status: String,
}

fn brief(row: Row) -> Result<Brief, Fault> {
    let currency: Currency = row
        .currency
        .parse()
        .map_err(|error| Fault::other("read an order's currency", error))?;
    let refunded = row.refunded_minor + row.gift_card_refunded_minor;
    Ok(Brief {
        number: row.number,
        processed_at: row.processed_at,
        total: Money::new(row.total_minor, currency),
        refunded: Money::new(refunded, currency),
        financial_status: row.financial_status,
        fulfillment_status: row.fulfillment_status,
    })
}

/// The latest orders, up to `limit`.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<Brief>, Fault> {
    let rows: Vec<Row> = orders::table
        .order((orders::processed_at.desc(), orders::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(brief).collect()
}

/// The order with this number.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn find(conn: &mut Conn, number: i64) -> Result<Option<ToHandle>, Fault> {
    use order_lines as l;
    type Found = (i64, Row, Option<serde_json::Value>, Option<String>);
    let found: Option<Found> = orders::table
        .filter(orders::number.eq(number))
        .select((
            orders::id,
            Row::as_select(),
            orders::shipping_address,
            orders::delivery_title,
        ))
        .first(conn)
        .await
        .optional()?;
    let Some((id, row, address, delivery_title)) = found else {
        return Ok(None);
    };
    let address = address.map(serde_json::from_value).transpose();
    type LineRow = (i64, String, String, Option<String>, i32, i32, i32);
    let lines: Vec<LineRow> = l::table
        .filter(l::order_id.eq(id))
        .order(l::id)
        .select((
            l::id,
            l::title,
            l::variant_title,
            l::sku,
            l::quantity,
            l::removed,
            l::fulfilled,
        ))
        .load(conn)
        .await?;
    let lines =
        lines
            .into_iter()
            .map(
                |(id, title, variant_title, sku, quantity, removed, sent)| PackedLine {
                    id,
                    title,
                    variant_title,
                    sku,
                    quantity: quantity - removed,
                    sent,
                },
            );
    let refunds = refunds::of_order(conn, id).await?;
    let canceled = cancellations::of_order(conn, id).await?;
    let id = Id::new(id);
    let parcels = fulfillments::of_orders(conn, &[id]).await?.remove(&id);
    Ok(Some(ToHandle {
        brief: brief(row)?,
        shipping_address: address.map_err(|e| Fault::other("read an order's address", e))?,
        delivery_title,
        lines: lines.collect(),
        parcels: parcels.unwrap_or_default(),
        refunds,
        canceled,
    }))
}
