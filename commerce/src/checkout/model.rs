//! What an attempt is.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::kernel::Secret;
use crate::pricing::{Priced, PricingInput};

/// How long an attempt holds stock while it waits for money.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How long an attempt whose payment nobody decides holds the last units of something: as long as a bank's confirmation takes.
pub const LAST_UNITS: TimeDelta = TimeDelta::minutes(5);

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Stock is held; the provider is to be asked.
    AwaitingPayment,
    /// The buyer must confirm the payment.
    ActionRequired,
    /// The provider has not decided.
    Processing,
    /// Out of time; the provider is asked to call the charge off.
    Expiring,
    /// It is an order.
    Completed,
    /// Declined.
    Failed,
    /// Ran out of time before any money moved.
    Expired,
    /// Money came that no order can be made of; it is being given back.
    RefundDue,
}

const WORDS: [(State, &str); 8] = [
    (State::AwaitingPayment, "awaiting_payment"),
    (State::ActionRequired, "action_required"),
    (State::Processing, "processing"),
    (State::Expiring, "expiring"),
    (State::Completed, "completed"),
    (State::Failed, "failed"),
    (State::Expired, "expired"),
    (State::RefundDue, "refund_due"),
];

impl State {
    /// The states in which money is waited for and stock is held.
    pub const LIVE: [Self; 4] = [
        Self::AwaitingPayment,
        Self::ActionRequired,
        Self::Processing,
        Self::Expiring,
    ];

    /// Whether money is waited for and stock is held.
    #[must_use]
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }

    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        WORDS
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, word)| word)
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(state, _)| *state)
    }
}

/// The code of an attempt whose time ran out after its provider had been asked.
pub(super) const ABANDONED: &str = "abandoned";

/// The code of an attempt that was ended before its provider had answered.
pub(super) const RELEASED: &str = "released";

/// Why money that was taken is given back instead of becoming an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundReason {
    /// The provider took another amount than the buyer had accepted.
    WrongAmount,
    /// The provider took it in another currency.
    WrongCurrency,
    /// The cart is an order already, or is being paid for once more.
    AlreadyBought,
    /// It came too late: what was bought is not to be had any more.
    Late,
}

impl RefundReason {
    const ALL: [Self; 4] = [
        Self::WrongAmount,
        Self::WrongCurrency,
        Self::AlreadyBought,
        Self::Late,
    ];

    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongAmount => "wrong_amount",
            Self::WrongCurrency => "wrong_currency",
            Self::AlreadyBought => "already_bought",
            Self::Late => "late",
        }
    }

    /// Reads the stored word; attempts from before it was kept have none.
    #[must_use]
    pub fn parse(word: Option<&str>) -> Self {
        let mut known = Self::ALL.into_iter();
        known
            .find(|reason| Some(reason.as_str()) == word)
            .unwrap_or(Self::Late)
    }
}

/// What an attempt freezes. Stored as JSON: fields are only ever added, with a default.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Snapshot {
    /// Opens the attempt and its order's status page; random, and known to the buyer alone.
    pub key: String,
    /// The lines, prices, delivery and addresses as the buyer accepted them.
    pub cart: Priced,
    /// What the prices follow from; absent in attempts from before it was kept.
    #[serde(default)]
    pub pricing: Option<PricingInput>,
    /// The vault's name for the buyer's card; `None` when nothing is due.
    pub session: Option<String>,
    /// The language that the buyer was spoken to in, as HTML names it; absent in attempts from before it was kept.
    #[serde(default)]
    pub lang: Option<String>,
}

/// What a client holds of an attempt: its id and the key that opens it.
#[derive(Clone, Debug)]
pub struct AttemptKey {
    /// Names the attempt.
    pub id: Uuid,
    /// Opens it.
    pub key: Secret,
}

impl AttemptKey {
    /// Reads what [`AttemptKey::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, key) = text.split_at_checked(32)?;
        let key = key.strip_prefix('-')?;
        Some(Self {
            id: Uuid::try_parse(id).ok()?,
            key: Secret::new(key),
        })
    }

    /// The id that clients keep.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}-{}", self.id.simple(), self.key.reveal())
    }

    /// Where a browser follows the attempt; `public_url` has no trailing slash.
    #[must_use]
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/checkouts/{}", self.text())
    }
}

/// An attempt as it is polled.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Names and opens it.
    pub key: AttemptKey,
    /// The cart it buys.
    pub cart_id: Uuid,
    /// The client's token.
    pub token: String,
    /// How far it has come.
    pub state: State,
    /// Why it failed, for programs.
    pub failure_code: Option<String>,
    /// Why it failed, for people.
    pub failure_message: Option<String>,
    /// Where the buyer must go.
    pub action_url: Option<String>,
    /// The order.
    pub order_id: Option<i64>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When the order was placed.
    pub completed_at: Option<DateTime<Utc>>,
}

impl Attempt {
    /// Whether it was ended before its provider had answered: nobody knows yet whether money moved.
    #[must_use]
    pub fn is_released(&self) -> bool {
        self.state == State::Expired && self.failure_code.as_deref() == Some(RELEASED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_id_reads_back() {
        let key = AttemptKey {
            id: Uuid::from_u128(7),
            key: Secret::new("se-cr_et"),
        };
        assert_eq!(key.text(), "00000000000000000000000000000007-se-cr_et");
        let read = AttemptKey::parse(&key.text()).unwrap();
        assert_eq!((read.id, read.key.reveal()), (key.id, "se-cr_et"));
        for bad in ["", "7-x", "00000000000000000000000000000007", "é"] {
            assert!(AttemptKey::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn every_state_reads_back() {
        for (state, word) in WORDS {
            assert_eq!(State::parse(word), Some(state));
            assert_eq!(state.as_str(), word);
        }
    }
}
