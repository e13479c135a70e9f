//! GraphiQL at `/graphiql`: every file is ours to serve, nothing is fetched from elsewhere.

use commerce::kernel::Secret;
use commerce::payment::PaymentConfig;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{EndpointExt, IntoEndpoint, IntoResponse, Response, Route, get, handler};

/// Besides our own origin, what the page's scripts may talk to: the sandbox's vault, for the test
/// cards of the examples. A real provider's vault is not opened to them.
#[derive(Clone)]
struct Vault(Option<String>);

/// Browsers ask again after an hour; an upgrade is seen by then at the latest.
const CACHE_CONTROL: &str = "public, max-age=3600";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Name, media type and content of everything the page loads.
static FILES: [(&str, &str, &[u8]); 7] = [
    (
        "react.production.min.js",
        SCRIPT,
        include_bytes!("../assets/graphiql/react.production.min.js"),
    ),
    (
        "react-dom.production.min.js",
        SCRIPT,
        include_bytes!("../assets/graphiql/react-dom.production.min.js"),
    ),
    (
        "graphiql.min.js",
        SCRIPT,
        include_bytes!("../assets/graphiql/graphiql.min.js"),
    ),
    (
        "graphiql.min.css",
        STYLE,
        include_bytes!("../assets/graphiql/graphiql.min.css"),
    ),
    ("boot.js", SCRIPT, include_bytes!("../assets/page/boot.js")),
    (
        "examples.js",
        SCRIPT,
        include_bytes!("../assets/page/examples.js"),
    ),
    ("page.css", STYLE, include_bytes!("../assets/page/page.css")),
];

/// The page; `{nonce}` in it is new each time.
const PAGE: &str = include_str!("../assets/page/page.html");

/// The page and its files, to be nested at `/graphiql`.
pub(crate) fn routes(payment: &PaymentConfig) -> impl IntoEndpoint + use<> {
    let vault = match payment {
        PaymentConfig::Sandbox { .. } => payment.vault_url(),
        PaymentConfig::None => None,
    };
    Route::new()
        .at("/", get(page))
        .at("/:name", get(file))
        .data(Vault(vault))
}

/// No inline script, no style but ours and those of GraphiQL's dialogs, which know the nonce; no
/// other host, no frame around it.
fn content_security_policy(nonce: &str, vault: Option<&str>) -> String {
    let vault = vault.map_or_else(String::new, |url| format!(" {url}"));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'{vault}; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

#[handler]
fn page(Data(Vault(vault)): Data<&Vault>) -> Response {
    let nonce = Secret::random();
    let policy = content_security_policy(nonce.reveal(), vault.as_deref());
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .body(PAGE.replace("{nonce}", nonce.reveal()))
}

#[handler]
fn file(Path(name): Path<String>) -> Response {
    FILES
        .iter()
        .find(|(known, _, _)| *known == name)
        .map_or_else(
            || StatusCode::NOT_FOUND.into_response(),
            |(_, media_type, content)| served(media_type, content),
        )
}

fn served(media_type: &'static str, content: &'static [u8]) -> Response {
    Response::builder()
        .content_type(media_type)
        .header(header::CACHE_CONTROL, CACHE_CONTROL)
        .body(content)
}
