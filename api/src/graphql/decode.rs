//! From an HTTP request to GraphQL requests.

use async_graphql::{Request as Operation, Variables};
use poem::error::ReadBodyError;
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Body, Request, Response};
use serde_json::{Map, Value};

use super::Limits;
use super::encode::Format;

/// Why a request is not run.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) what: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self {
            status,
            what: what.into(),
        }
    }

    fn bad(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what)
    }

    /// The answer, shaped as a GraphQL error.
    pub(super) fn respond(&self, format: Format) -> Response {
        let body = serde_json::json!({ "errors": [{ "message": self.what }] });
        let mut response = format.body(self.status, body.to_string().into_bytes());
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            let allow = header::HeaderValue::from_static("POST");
            response.headers_mut().insert(header::ALLOW, allow);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = header::HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }
}

/// The operations of one HTTP request.
pub(super) struct Incoming {
    pub(super) operations: Vec<Operation>,
    /// Whether they came, and are answered, as a list.
    pub(super) batch: bool,
}

impl Incoming {
    fn single(operation: Operation) -> Self {
        Self {
            operations: vec![operation],
            batch: false,
        }
    }
}

/// Reads the operations.
pub(super) async fn decode(
    request: &Request,
    body: Body,
    limits: &Limits,
) -> Result<Incoming, Refusal> {
    if !Format::acceptable(request) {
        let what = "answers are application/json or application/graphql-response+json";
        return Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, what));
    }
    match *request.method() {
        Method::GET => from_address(request).map(Incoming::single),
        Method::POST => from_body(request, body, limits).await,
        _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "use POST")),
    }
}

fn from_address(request: &Request) -> Result<Operation, Refusal> {
    let mut fields = Map::new();
    let pairs = request.uri().query().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(pairs.as_bytes()) {
        let value = match &*name {
            "variables" | "extensions" => json(value.as_bytes(), &name)?,
            _ => Value::String(value.into_owned()),
        };
        fields.insert(name.into_owned(), value);
    }
    operation(fields)
}

async fn from_body(request: &Request, body: Body, limits: &Limits) -> Result<Incoming, Refusal> {
    let kind = request.content_type().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let raw = match kind.to_ascii_lowercase().as_str() {
        "application/json" => false,
        "application/graphql" => true,
        _ => {
            let what = "send application/json or application/graphql";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
        }
    };
    let bytes = read(request.headers(), body, limits.body).await?;
    if raw {
        let text = String::from_utf8(bytes).map_err(|_| Refusal::bad("the body is not UTF-8"))?;
        return Ok(Incoming::single(Operation::new(text)));
    }
    match json(&bytes, "the body")? {
        Value::Array(list) if list.is_empty() => Err(Refusal::bad("the batch is empty")),
        Value::Array(list) if list.len() > limits.batch => {
            let what = format!("a batch may have {} operations at most", limits.batch);
            Err(Refusal::bad(what))
        }
        Value::Array(list) => Ok(Incoming {
            operations: list.into_iter().map(object).collect::<Result<_, _>>()?,
            batch: true,
        }),
        other => object(other).map(Incoming::single),
    }
}

async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let what = format!("the body is larger than {limit} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, what)
    };
    let declared = headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    match body.into_bytes_limit(limit).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(ReadBodyError::PayloadTooLarge) => Err(too_large()),
        Err(_) => Err(Refusal::bad("the body could not be read")),
    }
}

fn json(bytes: &[u8], what: &str) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad(format!("{what}: {error}")))
}

fn object(value: Value) -> Result<Operation, Refusal> {
    match value {
        Value::Object(fields) => operation(fields),
        _ => Err(Refusal::bad("send an object with `query`")),
    }
}

fn operation(mut fields: Map<String, Value>) -> Result<Operation, Refusal> {
    let Some(Value::String(query)) = fields.remove("query") else {
        return Err(Refusal::bad("`query` must be a text"));
    };
    let mut operation = Operation::new(query);
    operation.operation_name = match fields.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
        Some(_) => return Err(Refusal::bad("`operationName` must be a text")),
    };
    operation.variables = match fields.remove("variables") {
        None | Some(Value::Null) => Variables::default(),
        Some(Value::Object(variables)) => Variables::from_json(Value::Object(variables)),
        Some(_) => return Err(Refusal::bad("`variables` must be an object")),
    };
    match fields.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Ok(operation),
        Some(_) => Err(Refusal::bad("`extensions` must be an object")),
    }
}
