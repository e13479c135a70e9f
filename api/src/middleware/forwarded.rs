//! Headers that name another client and are not believed. Behind a proxy that nobody has told us of, all
//! visitors would share one identity, and nothing else would show it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use commerce::Shop;
use commerce::kernel::Clock;
use commerce::kv::Kv;
use commerce::kv::store::Store;
use metrics::counter;

use super::client_ip::Ignored;
use crate::config::EdgeConfig;

/// Tells of such headers.
pub(super) struct Forwarded {
    store: Arc<Store>,
    clock: Clock,
    /// When it was last told, in seconds.
    told: AtomicI64,
}

/// Seconds between two warnings.
const PAUSE: i64 = 60;

/// For how long `api doctor` hears of it.
const REMEMBERED: Duration = Duration::from_hours(24);

/// What it is remembered by.
const NAME: &str = "forwarding_header";

const IGNORED: &str = "cartwright_forwarding_headers_ignored_total";

impl Ignored {
    /// Its name in metrics.
    fn reason(self) -> &'static str {
        match self {
            Self::UntrustedPeer(_) => "untrusted_peer",
            Self::OtherHeader(_) => "other_header",
        }
    }

    /// What an operator is told. The address of a proxy helps; that of a stranger is nobody's business.
    fn words(self) -> String {
        match self {
            Self::UntrustedPeer(peer) => format!(
                "a request of {} named another client and was not believed: if that is a proxy, its visitors share \
                 one identity until TRUSTED_PROXIES names it; without a proxy set TRUSTED_PROXIES=none",
                place(peer)
            ),
            Self::OtherHeader(peer) => format!(
                "a request of the trusted proxy at {} had no header CLIENT_IP_HEADER but another that names a \
                 client: its visitors share one identity until CLIENT_IP_HEADER is the one that it sets",
                place(peer)
            ),
        }
    }
}

fn place(peer: IpAddr) -> String {
    let private = match peer {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local(),
    };
    if private {
        peer.to_string()
    } else {
        "a public address".to_owned()
    }
}

impl Forwarded {
    /// `None` where nobody wants to know.
    pub(super) fn new(config: &EdgeConfig, shop: &Shop) -> Option<Self> {
        for reason in ["untrusted_peer", "other_header"] {
            counter!(IGNORED, "reason" => reason).increment(0);
        }
        config.proxies.report.then(|| Self {
            store: Arc::new(store(shop.kv.clone(), &config.key_prefix, config.patience)),
            clock: shop.clock.clone(),
            told: AtomicI64::new(i64::MIN),
        })
    }

    /// Counts such a header, and once a minute warns of it and remembers it for `api doctor`.
    pub(super) fn note(&self, ignored: Ignored) {
        counter!(IGNORED, "reason" => ignored.reason()).increment(1);
        let now = self.clock.now();
        let (last, seconds) = (self.told.load(Ordering::Relaxed), now.timestamp());
        let recent = seconds.saturating_sub(last) < PAUSE;
        let told = &self.told;
        if recent
            || told
                .compare_exchange(last, seconds, Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        let words = ignored.words();
        tracing::warn!("{words}");
        let text = format!("{}: {words}", now.format("%Y-%m-%d %H:%M UTC"));
        let store = Arc::clone(&self.store);
        tokio::spawn(async move {
            store.put(NAME, text.as_bytes(), REMEMBERED).await;
        });
    }
}

fn store(kv: Kv, key_prefix: &str, patience: Duration) -> Store {
    let warning = "api doctor does not hear of ignored forwarding headers";
    Store::new(kv, &format!("{key_prefix}:finding"), patience, warning)
}

/// What was last remembered of the last day, in words; `None` as well while Redis is away.
pub(crate) async fn finding(kv: Kv, key_prefix: &str, patience: Duration) -> Option<String> {
    let text = store(kv, key_prefix, patience).get(NAME).await?;
    String::from_utf8(text).ok()
}
