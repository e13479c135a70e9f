//! A server before the payment provider: it passes requests on, and answers some of them in the provider's place.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use commerce::payment::PaymentConfig;
use poem::http::{StatusCode, header};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::web::Data;
use poem::{EndpointExt, IntoResponse, Request, Response, handler};
use providers::payment::PaymentProvider;

use crate::sandbox::TestSandbox;

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// The media type of its body.
    pub media: &'static str,
    /// Its body.
    pub body: &'static str,
}

/// What is answered instead of the provider's answer.
struct Rule {
    method: &'static str,
    path: &'static str,
    reply: Reply,
    /// Whether the provider gets the request nevertheless.
    passes_on: bool,
}

/// The server; it lives as long as the test's runtime.
pub struct Impostor {
    /// The provider as a shop meets it through this server.
    pub provider: Arc<dyn PaymentProvider>,
    rules: Arc<Mutex<Vec<Rule>>>,
}

#[derive(Clone)]
struct Behind {
    url: String,
    http: reqwest::Client,
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl Impostor {
    /// A server before the sandbox that passes everything on.
    pub async fn before(sandbox: &TestSandbox) -> Self {
        let PaymentConfig::Sandbox {
            url,
            secret,
            timeout,
        } = sandbox.config.clone()
        else {
            panic!("the sandbox has an address");
        };
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await;
        let acceptor = acceptor.expect("a port");
        let address = acceptor.local_addr()[0].to_string();
        let rules = Arc::default();
        let behind = Behind {
            url,
            http: providers::http::client(Duration::from_secs(30)).expect("a client"),
            rules: Arc::clone(&rules),
        };
        tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(serve.data(behind)));
        let config = PaymentConfig::Sandbox {
            url: address.replace("socket://", "http://"),
            secret,
            timeout,
        };
        let provider = providers::payment::connect(&config).expect("a client");
        Self {
            provider: provider.expect("a provider is configured"),
            rules,
        }
    }

    /// Answers requests with this method, whose path contains this, itself; the provider hears nothing of them.
    pub fn answers(&self, method: &'static str, path: &'static str, reply: Reply) {
        self.rule(method, path, reply, false);
    }

    /// Does what is asked, and answers something else.
    pub fn answers_after(&self, method: &'static str, path: &'static str, reply: Reply) {
        self.rule(method, path, reply, true);
    }

    fn rule(&self, method: &'static str, path: &'static str, reply: Reply, passes_on: bool) {
        self.rules.lock().expect("nobody panicked").push(Rule {
            method,
            path,
            reply,
            passes_on,
        });
    }

    /// Passes everything on from now on.
    pub fn passes_on(&self) {
        self.rules.lock().expect("nobody panicked").clear();
    }
}

#[handler]
async fn serve(request: &Request, body: Vec<u8>, behind: Data<&Behind>) -> Response {
    let rule = {
        let rules = behind.rules.lock().expect("nobody panicked");
        let path = request.uri().to_string();
        let mut meant = rules
            .iter()
            .filter(|rule| request.method().as_str() == rule.method && path.contains(rule.path));
        meant.next().map(|rule| (rule.reply, rule.passes_on))
    };
    let passed = match rule {
        Some((_, false)) => None,
        _ => Some(pass_on(request, body, &behind).await),
    };
    match (rule, passed) {
        (None, Some(passed)) => passed,
        (Some((reply, _)), _) => StatusCode::from_u16(reply.status)
            .expect("a status")
            .with_body(reply.body)
            .with_content_type(reply.media)
            .with_header(header::LOCATION, "/elsewhere")
            .into_response(),
        (None, None) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn pass_on(request: &Request, body: Vec<u8>, behind: &Behind) -> Response {
    let method = request.method().as_str().parse().expect("a method");
    let mut passed = behind
        .http
        .request(method, format!("{}{}", behind.url, request.uri()));
    for name in ["authorization", "idempotency-key", "content-type"] {
        if let Some(value) = request.header(name) {
            passed = passed.header(name, value);
        }
    }
    let answer = passed.body(body).send().await;
    let answer = answer.expect("the sandbox answers");
    let status = StatusCode::from_u16(answer.status().as_u16()).expect("a status");
    let body = answer.bytes().await.expect("a body");
    status
        .with_body(body.to_vec())
        .with_content_type("application/json")
        .into_response()
}
