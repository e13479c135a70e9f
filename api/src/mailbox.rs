//! What buyers would have been sent, for a developer to read: `/mailbox`.
//!
//! A mail's HTML is shown in a sandboxed frame from an answer that forbids everything but its own
//! inline styles, so that a mail can be as broken as it likes.

use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use poem::web::{Data, Path};
use poem::{EndpointExt, IntoEndpoint, Response, Route, get, handler};
use providers::mail::{Kept, Mailbox};

use crate::pages::html::{escape, framing_page};

/// A mail: a document without origin that may load nothing and run nothing. Its links open windows
/// of their own, as they do in a reader of mail.
const MAIL: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// The list, one mail, and one mail's HTML.
pub(crate) fn routes(mailbox: Mailbox) -> impl IntoEndpoint {
    Route::new()
        .at("/", get(list))
        .at("/:id", get(view))
        .at("/:id/html", get(html))
        .data(mailbox)
}

#[handler]
async fn list(mailbox: Data<&Mailbox>) -> Response {
    let Ok(mails) = mailbox.list().await else {
        return unreadable();
    };
    let mut rows = String::new();
    for mail in &mails {
        rows.push_str(&format!(
            "<p><a href=\"/mailbox/{}\">{}</a><br><small>To {}, {}</small></p>",
            escape(&mail.id),
            escape(&mail.subject),
            escape(&mail.to),
            escape(&mail.date)
        ));
    }
    if rows.is_empty() {
        rows.push_str("<p>No mail yet. Place an order.</p>");
    }
    framing_page("Mailbox", &rows)
}

#[handler]
async fn view(mailbox: Data<&Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.read(&id).await {
        Ok(Some(mail)) => framing_page(&mail.subject, &body_of(&mail)),
        Ok(None) => missing(),
        Err(_) => unreadable(),
    }
}

#[handler]
async fn html(mailbox: Data<&Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.read(&id).await {
        Ok(Some(mail)) => framed(mail.html),
        Ok(None) => missing(),
        Err(_) => unreadable(),
    }
}

fn body_of(mail: &Kept) -> String {
    format!(
        "<p><a href=\"/mailbox\">All mail</a></p><p><small>To {}, {}</small></p>\
         <iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox\" src=\"/mailbox/{}/html\" title=\"The mail\"></iframe>\
         <h2>As plain text</h2><pre>{}</pre>",
        escape(&mail.to),
        escape(&mail.date),
        escape(&mail.id),
        escape(&mail.text)
    )
}

fn missing() -> Response {
    let mut page = framing_page("Not found", "<p>There is no such mail.</p>");
    page.set_status(StatusCode::NOT_FOUND);
    page
}

fn unreadable() -> Response {
    let mut page = framing_page("Not now", "<p>The mailbox cannot be read.</p>");
    page.set_status(StatusCode::INTERNAL_SERVER_ERROR);
    page
}

/// A mail's own HTML, which only our page frames.
fn framed(body: String) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(CONTENT_SECURITY_POLICY, MAIL)
        .header(X_FRAME_OPTIONS, "SAMEORIGIN")
        .header(CACHE_CONTROL, "no-store")
        .body(body)
}
