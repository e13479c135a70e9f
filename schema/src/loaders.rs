//! Batched reads: what the resolvers of one request ask for at the same moment is one statement.
//!
//! A key type says how a batch of it is read ([`Batch`]); resolvers call `ctx.load(key)`. Within a
//! request each key is read once. A batch runs on the task of whoever waits for it: resolvers are
//! polled one after the other by one task, so yielding once lets all of them put their keys down.
//! Nothing is spawned and no timer runs, so the request's meter and span need no carrying.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use commerce::Shop;
use commerce::cache::Tag;
use commerce::db::Pooled;
use commerce::kernel::Fault;
use futures_util::FutureExt;
use futures_util::future::Shared;

use crate::caching::Notes;
use crate::errors::SharedFault;

/// A key whose values are read in batches.
pub trait Batch: Clone + Eq + Hash + Send + Sync + 'static {
    /// What a key leads to.
    type Value: Clone + Send + Sync + 'static;

    /// Reads the values of `keys`, which are distinct; keys without a value are left out.
    fn load(
        reads: &Reads,
        keys: Vec<Self>,
    ) -> impl Future<Output = Result<HashMap<Self, Self::Value>, Fault>> + Send;
}

/// Where batches read.
#[derive(Clone)]
pub struct Reads {
    /// The shop.
    pub shop: Shop,
    /// Whether the replica may be read, and whether it was.
    pub replica: Option<Arc<AtomicBool>>,
    /// Where it is noted what the answer is made of, if it may be kept.
    pub notes: Option<Notes>,
}

impl Reads {
    /// A connection for one statement.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is free in time.
    pub async fn conn(&self) -> Result<Pooled<'_>, Fault> {
        if let Some(was_read) = &self.replica
            && let Some(conn) = self.shop.db.replica(&self.shop.freshness).await
        {
            was_read.store(true, Ordering::Relaxed);
            return Ok(conn);
        }
        self.shop.db.primary().await
    }

    /// Notes that the answer is made of these.
    pub fn note(&self, tags: impl IntoIterator<Item = Tag>) {
        if let Some(notes) = &self.notes {
            notes.add(tags);
        }
    }
}

type Answer<K, V> = Result<Arc<HashMap<K, V>>, SharedFault>;
type Running<K, V> = Shared<Pin<Box<dyn Future<Output = Answer<K, V>> + Send>>>;

/// A batch that still takes keys, and those it has.
type Open<K> = (Running<K, <K as Batch>::Value>, Vec<K>);

/// The batches of one key type.
struct Lane<K: Batch> {
    /// The batch that each key was put into.
    batches: HashMap<K, Running<K, K::Value>>,
    /// The batch that still takes keys.
    open: Option<Open<K>>,
}

impl<K: Batch> Default for Lane<K> {
    fn default() -> Self {
        Self {
            batches: HashMap::new(),
            open: None,
        }
    }
}

type Lanes = Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>;

/// The batched reads of one request.
pub struct Loaders {
    reads: Reads,
    lanes: Lanes,
}

impl Loaders {
    /// Loaders for one request.
    #[must_use]
    pub fn new(reads: Reads) -> Self {
        Self {
            reads,
            lanes: Mutex::default(),
        }
    }

    /// Forgets what was read, after something was written.
    pub fn forget(&self) {
        self.lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The value of one key.
    ///
    /// # Errors
    /// The fault of the batch.
    pub async fn load<K: Batch>(&self, key: K) -> Result<Option<K::Value>, SharedFault> {
        let batch = self.batch_of(&self.lane::<K>(), &key);
        turn(&batch).await;
        Ok(batch.await?.get(&key).cloned())
    }

    /// The values of several keys.
    ///
    /// # Errors
    /// The fault of a batch.
    pub async fn load_many<K: Batch>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<HashMap<K, K::Value>, SharedFault> {
        let lane = self.lane::<K>();
        let mut waiting = Vec::new();
        for key in keys {
            waiting.push((self.batch_of(&lane, &key), key));
        }
        let mut found = HashMap::with_capacity(waiting.len());
        if let Some((batch, _)) = waiting.first() {
            turn(batch).await;
        }
        for (batch, key) in waiting {
            if let Some(value) = batch.await?.get(&key) {
                found.insert(key, value.clone());
            }
        }
        Ok(found)
    }

    fn lane<K: Batch>(&self) -> Arc<Mutex<Lane<K>>> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes
            .entry(TypeId::of::<K>())
            .or_insert_with(|| Arc::new(Mutex::new(Lane::<K>::default())));
        Arc::clone(lane).downcast().unwrap_or_default()
    }

    /// The batch that reads `key`: the one it is in already, the open one, or a new one.
    fn batch_of<K: Batch>(&self, lane: &Arc<Mutex<Lane<K>>>, key: &K) -> Running<K, K::Value> {
        let mut guard = lane.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *guard;
        if let Some(batch) = inner.batches.get(key) {
            return batch.clone();
        }
        let (batch, keys) = inner
            .open
            .get_or_insert_with(|| (run(self.reads.clone(), Arc::downgrade(lane)), Vec::new()));
        keys.push(key.clone());
        let batch = batch.clone();
        inner.batches.insert(key.clone(), batch.clone());
        batch
    }
}

/// Lets the request's other resolvers run first, unless there is nothing to wait for. Twice: of resolvers that the end of
/// one batch lets go on, those may come a turn later that another batch let go on at the same moment.
///
/// The yield belongs to the one who waits: inside the batch, the next one to poll it would end it.
async fn turn<T: Clone>(batch: &Shared<impl Future<Output = T>>) {
    if batch.peek().is_none() {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }
}

/// A batch: closes when it is first polled, then reads. Whoever waits for it lets the other resolvers
/// put their keys down before ([`turn`]).
///
/// It holds its lane weakly: the lane holds the batch.
fn run<K: Batch>(reads: Reads, lane: Weak<Mutex<Lane<K>>>) -> Running<K, K::Value> {
    let work = async move {
        let keys = lane.upgrade().and_then(|lane| {
            let open = lane
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .open
                .take();
            open.map(|(_, keys)| keys)
        });
        let keys = keys.unwrap_or_default();
        let values = K::load(&reads, keys).await;
        values
            .map(Arc::new)
            .map_err(|fault| SharedFault(Arc::new(fault)))
    };
    let work: Pin<Box<dyn Future<Output = Answer<K, K::Value>> + Send>> = Box::pin(work);
    work.shared()
}
