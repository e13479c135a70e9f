//! GraphiQL at `/graphiql`: every file is ours to serve, nothing is fetched from elsewhere.

use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{IntoResponse, Response, Route, get, handler};

/// No inline script or style, no other host, no frame around it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

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

/// The page and its files, to be nested at `/graphiql`.
pub(crate) fn routes() -> Route {
    Route::new().at("/", get(page)).at("/:name", get(file))
}

#[handler]
fn page() -> Response {
    served(
        "text/html; charset=utf-8",
        "no-cache",
        include_bytes!("../assets/page/page.html"),
    )
}

#[handler]
fn file(Path(name): Path<String>) -> Response {
    FILES
        .iter()
        .find(|(known, _, _)| *known == name)
        .map_or_else(
            || StatusCode::NOT_FOUND.into_response(),
            |(_, media_type, content)| served(media_type, CACHE_CONTROL, content),
        )
}

fn served(media_type: &'static str, cache: &'static str, content: &'static [u8]) -> Response {
    Response::builder()
        .content_type(media_type)
        .header(header::CACHE_CONTROL, cache)
        .header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .body(content)
}
