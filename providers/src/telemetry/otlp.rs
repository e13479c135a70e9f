//! Spans on their way to an OpenTelemetry collector, as protobuf over HTTP.
//!
//! Queueing, batching and encoding are OpenTelemetry's own; a queue that is full drops spans and
//! never makes a request wait.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use commerce::trace::{Attribute, Ended, Exporter, Role, Trace};
use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, SpanId, TraceId};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor,
};
use reqwest::Client;
use tokio::runtime::Handle;

use super::OtlpConfig;

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to a collector.
#[derive(Clone)]
pub(super) struct Otlp(Arc<BatchSpanProcessor>);

impl Otlp {
    /// Sets the way up; nothing is sent yet.
    pub(super) fn new(
        to: &OtlpConfig,
        service: &'static str,
        environment: &str,
    ) -> anyhow::Result<Self> {
        let headers = to.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), value.reveal().to_owned()));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender {
                client: crate::http::client(PATIENCE)?,
                runtime: Handle::current(),
            })
            .with_endpoint(&to.url)
            .with_protocol(Protocol::HttpBinary)
            .with_headers(headers.collect::<HashMap<_, _>>())
            .with_timeout(PATIENCE)
            .build()?;
        let resource = Resource::builder_empty()
            .with_service_name(service)
            .with_attributes([
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                KeyValue::new("deployment.environment.name", environment.to_owned()),
            ])
            .build();
        let mut processor = BatchSpanProcessor::builder(exporter).build();
        processor.set_resource(&resource);
        Ok(Self(Arc::new(processor)))
    }

    /// Sends what is queued, and nothing afterwards.
    pub(super) fn close(&self, limit: Duration) {
        if let Err(error) = self.0.shutdown_with_timeout(limit) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

impl Exporter for Otlp {
    fn take(&self, ended: Ended) {
        self.0.on_end(span(ended));
    }
}

fn span(ended: Ended) -> SpanData {
    let Ended { span, .. } = ended;
    let id = |step: Trace| SpanId::from_bytes(step.step_bytes());
    let attributes = ended
        .attributes
        .into_iter()
        .map(|(name, value)| match value {
            Attribute::Number(number) => KeyValue::new(name, number),
            Attribute::Text(text) => KeyValue::new(name, text),
        });
    SpanData {
        span_context: SpanContext::new(
            TraceId::from_bytes(span.step.id_bytes()),
            id(span.step),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        ),
        parent_span_id: span.parent.map_or(SpanId::INVALID, id),
        parent_span_is_remote: span.parent.is_some() && span.role() != Role::Client,
        span_kind: match span.role() {
            Role::Server => SpanKind::Server,
            Role::Client => SpanKind::Client,
            Role::Consumer => SpanKind::Consumer,
        },
        name: ended.name.into(),
        start_time: span.began(),
        end_time: ended.at,
        attributes: attributes.collect(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: if ended.failed {
            Status::error("")
        } else {
            Status::Unset
        },
        instrumentation_scope: InstrumentationScope::builder("cartwright").build(),
    }
}

/// Our one HTTP client. The batches come from a thread outside the runtime, which it needs.
#[derive(Debug)]
struct Sender {
    client: Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request.try_into()?).await?;
            let status = answer.status();
            let mut response = Response::new(answer.bytes().await?);
            *response.status_mut() = status;
            Ok::<_, reqwest::Error>(response)
        });
        Ok(sent.await??)
    }
}
