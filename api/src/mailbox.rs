//! What buyers would have been sent, for a developer to read: `/mailbox`.
//!
//! A mail's HTML is shown in a sandboxed frame from an answer that forbids everything but its own
//! inline styles, so that a mail can be as broken as it likes.

use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use poem::web::{Data, Path};
use poem::{EndpointExt, IntoEndpoint, Response, Route, get, handler};
use providers::mail::{Kept, Mailbox};

/// Our own pages: no script, nothing from elsewhere, and frames only of mails.
const PAGE: &str = "default-src 'none'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A mail: a document without origin that may load nothing and run nothing.
const MAIL: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'";

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
            "<tr><td>{}</td><td>{}</td><td><a href=\"/mailbox/{}\">{}</a></td></tr>",
            escape(&mail.date),
            escape(&mail.to),
            escape(&mail.id),
            escape(&mail.subject)
        ));
    }
    let body = if rows.is_empty() {
        "<p>No mail yet. Place an order.</p>".to_owned()
    } else {
        format!(
            "<table cellpadding=\"4\"><tr><th>Date</th><th>To</th><th>Subject</th></tr>{rows}</table>"
        )
    };
    page("Mailbox", &body)
}

#[handler]
async fn view(mailbox: Data<&Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.read(&id).await {
        Ok(Some(mail)) => page(&mail.subject, &body_of(&mail)),
        Ok(None) => missing(),
        Err(_) => unreadable(),
    }
}

#[handler]
async fn html(mailbox: Data<&Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.read(&id).await {
        Ok(Some(mail)) => answer(StatusCode::OK, MAIL, mail.html),
        Ok(None) => missing(),
        Err(_) => unreadable(),
    }
}

fn body_of(mail: &Kept) -> String {
    format!(
        "<p><a href=\"/mailbox\">All mail</a></p><p>To {}<br>{}</p>\
         <iframe sandbox src=\"/mailbox/{}/html\" title=\"The mail\" width=\"100%\" height=\"480\"></iframe>\
         <h2>As plain text</h2><pre>{}</pre>",
        escape(&mail.to),
        escape(&mail.date),
        escape(&mail.id),
        escape(&mail.text)
    )
}

fn page(title: &str, body: &str) -> Response {
    let title = escape(title);
    let document = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1>{body}</body></html>"
    );
    answer(StatusCode::OK, PAGE, document)
}

fn missing() -> Response {
    answer(
        StatusCode::NOT_FOUND,
        PAGE,
        "<p>There is no such mail.</p>".to_owned(),
    )
}

fn unreadable() -> Response {
    let text = "<p>The mailbox cannot be read.</p>".to_owned();
    answer(StatusCode::INTERNAL_SERVER_ERROR, PAGE, text)
}

fn answer(status: StatusCode, policy: &str, body: String) -> Response {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/html; charset=utf-8")
        .header(CONTENT_SECURITY_POLICY, policy)
        .header("x-content-type-options", "nosniff")
        .header("x-frame-options", "SAMEORIGIN")
        .header(REFERRER_POLICY, "no-referrer")
        .header(CACHE_CONTROL, "no-store")
        .body(body)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
