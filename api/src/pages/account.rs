//! `/account/activate/<id>/<token>`, `/account/reset/<id>/<token>` and `/account/email/<id>/<token>`: where the links of
//! mails lead.
//!
//! Nothing but the address proves anything here, no cookie is read, and looking changes nothing: a
//! page of another site that made a browser send the form would have to know the link.

use commerce::Shop;
use commerce::customer::{Link, LinkKind, commands, reads};
use commerce::identity::Caller;
use commerce::kernel::{Failure, Id, Secret};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, IntoResponse, Request, Response, handler};

use super::html::{self, escape};
use crate::auth;

/// Bytes of a form.
const MOST: usize = 4_096;

#[handler]
pub(super) async fn form(
    shop: Data<&Shop>,
    Path((kind, id, token)): Path<(String, String, String)>,
) -> Response {
    let Some(link) = link(&kind, &id, token) else {
        return html::not_found();
    };
    let now = shop.clock.now();
    let mut conn = match shop.db.primary().await {
        Ok(conn) => conn,
        Err(fault) => return html::unavailable(&fault),
    };
    match reads::is_good_link(&mut conn, &link, now).await {
        Ok(true) => ask(link.kind, None),
        Ok(false) => gone(),
        Err(fault) => html::unavailable(&fault),
    }
}

#[handler]
pub(super) async fn submit(
    request: &Request,
    body: Body,
    shop: Data<&Shop>,
    Path((kind, id, token)): Path<(String, String, String)>,
) -> Response {
    let Some(link) = link(&kind, &id, token) else {
        return html::not_found();
    };
    let Ok(caller) = auth::caller(request, &shop) else {
        return html::not_found();
    };
    if link.kind == LinkKind::Email {
        return confirm(&shop, &caller, &link).await;
    }
    let Ok(bytes) = body.into_bytes_limit(MOST).await else {
        return ask(link.kind, Some("the form could not be read"));
    };
    let password = url::form_urlencoded::parse(&bytes)
        .find_map(|(name, value)| (name == "password").then(|| value.into_owned()));
    let password = password.unwrap_or_default();
    let set = commands::set_by_link(&shop, &caller, &link, &password, &["password"]).await;
    match set {
        Ok(_signed_in_elsewhere) => {
            let title = match link.kind {
                LinkKind::Activate => "Your account is ready",
                LinkKind::Reset | LinkKind::Email => "Your password is changed",
            };
            html::page(title, "<p>You can sign in with it now.</p>")
        }
        Err(Failure::Broken(fault)) => html::unavailable(&fault),
        Err(Failure::Refused(refusals)) => match refusals.first() {
            Some(refusal) if !refusal.field.is_empty() => ask(link.kind, Some(&refusal.message)),
            _ => gone(),
        },
    }
}

/// Makes the address that the link was sent to the account's.
async fn confirm(shop: &Shop, caller: &Caller, link: &Link) -> Response {
    match commands::confirm_email(shop, caller, link).await {
        Ok(_) => html::page(
            "Your e-mail address is changed",
            "<p>You sign in with it from now on.</p>",
        ),
        Err(Failure::Broken(fault)) => html::unavailable(&fault),
        Err(Failure::Refused(_)) => gone(),
    }
}

fn link(kind: &str, id: &str, token: String) -> Option<Link> {
    let kind = match kind {
        "activate" => LinkKind::Activate,
        "reset" => LinkKind::Reset,
        "email" => LinkKind::Email,
        _ => return None,
    };
    Some(Link {
        kind,
        customer: Id::new(id.parse().ok()?),
        token: Secret::new(token),
    })
}

/// The form goes to the address it stands at.
fn ask(kind: LinkKind, refusal: Option<&str>) -> Response {
    let title = match kind {
        LinkKind::Activate => "Take your account into use",
        LinkKind::Reset => "Choose a new password",
        LinkKind::Email => {
            let body = "<form method=\"post\"><p>This e-mail address becomes your account's.</p>\
                        <p><button>Confirm</button></p></form>";
            return html::form_page("Confirm your e-mail address", body, "'self'");
        }
    };
    let told = refusal.map_or_else(String::new, |what| {
        format!("<p role=\"alert\">{}.</p>", escape(what))
    });
    let body = format!(
        "{told}<form method=\"post\"><p><label for=\"password\">New password, at least 8 characters</label><br>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" \
         required minlength=\"8\" maxlength=\"128\"></p><p><button>Save</button></p></form>"
    );
    let status = match refusal {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    html::form_page(title, &body, "'self'")
        .with_status(status)
        .into_response()
}

/// Used, too old, or never ours: all the same.
fn gone() -> Response {
    html::page(
        "This link is not valid any more",
        "<p>Ask for a new one where you sign in.</p>",
    )
    .with_status(StatusCode::GONE)
    .into_response()
}
