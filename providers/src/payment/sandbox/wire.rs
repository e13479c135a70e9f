//! What the sandbox and its clients say to each other, in JSON.

use chrono::{DateTime, Utc};
use commerce::kernel::Money;
use commerce::payment::{CardFingerprint, Decline, DeclineCode, Fact, FactKind, Progress, Report};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `POST /charges`, with the operation as `idempotency-key`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewCharge {
    /// Our payment.
    pub payment: Uuid,
    /// Our checkout attempt.
    pub attempt: Uuid,
    /// How much.
    pub amount: Money,
    /// The vault's name for the card.
    pub session: String,
    /// Where a challenged buyer comes back to.
    pub return_url: String,
}

/// `POST /charges/<operation>/cancel`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewCancel {
    /// Our payment.
    pub payment: Uuid,
}

/// `POST /charges/<operation>/refunds`, with the refund's operation as `idempotency-key`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewRefund {
    /// How much.
    pub amount: Money,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
    /// Undecided.
    Pending,
    /// Waiting for the buyer.
    ActionRequired,
    /// Taken.
    Captured,
    /// Refused.
    Declined,
    /// Called off.
    Canceled,
}

/// A charge as the sandbox keeps and tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChargeRecord {
    /// The sandbox's name for it.
    pub id: String,
    /// The idempotency key it was asked for with.
    pub operation: Uuid,
    /// The client's payment.
    pub payment: Uuid,
    /// The client's checkout attempt; nil for one that was canceled before it was asked for.
    pub attempt: Uuid,
    /// What was asked for; `None` for one that was canceled before it was asked for.
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: ChargeStatus,
    /// Why it was declined.
    pub decline_code: Option<DeclineCode>,
    /// The same for the buyer.
    pub decline_message: Option<String>,
    /// Where the buyer confirms it.
    pub action_url: Option<String>,
    /// Where the buyer goes after that.
    pub return_url: Option<String>,
    /// What moved.
    pub facts: Vec<FactRecord>,
    /// When anything last changed.
    pub updated_at: DateTime<Utc>,
    /// The card; `None` for a charge without one.
    #[serde(default)]
    pub card_fingerprint: Option<String>,
}

/// The answer to `GET /sessions/<session>`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The sandbox's name for the card: the same in every session.
    pub card_fingerprint: String,
}

/// One movement of money.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FactRecord {
    /// The sandbox's name for it.
    pub id: String,
    /// What moved.
    pub kind: FactKind,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: DateTime<Utc>,
    /// The idempotency key of the request that moved it.
    #[serde(default)]
    pub operation: Option<Uuid>,
}

/// The body of a webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// The event's id.
    pub id: String,
    /// `charge.updated`: the only kind there is.
    pub kind: String,
    /// The charge as it was when the event happened.
    pub charge: ChargeRecord,
}

/// The answer to `GET /charges?since=<RFC 3339>` and `GET /charges?after=<cursor>`. Clients read each charge for itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChargeList<T> {
    /// Oldest change first.
    pub charges: Vec<T>,
    /// The cursor behind the last of them; absent when there is none.
    pub next: Option<String>,
}

/// The body of every refusal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refusal {
    /// What was wrong, for people.
    pub error: String,
    /// The same for programs.
    pub code: RefusalCode,
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The secret is missing or wrong: 401.
    Unauthorized,
    /// The request cannot be read: 400.
    InvalidRequest,
    /// The vault does not take this card: 422.
    InvalidCard,
    /// No charge was asked for with this key: 404.
    NoSuchCharge,
    /// The vault has no card of this name: 404.
    NoSuchSession,
    /// No page of charges ended with this cursor: 410.
    UnknownCursor,
    /// The charge is decided: 409.
    ChargeDecided,
    /// Less of the charge is left than is to be refunded: 422.
    ExceedsRefundable,
    /// The key was used for another request: 409.
    IdempotencyKeyReused,
    /// The sandbox does not answer in time, as some cards ask for: 504.
    Timeout,
}

impl RefusalCode {
    /// The status that goes with it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Unauthorized => 401,
            Self::NoSuchCharge | Self::NoSuchSession => 404,
            Self::UnknownCursor => 410,
            Self::ChargeDecided | Self::IdempotencyKeyReused => 409,
            Self::InvalidCard | Self::ExceedsRefundable => 422,
            Self::Timeout => 504,
        }
    }

    /// Whether it says for certain that nothing was done. A key that was used for something else was used, and whoever is
    /// not known to the sandbox learns nothing.
    #[must_use]
    pub const fn denies(self) -> bool {
        matches!(
            self,
            Self::InvalidRequest
                | Self::NoSuchCharge
                | Self::NoSuchSession
                | Self::UnknownCursor
                | Self::ExceedsRefundable
        )
    }
}

impl ChargeRecord {
    /// The charge in the words of our rules.
    #[must_use]
    pub fn report(&self) -> Report {
        let progress = match self.status {
            ChargeStatus::Pending => Progress::Pending,
            ChargeStatus::ActionRequired => match &self.action_url {
                Some(url) => Progress::ActionRequired { url: url.clone() },
                None => Progress::Pending,
            },
            ChargeStatus::Captured => Progress::Captured,
            ChargeStatus::Declined => Progress::Declined(Decline {
                code: self.decline_code.unwrap_or(DeclineCode::PaymentError),
                message: self.decline_message.clone().unwrap_or_default(),
            }),
            ChargeStatus::Canceled => Progress::Canceled,
        };
        Report {
            operation: self.operation,
            payment: self.payment,
            reference: self.id.clone(),
            as_of: Some(self.updated_at),
            progress,
            facts: self.facts.iter().map(FactRecord::fact).collect(),
            card: self
                .card_fingerprint
                .as_deref()
                .and_then(CardFingerprint::new),
        }
    }
}

impl FactRecord {
    fn fact(&self) -> Fact {
        Fact {
            kind: self.kind,
            amount: self.amount,
            reference: self.id.clone(),
            occurred_at: self.at,
            operation: self.operation,
        }
    }
}
