//! What the HTTP edge lets in, and how it answers.

use std::net::IpAddr;
use std::time::Duration;

use commerce::config::{CommonConfig, Profile, Reader};
use commerce::kv::limiter::Quota;
use ipnet::IpNet;
use poem::http::{HeaderName, HeaderValue};
use providers::mail::{Mailbox, mailbox_dir};

use super::{CacheConfig, budgets};
use crate::auth::Signing;
use crate::graphql::{Budgets, Limits};

/// Settings of the HTTP edge.
#[derive(Clone, Debug)]
pub struct EdgeConfig {
    /// Whether clients reach this server by TLS, from `PUBLIC_URL`.
    pub https: bool,
    /// Whose pages may call the storefront endpoint from a browser.
    pub origins: Origins,
    /// Whether GraphiQL is served.
    pub graphiql: bool,
    /// Whether answers are compressed for clients that ask for it.
    pub compression: bool,
    /// Requests that the storefront endpoint works on at once; 0 for no limit.
    pub concurrency: usize,
    /// Requests of one address that are worked on at once; 0 for no limit.
    pub concurrency_per_address: usize,
    /// How long one request may take.
    pub timeout: Duration,
    /// What a request may be made of.
    pub limits: Limits,
    /// What callers may spend.
    pub budgets: Budgets,
    /// Requests that one address may send; `None` for no limit.
    pub per_address: Option<Quota>,
    /// How long a request waits for Redis to count it.
    pub patience: Duration,
    /// Which peers say who their client is.
    pub proxies: Proxies,
    /// What the names of our keys in Redis begin with.
    pub key_prefix: String,
    /// The keys that bearer tokens are signed with.
    pub signing: Signing,
    /// What is kept of what was answered.
    pub caches: CacheConfig,
    /// The mail that development keeps instead of sending it, shown at `/mailbox`.
    pub mailbox: Option<Mailbox>,
}

/// Origins that browsers let call the storefront endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Every page of the web; without credentials, so it may do what anybody may.
    Any,
    /// These only; an empty list means none.
    Listed(Vec<HeaderValue>),
}

/// Proxies whose word about their client is believed.
#[derive(Clone, Debug)]
pub struct Proxies {
    /// Their addresses.
    pub trusted: Vec<IpNet>,
    /// The header in which they name the client.
    pub header: HeaderName,
    /// Whether ignored forwarding headers are logged and reported by `api doctor`.
    pub report: bool,
}

const WINDOW: Duration = Duration::from_secs(60);

impl EdgeConfig {
    /// What holds when nothing is set: limits are on, except in development, and in production nothing
    /// helps to explore the schema.
    #[must_use]
    pub fn of_profile(profile: Profile, public_url: &str) -> Self {
        let limited = profile != Profile::Development;
        let explored = profile != Profile::Production;
        let mut limits = Limits::default();
        limits.document.introspection = explored;
        Self {
            https: public_url.starts_with("https://"),
            origins: Origins::Any,
            graphiql: explored,
            compression: true,
            concurrency: 512,
            concurrency_per_address: if limited { 128 } else { 0 },
            timeout: Duration::from_secs(15),
            limits,
            budgets: budgets::of_profile(profile),
            per_address: limited.then_some(Quota {
                limit: 30_000,
                window: WINDOW,
            }),
            patience: Duration::from_millis(100),
            proxies: Proxies {
                trusted: Vec::new(),
                header: HeaderName::from_static("x-forwarded-for"),
                report: profile == Profile::Production,
            },
            key_prefix: "cartwright".to_owned(),
            signing: Signing::default(),
            caches: CacheConfig::default(),
            mailbox: None,
        }
    }

    /// Reads and checks the variables.
    pub(super) fn read(reader: &mut Reader, common: &CommonConfig) -> Self {
        let default = Self::of_profile(common.profile, &common.public_url);
        let timeout = timeout(reader, default.timeout);
        let per_minute = default.per_address.map_or(0, |quota| quota.limit);
        let per_minute = reader.parsed("REQUESTS_PER_MINUTE", per_minute);
        Self {
            origins: origins(reader),
            graphiql: graphiql(reader, default.graphiql),
            compression: compression(reader),
            concurrency: reader.parsed("MAX_CONCURRENT_REQUESTS", default.concurrency),
            concurrency_per_address: reader.parsed(
                "MAX_CONCURRENT_REQUESTS_PER_ADDRESS",
                default.concurrency_per_address,
            ),
            timeout,
            limits: limits(reader, default.limits, timeout),
            budgets: budgets::read(reader, default.budgets),
            per_address: (per_minute > 0).then_some(Quota {
                limit: per_minute,
                window: WINDOW,
            }),
            proxies: proxies(reader, &default.proxies),
            key_prefix: common.key_prefix.clone(),
            signing: Signing::read(reader, common.profile),
            caches: CacheConfig::read(reader),
            mailbox: mailbox(reader, common.profile),
            ..default
        }
    }
}

fn limits(reader: &mut Reader, default: Limits, timeout: Duration) -> Limits {
    let mut limits = Limits {
        time: timeout,
        ..default
    };
    let given = reader.optional("INTROSPECTION");
    let on = limits.document.introspection;
    limits.document.introspection = switch(reader, "INTROSPECTION", given, on);
    let changes = reader.optional("LIMITS").unwrap_or_default();
    if let Err(what) = limits.change(&changes) {
        reader.fault("LIMITS", what);
    }
    limits
}

fn mailbox(reader: &mut Reader, profile: Profile) -> Option<Mailbox> {
    let directory = mailbox_dir(reader);
    (profile == Profile::Development).then(|| Mailbox::new(directory, String::new()))
}

fn origins(reader: &mut Reader) -> Origins {
    let text = reader.optional("CORS_ORIGINS");
    let text = text.as_deref().map_or("*", str::trim);
    if text == "*" {
        return Origins::Any;
    }
    if text == "none" {
        return Origins::Listed(Vec::new());
    }
    let mut listed = Vec::new();
    for origin in list(text) {
        let given = url::Url::parse(origin).map(|url| url.origin());
        let same = given.is_ok_and(|o| o.is_tuple() && o.ascii_serialization() == origin);
        match HeaderValue::from_str(origin) {
            Ok(value) if same => listed.push(value),
            _ => reader.fault(
                "CORS_ORIGINS",
                format!("`{origin}` is not an origin such as https://shop.example"),
            ),
        }
    }
    Origins::Listed(listed)
}

fn compression(reader: &mut Reader) -> bool {
    let given = reader.optional("COMPRESSION");
    switch(reader, "COMPRESSION", given, true)
}

fn graphiql(reader: &mut Reader, default: bool) -> bool {
    let given = reader.optional("GRAPHIQL");
    switch(reader, "GRAPHIQL", given, default)
}

fn switch(reader: &mut Reader, name: &str, given: Option<String>, default: bool) -> bool {
    match given.as_deref() {
        None => default,
        Some("on") => true,
        Some("off") => false,
        Some(other) => {
            reader.fault(name, format!("`{other}` is not one of on, off"));
            default
        }
    }
}

fn timeout(reader: &mut Reader, default: Duration) -> Duration {
    let seconds = reader.parsed("REQUEST_TIMEOUT_SECONDS", default.as_secs());
    if !(1..=300).contains(&seconds) {
        reader.fault("REQUEST_TIMEOUT_SECONDS", "must be between 1 and 300");
    }
    Duration::from_secs(seconds)
}

fn proxies(reader: &mut Reader, default: &Proxies) -> Proxies {
    let text = reader.optional("TRUSTED_PROXIES").unwrap_or_default();
    // `none` also turns off the warning about ignored forwarding headers.
    let none = text.trim() == "none";
    Proxies {
        trusted: trusted(reader, if none { "" } else { &text }),
        header: reader.parsed("CLIENT_IP_HEADER", default.header.clone()),
        report: default.report && !none,
    }
}

fn trusted(reader: &mut Reader, text: &str) -> Vec<IpNet> {
    let mut nets = Vec::new();
    for item in list(text) {
        let one = || item.parse::<IpAddr>().map(IpNet::from);
        match item.parse::<IpNet>().or_else(|_| one()) {
            Ok(net) => nets.push(net),
            Err(_) => reader.fault(
                "TRUSTED_PROXIES",
                format!("`{item}` is neither an address nor a network such as 10.0.0.0/8"),
            ),
        }
    }
    nets
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ApiConfig;

    /// The key of RFC 8410, section 10.3.
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\\n-----END PRIVATE KEY-----";

    #[test]
    fn outside_development_a_key_is_needed() {
        let faults = read(&[("JWT_SIGNING_KEY", "")]).unwrap_err();
        let wanted = "JWT_SIGNING_KEY: is not set; `api keys generate` writes one";
        assert_eq!(faults, [wanted]);
        let faults = read(&[("JWT_PREVIOUS_KEYS", "hunter2")]).unwrap_err();
        assert!(
            faults[0].starts_with("JWT_PREVIOUS_KEYS: is not a PEM"),
            "{faults:?}"
        );
        assert!(!faults[0].contains("hunter2"));
        let edge = read(&[
            ("JWT_SIGNING_KEY", ""),
            ("CARTWRIGHT_PROFILE", "development"),
        ]);
        assert!(matches!(edge.unwrap().signing, Signing::Kept(_)));
    }

    fn read(pairs: &[(&str, &str)]) -> Result<EdgeConfig, Vec<String>> {
        let base = [
            ("DATABASE_URL", "postgres://localhost/shop"),
            ("REDIS_URL", "redis://localhost"),
            ("PUBLIC_URL", "https://api.shop.example"),
            ("JWT_SIGNING_KEY", KEY),
            ("SANDBOX_SECRET", "hunter2"),
        ];
        // An empty value takes one of the usual away.
        let given: std::collections::HashMap<_, _> = base.iter().chain(pairs).copied().collect();
        let variables = given
            .into_iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = ApiConfig::read(Reader::new(variables));
        config.map(|config| config.edge).map_err(|faults| faults.0)
    }

    #[test]
    fn production_is_limited_and_development_is_not() {
        let edge = read(&[]).unwrap();
        assert_eq!(edge.per_address.unwrap().limit, 30_000);
        assert_eq!((edge.https, edge.concurrency), (true, 512));
        assert_eq!(edge.concurrency_per_address, 128);
        assert!(!edge.graphiql && !edge.limits.document.introspection);
        let edge = read(&[("INTROSPECTION", "on"), ("GRAPHIQL", "on")]).unwrap();
        assert!(edge.graphiql && edge.limits.document.introspection);
        let edge = read(&[("CARTWRIGHT_PROFILE", "staging"), ("INTROSPECTION", "off")]).unwrap();
        assert!(edge.graphiql && !edge.limits.document.introspection);
        let edge = read(&[("CARTWRIGHT_PROFILE", "development")]).unwrap();
        assert_eq!(edge.per_address, None);
        let edge = read(&[("REQUESTS_PER_MINUTE", "0")]).unwrap();
        assert_eq!(edge.per_address, None);
    }

    #[test]
    fn lists_are_read_and_their_faults_named() {
        let edge = read(&[
            ("CORS_ORIGINS", "https://a.example, http://localhost:3000"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,fdaa::/16,127.0.0.1"),
        ])
        .unwrap();
        let origins = ["https://a.example", "http://localhost:3000"].map(HeaderValue::from_static);
        assert_eq!(edge.origins, Origins::Listed(origins.to_vec()));
        assert_eq!(edge.proxies.trusted.len(), 3);
        assert!(edge.proxies.report);
        let none = read(&[("TRUSTED_PROXIES", "none")]).unwrap().proxies;
        assert_eq!((none.trusted.len(), none.report), (0, false));
        let staging = read(&[("CARTWRIGHT_PROFILE", "staging")]).unwrap();
        assert!(!staging.proxies.report);
        let faults = read(&[
            ("CORS_ORIGINS", "https://a.example/"),
            ("TRUSTED_PROXIES", "10.0.0.0/40"),
            ("COMPRESSION", "yes"),
            ("REQUEST_TIMEOUT_SECONDS", "0"),
        ])
        .unwrap_err();
        assert_eq!(
            faults,
            [
                "REQUEST_TIMEOUT_SECONDS: must be between 1 and 300",
                "CORS_ORIGINS: `https://a.example/` is not an origin such as https://shop.example",
                "COMPRESSION: `yes` is not one of on, off",
                "TRUSTED_PROXIES: `10.0.0.0/40` is neither an address nor a network such as 10.0.0.0/8",
            ]
        );
    }
}
