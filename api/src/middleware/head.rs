//! HEAD wherever there is GET (RFC 9110, section 9.3.2): the same status and headers, and no body.

use poem::http::{HeaderValue, Method, header};
use poem::{Body, Endpoint, Request, Response};

/// Makes a request for the head of an answer one for the whole; whether it was one.
pub(super) fn begin(request: &mut Request) -> bool {
    let wanted = *request.method() == Method::HEAD;
    if wanted {
        request.set_method(Method::GET);
    }
    wanted
}

/// Takes the body away, whose length stays where the whole answer would tell it.
pub(super) async fn end(response: &mut Response) {
    let body = response.take_body().into_bytes().await.unwrap_or_default();
    let status = response.status();
    let tells = !status.is_informational() && ![204, 304].contains(&status.as_u16());
    if tells && !response.headers().contains_key(header::CONTENT_LENGTH) {
        let length = HeaderValue::from(body.len());
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
    }
    response.set_body(Body::empty());
}

/// Routes that answer HEAD as well.
pub(crate) struct WithHead<E>(pub(crate) E);

impl<E: Endpoint<Output = Response>> Endpoint for WithHead<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let head = begin(&mut request);
        let mut response = self.0.call(request).await?;
        if head {
            end(&mut response).await;
        }
        Ok(response)
    }
}
