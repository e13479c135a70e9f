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
use crate::spending::Spending;

/// A key whose values are read in batches.
pub trait Batch: Clone + Eq + Hash + Send + Sync + 'static {
    /// What a key leads to.
    type Value: Clone + Send + Sync + 'static;

    /// Rows that this key leads to at most.
    fn most(&self) -> u64 {
        1
    }

    /// Rows of a value that is a page of them.
    fn rows(_: &Self::Value) -> u64 {
        0
    }

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
    /// Where is counted what was read, and said when there is enough.
    pub spending: Option<Arc<Spending>>,
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

impl Reads {
    /// Waits until the request may take more.
    async fn go_on(&self) {
        if let Some(spending) = &self.spending {
            spending.go_on().await;
        }
    }

    /// Waits until so many rows may be read.
    async fn begin(&self, rows: u64) {
        if let Some(spending) = self.spending.as_ref().filter(|_| rows > MANY) {
            spending.expect_much().await;
        }
    }

    /// Counts rows that were read.
    fn count(&self, rows: u64) {
        if let Some(spending) = &self.spending {
            spending.read(rows);
        }
    }
}

/// Rows that one statement reads at most: what is read is counted in between.
const ROWS: u64 = 20_000;

/// Rows that take a place to be read.
const MANY: u64 = 2_000;

/// Keys for one statement each, in their order.
fn portions<K: Batch>(keys: Vec<K>) -> Vec<Vec<K>> {
    let mut portions = Vec::new();
    let (mut portion, mut rows) = (Vec::new(), 0);
    for key in keys {
        let more = key.most();
        if rows + more > ROWS && !portion.is_empty() {
            portions.push(std::mem::take(&mut portion));
            rows = 0;
        }
        rows += more;
        portion.push(key);
    }
    portions.push(portion);
    portions
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
        let values = batch.await?;
        self.reads.go_on().await;
        Ok(values.get(&key).cloned())
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
            let values = batch.await?;
            self.reads.go_on().await;
            if let Some(value) = values.get(&key) {
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
        let mut values = HashMap::with_capacity(keys.len());
        for portion in portions(keys) {
            reads.begin(portion.iter().map(Batch::most).sum()).await;
            let found = K::load(&reads, portion).await;
            let found = found.map_err(|fault| SharedFault(Arc::new(fault)))?;
            reads.count(found.values().map(K::rows).sum());
            values.extend(found);
        }
        Ok(Arc::new(values))
    };
    let work: Pin<Box<dyn Future<Output = Answer<K, K::Value>> + Send>> = Box::pin(work);
    work.shared()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Pages(u64);

    impl Batch for Pages {
        type Value = ();

        fn most(&self) -> u64 {
            self.0
        }

        async fn load(_: &Reads, _: Vec<Self>) -> Result<HashMap<Self, ()>, Fault> {
            Ok(HashMap::new())
        }
    }

    #[test]
    fn a_statement_reads_no_more_rows_than_are_counted_at_once() {
        let of = |sizes: &[u64]| {
            let keys = sizes.iter().copied().map(Pages).collect();
            let portions = portions(keys);
            portions.iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), [0]);
        assert_eq!(of(&[250; 80]), [80]);
        assert_eq!(of(&[250; 161]), [80, 80, 1]);
        assert_eq!(of(&[30_000, 1, 30_000]), [1, 1, 1]);
    }
}
