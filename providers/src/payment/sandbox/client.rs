//! The client of the sandbox.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use commerce::kernel::Secret;
use commerce::payment::Report;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use super::signature::{SIGNATURE_HEADER, verify};
use super::wire::{ChargePage, ChargeRecord, Event, NewCancel, NewCharge, NewRefund, Refusal};
use crate::payment::{
    CallError, Cancel, CardPage, CardReturn, Charge, PaymentProvider, Refund, WebhookError,
    WebhookEvent,
};

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

    async fn post(
        &self,
        path: &str,
        key: Uuid,
        body: &(impl Serialize + Sync),
    ) -> Result<Report, CallError> {
        let request = self
            .request(Method::POST, path)
            .header("idempotency-key", key.to_string())
            .json(body);
        let charge: ChargeRecord = answer(request, "sandbox POST")
            .await?
            .ok_or_else(not_found)?;
        Ok(charge.report())
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

    async fn charge(&self, charge: &Charge) -> Result<Report, CallError> {
        let body = NewCharge {
            payment: charge.payment,
            attempt: charge.attempt,
            amount: charge.amount,
            session: charge.session.clone(),
            return_url: charge.return_url.clone(),
        };
        self.post("/charges", charge.operation, &body).await
    }

    async fn cancel(&self, cancel: &Cancel) -> Result<Report, CallError> {
        let body = NewCancel {
            payment: cancel.payment,
        };
        let path = format!("/charges/{}/cancel", cancel.charge);
        self.post(&path, cancel.operation, &body).await
    }

    async fn refund(&self, refund: &Refund) -> Result<Report, CallError> {
        let body = NewRefund {
            amount: refund.amount,
        };
        let path = format!("/charges/{}/refunds", refund.charge);
        self.post(&path, refund.operation, &body).await
    }

    async fn lookup(&self, operation: Uuid) -> Result<Option<Report>, CallError> {
        let request = self.request(Method::GET, &format!("/charges/{operation}"));
        let charge: Option<ChargeRecord> = answer(request, "sandbox GET").await?;
        Ok(charge.map(|charge| charge.report()))
    }

    async fn charges_since(&self, since: DateTime<Utc>) -> Result<Vec<Report>, CallError> {
        let since = since.to_rfc3339_opts(SecondsFormat::Micros, true);
        let request = self.request(Method::GET, &format!("/charges?since={since}"));
        let page: ChargePage = answer(request, "sandbox GET")
            .await?
            .ok_or_else(not_found)?;
        Ok(page.charges.iter().map(ChargeRecord::report).collect())
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

/// Sends the request. `None` for 404; an answer that says nothing certain is [`CallError::Unknown`].
async fn answer<T: DeserializeOwned>(
    request: RequestBuilder,
    name: &'static str,
) -> Result<Option<T>, CallError> {
    let unknown = |error: reqwest::Error| CallError::Unknown(error.without_url().to_string());
    let response = crate::http::send(request, name).await;
    let response = response.map_err(unknown)?;
    match response.status() {
        StatusCode::NOT_FOUND => Ok(None),
        status if status.is_success() => response.json().await.map(Some).map_err(unknown),
        // Too many requests and broken servers say nothing about what was done.
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            Err(CallError::Unknown(format!("status {status}")))
        }
        status => {
            let words = response.json().await.map(|r: Refusal| r.error);
            Err(CallError::Refused(
                words.unwrap_or_else(|_| format!("status {status}")),
            ))
        }
    }
}

fn not_found() -> CallError {
    CallError::Refused("there is no such thing".to_owned())
}
