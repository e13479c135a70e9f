//! Payment providers behind one trait.
//!
//! Calls are made outside any transaction. Each carries the id of a payment operation, which the
//! provider takes as idempotency key, so that a call can be repeated until it is answered.

pub mod sandbox;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use commerce::kernel::Money;
use commerce::payment::{CardFingerprint, PaymentConfig, Report};
use uuid::Uuid;

/// A charge to ask for.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The payment operation: the idempotency key, and the name of the charge from then on.
    pub operation: Uuid,
    /// The payment it belongs to.
    pub payment: Uuid,
    /// The checkout attempt it pays for.
    pub attempt: Uuid,
    /// How much.
    pub amount: Money,
    /// The vault's name for the buyer's card.
    pub session: String,
    /// Where the buyer comes back to after confirming.
    pub return_url: String,
}

/// A charge to call off.
#[derive(Clone, Debug)]
pub struct Cancel {
    /// The cancellation's own operation: the idempotency key.
    pub operation: Uuid,
    /// The operation of the charge.
    pub charge: Uuid,
    /// The payment it belongs to.
    pub payment: Uuid,
}

/// Money to give back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// The refund's own operation: the idempotency key.
    pub operation: Uuid,
    /// The operation of the charge that it gives back.
    pub charge: Uuid,
    /// How much.
    pub amount: Money,
}

/// Why it is not known what a provider did, or what it knows. It may have done everything that was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// No answer came, or only that the provider is too busy or broken.
    #[error("the provider did not answer: {0}")]
    Unanswered(String),
    /// An answer came that the provider does not define: of a proxy or a login page, for instance.
    #[error("the provider's answer says nothing certain: {0}")]
    Unclassified(String),
}

/// Why a call has no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No usable answer: what was asked for may or may not have been done.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// The provider says in its own words that it did nothing, with a code that it defines.
    #[error("the provider refused the request: {0}")]
    Refused(String),
}

/// Why changed charges are not listed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// No usable answer.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// The provider says that it does not know the cursor, or not any more.
    #[error("the provider does not know the cursor: {0}")]
    UnknownCursor(String),
}

/// From where charges are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// From the first change at or after this time.
    Time(DateTime<Utc>),
    /// After what the page with this cursor ended with.
    Cursor(String),
}

/// Charges that changed, in the order of their changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChargePage {
    /// Those that can be read.
    pub reports: Vec<Report>,
    /// Those that cannot.
    pub unreadable: Vec<UnreadableCharge>,
    /// Where to go on; `None` when nothing has changed.
    pub next: Option<String>,
}

/// A charge of a page that is not what was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableCharge {
    /// The provider's name for it, or a name made of its body.
    pub reference: String,
    /// As it came; its text where the database cannot store it otherwise.
    pub body: serde_json::Value,
    /// What is wrong with it.
    pub why: String,
}

/// One thing that a provider told us unasked.
#[derive(Clone, Debug)]
pub struct WebhookEvent {
    /// The provider's id of the event; the same event may come many times.
    pub id: String,
    /// What it is about, in the provider's words.
    pub kind: String,
    /// The state of the charge it is about; `None` for kinds we have no use for.
    pub report: Option<Report>,
}

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WebhookError {
    /// The header is missing, malformed, or of another secret or body.
    #[error("the signature is not valid for this body")]
    BadSignature,
    /// Signed too long ago, or in the future.
    #[error("the signature is too old")]
    TooOld,
    /// The signature is right and the body is not what was agreed.
    #[error("the body cannot be read: {0}")]
    Unreadable(String),
}

/// A page of the provider's, on which a buyer types a card's details. It is shown in a frame of the
/// checkout, so that nothing of a card ever reaches us, and leads the whole window back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardPage {
    /// The page.
    pub url: String,
    /// What the checkout's pages let into a frame: the page's origin.
    pub origin: String,
}

/// What a buyer brings back from a [`CardPage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardReturn {
    /// The vault's name for the card.
    Session(String),
    /// The provider did not take the card.
    Refused,
}

/// A company that takes money for us.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// Its name in our tables and in the path of its webhooks.
    fn name(&self) -> &'static str;

    /// Where browsers hand card details in for a session id; we never see them.
    fn vault_url(&self) -> &str;

    /// Where a buyer types a card's details. The page speaks `language`, two small letters, and leads
    /// back to `return_url` with parameters of the provider's behind it; `refused` says that the
    /// buyer comes from a card that was not taken.
    fn card_page(&self, return_url: &str, language: &str, refused: bool) -> CardPage;

    /// Reads the parameters with which a buyer comes back from the [`CardPage`].
    fn read_card_return(&self, parameters: &[(String, String)]) -> CardReturn;

    /// Which card is behind the vault's name for it; `None` when the provider does not tell cards apart before it charges them.
    /// Asked before a charge, and told with its report.
    async fn card(&self, session: &str) -> Result<Option<CardFingerprint>, Unknown>;

    /// Takes money. Repeated with the same operation it takes it once and answers the same.
    async fn charge(&self, charge: &Charge) -> Result<Report, CallError>;

    /// Calls a charge off, also one the provider has not heard of yet. The report says what
    /// became of it: canceled, or captured or declined before.
    async fn cancel(&self, cancel: &Cancel) -> Result<Report, CallError>;

    /// Gives money back. Repeated with the same operation it gives it back once.
    async fn refund(&self, refund: &Refund) -> Result<Report, CallError>;

    /// What became of the charge of this operation; `None` when the provider says that it never arrived.
    async fn lookup(&self, operation: Uuid) -> Result<Option<Report>, Unknown>;

    /// One page of the charges that changed since then, oldest change first. The last page is empty.
    async fn changed_charges(&self, since: &Since) -> Result<ChargePage, ListError>;

    /// Verifies and reads a webhook. `signature` is the header that [`Self::signature_header`]
    /// names, `body` the body byte for byte.
    fn read_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError>;

    /// Reads the body of a webhook that was verified when it was stored.
    fn read_stored(&self, body: &[u8]) -> Result<WebhookEvent, WebhookError>;

    /// The header that carries the signature of a webhook.
    fn signature_header(&self) -> &'static str;
}

/// The provider that the configuration names, if it names one.
///
/// # Errors
/// When its HTTP client cannot be set up.
pub fn connect(config: &PaymentConfig) -> Result<Option<Arc<dyn PaymentProvider>>, reqwest::Error> {
    Ok(match config {
        PaymentConfig::None => None,
        PaymentConfig::Sandbox {
            url,
            secret,
            timeout,
        } => Some(Arc::new(sandbox::Sandbox::new(sandbox::SandboxConfig {
            url: url.clone(),
            secret: secret.clone(),
            timeout: *timeout,
        })?)),
    })
}
