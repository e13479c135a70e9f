//! What must have arrived before a request takes a place: a head of a decent size, and its body. A
//! client that sends slowly keeps nobody out but itself.

use poem::error::ReadBodyError;
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Body, Request};

use super::errors::Problem;
use super::surface::Surface;
use crate::graphql::Limits;

/// Waits for requests.
pub(super) struct Arrival {
    limits: Limits,
}

impl Arrival {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Refuses a head that is too large. What the server underneath takes at all is larger.
    pub(super) fn check_head(&self, surface: Surface, headers: &HeaderMap) -> Result<(), Problem> {
        if surface == Surface::Health {
            return Ok(());
        }
        let too_large = |limit, most: usize, what: &str| {
            let message = format!("the request has more than {most} {what}; send fewer");
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            Err(Problem::over(status, limit, most, message))
        };
        let Limits {
            headers: most,
            header_bytes,
            ..
        } = self.limits;
        if headers.len() > most {
            return too_large("headers", most, "headers");
        }
        let sizes = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len());
        if sizes.sum::<usize>() > header_bytes {
            return too_large("header_bytes", header_bytes, "bytes of headers");
        }
        Ok(())
    }

    /// Waits for the body, and puts it back in one piece.
    pub(super) async fn body(&self, request: &mut Request) -> Result<(), Problem> {
        if *request.method() != Method::POST {
            return Ok(());
        }
        let Limits {
            body: most,
            body_time,
            ..
        } = self.limits;
        let too_large = || {
            let message = format!("the body is larger than {most} bytes; send less at once");
            Problem::over(StatusCode::PAYLOAD_TOO_LARGE, "body_bytes", most, message)
        };
        let declared = request.headers().get(header::CONTENT_LENGTH);
        let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if declared.is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let body = request.take_body().into_bytes_limit(most);
        match tokio::time::timeout(body_time, body).await {
            Ok(Ok(bytes)) => {
                request.set_body(Body::from_bytes(bytes));
                Ok(())
            }
            Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(too_large()),
            Ok(Err(_)) => {
                let message = "the body could not be read to its end".to_owned();
                Err(Problem::plain(
                    StatusCode::BAD_REQUEST,
                    "BAD_REQUEST",
                    message,
                ))
            }
            Err(_late) => {
                let seconds = body_time.as_secs();
                let message =
                    format!("the body did not arrive within {seconds} seconds; send it again");
                let status = StatusCode::REQUEST_TIMEOUT;
                Err(Problem::plain(status, "REQUEST_TIMEOUT", message))
            }
        }
    }
}
