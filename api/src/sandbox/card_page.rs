//! The page on which a buyer types a card's details, shown in a frame of a shop's checkout. It leads the
//! whole window back to the shop with a session's name, and works without a script.

use maud::{DOCTYPE, PreEscaped, html};
use poem::http::{StatusCode, header};
use poem::web::{Data, Form, Query};
use poem::{IntoResponse, Response, handler};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::routes::SandboxState;

/// The style of the page; its hash stands in the policy.
const STYLE: &str = "*{box-sizing:border-box}body{margin:0;padding:.75rem 1rem;\
font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff}p{margin:0 0 1rem}\
label{display:block;font-weight:500;margin-bottom:.25rem}input{display:block;width:100%;\
min-height:2.875rem;padding:.5rem .75rem;font:inherit;border:1px solid #767676;border-radius:.375rem}\
input:focus-visible,button:focus-visible{outline:3px solid #1a1a1a;outline-offset:2px}\
[aria-invalid=true]{border:2px solid #b00020}.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 1rem}\
small{color:#565656}button{width:100%;min-height:2.875rem;font:inherit;font-weight:600;color:#fff;\
background:#1a1a1a;border:0;border-radius:.375rem;cursor:pointer}";

/// Number, expiry, its form, security code, button, and what this page is.
type Words = [&'static str; 6];

fn words(language: &str) -> Words {
    match language {
        "de" => [
            "Kartennummer",
            "Gültig bis",
            "MM/JJ",
            "Prüfnummer",
            "Weiter zur Prüfung",
            "Sandkasten: nur Testkarten, es fließt kein Geld.",
        ],
        "fr" => [
            "Numéro de carte",
            "Date d’expiration",
            "MM/AA",
            "Cryptogramme",
            "Continuer vers la vérification",
            "Bac à sable : cartes de test uniquement, aucun argent ne circule.",
        ],
        "es" => [
            "Número de tarjeta",
            "Caducidad",
            "MM/AA",
            "Código de seguridad",
            "Continuar a la revisión",
            "Entorno de pruebas: solo tarjetas de prueba, no se mueve dinero.",
        ],
        _ => [
            "Card number",
            "Expires",
            "MM/YY",
            "Security code",
            "Continue to review",
            "Sandbox: test cards only, no money moves.",
        ],
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "return")]
    back: Url,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    refused: String,
}

/// `GET /vault/card?return=<url>&lang=<language>&refused=<1 after a card that was not taken>`.
#[handler]
pub(super) async fn form(asked: poem::Result<Query<Asked>>) -> Response {
    let Ok(Query(asked)) = asked else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let [number, expiry, shape, code, go_on, about] = words(&asked.lang);
    let is_refused = !asked.refused.is_empty();
    let lang = match asked.lang.as_str() {
        "de" | "fr" | "es" => asked.lang.as_str(),
        _ => "en",
    };
    let html = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "Sandbox" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    form method="post" action="/vault/card" target="_top" {
                        input type="hidden" name="return" value=(asked.back);
                        p {
                            label for="number" { (number) }
                            input id="number" name="number" inputmode="numeric" autocomplete="cc-number"
                                required maxlength="23" pattern="[0-9 ]{12,23}" placeholder="4242 4242 4242 4242"
                                aria-invalid=[is_refused.then_some("true")];
                        }
                        div.pair {
                            p {
                                label for="expiry" { (expiry) }
                                input id="expiry" name="expiry" inputmode="numeric" autocomplete="cc-exp" required
                                    maxlength="7" pattern="[0-9]{1,2} ?/ ?[0-9]{2}" placeholder=(shape);
                            }
                            p {
                                label for="code" { (code) }
                                input id="code" name="code" inputmode="numeric" autocomplete="cc-csc" required
                                    maxlength="4" pattern="[0-9]{3,4}" placeholder="123";
                            }
                        }
                        p { button { (go_on) } }
                        p { small { (about) } }
                    }
                }
            }
        }
    };
    let own = asked.back.origin().ascii_serialization();
    let style = Sha256::digest(STYLE);
    let style = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, style);
    // Chromium applies form-action to where the form's answer leads, too.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; \
         form-action 'self' {own}; frame-ancestors {own}"
    );
    html.into_string()
        .with_content_type("text/html; charset=utf-8")
        .with_header(header::CONTENT_SECURITY_POLICY, policy)
        .with_header(header::CACHE_CONTROL, "no-store")
        .with_header(header::REFERRER_POLICY, "no-referrer")
        .with_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .into_response()
}

/// Card details as the form sends them. Neither printed nor kept.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(rename = "return")]
    back: Url,
    number: String,
    expiry: String,
    code: String,
}

/// `POST /vault/card`: back to the shop, with a session for a card that was taken.
#[handler]
pub(super) async fn hand_in(
    sandbox: Data<&SandboxState>,
    typed: poem::Result<Form<Typed>>,
) -> Response {
    let Ok(Form(typed)) = typed else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let session = match is_plausible(&typed) {
        true => sandbox.open_session(&typed.number).await,
        false => None,
    };
    let mut back = typed.back;
    match session {
        Some(session) => back.query_pairs_mut().append_pair("session", &session),
        None => back.query_pairs_mut().append_pair("refused", "1"),
    };
    StatusCode::SEE_OTHER
        .with_header(header::LOCATION, back.as_str())
        .with_header(header::CACHE_CONTROL, "no-store")
        .with_header(header::REFERRER_POLICY, "no-referrer")
        .into_response()
}

/// Whether there is a month and a code; which card it is, the number says alone.
fn is_plausible(typed: &Typed) -> bool {
    let month = typed.expiry.split('/').next().map(str::trim);
    let month = month.and_then(|month| month.parse::<u8>().ok());
    month.is_some_and(|month| (1..=12).contains(&month))
        && typed.expiry.contains('/')
        && (3..=4).contains(&typed.code.trim().len())
        && typed.code.trim().bytes().all(|b| b.is_ascii_digit())
}
