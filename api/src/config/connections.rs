//! How long connections are waited for, and how they are encrypted.

use std::path::PathBuf;
use std::time::Duration;

use commerce::config::{Profile, Reader};
use ipnet::IpNet;

use crate::connections::{CERTIFICATE_FILE, Files, KEY_FILE, Patience, PerAddress};

/// Reads and checks the variables; `work` is how long one request may take.
pub(super) fn read(reader: &mut Reader, work: Duration) -> Patience {
    let default = Patience::default();
    let client = reader.parsed("CLIENT_TIMEOUT_SECONDS", default.client.as_secs());
    let idle = reader.parsed("KEEP_ALIVE_SECONDS", default.idle.as_secs());
    for (name, seconds) in [
        ("CLIENT_TIMEOUT_SECONDS", client),
        ("KEEP_ALIVE_SECONDS", idle),
    ] {
        if !(1..=300).contains(&seconds) {
            reader.fault(name, "must be between 1 and 300");
        }
    }
    let connections = reader.parsed("MAX_CONNECTIONS", default.connections);
    if connections == 0 {
        reader.fault("MAX_CONNECTIONS", "must be at least 1");
    }
    Patience {
        client: Duration::from_secs(client),
        idle: Duration::from_secs(idle),
        work,
        connections,
    }
}

/// The default limit per address is this fraction of all connections: more than a browser, an office or a
/// rendering server needs, while a few addresses cannot exhaust the listener.
const SHARE: usize = 8;

/// What one address may have of `all` connections; peers that are `trusted` proxies are not counted.
pub(super) fn per_address(
    reader: &mut Reader,
    profile: Profile,
    all: usize,
    trusted: &[IpNet],
) -> PerAddress {
    let default = match profile {
        Profile::Development => 0,
        Profile::Staging | Profile::Production => (all / SHARE).max(1),
    };
    PerAddress {
        connections: reader.parsed("MAX_CONNECTIONS_PER_ADDRESS", default),
        exempt: trusted.to_vec(),
    }
}

/// Where the certificate and its key are: both, or neither.
pub(super) fn tls(reader: &mut Reader, public_url: &str) -> Option<Files> {
    let certificate = reader.optional("TLS_CERTIFICATE_FILE").map(PathBuf::from);
    let key = reader.optional("TLS_KEY_FILE").map(PathBuf::from);
    let (certificate, key) = match (certificate, key) {
        (None, None) => return None,
        (Some(certificate), Some(key)) => (certificate, key),
        (Some(_), None) => {
            reader.fault(KEY_FILE, format!("is not set, but {CERTIFICATE_FILE} is"));
            return None;
        }
        (None, Some(_)) => {
            reader.fault(CERTIFICATE_FILE, format!("is not set, but {KEY_FILE} is"));
            return None;
        }
    };
    if !public_url.starts_with("https://") {
        let what = format!("must begin with https:// where {CERTIFICATE_FILE} is set");
        reader.fault("PUBLIC_URL", what);
    }
    Some(Files { certificate, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_tls(pairs: &[(&str, &str)], url: &str) -> Result<Option<Files>, Vec<String>> {
        let variables = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::new(variables);
        let files = tls(&mut reader, url);
        reader.finish(files).map_err(|faults| faults.0)
    }

    #[test]
    fn a_certificate_has_a_key_and_clients_that_know_of_it() {
        let (certificate, key) = ((CERTIFICATE_FILE, "/a.pem"), (KEY_FILE, "/b.pem"));
        let url = "https://api.shop.example";
        assert_eq!(read_tls(&[], "http://localhost:8080"), Ok(None));
        let files = Files {
            certificate: "/a.pem".into(),
            key: "/b.pem".into(),
        };
        assert_eq!(read_tls(&[certificate, key], url), Ok(Some(files)));
        let refused = |pairs: &[(&str, &str)], url| read_tls(pairs, url).unwrap_err().join("\n");
        assert_eq!(
            refused(&[certificate], url),
            "TLS_KEY_FILE: is not set, but TLS_CERTIFICATE_FILE is"
        );
        assert_eq!(
            refused(&[key], url),
            "TLS_CERTIFICATE_FILE: is not set, but TLS_KEY_FILE is"
        );
        assert_eq!(
            refused(&[certificate, key], "http://api.shop.example"),
            "PUBLIC_URL: must begin with https:// where TLS_CERTIFICATE_FILE is set"
        );
    }

    #[test]
    fn an_address_has_an_eighth_of_all_connections_unless_it_is_said_otherwise() {
        let read = |pairs: &[(&str, &str)], profile| {
            let variables = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            per_address(&mut Reader::new(variables), profile, 824, &[]).connections
        };
        assert_eq!(read(&[], Profile::Production), 103);
        assert_eq!(read(&[], Profile::Development), 0);
        let set = [("MAX_CONNECTIONS_PER_ADDRESS", "7")];
        assert_eq!(read(&set, Profile::Production), 7);
    }

    #[test]
    fn times_are_seconds_within_reason() {
        let set = [
            ("CLIENT_TIMEOUT_SECONDS", "0"),
            ("KEEP_ALIVE_SECONDS", "301"),
            ("MAX_CONNECTIONS", "0"),
        ];
        let variables = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut reader = Reader::new(variables);
        let patience = read(&mut reader, Duration::from_secs(15));
        let faults = reader.finish(patience).unwrap_err().0;
        assert_eq!(
            faults,
            [
                "CLIENT_TIMEOUT_SECONDS: must be between 1 and 300",
                "KEEP_ALIVE_SECONDS: must be between 1 and 300",
                "MAX_CONNECTIONS: must be at least 1",
            ]
        );
    }
}
