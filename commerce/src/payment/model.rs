//! The words in which every provider's answers are put before rules see them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::{Money, Secret};

/// Everything a provider says about one charge, whoever asked and whenever: as the answer to a
/// call, in a webhook, or when looked up.
///
/// A report is complete: it repeats facts that were told before, so that it does not matter in
/// which order reports arrive, or whether one is lost.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// The payment operation that asked for the charge.
    pub operation: Uuid,
    /// The payment it belongs to.
    pub payment: Uuid,
    /// The provider's name for the charge.
    pub reference: String,
    /// When the charge came to be so, by the provider's clock: what is older than what was told before moves nothing
    /// backwards. `None` where a provider does not say.
    #[serde(default)]
    pub as_of: Option<DateTime<Utc>>,
    /// How far the charge has come.
    pub progress: Progress,
    /// What is certain about its money, oldest first.
    pub facts: Vec<Fact>,
    /// The card, where the provider tells them apart. Never kept with a report.
    #[serde(skip)]
    pub card: Option<CardFingerprint>,
}

/// A provider's name for a card: the same for the same card, whoever pays with it and in whatever session. Neither printed nor
/// stored; what is stored is a hash with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFingerprint(Secret);

impl CardFingerprint {
    /// The longest that is read, in bytes.
    const LONGEST: usize = 255;

    /// Reads a provider's name for a card; `None` for one that says nothing.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_usable = (1..=Self::LONGEST).contains(&text.len()) && !text.contains('\0');
        is_usable.then(|| Self(Secret::new(text)))
    }

    /// The name among those of all providers, for hashing.
    #[must_use]
    pub fn of_provider(&self, provider: &str) -> String {
        format!("{provider} {}", self.0.reveal())
    }
}

/// How far a charge has come.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The provider knows of it and has not decided; money may still move.
    Pending,
    /// The buyer must confirm it at this address.
    ActionRequired {
        /// Where the buyer is sent.
        url: String,
    },
    /// The money is taken. Its amount stands in the facts.
    Captured,
    /// Refused; no money moves any more.
    Declined(Decline),
    /// Called off; no money moves any more.
    Canceled,
}

/// Why a charge was refused.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Decline {
    /// For programs.
    pub code: DeclineCode,
    /// For the buyer.
    pub message: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $variant),* }

        impl $name {
            /// The word that is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads the stored word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(
    /// The reasons that buyers are told apart.
    DeclineCode {
        /// The bank said no and not why.
        CardDeclined = "card_declined",
        /// Not enough money on the card's account.
        InsufficientFunds = "insufficient_funds",
        /// The bank wants to be called first.
        CallIssuer = "call_issuer",
        /// The payment method is unknown, used up or cannot be charged.
        InvalidPaymentMethod = "invalid_payment_method",
        /// The provider called the charge off by itself.
        Canceled = "canceled",
        /// We did not ask the provider: too many payments with the card were declined or are undecided.
        TooManyAttempts = "too_many_attempts",
        /// Anything else.
        PaymentError = "payment_error",
    }
);

words!(
    /// What happened to money.
    FactKind {
        /// Set aside for us.
        Authorized = "authorized",
        /// Taken.
        Captured = "captured",
        /// Set free again before it was taken.
        Voided = "voided",
        /// Given back.
        Refunded = "refunded",
        /// Refused; moves nothing.
        Declined = "declined",
    }
);

words!(
    /// How a fact came to us.
    Source {
        /// In the answer to a call of ours.
        Response = "response",
        /// In a webhook.
        Webhook = "webhook",
        /// Because we asked what had become of a charge.
        Reconcile = "reconcile",
    }
);

/// One thing that is certain about money.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fact {
    /// What happened.
    pub kind: FactKind,
    /// To how much.
    pub amount: Money,
    /// The provider's name for this very fact: told twice, it is stored once.
    pub reference: String,
    /// When it happened, by the provider's clock.
    pub occurred_at: DateTime<Utc>,
    /// The operation that asked for it, where the provider says so.
    #[serde(default)]
    pub operation: Option<Uuid>,
}
