//! The sandbox over HTTP.

use chrono::{DateTime, Utc};
use commerce::kernel::{Clock, Secret};
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::middleware::{Cors, SizeLimit};
use poem::web::{Data, Json, Path, Query};
use poem::{
    Body, Endpoint, EndpointExt, IntoResponse, Request, Response, Route, get, handler, post,
};
use providers::payment::sandbox::wire::{
    ChargeList, ChargeRecord, Refusal, RefusalCode, SessionRecord,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::card_page;
use super::cards;
use super::challenge;
use super::charges::{self, Decision, Keyed};
use super::ledger::{Entry, Ledger};

/// What every route is handed.
#[derive(Clone)]
pub(super) struct SandboxState {
    pub(super) ledger: Ledger,
    pub(super) clock: Clock,
    pub(super) secret: Secret,
    pub(super) url: String,
}

/// Longest that a client is left without an answer on purpose.
const SILENCE: std::time::Duration = std::time::Duration::from_secs(60);

pub(super) fn app(sandbox: SandboxState) -> BoxEndpoint<'static> {
    let open_to_browsers = Cors::new()
        .allow_method(Method::POST)
        .allow_header("content-type");
    let secret = sandbox.secret.clone();
    let for_clients = Route::new()
        .at("/charges", get(list).post(new_charge.with(limit())))
        .at("/sessions/:session", get(look_up_session))
        .at("/charges/:operation", get(look_up))
        .at("/charges/:operation/cancel", post(new_cancel.with(limit())))
        .at(
            "/charges/:operation/refunds",
            post(new_refund.with(limit())),
        )
        .at("/control/charges/:operation/:outcome", post(decide))
        .at("/ledger", get(whole_ledger))
        .around(move |next, request| {
            let secret = secret.clone();
            async move { authenticated(&secret, &*next, request).await }
        });
    Route::new()
        .at("/livez", get(livez))
        .at(
            "/vault/sessions",
            post(open_session.with(limit())).with(open_to_browsers),
        )
        .at(
            "/vault/card",
            get(card_page::form).post(card_page::hand_in.with(limit())),
        )
        .at(
            "/challenge/:id",
            get(challenge::page).post(challenge::answer.with(limit())),
        )
        .nest_no_strip("/", for_clients)
        .data(sandbox)
        .map_to_response()
        .boxed()
}

/// No body of ours is longer; asked of requests that have one.
fn limit() -> SizeLimit {
    SizeLimit::new(64 * 1024)
}

async fn authenticated(
    secret: &Secret,
    next: &impl Endpoint<Output = Response>,
    request: Request,
) -> poem::Result<Response> {
    let given = request
        .header("authorization")
        .and_then(|v| v.strip_prefix("Bearer "));
    if given.is_some_and(|given| secret.matches(&Secret::new(given).digest())) {
        next.call(request).await
    } else {
        Ok(refused(
            RefusalCode::Unauthorized,
            "the secret is missing or wrong",
        ))
    }
}

#[handler]
fn livez() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Card details as a browser hands them in. Neither printed nor kept.
#[derive(Deserialize)]
struct CardForm {
    credit_card: CreditCard,
}

#[derive(Deserialize)]
struct CreditCard {
    number: String,
    month: Value,
    year: Value,
    #[serde(default)]
    verification_value: Option<Value>,
}

/// `POST /vault/sessions`: a listed test card for a session id.
#[handler]
async fn open_session(sandbox: Data<&SandboxState>, body: Body) -> Response {
    let Ok(CardForm { credit_card }) = body.into_json().await else {
        return refused(
            RefusalCode::InvalidRequest,
            "send credit_card with number, month, year and verification_value",
        );
    };
    if cards::by_number(&credit_card.number).is_none() {
        let words = "only the listed test cards are accepted; see docs/sandbox.md";
        return refused(RefusalCode::InvalidCard, words);
    }
    let in_range = |value: &Value, range: std::ops::RangeInclusive<i64>| {
        let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
        number.is_some_and(|n| range.contains(&n))
    };
    let code = credit_card.verification_value.as_ref();
    if !in_range(&credit_card.month, 1..=12)
        || !in_range(&credit_card.year, 2000..=2199)
        || !code.is_some_and(|code| in_range(code, 0..=9999))
    {
        let words = "month, year (four digits) and verification_value must be given";
        return refused(RefusalCode::InvalidCard, words);
    }
    let id = sandbox.open_session(&credit_card.number).await;
    Json(json!({ "id": id })).into_response()
}

impl SandboxState {
    /// Keeps which test card it is; answers the session's id, or `None` for any other card.
    pub(super) async fn open_session(&self, number: &str) -> Option<String> {
        let card = cards::by_number(number)?;
        let id = format!("sandbox-{}", Secret::random().reveal());
        let entry = Entry {
            session: Some((id.clone(), card)),
            ..Entry::default()
        };
        self.ledger.change(|_| ((), Some(entry))).await;
        Some(id)
    }
}

#[handler]
async fn new_charge(sandbox: Data<&SandboxState>, request: &Request, body: Body) -> Response {
    let request = match keyed(request, body).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let url = &sandbox.url;
    let decision = sandbox
        .ledger
        .change(|s| charges::charge(s, &request, url, sandbox.clock.now()));
    respond(decision.await).await
}

#[handler]
async fn new_cancel(
    sandbox: Data<&SandboxState>,
    Path(operation): Path<Uuid>,
    request: &Request,
    body: Body,
) -> Response {
    let request = match keyed(request, body).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let decision = sandbox
        .ledger
        .change(|s| charges::cancel(s, operation, &request, sandbox.clock.now()));
    respond(decision.await).await
}

#[handler]
async fn new_refund(
    sandbox: Data<&SandboxState>,
    Path(operation): Path<Uuid>,
    request: &Request,
    body: Body,
) -> Response {
    let request = match keyed(request, body).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let decision = sandbox
        .ledger
        .change(|s| charges::refund(s, operation, &request, sandbox.clock.now()));
    respond(decision.await).await
}

#[handler]
async fn look_up(sandbox: Data<&SandboxState>, Path(operation): Path<Uuid>) -> Response {
    let find = |s: &super::ledger::State| s.charges.get(&operation).map(|c| c.record.clone());
    match sandbox.ledger.read(find).await {
        Some(record) => Json(record).into_response(),
        None => refused(RefusalCode::NoSuchCharge, "there is no such charge"),
    }
}

/// `GET /sessions/<session>`: which card it is, and not its number.
#[handler]
async fn look_up_session(sandbox: Data<&SandboxState>, Path(session): Path<String>) -> Response {
    let find = |s: &super::ledger::State| s.sessions.get(&session).copied();
    match sandbox.ledger.read(find).await {
        Some(card) => Json(SessionRecord {
            card_fingerprint: card.fingerprint(),
        })
        .into_response(),
        None => refused(RefusalCode::NoSuchSession, "there is no such session"),
    }
}

/// Charges on one page.
const PAGE: usize = 100;

/// Where a list begins: at a time, or behind what a page ended with.
#[derive(Deserialize)]
struct Begin {
    since: Option<DateTime<Utc>>,
    after: Option<String>,
}

/// `GET /charges?since=` or `?after=`: what changed since then, oldest change first, a page at a time. The clock is read
/// while the ledger is locked, so no change comes to stand before one that was listed.
#[handler]
async fn list(sandbox: Data<&SandboxState>, begin: poem::Result<Query<Begin>>) -> Response {
    let place = |record: &ChargeRecord| (record.updated_at, record.operation);
    let words = "send since, a time, or after, the `next` of a page";
    let from = match begin.map(|Query(begin)| (begin.since, begin.after)) {
        Ok((Some(since), None)) => Some((since, Uuid::nil())),
        Ok((None, Some(after))) => match read_cursor(&after) {
            Some(place) => Some(place),
            None => return refused(RefusalCode::UnknownCursor, "no page ended with this cursor"),
        },
        _ => None,
    };
    let Some(from) = from else {
        return refused(RefusalCode::InvalidRequest, words);
    };
    let changed = sandbox.ledger.read(|s| {
        let records = s.charges.values().map(|c| &c.record);
        let changed = records.filter(|r| place(r) > from);
        changed.cloned().collect::<Vec<ChargeRecord>>()
    });
    let mut charges = changed.await;
    charges.sort_by_key(place);
    charges.truncate(PAGE);
    let last = charges.last().map(place);
    let next = last.map(|(at, operation)| {
        format!(
            "{}.{}-{operation}",
            at.timestamp(),
            at.timestamp_subsec_nanos()
        )
    });
    Json(ChargeList { charges, next }).into_response()
}

fn read_cursor(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (time, operation) = text.split_once('-')?;
    let (seconds, nanos) = time.split_once('.')?;
    let time = DateTime::from_timestamp(seconds.parse().ok()?, nanos.parse().ok()?)?;
    Some((time, Uuid::try_parse(operation).ok()?))
}

/// `POST /control/charges/<operation>/approve` or `/decline`: decides an open charge.
#[handler]
async fn decide(
    sandbox: Data<&SandboxState>,
    Path((operation, outcome)): Path<(Uuid, String)>,
) -> Response {
    let is_approved = match outcome.as_str() {
        "approve" => true,
        "decline" => false,
        _ => return refused(RefusalCode::InvalidRequest, "approve or decline"),
    };
    let decided = sandbox.ledger.change(|s| {
        let now = sandbox.clock.now();
        let charge = s.charges.get(&operation);
        let entry = charge.and_then(|charge| charges::decide(charge, is_approved, now));
        (entry.is_some(), entry)
    });
    if decided.await {
        Json(json!({ "decided": true })).into_response()
    } else {
        refused(RefusalCode::ChargeDecided, "there is no such open charge")
    }
}

/// `GET /ledger`: everything, for tests and for looking into a purchase.
#[handler]
async fn whole_ledger(sandbox: Data<&SandboxState>) -> Json<Value> {
    let ledger = sandbox.ledger.read(|s| {
        let charges: Vec<&ChargeRecord> = s.charges.values().map(|c| &c.record).collect();
        let events: Vec<Value> = s
            .events
            .iter()
            .map(|(event, delivered)| json!({ "event": event, "delivered": delivered }))
            .collect();
        json!({ "sessions": s.sessions.len(), "charges": charges, "events": events })
    });
    Json(ledger.await)
}

/// Reads key and body.
async fn keyed<T: DeserializeOwned>(request: &Request, body: Body) -> Result<Keyed<T>, Response> {
    let bad = |words: &str| refused(RefusalCode::InvalidRequest, words);
    let key = request
        .header("idempotency-key")
        .and_then(|k| Uuid::try_parse(k).ok());
    let key = key.ok_or_else(|| bad("idempotency-key must be a uuid"))?;
    let bytes = body
        .into_bytes()
        .await
        .map_err(|_| bad("the body cannot be read"))?;
    let fingerprint = Sha256::new()
        .chain_update(request.uri().path())
        .chain_update(&bytes)
        .finalize();
    Ok(Keyed {
        key,
        fingerprint: hex::encode(fingerprint),
        body: serde_json::from_slice(&bytes).map_err(|e| bad(&e.to_string()))?,
    })
}

async fn respond(decision: Decision) -> Response {
    match decision {
        Decision::Answer(record) => Json(record).into_response(),
        Decision::Silence => {
            tokio::time::sleep(SILENCE).await;
            refused(RefusalCode::Timeout, "no answer, as this card asks")
        }
        Decision::Refused(code, words) => refused(code, words),
        Decision::KeyReused => refused(
            RefusalCode::IdempotencyKeyReused,
            "this idempotency key was used for another request",
        ),
    }
}

fn refused(code: RefusalCode, words: &str) -> Response {
    let body = Refusal {
        error: words.to_owned(),
        code,
    };
    let status = StatusCode::from_u16(code.status());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Json(body).with_status(status).into_response()
}
