//! The client of the sandbox.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use commerce::kernel::Secret;
use commerce::payment::{CardFingerprint, Report};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::signature::{SIGNATURE_HEADER, verify};
use super::wire::{
    ChargeList, ChargeRecord, Event, NewCancel, NewCharge, NewRefund, Refusal, RefusalCode,
    SessionRecord,
};
use crate::payment::{
    CallError, Cancel, CardPage, CardReturn, Charge, ChargePage, ListError, PaymentProvider,
    Refund, Since, Unknown, UnreadableCharge, WebhookError, WebhookEvent,
};

/// The longest answer that is read, in bytes: a page of charges.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// The longest id of a charge that is kept, in bytes.
const LONGEST_ID: usize = 255;

/// Where the sandbox is and what it shares with us.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Its address, without a trailing slash.
    pub url: String,
    /// Authenticates our calls and signs its webhooks.
    pub secret: Secret,
    /// How long a call may take before its outcome counts as unknown.
    pub timeout: Duration,
}

/// The sandbox as a payment provider.
#[derive(Clone)]
pub struct Sandbox {
    config: SandboxConfig,
    vault_url: String,
    http: Client,
}

impl Sandbox {
    /// Sets the client up; nothing is sent yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: SandboxConfig) -> Result<Self, reqwest::Error> {
        let http = crate::http::client(config.timeout)?;
        Ok(Self {
            vault_url: format!("{}/vault/sessions", config.url),
            config,
            http,
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.config.url))
            .bearer_auth(self.config.secret.reveal())
    }

    /// Asks for a change of this charge.
    async fn post(
        &self,
        path: &str,
        key: Uuid,
        charge: Uuid,
        body: &(impl Serialize + Sync),
    ) -> Result<Report, CallError> {
        let request = self
            .request(Method::POST, path)
            .header("idempotency-key", key.to_string())
            .json(body);
        match answer::<ChargeRecord>(request, "sandbox POST").await? {
            Answer::Given(record) => Ok(about(charge, &record)?),
            Answer::Denied(said) => Err(CallError::Refused(said.error)),
        }
    }
}

#[async_trait]
impl PaymentProvider for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn vault_url(&self) -> &str {
        &self.vault_url
    }

    fn card_page(&self, return_url: &str, language: &str, refused: bool) -> CardPage {
        let refused = if refused { "1" } else { "" };
        let url = Url::parse_with_params(
            &format!("{}/vault/card", self.config.url),
            [
                ("return", return_url),
                ("lang", language),
                ("refused", refused),
            ],
        );
        let origin = url.as_ref().map(|url| url.origin().ascii_serialization());
        CardPage {
            origin: origin.unwrap_or_default(),
            url: url.map(String::from).unwrap_or_default(),
        }
    }

    fn read_card_return(&self, parameters: &[(String, String)]) -> CardReturn {
        let mut found = parameters.iter().filter(|(name, _)| name == "session");
        found.next().map_or(CardReturn::Refused, |(_, session)| {
            CardReturn::Session(session.clone())
        })
    }

    async fn card(&self, session: &str) -> Result<Option<CardFingerprint>, Unknown> {
        let session: String = form_urlencoded::byte_serialize(session.as_bytes()).collect();
        let request = self.request(Method::GET, &format!("/sessions/{session}"));
        match answer::<SessionRecord>(request, "sandbox GET").await? {
            Answer::Given(record) => Ok(CardFingerprint::new(&record.card_fingerprint)),
            Answer::Denied(said) if said.code == RefusalCode::NoSuchSession => Ok(None),
            Answer::Denied(said) => Err(Unknown::Unclassified(said.error)),
        }
    }

    async fn charge(&self, charge: &Charge) -> Result<Report, CallError> {
        let body = NewCharge {
            payment: charge.payment,
            attempt: charge.attempt,
            amount: charge.amount,
            session: charge.session.clone(),
            return_url: charge.return_url.clone(),
        };
        self.post("/charges", charge.operation, charge.operation, &body)
            .await
    }

    async fn cancel(&self, cancel: &Cancel) -> Result<Report, CallError> {
        let body = NewCancel {
            payment: cancel.payment,
        };
        let path = format!("/charges/{}/cancel", cancel.charge);
        self.post(&path, cancel.operation, cancel.charge, &body)
            .await
    }

    async fn refund(&self, refund: &Refund) -> Result<Report, CallError> {
        let body = NewRefund {
            amount: refund.amount,
        };
        let path = format!("/charges/{}/refunds", refund.charge);
        self.post(&path, refund.operation, refund.charge, &body)
            .await
    }

    async fn lookup(&self, operation: Uuid) -> Result<Option<Report>, Unknown> {
        let request = self.request(Method::GET, &format!("/charges/{operation}"));
        match answer::<ChargeRecord>(request, "sandbox GET").await? {
            Answer::Given(record) => Ok(Some(about(operation, &record)?)),
            Answer::Denied(said) if said.code == RefusalCode::NoSuchCharge => Ok(None),
            Answer::Denied(said) => Err(Unknown::Unclassified(said.error)),
        }
    }

    async fn changed_charges(&self, since: &Since) -> Result<ChargePage, ListError> {
        let (name, value) = match since {
            Since::Time(time) => ("since", time.to_rfc3339_opts(SecondsFormat::Micros, true)),
            Since::Cursor(cursor) => ("after", cursor.clone()),
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, &value)
            .finish();
        let request = self.request(Method::GET, &format!("/charges?{query}"));
        match answer::<ChargeList<Value>>(request, "sandbox GET").await? {
            Answer::Given(list) => Ok(page(list)),
            Answer::Denied(said) if said.code == RefusalCode::UnknownCursor => {
                Err(ListError::UnknownCursor(said.error))
            }
            Answer::Denied(said) => Err(Unknown::Unclassified(said.error).into()),
        }
    }

    fn read_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        verify(&self.config.secret, signature, body, now)?;
        self.read_stored(body)
    }

    fn read_stored(&self, body: &[u8]) -> Result<WebhookEvent, WebhookError> {
        let event: Event = serde_json::from_slice(body)
            .map_err(|error| WebhookError::Unreadable(error.to_string()))?;
        Ok(WebhookEvent {
            report: (event.kind == "charge.updated").then(|| event.charge.report()),
            id: event.id,
            kind: event.kind,
        })
    }

    fn signature_header(&self) -> &'static str {
        SIGNATURE_HEADER
    }
}

/// What the sandbox says, in words that it defines.
enum Answer<T> {
    /// What was asked for.
    Given(T),
    /// Nothing was done, and why.
    Denied(Refusal),
}

/// Sends the request and reads the answer to the end. Only what the sandbox says in its own words, under the status that
/// goes with them, is a denial; everything else says nothing about what was done.
async fn answer<T: DeserializeOwned>(
    request: RequestBuilder,
    name: &'static str,
) -> Result<Answer<T>, Unknown> {
    let lost = |error: reqwest::Error| Unknown::Unanswered(error.without_url().to_string());
    let mut response = crate::http::send(request, name).await.map_err(lost)?;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Unknown::Unanswered(format!("status {status}")));
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(lost)? {
        if body.len() + part.len() > LONGEST_ANSWER {
            return Err(unclassified(status, "it is too long"));
        }
        body.extend_from_slice(&part);
    }
    if status.is_success() {
        return serde_json::from_slice(&body)
            .map(Answer::Given)
            .map_err(|_| unclassified(status, "it is not in the provider's words"));
    }
    let refusal = serde_json::from_slice::<Refusal>(&body).map(|refusal| Refusal {
        error: storable(&refusal.error),
        code: refusal.code,
    });
    match refusal {
        Ok(said) if said.code.denies() && said.code.status() == status.as_u16() => {
            Ok(Answer::Denied(said))
        }
        Ok(said) => Err(unclassified(status, &said.error)),
        Err(_) => Err(unclassified(status, "it is not in the provider's words")),
    }
}

/// The beginning of an error text, without the character U+0000, which PostgreSQL does not store.
fn storable(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(500).collect()
}

fn unclassified(status: StatusCode, why: &str) -> Unknown {
    Unknown::Unclassified(format!("status {status}, {why}"))
}

/// The report, if it is about the charge that was asked for.
fn about(charge: Uuid, record: &ChargeRecord) -> Result<Report, Unknown> {
    if record.operation == charge {
        Ok(record.report())
    } else {
        let why = "it is about another charge";
        Err(Unknown::Unclassified(why.to_owned()))
    }
}

/// Reads each charge for itself, so that one which cannot be read does not take the others along.
fn page(list: ChargeList<Value>) -> ChargePage {
    let mut page = ChargePage {
        next: list.next,
        ..ChargePage::default()
    };
    for body in list.charges {
        match read_charge(&body) {
            Ok(report) => page.reports.push(report),
            Err(why) => page.unreadable.push(unreadable(body, why)),
        }
    }
    page
}

fn read_charge(body: &Value) -> Result<Report, String> {
    if has_null(body) {
        return Err("it contains the character U+0000".to_owned());
    }
    let record = ChargeRecord::deserialize(body).map_err(|error| storable(&error.to_string()))?;
    Ok(record.report())
}

/// Whether a string or a name in it contains the character U+0000, which PostgreSQL does not store.
fn has_null(body: &Value) -> bool {
    // JSON escapes it, and escapes the backslash too.
    body.to_string().replace(r"\\", "").contains(r"\u0000")
}

/// A charge that cannot be read. Without a usable id its name is the hash of its body, so that none takes another's place.
fn unreadable(body: Value, why: String) -> UnreadableCharge {
    let text = body.to_string();
    let id = body["id"].as_str();
    let id = id.filter(|id| (1..=LONGEST_ID).contains(&id.len()) && !id.contains('\0'));
    let reference = id.map_or_else(|| hex::encode(Sha256::digest(&text)), str::to_owned);
    let body = if has_null(&body) {
        Value::String(text)
    } else {
        body
    };
    UnreadableCharge {
        reference,
        body,
        why,
    }
}
