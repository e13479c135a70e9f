//! Gift cards: money under a code. Owns `gift_cards`, their entries and what attempts hold of them; the cards
//! of a cart are the cart's.
//!
//! Whoever has the code has the money. A code is random, 80 bits that nobody chooses, so that its SHA-256
//! can be stored and looked up like that of any other bearer secret; it is shown once, when it is issued.

mod code;
pub mod holds;
pub mod refunds;
pub mod store;

pub use code::Code;

use chrono::{DateTime, NaiveDate, Utc};

use crate::kernel::{Currency, Money};

/// A card that is to be issued.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What is put on it; above zero.
    pub amount: Money,
    /// The first day on which it is not taken any more.
    pub expires_on: Option<NaiveDate>,
    /// The merchant's own note.
    pub note: String,
    /// The key under which it is issued once, and the hash of what is asked for.
    pub key: Option<(String, Vec<u8>)>,
}

/// A card as its issuer sees it.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its number.
    pub id: i64,
    /// The last four characters of its code.
    pub last_characters: String,
    /// What was put on it.
    pub initial: Money,
    /// What is on it.
    pub balance: Money,
    /// What attempts hold of the balance.
    pub held: Money,
    /// The first day on which it is not taken any more.
    pub expires_on: Option<NaiveDate>,
    /// When it was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The merchant's own note.
    pub note: String,
    /// The currency of every amount.
    pub currency: Currency,
}
