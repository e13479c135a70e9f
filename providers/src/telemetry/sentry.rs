//! Errors on their way to Sentry: each line of level `error`, with the fields it has in the log.
//!
//! Only those: no addresses, no requests, no host name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use commerce::kernel::Secret;
use commerce::telemetry::Listener;
use commerce::trace::Trace;
use reqwest::Client as Http;
use sentry_core::protocol::{Event, Value};
use sentry_core::{Client, ClientOptions, Envelope, Transport};
use tokio::sync::mpsc;
use tracing::field::{Field, Visit};
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::Context;

/// How long Sentry may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Reports that wait to be sent; more are dropped.
const WAITING: usize = 100;

/// The way to Sentry.
#[derive(Clone)]
pub(super) struct Sentry(Arc<Client>);

impl Sentry {
    /// Sets the way up; nothing is sent yet.
    pub(super) fn new(
        dsn: &Secret,
        service: &'static str,
        environment: &str,
    ) -> anyhow::Result<Self> {
        let http = crate::http::client(PATIENCE)?;
        let mut options = ClientOptions::new();
        options.dsn = Some(dsn.reveal().parse()?);
        options.release = Some(concat!("cartwright@", env!("CARGO_PKG_VERSION")).into());
        options.environment = Some(environment.to_owned().into());
        options.server_name = Some(service.into());
        options.send_default_pii = false;
        options.transport = Some(Arc::new(move |options: &ClientOptions| {
            Arc::new(Post::new(http.clone(), options)) as Arc<dyn Transport>
        }));
        Ok(Self(Arc::new(Client::with_options(options))))
    }

    /// What listens for errors.
    pub(super) fn listener(&self) -> Listener {
        Box::new(Errors(self.clone()).with_filter(LevelFilter::ERROR))
    }

    /// Sends what waits, and nothing afterwards.
    pub(super) fn close(&self, limit: Duration) {
        self.0.close(Some(limit));
    }
}

struct Errors(Sentry);

impl<S: Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() != Level::ERROR {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { message, mut rest } = fields;
        if let Some(trace) = Trace::current() {
            rest.insert("trace_id".to_owned(), trace.id());
        }
        // What errors are searched by.
        let tags = ["request_id", "trace_id", "kind"].into_iter();
        let tags = tags.filter_map(|name| rest.remove_entry(name));
        let report = Event {
            tags: tags.collect(),
            message: Some(message),
            logger: Some(event.metadata().target().to_owned()),
            extra: rest
                .into_iter()
                .map(|(name, value)| (name, Value::from(value)))
                .collect(),
            ..Event::default()
        };
        self.0.0.capture_event(report, None);
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    rest: BTreeMap<String, String>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.rest
                .insert(field.name().to_owned(), format!("{value:?}"));
        }
    }
}

/// Posts envelopes one after the other, on the runtime that it is made in.
struct Post {
    waiting: mpsc::Sender<Item>,
}

enum Item {
    Envelope(Box<Envelope>),
    /// Answered once everything before it has been sent.
    Mark(std::sync::mpsc::Sender<()>),
}

impl Post {
    fn new(http: Http, options: &ClientOptions) -> Self {
        let (waiting, mut items) = mpsc::channel(WAITING);
        let dsn = options.dsn.clone();
        let agent = options.user_agent.to_string();
        tokio::spawn(async move {
            while let Some(item) = items.recv().await {
                match (item, &dsn) {
                    (Item::Envelope(envelope), Some(dsn)) => {
                        let mut body = Vec::new();
                        let _into_memory = envelope.to_writer(&mut body);
                        let request = http
                            .post(dsn.envelope_api_url().to_string())
                            .header("x-sentry-auth", dsn.to_auth(Some(&agent)).to_string())
                            .header("content-type", "application/x-sentry-envelope")
                            .body(body);
                        if let Err(error) = request.send().await {
                            let error = error.without_url();
                            tracing::warn!(%error, "an error could not be reported");
                        }
                    }
                    (Item::Envelope(_), None) => {}
                    (Item::Mark(answer), _) => {
                        let _nobody_waits = answer.send(());
                    }
                }
            }
        });
        Self { waiting }
    }
}

impl Transport for Post {
    fn send_envelope(&self, envelope: Envelope) {
        let _full = self.waiting.try_send(Item::Envelope(Box::new(envelope)));
    }

    fn flush(&self, limit: Duration) -> bool {
        let (answer, answered) = std::sync::mpsc::channel();
        self.waiting.try_send(Item::Mark(answer)).is_ok() && answered.recv_timeout(limit).is_ok()
    }
}
