//! Processes of the same shop that keep answers, as those of a real installation do.

use std::time::{Duration, Instant};

use api::config::{CacheConfig, EdgeConfig};
use commerce::cache::{self, Freshness, Tag};
use commerce::config::Profile;
use commerce::kernel::Secret;
use commerce::kernel::id::ordered_uuid;
use commerce::kv::Kv;
use commerce::payment::PaymentConfig;
use commerce::{Settings, Shop};
use poem::endpoint::BoxEndpoint;
use poem::test::TestClient;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::app::{Answer, TestApp, ask, client};
use crate::people::{Person, signed_in};

/// Longer than anything takes that a test waits for.
const LIMIT: Duration = Duration::from_secs(60);

/// How to set a [`Keeper`] up.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// Settings of its edge.
    pub edge: EdgeConfig,
    /// Its own Redis; `None` for everybody's.
    pub redis: Option<String>,
    /// Where it hears of changes; `None` for the test's database.
    pub listens_at: Option<String>,
    /// How it takes payments; `None` for the test's way.
    pub payment: Option<PaymentConfig>,
    /// For how long it believes what it heard; `None` for the usual time.
    pub holds: Option<Duration>,
}

impl Keeping {
    /// With a Redis of its own, which may be away: it is waited for no longer than usual.
    #[must_use]
    pub fn with_redis(url: String) -> Self {
        let mut keeping = Self::default();
        keeping.edge.caches.patience = CacheConfig::default().patience;
        keeping.redis = Some(url);
        keeping
    }
}

impl Default for Keeping {
    /// As in production, with keys of its own. A machine that is busy with other tests is neither a
    /// Redis nor a database that is away.
    fn default() -> Self {
        let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
        edge.key_prefix = format!("test-{}", ordered_uuid());
        edge.caches.patience = LIMIT;
        Self {
            edge,
            redis: None,
            listens_at: None,
            payment: None,
            holds: Some(LIMIT),
        }
    }
}

/// A process that keeps answers; its caches are its own.
pub struct Keeper {
    /// Its shop.
    pub shop: Shop,
    /// Speaks HTTP to it.
    pub client: TestClient<BoxEndpoint<'static>>,
    follower: JoinHandle<()>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl TestApp {
    /// A process of this shop that keeps answers, as soon as it hears of changes.
    pub async fn keeper(&self, keeping: &Keeping) -> Keeper {
        let mut shop = self.shop.clone();
        shop.freshness = keeping
            .holds
            .map_or_else(Freshness::default, Freshness::holding);
        if let Some(payment) = &keeping.payment {
            let mut settings = Settings::clone(&shop.settings);
            settings.payment = payment.clone();
            shop.settings = settings.into();
        }
        if let Some(redis) = &keeping.redis {
            let url = Secret::new(redis.clone());
            let kv = Kv::connect_within(&url, keeping.edge.caches.patience);
            shop.kv = kv.expect("a Redis URL");
        }
        let url = keeping.listens_at.as_ref().unwrap_or(&self.database.url);
        let follow = cache::follow(url.clone(), shop.freshness.clone(), shop.clock.clone());
        let keeper = Keeper {
            client: client(&shop, &keeping.edge),
            follower: tokio::spawn(follow),
            shop,
        };
        until(|| keeper.shop.freshness.hears()).await;
        keeper
    }

    /// Waits until a process has heard of everything that is committed.
    pub async fn heard_by(&self, keeper: &Keeper) {
        let freshness = &keeper.shop.freshness;
        // A product that no answer is made of.
        let tag = Tag::Quantity(0);
        let before = freshness.count();
        self.execute(&format!("SELECT touch_answers(ARRAY['{tag}'])"))
            .await;
        until(|| !freshness.holds(&[tag], before)).await;
        // The calendar is read anew after every touch.
        let now = keeper.shop.clock.now();
        let soon = chrono::TimeDelta::seconds(2);
        until(|| freshness.moment(now).is_some_and(|m| m.until > now + soon)).await;
    }
}

impl Keeper {
    /// Sends one operation and measures it.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        ask(&self.client, query, variables).await
    }

    /// Signs in; answers the bearer token.
    pub async fn sign_in(&self, person: &Person) -> String {
        let body = json!({ "email": person.email, "password": person.password });
        let request = self.client.post("/auth/sign-in").body_json(&body);
        signed_in(request.send().await).await.1.access
    }

    /// Hears of nothing any more, as if its connection had been cut.
    pub fn deafen(&self) {
        self.follower.abort();
    }
}

/// Waits for something that is bound to come.
///
/// # Panics
/// When it does not.
pub async fn until(mut is: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is() {
        assert!(started.elapsed() < LIMIT, "waited in vain");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
