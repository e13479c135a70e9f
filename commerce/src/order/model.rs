//! An order as it is read.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::fulfillments::Parcel;
use super::refunds::Refund;
use crate::kernel::{Address, Money};

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// The order's id.
    pub id: i64,
    /// The cart that it was; `None` for one of another shop.
    pub cart_id: Option<Uuid>,
    /// The number that buyers see.
    pub number: i64,
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
    /// Whether prices contain tax and duties.
    pub tax_inclusive: bool,
    /// What it cost.
    pub total: Money,
    /// What gift cards paid of it.
    pub gift_card: Money,
    /// How the money stands, as the contract spells it.
    pub financial_status: String,
    /// How delivery stands, as the contract spells it.
    pub fulfillment_status: String,
    /// The chosen delivery.
    pub delivery_title: Option<String>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Whether it was called off.
    pub is_canceled: bool,
    /// When it was placed.
    pub processed_at: DateTime<Utc>,
    /// What was given back, on gift cards, too.
    pub refunded: Money,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What was sent, in the order in which it was.
    pub parcels: Vec<Parcel>,
    /// What was refunded, in the order in which it was.
    pub refunds: Vec<Refund>,
}

/// So many pieces of something.
#[derive(Clone, Debug)]
pub struct OrderLine {
    /// Its number.
    pub id: i64,
    /// The product's title.
    pub title: String,
    /// The variant's title.
    pub variant_title: String,
    /// A picture of it.
    pub image_url: Option<String>,
    /// How many.
    pub quantity: i32,
    /// All of them together, before anything is taken off.
    pub subtotal: Money,
}
