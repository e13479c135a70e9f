//! Signed webhooks: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`.

use chrono::{DateTime, TimeDelta, Utc};
use commerce::kernel::Secret;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::payment::WebhookError;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "sandbox-signature";

/// How far the time of signing may be from now.
const TOLERANCE: TimeDelta = TimeDelta::seconds(300);

/// The header for a body that is sent now.
#[must_use]
pub fn sign(secret: &Secret, body: &[u8], now: DateTime<Utc>) -> String {
    let seconds = now.timestamp();
    let code = mac(secret, &seconds.to_string(), body).finalize();
    format!("t={seconds},v1={}", hex::encode(code.into_bytes()))
}

/// Whether the header was made with the secret for exactly this body, not long ago.
///
/// Several `v1` values are accepted, as a provider sends them while a secret is being changed.
pub(super) fn verify(
    secret: &Secret,
    header: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), WebhookError> {
    let fields: Vec<(&str, &str)> = header
        .split(',')
        .filter_map(|f| f.split_once('='))
        .collect();
    let signed_at = fields.iter().find(|(name, _)| *name == "t").map(|f| f.1);
    let signed_at = signed_at.ok_or(WebhookError::BadSignature)?;
    let is_valid = fields
        .iter()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, code)| hex::decode(code).ok())
        .any(|code| mac(secret, signed_at, body).verify_slice(&code).is_ok());
    if !is_valid {
        return Err(WebhookError::BadSignature);
    }
    let seconds: i64 = signed_at.parse().map_err(|_| WebhookError::BadSignature)?;
    let time = DateTime::from_timestamp(seconds, 0).ok_or(WebhookError::BadSignature)?;
    if (now - time).abs() > TOLERANCE {
        return Err(WebhookError::TooOld);
    }
    Ok(())
}

fn mac(secret: &Secret, signed_at: &str, body: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
        .expect("a key of any length is taken");
    mac.update(signed_at.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn only_the_same_secret_body_and_time_verify() {
        let secret = Secret::new("whsec");
        let header = sign(&secret, b"{}", at(1_000));
        let check =
            |secret: &Secret, header: &str, body: &[u8], now| verify(secret, header, body, at(now));
        assert_eq!(check(&secret, &header, b"{}", 1_300), Ok(()));
        assert_eq!(
            check(&secret, &header, b"{}", 1_301),
            Err(WebhookError::TooOld)
        );
        assert_eq!(
            check(&secret, &header, b"{ }", 1_000),
            Err(WebhookError::BadSignature)
        );
        assert_eq!(
            check(&Secret::new("other"), &header, b"{}", 1_000),
            Err(WebhookError::BadSignature)
        );
        let later = header.replace("t=1000", "t=1001");
        for bad in ["", "t=1000", "v1=00", "t=x,v1=zz", &later] {
            assert_eq!(
                check(&secret, bad, b"{}", 1_000),
                Err(WebhookError::BadSignature),
                "{bad}"
            );
        }
    }
}
