//! Answers that everybody gets are kept: in this process first, then in Redis for all.
//!
//! An answer is shown as long as nothing that it was made of has changed, and nothing at all is shown
//! while changes are not heard of ([`commerce::cache`]). One who asks for an answer that is just being
//! made waits for it, so a crowd costs what one costs.

use std::sync::Arc;

use async_graphql::{Response as Answer, Value};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use commerce::Shop;
use commerce::cache::{Freshness, Moment, SharedStore};
use commerce::db::Db;
use commerce::kernel::Clock;
use metrics::counter;
use moka::sync::Cache;
use schema::caching::Notes;
use sha2::{Digest, Sha256};

use super::flights::{Flight, Flights, News, Role};
use super::gate;
use super::kept::{Kept, Making};
use super::key::Key;
use crate::config::CacheConfig;

/// The answers that are kept.
pub(super) struct Answers {
    kept: Cache<Key, Arc<Kept>>,
    flights: Flights,
    freshness: Freshness,
    db: Db,
    clock: Clock,
    shared: Option<Arc<SharedStore>>,
    time: TimeDelta,
}

/// An answer, and where it is from.
pub(super) enum Found {
    /// One that is kept.
    Kept(Arc<Kept>, Source),
    /// One that is the caller's alone.
    Made(Box<Answer>),
}

impl Found {
    /// Whether the operation was run, now or before, and not refused by validation.
    pub(super) fn was_run(&self) -> bool {
        match self {
            Self::Kept(..) => true,
            Self::Made(answer) => gate::was_run(answer),
        }
    }
}

/// Where a kept answer is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// This process had it.
    Process,
    /// It was being made for another request.
    Waited,
    /// Another process had made it.
    Shared,
    /// It was made for this request.
    Made,
}

/// An answer that was made, and what it really cost.
pub(super) struct Fresh {
    pub(super) answer: Answer,
    pub(super) cost: u64,
}

/// Longer answers are not kept: a few of them would push out all others.
const LONGEST: usize = 1024 * 1024;

/// How often a request waits for another one's answer before it makes its own.
const WAITS: usize = 3;

/// What may come of asking for an answer, in metrics.
const RESULTS: [&str; 7] = [
    "hit", "waited", "shared", "miss", "outdated", "unkept", "bypass",
];

impl Answers {
    /// Keeps answers as configured; `None` where none shall be kept. The names in Redis begin with
    /// `prefix`.
    pub(super) fn new(config: &CacheConfig, shop: &Shop, prefix: &str) -> Option<Self> {
        if !config.answers || config.answer_time.is_zero() {
            return None;
        }
        for result in RESULTS {
            count(result, 0);
        }
        let shared = config.shared.then(|| {
            let (kv, freshness) = (shop.kv.clone(), shop.freshness.clone());
            let store = SharedStore::new(kv, freshness, prefix, kind(shop), config.patience);
            Arc::new(store)
        });
        Some(Self {
            kept: Cache::builder()
                .max_capacity(config.answer_bytes)
                .weigher(|_, kept: &Arc<Kept>| kept.weight())
                // Those that have become stale go by themselves.
                .time_to_live(config.answer_time)
                .build(),
            flights: Flights::default(),
            freshness: shop.freshness.clone(),
            db: shop.db.clone(),
            clock: shop.clock.clone(),
            shared,
            time: TimeDelta::from_std(config.answer_time).unwrap_or_default(),
        })
    }

    /// Bytes that are kept, roughly.
    pub(super) fn bytes(&self) -> u64 {
        self.kept.run_pending_tasks();
        self.kept.weighted_size()
    }

    /// The answer of this name if this process has it, and it is right.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        self.find(key, self.clock.now())
    }

    fn find(&self, key: &Key, now: DateTime<Utc>) -> Option<Arc<Kept>> {
        let kept = self.kept.get(key)?;
        if kept.is_right(&self.freshness, now) {
            counted("hit");
            return Some(kept);
        }
        None
    }

    /// The answer of this name: kept, waited for, or made by `make`, which notes what it reads, and is told whether it
    /// may read the replica.
    pub(super) async fn answer<M>(
        &self,
        key: Key,
        make: impl FnOnce(Option<Notes>, bool) -> M,
    ) -> Found
    where
        M: Future<Output = Fresh>,
    {
        for _ in 0..WAITS {
            let now = self.clock.now();
            if let Some(kept) = self.find(&key, now) {
                return Found::Kept(kept, Source::Process);
            }
            let Some(moment) = self.freshness.moment(now) else {
                break;
            };
            match self.flights.join(key) {
                Role::Leads(flight) => return self.lead(flight, key, moment, make).await,
                Role::Waits(wait) => match wait.news().await {
                    // It may have begun before a change that the one who waits has seen.
                    News::Answer(kept) if kept.is_right(&self.freshness, self.clock.now()) => {
                        counted("waited");
                        return Found::Kept(kept, Source::Waited);
                    }
                    News::Alone => break,
                    News::Answer(_) | News::Nothing => {}
                },
            }
        }
        counted("bypass");
        Found::Made(Box::new(make(None, false).await.answer))
    }

    async fn lead<M>(
        &self,
        flight: Flight,
        key: Key,
        mut moment: Moment,
        make: impl FnOnce(Option<Notes>, bool) -> M,
    ) -> Found
    where
        M: Future<Output = Fresh>,
    {
        if let Some(kept) = self.take_shared(&key, &moment).await {
            counted("shared");
            let kept = Arc::new(kept);
            self.kept.insert(key, Arc::clone(&kept));
            flight.land(&kept);
            return Found::Kept(kept, Source::Shared);
        }
        // What the replica shows is as new as the notices of changes, but it may not show what the primary did last.
        let replica = self.db.replica_shows(&self.freshness);
        let from_replica = replica.is_some();
        if let Some(seen) = replica {
            moment.seen = seen;
        }
        let notes = Notes::default();
        let fresh = make(Some(notes.clone()), from_replica).await;
        let Some(data) = keepable(&fresh.answer) else {
            counted("unkept");
            flight.alone();
            return Found::Made(Box::new(fresh.answer));
        };
        let making = Making {
            count: moment.count,
            until: moment.until.min(self.clock.now() + self.time),
            max_age: u32::try_from(fresh.answer.cache_control.max_age).unwrap_or(0),
            cost: fresh.cost,
        };
        let kept = Arc::new(Kept::new(data, notes.tags(), making));
        if !kept.is_right(&self.freshness, self.clock.now()) {
            // Something changed while it was made. It is right for this request, which began before.
            counted("outdated");
            return Found::Made(Box::new(fresh.answer));
        }
        counted("miss");
        self.kept.insert(key, Arc::clone(&kept));
        flight.land(&kept);
        self.share(key, &kept, moment);
        Found::Kept(kept, Source::Made)
    }

    async fn take_shared(&self, key: &Key, moment: &Moment) -> Option<Kept> {
        let shared = self.shared.as_ref()?;
        let (tags, text) = shared.get(&key.hex()).await?;
        let kept = Kept::from_shared(tags, text, moment.count)?;
        kept.is_right(&self.freshness, self.clock.now())
            .then_some(kept)
    }

    /// Gives an answer to the other processes; nobody waits for that.
    fn share(&self, key: Key, kept: &Arc<Kept>, moment: Moment) {
        let Some(shared) = self.shared.clone() else {
            return;
        };
        let kept = Arc::clone(kept);
        let time = (kept.until - self.clock.now()).to_std().unwrap_or_default();
        tokio::spawn(async move {
            let text = kept.to_shared();
            shared
                .put(&key.hex(), &moment.seen, &kept.tags, &text, time)
                .await;
        });
    }
}

/// The data of an answer that may be kept: nothing went wrong, nothing is private.
fn keepable(answer: &Answer) -> Option<Bytes> {
    let whole = answer.errors.is_empty() && matches!(answer.data, Value::Object(_));
    if !whole || !answer.cache_control.public {
        return None;
    }
    let data = serde_json::to_vec(&answer.data).ok()?;
    (data.len() <= LONGEST).then(|| data.into())
}

/// Tells apart processes that may answer differently: by their program and by what they were told that
/// shows in answers.
fn kind(shop: &Shop) -> String {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let program = program.map(|file| (file.len(), file.modified().ok()));
    let payment = &shop.settings.payment;
    let told = (
        &shop.settings.public_url,
        payment.provider(),
        payment.vault_url(),
    );
    let mut kind = hex::encode(Sha256::digest(format!("{:?} {told:?}", program.ok())));
    kind.truncate(16);
    kind
}

fn counted(result: &'static str) {
    count(result, 1);
}

fn count(result: &'static str, by: u64) {
    counter!("cartwright_cache_answers_total", "result" => result).increment(by);
}
