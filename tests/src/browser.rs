//! A browser without a script: it keeps cookies for their paths, follows redirects, and sends the forms of
//! pages as they stand in them.

use std::sync::{Arc, Mutex};

use commerce::meter;
use poem::http::HeaderMap;
use poem::test::TestResponse;

use crate::TestApp;

/// Where the pages under test say they are.
const HERE: &str = "http://localhost:8080";

/// Somebody looking at the pages of an application.
pub struct Browser<'a> {
    app: &'a TestApp,
    /// Path and `name=value`.
    cookies: Mutex<Vec<(String, String)>>,
}

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The status.
    pub status: u16,
    /// The address, without the host.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The HTML.
    pub body: String,
    /// SQL statements that this one answer cost.
    pub statements: u64,
    /// Every address on the way here, this one included.
    pub way: Vec<String>,
}

impl<'a> Browser<'a> {
    /// A browser that knows nothing yet.
    #[must_use]
    pub fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookies: Mutex::new(Vec::new()),
        }
    }

    /// Opens an address and follows where it leads, within the application.
    pub async fn open(&self, url: &str) -> Seen {
        let seen = self.ask(url).await;
        self.follow(seen).await
    }

    /// Opens an address and stays, wherever it leads.
    pub async fn ask(&self, url: &str) -> Seen {
        let path = local(url);
        let mut request = self.app.client.get(path);
        if let Some(cookies) = self.cookies(path) {
            request = request.header("cookie", cookies);
        }
        self.seen(path, meter::measure(request.send()).await).await
    }

    /// Sends the form of a page that leads to `action`, with these fields besides the hidden ones, and
    /// follows where it leads.
    pub async fn send(&self, page: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
        let mut all = page.hidden(action);
        all.extend(
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        let answer = self.post(action, &all, &[]).await;
        self.follow(answer).await
    }

    /// Sends fields somewhere, with these headers, and stays.
    pub async fn post(
        &self,
        action: &str,
        fields: &[(String, String)],
        headers: &[(&'static str, &str)],
    ) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self.app.client.post(action);
        if let Some(cookies) = self.cookies(action) {
            request = request.header("cookie", cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.content_type("application/x-www-form-urlencoded");
        self.seen(action, meter::measure(request.body(body).send()).await)
            .await
    }

    /// The cookies for a path, as they are sent.
    #[must_use]
    pub fn cookies(&self, path: &str) -> Option<String> {
        let kept = self.cookies.lock().expect("no test panics with it");
        let fitting = kept.iter().filter(|(of, _)| path.starts_with(of.as_str()));
        let pairs: Vec<&str> = fitting.map(|(_, pair)| pair.as_str()).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    async fn follow(&self, mut seen: Seen) -> Seen {
        while seen.status == 303 {
            let to = seen.header("location").to_owned();
            let mut way = seen.way;
            assert!(way.len() < 10, "{way:?}");
            seen = self.ask(&to).await;
            way.append(&mut seen.way);
            seen.way = way;
        }
        seen
    }

    async fn seen(&self, path: &str, answer: (TestResponse, Arc<meter::Meter>)) -> Seen {
        let (response, meter) = answer;
        let headers = response.0.headers().clone();
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("a text");
            let pair = cookie.split(';').next().unwrap_or_default().to_owned();
            let path = cookie.split("; Path=").nth(1).expect("a path");
            let path = path.split(';').next().unwrap_or_default().to_owned();
            let mut kept = self.cookies.lock().expect("no test panics with it");
            kept.push((path, pair));
        }
        Seen {
            status: response.0.status().as_u16(),
            path: path.to_owned(),
            headers,
            body: response.0.into_body().into_string().await.expect("a text"),
            statements: meter.statements(),
            way: vec![path.to_owned()],
        }
    }
}

impl Seen {
    /// A header's text; empty without one.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The path without what stands behind the `?`.
    #[must_use]
    pub fn place(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// Makes sure that all of these can be read.
    #[track_caller]
    pub fn shows(&self, words: &[&str]) {
        for text in words {
            assert!(
                self.body.contains(text),
                "`{text}` is not in {}:\n{}",
                self.path,
                self.body
            );
        }
    }

    /// The hidden fields of the first form that leads to `action`.
    #[must_use]
    #[track_caller]
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let start = self.body.find(&format!("action=\"{action}\""));
        let start = start.unwrap_or_else(|| panic!("no form to {action} in:\n{}", self.body));
        let form = self.body[start..]
            .split("</form>")
            .next()
            .unwrap_or_default();
        let inputs = form.split("<input ").skip(1);
        let hidden = inputs.filter(|input| input.starts_with("type=\"hidden\""));
        hidden
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect()
    }

    /// What stands in a field, typed or chosen.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        let start = self.body.find(&format!("id=\"{field}\" name"));
        let rest = start.map_or("", |start| &self.body[start..]);
        let tag = rest.split('>').next().unwrap_or_default();
        if tag.contains(" value=") {
            return attribute(tag, "value");
        }
        let options = rest.split("</select>").next().unwrap_or_default();
        let mut chosen = options
            .split("<option ")
            .filter(|option| option.contains(" selected>"));
        chosen
            .next()
            .map(|option| attribute(option, "value"))
            .unwrap_or_default()
    }

    /// Where a frame of the page is from.
    #[must_use]
    pub fn frame(&self) -> String {
        let frame = self.body.split("<iframe ").nth(1).unwrap_or_default();
        attribute(frame, "src").replace("&amp;", "&")
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let value = tag.split(&format!("{name}=\"")).nth(1).unwrap_or_default();
    value.split('"').next().unwrap_or_default().to_owned()
}

fn local(url: &str) -> &str {
    url.strip_prefix(HERE).unwrap_or(url)
}
