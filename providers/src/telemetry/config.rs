//! Where spans and errors are sent.

use commerce::config::{Profile, Reader};
use commerce::kernel::Secret;
use sentry_core::types::Dsn;
use url::Url;

/// Everything that leaves beside log lines.
#[derive(Clone, Debug)]
pub struct TelemetryConfig {
    /// The collector, if one is configured.
    pub otlp: Option<OtlpConfig>,
    /// The project at Sentry, if one is configured; its address holds a key.
    pub sentry: Option<Secret>,
    /// The profile's name, so that staging is told apart from production.
    pub environment: String,
}

/// A collector that takes OTLP over HTTP.
#[derive(Clone, Debug)]
pub struct OtlpConfig {
    /// Where it takes traces.
    pub url: String,
    /// Sent with each request, such as an API key.
    pub headers: Vec<(String, Secret)>,
    /// How many of the traces that begin here are sent.
    pub percent: u8,
}

impl TelemetryConfig {
    /// Reads the variables; the names that begin with `OTEL_` are OpenTelemetry's own.
    pub fn read(reader: &mut Reader, profile: Profile) -> Self {
        let endpoint = reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT");
        let headers = reader.optional("OTEL_EXPORTER_OTLP_HEADERS");
        let percent = reader.parsed("TRACE_SAMPLE_PERCENT", 100);
        if percent > 100 {
            reader.fault("TRACE_SAMPLE_PERCENT", "must be between 0 and 100");
        }
        let web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        if let Some(endpoint) = &endpoint
            && !Url::parse(endpoint).is_ok_and(|url| web(&url))
        {
            let what = format!("`{endpoint}` is not an address such as http://localhost:4318");
            reader.fault("OTEL_EXPORTER_OTLP_ENDPOINT", what);
        }
        let mut pairs = Vec::new();
        for pair in headers.iter().flat_map(|list| list.split(',')) {
            match pair.split_once('=') {
                Some((name, value)) => {
                    pairs.push((name.trim().to_owned(), Secret::new(value.trim())));
                }
                // Not quoted: it is most likely a key.
                None => reader.fault("OTEL_EXPORTER_OTLP_HEADERS", "must be like `name=value,…`"),
            }
        }
        let sentry = reader.optional("SENTRY_DSN");
        if sentry
            .as_ref()
            .is_some_and(|dsn| dsn.parse::<Dsn>().is_err())
        {
            reader.fault("SENTRY_DSN", "must be like https://KEY@HOST/PROJECT");
        }
        let environment = match profile {
            Profile::Development => "development",
            Profile::Staging => "staging",
            Profile::Production => "production",
        };
        Self {
            otlp: endpoint.map(|endpoint| OtlpConfig {
                url: format!("{}/v1/traces", endpoint.trim_end_matches('/')),
                headers: pairs,
                percent,
            }),
            sentry: sentry.map(Secret::new),
            environment: environment.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<TelemetryConfig, Vec<String>> {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::new(pairs);
        let config = TelemetryConfig::read(&mut reader, Profile::Staging);
        reader.finish(config).map_err(|faults| faults.0)
    }

    #[test]
    fn nothing_leaves_unless_it_is_asked_for() {
        let config = read(&[]).unwrap();
        assert!(config.otlp.is_none() && config.sentry.is_none());
        let config = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example/"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=abc, x-team = shop"),
            ("TRACE_SAMPLE_PERCENT", "5"),
        ]);
        let otlp = config.unwrap().otlp.unwrap();
        assert_eq!(otlp.url, "https://collector.example/v1/traces");
        assert_eq!(otlp.percent, 5);
        let headers = otlp.headers.iter();
        let headers: Vec<_> = headers.map(|(n, v)| (n.as_str(), v.reveal())).collect();
        assert_eq!(headers, [("x-key", "abc"), ("x-team", "shop")]);
    }

    #[test]
    fn faults_are_named_and_keys_are_not_repeated() {
        let faults = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a-secret-key"),
            ("TRACE_SAMPLE_PERCENT", "101"),
            ("SENTRY_DSN", "https://a-secret-key"),
        ]);
        assert_eq!(
            faults.unwrap_err(),
            [
                "TRACE_SAMPLE_PERCENT: must be between 0 and 100",
                "OTEL_EXPORTER_OTLP_ENDPOINT: `localhost:4318` is not an address such as http://localhost:4318",
                "OTEL_EXPORTER_OTLP_HEADERS: must be like `name=value,…`",
                "SENTRY_DSN: must be like https://KEY@HOST/PROJECT",
            ]
        );
    }
}
