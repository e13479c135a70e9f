//! From an HTTP request to GraphQL requests.

use async_graphql::{Request as Operation, Variables};
use poem::error::ReadBodyError;
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Body, Request, Response};
use schema::errors::LIMIT;
use serde_json::{Map, Value, json};

use super::Limits;
use super::encode::Format;
use super::persisted::{self, Hash};

/// Why a request is not run.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) what: String,
    code: Option<&'static str>,
    limit: Option<(&'static str, usize)>,
    /// What a request has to bring that is not let in.
    challenge: &'static str,
}

/// What a refused bearer token is answered with (RFC 6750, section 3.1).
pub(super) const BEARER: &str = "Bearer error=\"invalid_token\"";
/// The same for storefront access tokens, which come in a header of their own. A scheme of ours, as RFC
/// 9110 (section 15.5.2) wants one with each 401.
const STOREFRONT: &str = "StorefrontAccessToken header=\"x-shopify-storefront-access-token\"";

impl Refusal {
    pub(super) fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self {
            status,
            what: what.into(),
            code: None,
            limit: None,
            challenge: STOREFRONT,
        }
    }

    /// The same with another challenge, for a request that is not let in.
    pub(super) fn challenging(self, challenge: &'static str) -> Self {
        Self { challenge, ..self }
    }

    /// The same with a code for programs.
    pub(super) fn coded(status: StatusCode, code: &'static str, what: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            ..Self::new(status, what)
        }
    }

    /// The request goes over a limit; the words say what to do.
    fn over(status: StatusCode, limit: &'static str, most: usize, what: String) -> Self {
        Self {
            limit: Some((limit, most)),
            ..Self::coded(status, LIMIT, what)
        }
    }

    fn bad(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what)
    }

    /// The answer, shaped as a GraphQL error.
    pub(super) fn respond(&self, format: Format) -> Response {
        let mut error = json!({ "message": self.what });
        if let Some(code) = self.code {
            error["extensions"] = json!({ "code": code });
        }
        if let Some((limit, most)) = self.limit {
            error["extensions"]["limit"] = limit.into();
            error["extensions"]["maximum"] = most.into();
        }
        let body = json!({ "errors": [error] });
        let mut response = format.body(self.status, body.to_string().into_bytes());
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            let allow = header::HeaderValue::from_static("GET, HEAD, POST");
            response.headers_mut().insert(header::ALLOW, allow);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = header::HeaderValue::from_static(self.challenge);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = header::HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }
}

/// One operation.
pub(super) struct Asked {
    pub(super) operation: Operation,
    /// The hash by which its document is named.
    pub(super) hash: Option<Hash>,
}

/// The operations of one HTTP request.
pub(super) struct Incoming {
    pub(super) operations: Vec<Asked>,
    /// Whether they came, and are answered, as a list.
    pub(super) batch: bool,
}

impl Incoming {
    fn single(asked: Asked) -> Self {
        Self {
            operations: vec![asked],
            batch: false,
        }
    }
}

/// A request as it came.
pub(super) struct Raw {
    /// The bytes that say what is asked for: the address's query, or the body.
    pub(super) bytes: Vec<u8>,
    pub(super) kind: Kind,
}

/// How a request says what it asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// In its address.
    Address,
    /// In a body of JSON.
    Json,
    /// In a body that is the document.
    Document,
}

/// Reads the bytes of a request.
pub(super) async fn read(request: &Request, body: Body, limits: &Limits) -> Result<Raw, Refusal> {
    if !Format::acceptable(request) {
        let what = "answers are application/json or application/graphql-response+json";
        return Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, what));
    }
    match *request.method() {
        Method::GET => Ok(Raw {
            bytes: request.uri().query().unwrap_or_default().into(),
            kind: Kind::Address,
        }),
        Method::POST => read_body(request, body, limits).await,
        _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "use POST")),
    }
}

/// Reads the operations.
pub(super) fn decode(raw: &Raw, limits: &Limits) -> Result<Incoming, Refusal> {
    match raw.kind {
        Kind::Address => from_address(&raw.bytes, limits).map(Incoming::single),
        Kind::Json => from_json(&raw.bytes, limits),
        Kind::Document => {
            let text = String::from_utf8(raw.bytes.clone());
            let text = text.map_err(|_| Refusal::bad("the body is not UTF-8"))?;
            let operation = Operation::new(text);
            Ok(Incoming::single(Asked {
                operation,
                hash: None,
            }))
        }
    }
}

fn from_address(pairs: &[u8], limits: &Limits) -> Result<Asked, Refusal> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(pairs) {
        let value = match &*name {
            "variables" | "extensions" => parse(value.as_bytes(), &name, limits)?,
            _ => Value::String(value.into_owned()),
        };
        fields.insert(name.into_owned(), value);
    }
    operation(fields)
}

async fn read_body(request: &Request, body: Body, limits: &Limits) -> Result<Raw, Refusal> {
    let kind = request.content_type().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = match kind.to_ascii_lowercase().as_str() {
        "application/json" => Kind::Json,
        "application/graphql" => Kind::Document,
        _ => {
            let what = "send application/json or application/graphql";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
        }
    };
    if let Some(encoding) = encoding(request.headers()) {
        let what = format!("the body is encoded as `{encoding}`; send it as it is");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
    }
    let bytes = read_bytes(request.headers(), body, limits.body).await?;
    Ok(Raw { bytes, kind })
}

fn from_json(bytes: &[u8], limits: &Limits) -> Result<Incoming, Refusal> {
    match parse(bytes, "the body", limits)? {
        Value::Array(list) if list.is_empty() => Err(Refusal::bad("the batch is empty")),
        Value::Array(list) if list.len() > limits.batch => {
            let what = format!(
                "a batch may have {} operations at most; send several",
                limits.batch
            );
            Err(Refusal::over(
                StatusCode::BAD_REQUEST,
                "batch",
                limits.batch,
                what,
            ))
        }
        Value::Array(list) => Ok(Incoming {
            operations: list.into_iter().map(object).collect::<Result<_, _>>()?,
            batch: true,
        }),
        other => object(other).map(Incoming::single),
    }
}

async fn read_bytes(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let what = format!("the body is larger than {limit} bytes; send less at once");
        Refusal::over(StatusCode::PAYLOAD_TOO_LARGE, "body_bytes", limit, what)
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

/// How a body is encoded, where it is not sent as it is: what it unfolds to could be any size.
fn encoding(headers: &HeaderMap) -> Option<String> {
    let encoding = headers.get(header::CONTENT_ENCODING)?;
    let encoding = String::from_utf8_lossy(encoding.as_bytes())
        .trim()
        .to_lowercase();
    (!encoding.is_empty() && encoding != "identity").then_some(encoding)
}

fn parse(bytes: &[u8], what: &str, limits: &Limits) -> Result<Value, Refusal> {
    let shape = Shape::of(bytes);
    let over = |limit, most, so: String| {
        let what = format!("{what}: more than {most} {so}");
        Err(Refusal::over(StatusCode::BAD_REQUEST, limit, most, what))
    };
    if shape.depth > limits.json_depth {
        let so = "brackets within each other; nest less".to_owned();
        return over("json_depth", limits.json_depth, so);
    }
    if shape.values > limits.json_values {
        let so = "values; send them in several requests".to_owned();
        return over("json_values", limits.json_values, so);
    }
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad(format!("{what}: {error}")))
}

/// What parsing a JSON text would take.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    /// The deepest nesting of brackets outside texts; the parser recurses that far.
    depth: usize,
    /// Opening brackets and commas outside texts, about as many as values: an empty list takes two bytes
    /// of the body and a hundred of memory.
    values: usize,
}

impl Shape {
    fn of(json: &[u8]) -> Self {
        let (mut open, mut in_text) = (0usize, false);
        let (mut depth, mut values) = (0, 0);
        let mut bytes = json.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => in_text = !in_text,
                b'\\' if in_text => {
                    bytes.next();
                }
                b',' if !in_text => values += 1,
                b'{' | b'[' if !in_text => {
                    open += 1;
                    values += 1;
                    depth = depth.max(open);
                }
                b'}' | b']' if !in_text => open = open.saturating_sub(1),
                _ => {}
            }
        }
        Self { depth, values }
    }
}

fn object(value: Value) -> Result<Asked, Refusal> {
    match value {
        Value::Object(fields) => operation(fields),
        _ => Err(Refusal::bad("send an object with `query`")),
    }
}

fn operation(mut fields: Map<String, Value>) -> Result<Asked, Refusal> {
    let hash = match fields.remove("extensions") {
        None | Some(Value::Null) => None,
        Some(extensions @ Value::Object(_)) => {
            persisted::named(&extensions).map_err(Refusal::bad)?
        }
        Some(_) => return Err(Refusal::bad("`extensions` must be an object")),
    };
    let query = match fields.remove("query") {
        Some(Value::String(query)) => query,
        None | Some(Value::Null) if hash.is_some() => String::new(),
        _ => return Err(Refusal::bad("`query` must be a text")),
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
    Ok(Asked { operation, hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_as_deep_and_wide_as_its_brackets_and_commas_outside_texts() {
        let shape = |json: &[u8]| (Shape::of(json).depth, Shape::of(json).values);
        assert_eq!(shape(br#"{"a":[{"b":"[[\"[[,"},1,2]}"#), (3, 5));
        assert_eq!(shape(b"]]]{}"), (1, 1));
        assert_eq!(shape(b"\"{{{,"), (0, 0));
    }
}
