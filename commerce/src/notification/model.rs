//! A mail, and what is told in it.

use chrono::{DateTime, Utc};

use crate::kernel::{Money, Secret, Tongue};
use crate::order::fulfillments::Tracking;

/// A mail, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Names this mail for ever, without angle brackets.
    pub message_id: String,
    /// The recipient's address; never logged.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The body for readers of plain text.
    pub text: String,
    /// The same as HTML, without anything to load.
    pub html: String,
    /// When what it tells of happened.
    pub date: DateTime<Utc>,
}

/// The domain of the addresses of erased persons.
const ERASED: &str = "@erased.invalid";

impl Mail {
    /// Whether its recipient was erased: the address is a marker, and nobody's.
    #[must_use]
    pub fn is_to_erased(&self) -> bool {
        self.to.ends_with(ERASED)
    }
}

/// An order as its confirmation tells it, from the order's own rows: what the buyer accepted, not
/// what the catalogue says today.
#[derive(Clone, Debug)]
pub struct PlacedOrder {
    /// The order's id.
    pub id: i64,
    /// The number that buyers see.
    pub number: i64,
    /// Opens the order's status page.
    pub key: Secret,
    /// The shop's name.
    pub shop: String,
    /// The buyer's address.
    pub email: String,
    /// What was bought.
    pub lines: Vec<Line>,
    /// Before shipping, discounts and tax.
    pub subtotal: Money,
    /// What each discount took off, by its code or title.
    pub discounts: Vec<(String, Money)>,
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
    /// The chosen delivery.
    pub delivery: Option<String>,
    /// Where it goes, line by line.
    pub address: Vec<String>,
    /// When the order was placed.
    pub placed_at: DateTime<Utc>,
    /// The language that the buyer was spoken to in.
    pub tongue: Tongue,
}

/// One line of an order.
#[derive(Clone, Debug)]
pub struct Line {
    /// The product's title.
    pub title: String,
    /// The variant's title; empty when the product has only one.
    pub variant: String,
    /// How many.
    pub quantity: i32,
    /// All of them together.
    pub price: Money,
}

/// A change of an order after it was placed, as its buyer is notified of it.
#[derive(Clone, Debug)]
pub struct OrderUpdate {
    /// The number of the parcel, the refund or the cancellation.
    pub id: i64,
    /// The order's id.
    pub order: i64,
    /// The number that buyers see.
    pub number: i64,
    /// Opens the order's status page.
    pub key: Secret,
    /// The shop's name.
    pub shop: String,
    /// The buyer's address.
    pub email: String,
    /// The language that the buyer was spoken to in.
    pub tongue: Tongue,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub happened: Happened,
    /// To which goods: how many, and their product's and variant's titles.
    pub lines: Vec<(i32, String, String)>,
}

/// What happened to an order.
#[derive(Clone, Debug)]
pub enum Happened {
    /// Goods were sent.
    Shipped(Tracking),
    /// Money went back, a part of it on gift cards.
    Refunded {
        /// All of it.
        total: Money,
        /// The part on gift cards.
        on_gift_cards: Money,
    },
    /// It was canceled.
    Canceled {
        /// Or some pieces of it.
        is_whole: bool,
        /// What goes back for them.
        refund: Money,
    },
}
