//! How an order stands.

use async_graphql::Enum;

/// Why an order was called off.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderCancelReason {
    /// The customer wished it.
    Customer,
    /// The payment was declined.
    Declined,
    /// It was a fraud.
    Fraud,
    /// There was too little stock.
    Inventory,
    /// For another reason.
    Other,
    /// Staff made a mistake.
    Staff,
}

impl OrderCancelReason {
    /// Reads the stored word; orders of another shop have none.
    #[must_use]
    pub fn parse(word: Option<&str>) -> Self {
        match word {
            Some("CUSTOMER") => Self::Customer,
            Some("DECLINED") => Self::Declined,
            Some("FRAUD") => Self::Fraud,
            Some("INVENTORY") => Self::Inventory,
            Some("STAFF") => Self::Staff,
            _ => Self::Other,
        }
    }
}

/// How the money of an order stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderFinancialStatus {
    /// It is promised.
    Authorized,
    /// All of it was taken.
    Paid,
    /// A part of it was taken.
    PartiallyPaid,
    /// A part of it was given back.
    PartiallyRefunded,
    /// Nothing has happened yet.
    Pending,
    /// All of it was given back.
    Refunded,
    /// The promise was let go.
    Voided,
}

impl OrderFinancialStatus {
    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "AUTHORIZED" => Self::Authorized,
            "PAID" => Self::Paid,
            "PARTIALLY_PAID" => Self::PartiallyPaid,
            "PARTIALLY_REFUNDED" => Self::PartiallyRefunded,
            "PENDING" => Self::Pending,
            "REFUNDED" => Self::Refunded,
            "VOIDED" => Self::Voided,
            _ => return None,
        })
    }
}

/// How the delivery of an order stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderFulfillmentStatus {
    /// All of it was sent.
    Fulfilled,
    /// Somebody is at it.
    InProgress,
    /// It waits.
    OnHold,
    /// Nothing was sent; never answered.
    Open,
    /// A part of it was sent.
    PartiallyFulfilled,
    /// Somebody was asked to send it; never answered.
    PendingFulfillment,
    /// All of it is back on the shelf; never answered.
    Restocked,
    /// It is sent at a set time.
    Scheduled,
    /// Nothing was sent.
    Unfulfilled,
}

impl OrderFulfillmentStatus {
    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "FULFILLED" => Self::Fulfilled,
            "IN_PROGRESS" => Self::InProgress,
            "ON_HOLD" => Self::OnHold,
            "PARTIALLY_FULFILLED" => Self::PartiallyFulfilled,
            "SCHEDULED" => Self::Scheduled,
            _ => Self::Unfulfilled,
        }
    }
}
