//! The page on which a buyer confirms a charge, as a bank's page would.

use poem::http::{StatusCode, header};
use poem::web::{Data, Form, Path};
use poem::{IntoResponse, Response, handler};
use serde::Deserialize;

use crate::pages::html;

use super::charges;
use super::ledger::{Charge, State};
use super::routes::SandboxState;

/// `GET /challenge/<charge>`: the question.
#[handler]
pub(super) async fn page(sandbox: Data<&SandboxState>, Path(id): Path<String>) -> Response {
    let Some(charge) = sandbox.ledger.read(|s| find(s, &id).cloned()).await else {
        return not_found();
    };
    let amount = charge
        .record
        .amount
        .map(|a| a.to_string())
        .unwrap_or_default();
    let body = if charge.record.action_url.is_some() {
        format!(
            "<p>Pay {amount}? No money moves.</p>\
             <form method=\"post\"><button name=\"outcome\" value=\"approve\">Approve</button> \
             <button name=\"outcome\" value=\"decline\">Decline</button></form>"
        )
    } else {
        "<p>This charge is decided.</p>".to_owned()
    };
    // Chromium applies form-action to where the form's answer leads, too.
    let back = charge.record.return_url.as_deref().and_then(origin);
    let forms = format!("'self' {}", back.unwrap_or_default());
    html::form_page("Sandbox bank", &body, forms.trim_end())
}

#[derive(Deserialize)]
pub(super) struct Outcome {
    outcome: String,
}

/// `POST /challenge/<charge>`: the buyer's answer; leads back to the shop.
#[handler]
pub(super) async fn answer(
    sandbox: Data<&SandboxState>,
    Path(id): Path<String>,
    Form(form): Form<Outcome>,
) -> Response {
    let now = sandbox.clock.now();
    let is_approved = form.outcome == "approve";
    let charge = sandbox.ledger.change(|s| {
        let charge = find(s, &id).cloned();
        let open = charge.as_ref().filter(|c| c.record.action_url.is_some());
        let entry = open.and_then(|c| charges::decide(c, is_approved, now));
        (charge, entry)
    });
    let Some(charge) = charge.await else {
        return not_found();
    };
    let back = charge.record.return_url.unwrap_or_else(|| "/".to_owned());
    StatusCode::SEE_OTHER
        .with_header(header::LOCATION, back)
        .into_response()
}

/// The id is random and known only from `action_url`, so it is a key as well.
fn find<'a>(state: &'a State, id: &str) -> Option<&'a Charge> {
    state.charges.values().find(|charge| charge.record.id == id)
}

fn origin(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    Some(url.origin().ascii_serialization())
}

fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
