//! Who sends a request, as far as the request itself proves it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::bearer::Bearer;
use crate::kernel::id::Customer;
use crate::kernel::{Id, Secret, Tongue};

/// Whoever sends a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The network the request comes from: one address of IPv4, one /64 of IPv6. Behind a
    /// storefront that is trusted, the buyer's.
    pub network: IpAddr,
    /// The language that the request asks to be spoken to in; none when it does not say.
    pub tongue: Option<Tongue>,
    bearer: Option<(Bearer, Secret)>,
    /// Mails that the request has caused; its clones count together.
    mails: Arc<AtomicU32>,
}

/// Mails that one request may cause.
pub const MAILS_PER_REQUEST: u32 = 5;

impl Caller {
    /// Somebody at this address.
    #[must_use]
    pub fn anonymous(network: IpAddr) -> Self {
        Self {
            network,
            tongue: None,
            bearer: None,
            mails: Arc::default(),
        }
    }

    /// Somebody who came with a bearer token that was checked.
    #[must_use]
    pub fn with_bearer(network: IpAddr, bearer: Bearer, token: Secret) -> Self {
        Self {
            network,
            tongue: None,
            bearer: Some((bearer, token)),
            mails: Arc::default(),
        }
    }

    /// This process itself.
    #[must_use]
    pub fn local() -> Self {
        Self::anonymous(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// Counts one more mail, if the request may cause it.
    #[must_use]
    pub fn may_cause_a_mail(&self) -> bool {
        let more = |caused| (caused < MAILS_PER_REQUEST).then_some(caused + 1);
        let order = Ordering::Relaxed;
        self.mails.fetch_update(order, order, more).is_ok()
    }

    /// Whom the bearer token names. It was signed by us and is not too old, but its session may
    /// have ended since: enough to count by, not to show anything.
    #[must_use]
    pub fn customer(&self) -> Option<Id<Customer>> {
        self.bearer.as_ref().map(|(bearer, _)| bearer.customer)
    }

    /// The checked bearer token.
    #[must_use]
    pub fn bearer(&self) -> Option<Bearer> {
        self.bearer.as_ref().map(|(bearer, _)| *bearer)
    }

    /// Whether a token that is given as an argument means the bearer token: by being empty, or the
    /// same.
    #[must_use]
    pub fn is_meant_by(&self, token: &str) -> bool {
        let same = |(_, own): &(Bearer, Secret)| own.reveal() == token;
        token.is_empty() || self.bearer.as_ref().is_some_and(same)
    }
}
