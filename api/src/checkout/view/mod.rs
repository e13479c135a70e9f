//! The frame around every page, and the pieces that pages are made of.

pub(super) mod fields;
pub(super) mod summary;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::look::Look;
use super::visit::{Step, Visit};
use super::words::Words;

/// The one script. Every page works without it.
const SCRIPT: &str = include_str!("../script.js");

/// A page that is being put together.
pub(super) struct Page<'a> {
    look: &'a Look,
    words: &'static Words,
    title: String,
    main: Markup,
    aside: Option<Markup>,
    status: StatusCode,
    images: Vec<String>,
    frame: Option<String>,
    is_scripted: bool,
    refresh: Option<(u32, Option<String>)>,
    is_secret: bool,
}

impl<'a> Page<'a> {
    /// A page of one column.
    pub(super) fn new(look: &'a Look, words: &'static Words, title: &str, main: Markup) -> Self {
        Self {
            look,
            words,
            title: title.to_owned(),
            main,
            aside: None,
            status: StatusCode::OK,
            images: Vec::new(),
            frame: None,
            is_scripted: false,
            refresh: None,
            is_secret: false,
        }
    }

    /// The same with something beside it, which shows these pictures.
    pub(super) fn beside(mut self, aside: Markup, images: &[Option<&str>]) -> Self {
        self.aside = Some(aside);
        self.showing(images)
    }

    /// The same with these pictures in it.
    pub(super) fn showing(mut self, images: &[Option<&str>]) -> Self {
        for image in images.iter().flatten() {
            if let Some(origin) = origin(image)
                && !self.images.contains(&origin)
            {
                self.images.push(origin);
            }
        }
        self
    }

    /// The same with another status.
    pub(super) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with a frame from this origin.
    pub(super) fn framing(mut self, origin: String) -> Self {
        self.frame = Some(origin);
        self
    }

    /// The same with the script.
    pub(super) fn scripted(mut self) -> Self {
        self.is_scripted = true;
        self
    }

    /// The same, asked for again after so many seconds by browsers without a script.
    pub(super) fn again(mut self, seconds: u32) -> Self {
        self.refresh = Some((seconds, None));
        self
    }

    /// The same, left at once for another address, which need not be ours.
    pub(super) fn leaving(mut self, url: &str) -> Self {
        self.refresh = Some((0, Some(url.to_owned())));
        self
    }

    /// The same at an address that is a secret: it is told to nobody, not even to ourselves.
    pub(super) fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// The answer. What it may load is named exactly: nothing but the style and the script in it, the
    /// pictures' origins, and the provider's card page.
    pub(super) fn response(self) -> Response {
        let sources = |list: &[String]| match list {
            [] => "'none'".to_owned(),
            list => list.join(" "),
        };
        let mut images = vec!["data:".to_owned()];
        images.extend(self.images.iter().cloned());
        let (script, connect) = match self.is_scripted {
            true => (hash(SCRIPT), "'self'"),
            false => ("'none'".to_owned(), "'none'"),
        };
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {script}; connect-src {connect}; img-src {}; \
             frame-src {}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            hash(&self.look.style),
            sources(&images),
            sources(self.frame.as_slice()),
        );
        let referrer = match self.is_secret {
            // With it, browsers send no origin with forms.
            true => "no-referrer",
            false => "same-origin",
        };
        self.html()
            .into_string()
            .with_content_type("text/html; charset=utf-8")
            .with_status(self.status)
            .with_header(header::CONTENT_SECURITY_POLICY, policy)
            .with_header(header::CACHE_CONTROL, "no-store")
            .with_header(header::REFERRER_POLICY, referrer)
            .with_header("x-robots-tag", HeaderValue::from_static("noindex"))
            .into_response()
    }

    fn html(&self) -> Markup {
        let refresh = self.refresh.as_ref().map(|(seconds, url)| match url {
            Some(url) => format!("{seconds};url={url}"),
            None => seconds.to_string(),
        });
        let is_leaving = matches!(self.refresh, Some((_, Some(_))));
        let title = match self.look.name.as_str() {
            "" => self.title.clone(),
            name => format!("{} – {name}", self.title),
        };
        html! {
            (DOCTYPE)
            html lang=(self.words.tongue.lang()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width,initial-scale=1";
                    title { (title) }
                    link rel="icon" href="data:,";
                    style { (PreEscaped(&self.look.style)) }
                    @if let Some(refresh) = refresh {
                        @if is_leaving {
                            meta http-equiv="refresh" content=(refresh);
                        } @else {
                            noscript { meta http-equiv="refresh" content=(refresh); }
                        }
                    }
                }
                body {
                    header.top {
                        div {
                            @if self.look.home.is_empty() { (self.look.name) }
                            @else { a href=(self.look.home) rel="noreferrer" { (self.look.name) } }
                        }
                    }
                    div.page.two[self.aside.is_some()].narrow[self.aside.is_none()] {
                        main { (self.main) }
                        @if let Some(aside) = &self.aside { (aside) }
                    }
                    @if self.is_scripted { script { (PreEscaped(SCRIPT)) } }
                }
            }
        }
    }
}

/// The name by which a policy allows this very text.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// The origin of a picture; `None` for what a policy could not name.
fn origin(url: &str) -> Option<String> {
    let origin = url::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// The steps, of which this is one.
pub(super) fn progress(visit: &Visit, current: Step) -> Markup {
    let words = visit.words;
    let name = |step| match step {
        Step::Information => words.step_information,
        Step::Delivery => words.step_delivery,
        Step::Payment => words.step_payment,
        Step::Review => words.step_review,
    };
    html! {
        nav aria-label=(words.progress) {
            ol.steps {
                @for step in visit.steps() {
                    @if step == current {
                        li { span aria-current="step" { (name(step)) } }
                    } @else if step < current {
                        li { a href=(visit.path(step.path())) { (name(step)) } }
                    } @else {
                        li { (name(step)) }
                    }
                }
            }
        }
    }
}

/// The way back to the shop.
pub(super) fn to_shop(look: &Look, words: &Words) -> Markup {
    html! {
        @if !look.home.is_empty() {
            p { a.button href=(look.home) rel="noreferrer" { (words.back_to_shop) } }
        }
    }
}

/// A page with a heading, a sentence, and the way back to the shop.
pub(super) fn message(look: &Look, words: &'static Words, title: &str, text: &str) -> Response {
    let main = html! {
        h1 { (title) }
        p { (text) }
        (to_shop(look, words))
    };
    Page::new(look, words, title, main).secret().response()
}

/// 503, for a page whose data cannot be read now.
pub(super) fn unavailable() -> Response {
    let words = Words::of(None, None);
    let (title, text) = (words.unavailable_title, words.unavailable_text);
    message(&Look::plain(), words, title, text)
        .with_status(StatusCode::SERVICE_UNAVAILABLE)
        .into_response()
}

/// 404, the same for what does not exist and for a wrong key.
pub(super) fn not_found(look: &Look) -> Response {
    let words = Words::of(None, None);
    message(look, words, words.not_found_title, words.not_found_text)
        .with_status(StatusCode::NOT_FOUND)
        .into_response()
}
