//! `POST /auth/sign-in`, `/auth/refresh`, `/auth/sign-out`, and `GET /.well-known/jwks.json`.

use std::time::Duration;

use commerce::Shop;
use commerce::customer::commands::{self, Ended};
use commerce::customer::{Code, Refreshed, Refusals, SessionTokens};
use commerce::identity::Caller;
use commerce::identity::bearer::{Authority, LIFETIME};
use commerce::kernel::{Failure, Fault, Secret};
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::Data;
use poem::{Body, Request, Response, Route, get, handler, post};
use serde::{Deserialize, Serialize};

use super::cookie;
use crate::middleware::Problem;

/// Bytes of a body: an address, a password, a token.
const MOST: usize = 4_096;

/// Adds the endpoints to the routes.
pub(crate) fn routes(routes: Route) -> Route {
    routes
        .at("/auth/sign-in", post(sign_in))
        .at("/auth/refresh", post(refresh))
        .at("/auth/sign-out", post(sign_out))
        .at("/.well-known/jwks.json", get(jwks))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
    /// Whether the refresh token becomes a cookie instead of standing in the body.
    #[serde(default)]
    cookie: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Refresh {
    refresh_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SignOut {
    refresh_token: Option<String>,
    everywhere: bool,
}

#[derive(Serialize)]
struct Tokens<'a> {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    refresh_expires_in: i64,
}

#[handler]
async fn sign_in(
    request: &Request,
    body: Body,
    shop: Data<&Shop>,
    authority: Data<&Authority>,
) -> Response {
    let work = async {
        let caller = admitted(request, &shop)?;
        let given: SignIn = read(request, body).await?;
        for (field, text) in [("email", &given.email), ("password", &given.password)] {
            if text.contains('\0') {
                let what = format!("the body: `{field}` contains the character U+0000");
                return Err(problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", &what));
            }
        }
        let begun = commands::begin_session(&shop, &caller, &given.email, &given.password).await;
        let session = begun.map_err(refused)?;
        answer(&session, &authority, given.cookie)
    };
    settle(work.await)
}

#[handler]
async fn refresh(
    request: &Request,
    body: Body,
    shop: Data<&Shop>,
    authority: Data<&Authority>,
) -> Response {
    let work = async {
        admitted(request, &shop)?;
        let given: Refresh = read(request, body).await?;
        let kept = cookie::read(request.headers());
        let (token, is_cookie) = match (given.refresh_token, kept) {
            (Some(token), _) => (Secret::new(token), false),
            (None, Some(token)) => (token, true),
            (None, None) => return Err(ended(false)),
        };
        match commands::refresh_session(&shop, &token)
            .await
            .map_err(broken)?
        {
            Refreshed::Live(session) => answer(&session, &authority, is_cookie),
            Refreshed::Ended => Err(ended(is_cookie)),
            Refreshed::Reused => {
                tracing::warn!("a refresh token was used twice; its session has ended");
                Err(ended(is_cookie))
            }
        }
    };
    settle(work.await)
}

#[handler]
async fn sign_out(request: &Request, body: Body, shop: Data<&Shop>) -> Response {
    let work = async {
        let caller = admitted(request, &shop)?;
        let given: SignOut = read(request, body).await?;
        let kept = cookie::read(request.headers());
        let token = given.refresh_token.map(Secret::new).or(kept);
        let what = if given.everywhere {
            Ended::Everything
        } else {
            Ended::Session
        };
        let ended = commands::end_session(&shop, &caller, token.as_ref(), what).await;
        ended.map_err(broken)?;
        let response = Response::builder().status(StatusCode::NO_CONTENT);
        let response = response.header(header::CACHE_CONTROL, "no-store");
        Ok(response
            .header(header::SET_COOKIE, cookie::forget())
            .finish())
    };
    settle(work.await)
}

#[handler]
fn jwks(authority: Data<&Authority>) -> Response {
    Response::builder()
        .content_type("application/jwk-set+json")
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(authority.ring().jwks().to_string())
}

/// Lets in whoever is not another site's page, and reads who it is.
fn admitted(request: &Request, shop: &Shop) -> Result<Caller, Box<Response>> {
    if !cookie::is_from_ourselves(request.headers(), &shop.settings.public_url) {
        let what = "pages of other origins cannot sign anybody in here";
        return Err(problem(StatusCode::FORBIDDEN, "FORBIDDEN", what));
    }
    // A bearer token that is not good names nobody: whoever has one wants a new one.
    Ok(super::caller(request, shop).unwrap_or_else(|_| {
        let network = request.data::<crate::middleware::ClientIp>();
        network.map_or_else(Caller::local, |ip| Caller::anonymous(ip.network()))
    }))
}

/// Reads a body of JSON. No form and no plain text: those a page of another site could send.
async fn read<T: for<'de> Deserialize<'de>>(
    request: &Request,
    body: Body,
) -> Result<T, Box<Response>> {
    let kind = request.content_type().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let what = "send application/json";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(problem(status, "UNSUPPORTED_MEDIA_TYPE", what));
    }
    let bytes = body.into_bytes_limit(MOST).await.map_err(|_| {
        let what = "the body is too large or could not be read";
        problem(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", what)
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        // The error names fields and places, never values.
        let what = match error.classify() {
            serde_json::error::Category::Data => format!("the body: {}", field_of(&error)),
            _ => "the body is not JSON".to_owned(),
        };
        problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", &what)
    })
}

/// What is wrong with a body, without what the caller wrote in it.
fn field_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line").next().unwrap_or_default();
    if text.starts_with("missing field") {
        return text.to_owned();
    }
    match text.split_once(", expected ") {
        Some((unknown, known)) if unknown.starts_with("unknown field") => {
            format!("an unknown field; expected {known}")
        }
        _ => "a field has the wrong type".to_owned(),
    }
}

fn answer(
    session: &SessionTokens,
    authority: &Authority,
    is_cookie: bool,
) -> Result<Response, Box<Response>> {
    let now = session.issued_at;
    let access_token = authority.issue(session.bearer, now).map_err(broken)?;
    let lifetime = session.refresh_expires_at - now;
    let tokens = Tokens {
        access_token,
        token_type: "Bearer",
        expires_in: LIFETIME.num_seconds(),
        refresh_token: (!is_cookie).then(|| session.refresh_token.reveal()),
        refresh_expires_in: lifetime.num_seconds(),
    };
    let body =
        serde_json::to_vec(&tokens).map_err(|error| broken(Fault::other("write tokens", error)))?;
    let mut response = Response::builder()
        .content_type("application/json; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body);
    if is_cookie && let Some(cookie) = cookie::keep(&session.refresh_token, lifetime) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn settle(outcome: Result<Response, Box<Response>>) -> Response {
    outcome.unwrap_or_else(|response| *response)
}

/// The session has ended, or never was: the caller signs in again.
fn ended(is_cookie: bool) -> Box<Response> {
    let what = "the refresh token is not valid; sign in again";
    let mut response = problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN", what);
    if is_cookie {
        response
            .headers_mut()
            .insert(header::SET_COOKIE, cookie::forget());
    }
    response
}

fn refused(failure: Failure<Refusals>) -> Box<Response> {
    let refusal = match failure {
        Failure::Refused(refusals) => refusals.into_iter().next(),
        Failure::Broken(fault) => return broken(fault),
    };
    let Some(refusal) = refusal else {
        return problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", "refused");
    };
    match (refusal.wait, refusal.code) {
        (Some(wait), _) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            Box::new(Problem::passing(status, "THROTTLED", refusal.message, wait).response())
        }
        (None, Some(Code::CustomerDisabled)) => {
            problem(StatusCode::FORBIDDEN, "CUSTOMER_DISABLED", &refusal.message)
        }
        (None, _) => {
            let status = StatusCode::UNAUTHORIZED;
            problem(status, "UNIDENTIFIED_CUSTOMER", &refusal.message)
        }
    }
}

fn broken(fault: Fault) -> Box<Response> {
    tracing::error!(error = fault.chain(), "a sign-in could not be made");
    let message = "signing in does not work just now; try again".to_owned();
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let second = Duration::from_secs(1);
    Box::new(Problem::passing(status, "SERVICE_UNAVAILABLE", message, second).response())
}

fn problem(status: StatusCode, code: &'static str, what: &str) -> Box<Response> {
    let mut response = Problem::plain(status, code, what.to_owned()).response();
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, scheme);
    }
    Box::new(response)
}
