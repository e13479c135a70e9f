//! How many requests one address may send, whatever they ask for; judged before anything is read.

use commerce::Shop;
use commerce::kernel::Clock;
use commerce::kv::limiter::{Decision, Limiter, Quota};
use metrics::counter;
use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::client_ip::ClientIp;
use super::errors::{Problem, whole_seconds};
use crate::config::EdgeConfig;

/// The limit, shared by all processes as long as Redis is there.
pub(super) struct FlatLimit {
    limiter: Limiter,
    quota: Quota,
    policy: HeaderValue,
    clock: Clock,
}

/// Where a caller stands with a limit.
pub(crate) const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// What a limit is.
pub(crate) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

impl FlatLimit {
    /// `None` when the limit is off: then Redis is never asked.
    pub(super) fn new(config: &EdgeConfig, shop: &Shop) -> Option<Self> {
        let quota = config.per_address?;
        for decision in ["allowed", "refused"] {
            count(decision, "yes", 0);
        }
        let prefix = format!("{}:address", config.key_prefix);
        let policy = format!(
            "\"address\";q={};w={}",
            quota.limit,
            quota.window.as_secs().max(1)
        );
        Some(Self {
            limiter: Limiter::new(shop.kv.clone(), &prefix, config.patience),
            quota,
            policy: HeaderValue::try_from(policy).ok()?,
            clock: shop.clock.clone(),
        })
    }

    /// Counts a request, or refuses it with 429.
    pub(super) async fn admit(&self, client: ClientIp) -> Result<Standing, Problem> {
        let key = client.network().to_string();
        let decision = self.limiter.hit(&key, self.quota, self.clock.now()).await;
        let shared = if decision.shared { "yes" } else { "no" };
        let standing = Standing {
            policy: self.policy.clone(),
            decision,
        };
        if decision.allowed {
            count("allowed", shared, 1);
            return Ok(standing);
        }
        count("refused", shared, 1);
        let message = format!(
            "one address may send {} requests in {} seconds; wait as long as `retry-after` says",
            self.quota.limit,
            self.quota.window.as_secs()
        );
        let status = StatusCode::TOO_MANY_REQUESTS;
        let problem = Problem::passing(status, "THROTTLED", message, decision.wait);
        Err(problem.with(standing.headers()))
    }
}

fn count(decision: &'static str, shared: &'static str, by: u64) {
    counter!("cartwright_limit_decisions_total", "decision" => decision, "shared" => shared)
        .increment(by);
}

/// Where a caller stands with the limit.
pub(super) struct Standing {
    policy: HeaderValue,
    decision: Decision,
}

impl Standing {
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let (remaining, wait) = (self.decision.remaining, whole_seconds(self.decision.wait));
        let now = HeaderValue::try_from(format!("\"address\";r={remaining};t={wait}"));
        let now = now.into_iter().map(|now| (LIMIT, now));
        now.chain([(POLICY, self.policy.clone())]).collect()
    }

    /// Tells the caller, so that a good one never has to be refused.
    pub(super) fn decorate(&self, headers: &mut HeaderMap) {
        headers.extend(self.headers());
    }
}
