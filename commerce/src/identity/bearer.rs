//! Bearer tokens: JSON Web Tokens that name a customer and a session for a quarter of an hour.
//!
//! The key decides the algorithm, never the token (RFC 8725). A header may name its key among ours
//! and nothing else: no key of its own, no address of one, no extension that must be understood.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use uuid::Uuid;

use super::keys::KeyRing;
use crate::kernel::id::{Customer, ordered_uuid};
use crate::kernel::{Fault, Id};

/// How long a bearer token is good for.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How far the clocks of two of our processes may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// What our tokens are, so that no other kind of JWT is taken for one (RFC 9068).
const KIND: &str = "at+jwt";

/// Longer ones are not ours.
const MAX_LENGTH: usize = 2_048;

/// Whom a bearer token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The customer.
    pub customer: Id<Customer>,
    /// The sign-in; when it has ended, the token opens nothing any more.
    pub session: Uuid,
}

/// Signs bearer tokens and checks them.
#[derive(Clone, Debug)]
pub struct Authority {
    ring: Arc<KeyRing>,
    issuer: String,
    audience: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    exp: i64,
    iat: i64,
    nbf: i64,
    jti: Uuid,
    sid: Uuid,
}

impl Authority {
    /// Speaks for the shop that is reached at `public_url`.
    #[must_use]
    pub fn new(ring: Arc<KeyRing>, public_url: &str) -> Self {
        Self {
            ring,
            issuer: public_url.to_owned(),
            audience: format!("{public_url}/graphql"),
        }
    }

    /// The public keys.
    #[must_use]
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// A token that is good from `now` on for [`LIFETIME`].
    ///
    /// # Errors
    /// A [`Fault`] when it cannot be signed.
    pub fn issue(&self, bearer: Bearer, now: DateTime<Utc>) -> Result<String, Fault> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(KIND.to_owned());
        header.kid = Some(self.ring.kid.clone());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: bearer.customer.value.to_string(),
            exp: (now + LIFETIME).timestamp(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            jti: ordered_uuid(),
            sid: bearer.session,
        };
        encode(&header, &claims, &self.ring.signing)
            .map_err(|error| Fault::other("sign a bearer token", error))
    }

    /// Whom a token names; `None` for every token that we did not sign, or not for this shop, or
    /// whose time is not now.
    #[must_use]
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let header = decode_header(token).ok()?;
        let is_plain = header.jku.is_none()
            && header.jwk.is_none()
            && header.x5u.is_none()
            && header.x5c.is_none()
            && header.crit.is_none();
        if !is_plain || header.typ.as_deref() != Some(KIND) {
            return None;
        }
        let key = self.ring.believed(header.kid.as_deref()?)?;
        let claims = decode::<Claims>(token, key, &self.validation())
            .ok()?
            .claims;
        let is_now = claims.exp > now.timestamp()
            && claims.nbf <= (now + SKEW).timestamp()
            && claims.iat <= (now + SKEW).timestamp();
        is_now.then_some(Bearer {
            customer: Id::new(claims.sub.parse().ok()?),
            session: claims.sid,
        })
    }

    /// All but the times, which go by the shop's clock.
    fn validation(&self) -> Validation {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.required_spec_claims =
            HashSet::from(["exp", "nbf", "iss", "aud", "sub"].map(str::to_owned));
        validation.validate_exp = false;
        validation
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::keys::generate_pem;

    fn authority(pem: &str, previous: &str) -> Authority {
        let ring = KeyRing::from_pem(pem, previous).unwrap();
        Authority::new(Arc::new(ring), "https://api.shop.example")
    }

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_token_names_its_customer_for_a_quarter_of_an_hour() {
        let ours = authority(&generate_pem().unwrap(), "");
        let bearer = Bearer {
            customer: Id::new(7),
            session: Uuid::from_u128(9),
        };
        let token = ours.issue(bearer, noon()).unwrap();
        assert_eq!(ours.check(&token, noon()), Some(bearer));
        let last = noon() + LIFETIME - TimeDelta::seconds(1);
        assert_eq!(ours.check(&token, last), Some(bearer));
        assert_eq!(ours.check(&token, noon() + LIFETIME), None);
        let early = noon() - SKEW - TimeDelta::seconds(1);
        assert_eq!(ours.check(&token, early), None);
    }

    #[test]
    fn old_keys_are_believed_as_long_as_they_are_listed() {
        let (old, new) = (generate_pem().unwrap(), generate_pem().unwrap());
        let bearer = Bearer {
            customer: Id::new(7),
            session: Uuid::from_u128(9),
        };
        let token = authority(&old, "").issue(bearer, noon()).unwrap();
        assert_eq!(authority(&new, &old).check(&token, noon()), Some(bearer));
        assert_eq!(authority(&new, "").check(&token, noon()), None);
    }
}
