//! What an operation really takes while it runs: rows that are read, objects, fields and bytes that are answered.
//!
//! A query stops where its allowance ends, and answers nothing but that. What a mutation did is answered; of several,
//! those that come after the end are not begun.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo,
};
use async_graphql::{
    ErrorExtensionValues, PathSegment, QueryPathNode, QueryPathSegment, ServerError, ServerResult,
    Value,
};
use futures_util::future::BoxFuture;

use crate::places::{Place, Places};
use crate::{cost, errors};

/// Fields that are answered before other requests have their turn.
const TURN: usize = 2_000;

/// Fields that are begun at the same time, before more rows are: one that waits takes more memory than one that is answered.
const LIVE: usize = 10_000;

/// Memory that every answer may take.
const SMALL: u64 = 128 * 1024;

/// Memory that a field takes beside its bytes, which stand in the tree of the answer and in its text.
const FIELD: u64 = 200;

/// Memory that a row takes which was read.
const ROW: u64 = 400;

/// Bytes of an answer that cost a point.
pub const BYTES: u64 = 1_000;

/// How many times as long as a query's the answer of a mutation may be.
const PAYLOAD: u64 = 2;

/// What the answer of a mutation may have in any case, however small the limits are.
const LEAST_FIELDS: u64 = 10_000;
const LEAST_BYTES: u64 = 1_000_000;

/// What an operation may take at most.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Points: rows that are read or objects or thousands of bytes that are answered, whichever are most.
    pub points: u64,
    /// Fields of the answer.
    pub fields: u64,
    /// Bytes of the answer.
    pub bytes: u64,
}

/// What is known of an operation before it runs.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Points that are charged whatever is answered.
    pub points: u64,
    /// Bytes that its answer may have.
    pub bytes: u64,
    /// Whether it only reads, and so stops where its allowance ends.
    pub stops: bool,
}

/// What an operation has taken.
pub struct Spending {
    allowance: Allowance,
    expected: Expected,
    objects: AtomicU64,
    rows: AtomicU64,
    fields: AtomicU64,
    bytes: AtomicU64,
    /// Why fields are null: those that failed, mutations that were not begun, and the first field of a mutation's answer that was
    /// left out.
    errors: Mutex<Vec<ServerError>>,
    /// Fields that were begun since other requests had their turn.
    turn: AtomicUsize,
    /// Fields that are begun and not answered.
    live: AtomicUsize,
    /// Fields that wait for their turn, or for the place.
    waiting: Mutex<Vec<Waker>>,
    /// Rows that wait for fields to be answered, or for the place.
    rows_waiting: Mutex<Vec<Waker>>,
    /// What ran out: its name and how much there was.
    over: OnceLock<(&'static str, u64)>,
    /// Whether the answer of a mutation is longer than anything may be.
    is_cut: AtomicBool,
    /// Whether an error says so.
    says_cut: AtomicBool,
    places: Places,
    place: Mutex<Option<Place>>,
    has_place: AtomicBool,
    /// Whether so much is about to be read that it needs a place whatever is answered.
    expects_much: AtomicBool,
}

impl Spending {
    /// Counts for one operation. A large answer takes one of `places`, unless it has one.
    #[must_use]
    pub fn new(
        allowance: Allowance,
        expected: Expected,
        places: Places,
        place: Option<Place>,
    ) -> Self {
        Self {
            allowance,
            expected,
            objects: AtomicU64::new(expected.points),
            rows: AtomicU64::new(0),
            fields: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            errors: Mutex::default(),
            turn: AtomicUsize::new(0),
            live: AtomicUsize::new(0),
            waiting: Mutex::default(),
            rows_waiting: Mutex::default(),
            over: OnceLock::new(),
            is_cut: AtomicBool::new(false),
            says_cut: AtomicBool::new(false),
            places,
            has_place: AtomicBool::new(place.is_some()),
            place: Mutex::new(place),
            expects_much: AtomicBool::new(false),
        }
    }

    /// Counts another try of the same operation from the start; the place of the first goes along.
    #[must_use]
    pub fn again(&self) -> Self {
        let place = self.take_place();
        Self::new(self.allowance, self.expected, self.places.clone(), place)
    }

    /// Points for the bytes that were answered.
    #[must_use]
    pub fn points_of_bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed) / BYTES
    }

    /// Whether the operation was stopped, and so took all that it may.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.expected.stops && self.over.get().is_some()
    }

    /// The place of the answer, if it is a large one: whoever keeps the answer keeps it.
    #[must_use]
    pub fn take_place(&self) -> Option<Place> {
        lock(&self.place).take()
    }

    /// Why fields are null, each error at its path.
    pub(crate) fn errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut *lock(&self.errors))
    }

    /// Waits for a place, because much is about to be read.
    pub(crate) async fn expect_much(&self) {
        self.expects_much.store(true, Ordering::Relaxed);
        self.go_on().await;
    }

    /// Counts rows that were read.
    pub(crate) fn read(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.add(0, 0, 0);
    }

    /// Counts, and notes what ran out.
    fn add(&self, objects: u64, fields: u64, bytes: u64) {
        let plus = |counter: &AtomicU64, by| counter.fetch_add(by, Ordering::Relaxed) + by;
        let objects = plus(&self.objects, objects);
        let fields = plus(&self.fields, fields);
        let bytes = plus(&self.bytes, bytes);
        let rows = self.rows.load(Ordering::Relaxed);
        let most = self.allowance;
        if !self.expected.stops {
            let longest = most.bytes.saturating_mul(PAYLOAD).max(LEAST_BYTES);
            if fields > most.fields.max(LEAST_FIELDS) || bytes > longest {
                self.is_cut.store(true, Ordering::Relaxed);
            }
        }
        for (name, is, most) in [
            // As it is charged.
            ("points", objects.max(rows).max(bytes / BYTES), most.points),
            ("fields", fields, most.fields),
            ("response_bytes", bytes, most.bytes),
        ] {
            if is > most {
                let _the_first_counts = self.over.set((name, most));
                return;
            }
        }
    }

    /// Whether the answer takes more memory than every answer may, and has no place for that.
    fn needs_place(&self) -> bool {
        let fields = self.fields.load(Ordering::Relaxed);
        let bytes = self.bytes.load(Ordering::Relaxed);
        let rows = self.rows.load(Ordering::Relaxed);
        let is_large = fields * FIELD + bytes * 2 + rows * ROW > SMALL;
        (is_large || self.expects_much.load(Ordering::Relaxed))
            && !self.has_place.load(Ordering::Relaxed)
    }

    async fn have_place(&self) {
        let place = self.places.place().await;
        *lock(&self.place) = place;
        self.has_place.store(true, Ordering::Relaxed);
    }

    /// Whether there is memory to go on; a place that is free is taken at once, so that batches stay whole.
    fn has_memory(&self) -> bool {
        if !self.needs_place() {
            return true;
        }
        let place = self.places.free();
        let has_one = place.is_some();
        if has_one {
            *lock(&self.place) = place;
            self.has_place.store(true, Ordering::Relaxed);
        }
        has_one
    }

    /// Whether a field may go on now; one that may not is woken when it may. Once the operation is stopped none may, and
    /// nobody waits for it.
    fn lets_on(&self, cx: &Context<'_>) -> bool {
        if self.was_stopped() {
            return false;
        }
        let lets = self.has_memory() && self.turn.fetch_add(1, Ordering::Relaxed) < TURN;
        if !lets {
            lock(&self.waiting).push(cx.waker().clone());
        }
        lets
    }

    fn has_few_live(&self) -> bool {
        self.live.load(Ordering::Relaxed) < LIVE
    }

    /// Waits until a row may begin its fields.
    async fn begin_row(&self) {
        std::future::poll_fn(|cx| {
            if self.was_stopped() {
                return Poll::Pending;
            }
            if self.has_memory() && self.has_few_live() {
                return Poll::Ready(());
            }
            lock(&self.rows_waiting).push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Waits until it is this request's turn, and it has a place if it needs one. A field waits before it begins, and once
    /// more when that is read which many have waited for together; it holds nothing meanwhile that others wait for.
    pub(crate) async fn go_on(&self) {
        std::future::poll_fn(|cx| {
            if self.lets_on(cx) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Lets those go on that have waited.
    fn begin_turn(&self) {
        self.turn.store(0, Ordering::Relaxed);
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        waiting.into_iter().for_each(Waker::wake);
        if self.has_few_live() {
            let rows = std::mem::take(&mut *lock(&self.rows_waiting));
            rows.into_iter().for_each(Waker::wake);
        }
    }

    /// Whether somebody waits who may go on.
    fn goes_on(&self) -> bool {
        !lock(&self.waiting).is_empty()
            || (self.has_few_live() && !lock(&self.rows_waiting).is_empty())
    }

    /// Why an operation is not answered, or not begun.
    fn error(&self) -> Option<ServerError> {
        let (name, most) = *self.over.get()?;
        Some(too_much(name, most))
    }

    /// Why a field of a mutation's answer is left out. The first says so; the others would only make it longer.
    fn cut(&self, path: &QueryPathNode<'_>) -> ServerError {
        if !self.says_cut.swap(true, Ordering::Relaxed) {
            let (name, most) = *self.over.get().unwrap_or(&("fields", 0));
            let mut error = too_much(name, most);
            error.path = segments(path);
            lock(&self.errors).push(error);
        }
        ServerError::new(String::new(), None)
    }
}

/// A field that is begun, until it is answered or given up.
struct Live<'s>(&'s AtomicUsize);

impl<'s> Live<'s> {
    fn begin(count: &'s AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The error of an operation that has used up all of what is called `name`.
fn too_much(name: &'static str, most: u64) -> ServerError {
    let what = match name {
        "points" => format!("The operation cost more than the {most} points that it may cost"),
        "fields" => format!("The answer has more than {most} fields"),
        _ => format!("The answer has more than {most} bytes"),
    };
    let message = format!("{what}; ask for smaller pages, or split the operation.");
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", errors::TOO_DEAR);
    extensions.set("limit", name);
    extensions.set("maximum", most);
    error.extensions = Some(extensions);
    error
}

/// The error of an operation of a batch whose answers are as long together as one may be.
#[must_use]
pub fn batch_is_full(most: u64) -> ServerError {
    too_much("response_bytes", most)
}

/// The path of a field.
fn segments(path: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut segments: Vec<PathSegment> = std::iter::successors(Some(path), |node| node.parent)
        .map(|node| match node.segment {
            QueryPathSegment::Index(at) => PathSegment::Index(at),
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        })
        .collect();
    segments.reverse();
    segments
}

/// Runs an operation until it is done or its allowance at its end.
///
/// # Errors
/// A public error that says what ran out.
pub(crate) async fn run<T>(
    spending: &Spending,
    work: impl Future<Output = T>,
) -> Result<T, ServerError> {
    // What a mutation did has to be answered in time, so it does not wait after it.
    if !spending.expected.stops
        && spending.expected.bytes > SMALL
        && !spending.has_place.load(Ordering::Relaxed)
    {
        spending.have_place().await;
    }
    let mut work = pin!(work);
    let mut waits: Option<BoxFuture<'_, ()>> = None;
    std::future::poll_fn(|cx| {
        if spending.needs_place() {
            let place = waits.get_or_insert_with(|| Box::pin(spending.have_place()));
            if place.as_mut().poll(cx).is_ready() {
                waits = None;
            }
        }
        if !spending.needs_place() {
            waits = None;
            spending.begin_turn();
        }
        // What is being read is read to its end meanwhile: it may hold a connection.
        let polled = work.as_mut().poll(cx);
        if let Some(error) = spending.error().filter(|_| spending.expected.stops) {
            return Poll::Ready(Err(error));
        }
        let goes_on = if spending.needs_place() {
            waits.is_none()
        } else {
            spending.goes_on()
        };
        if polled.is_pending() && goes_on {
            cx.waker().wake_by_ref();
        }
        polled.map(Ok)
    })
    .await
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts what is answered.
pub(crate) struct Metering;

impl ExtensionFactory for Metering {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Metering {
    /// Counts a field or a thing of a list, and handles its error: what may be null is null in its place, and nothing
    /// around it. async-graphql does so only for what a resolver returned, not when the resolver itself failed.
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let Some(spending) = ctx.data_opt::<Arc<Spending>>() else {
            return next.run(ctx, info).await;
        };
        let may_be_null = !info.return_type.ends_with('!');
        let place = info.path_node;
        let value = spending.answer(ctx, info, next).await;
        match value {
            Err(mut error) if may_be_null => {
                // What is left out without a word is said by the first that was.
                if !is_silent(&error) {
                    if error.path.is_empty() {
                        error.path = segments(place);
                    }
                    lock(&spending.errors).push(error);
                }
                Ok(None)
            }
            value => value,
        }
    }
}

/// Whether another error says why a field was left out.
pub(crate) fn is_silent(error: &ServerError) -> bool {
    error.message.is_empty() && error.source.is_none()
}

impl Spending {
    /// Answers a field or a thing of a list, and counts it.
    async fn answer(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let place = info.path_node;
        let is_item = matches!(place.segment, QueryPathSegment::Index(_));
        if info.field.selection_set.node.items.is_empty() {
            // The list around it has counted it.
            if is_item {
                return next.run(ctx, info).await;
            }
            let key = info.alias.unwrap_or(info.name).len() as u64;
            self.add(0, 1, key + 4);
            let live = Live::begin(&self.live);
            self.go_on().await;
            let value = next.run(ctx, info).await;
            drop(live);
            let answered = value.as_ref().ok().and_then(Option::as_ref);
            self.add(0, 0, answered.map_or(0, size));
            if self.is_cut.load(Ordering::Relaxed) {
                return Err(self.cut(place));
            }
            return value;
        }
        if place.parent.is_none() && !self.expected.stops {
            // A mutation that was begun is answered; one that was not is not begun any more.
            if let Some(mut error) = self.error() {
                error.path = segments(place);
                error.locations = vec![info.field.name.pos];
                lock(&self.errors).push(error);
                return Ok(None);
            }
        }
        if is_item {
            self.begin_row().await;
        }
        let whole = cost::whole(info.parent_type, info.name);
        // What stands at the end of an edge is the row that the edge was counted for.
        let is_row = info.name == "node" && info.parent_type.ends_with("Edge");
        let is_object = !is_row && (is_item || !info.return_type.contains('['));
        self.add(u64::from(is_object) + whole, 1, 4);
        let value = next.run(ctx, info).await;
        if is_object && matches!(value, Ok(None | Some(Value::Null)) | Err(_)) {
            self.objects.fetch_sub(1, Ordering::Relaxed);
        }
        value
    }
}

/// About as many bytes as a value has in JSON.
fn size(value: &Value) -> u64 {
    let length = match value {
        Value::String(text) => text.len() + 2,
        Value::Enum(name) => name.len() + 2,
        Value::List(values) => return values.iter().map(|value| size(value) + 1).sum::<u64>() + 2,
        Value::Object(fields) => {
            let fields = fields.iter();
            return fields
                .map(|(key, value)| size(value) + key.len() as u64 + 4)
                .sum::<u64>()
                + 2;
        }
        _ => 6,
    };
    length as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::Pin;
    use tokio::sync::Semaphore;

    fn spending(places: usize) -> Spending {
        let most = Allowance {
            points: 1_000_000,
            fields: 1_000_000,
            bytes: 100_000_000,
        };
        let expected = Expected {
            points: 0,
            bytes: 0,
            stops: true,
        };
        let places = Places {
            all: Arc::new(Semaphore::new(places)),
            share: Arc::new(Semaphore::new(10)),
            size: 1,
        };
        Spending::new(most, expected, places, None)
    }

    /// Many fields that have waited for the same batch: each takes its bytes as soon as it is let on.
    async fn fields(spending: &Spending, read: &Semaphore) {
        let field = |_: usize| async move {
            spending.add(0, 1, 4);
            let _read = read.acquire().await;
            spending.go_on().await;
            spending.add(0, 0, 1_000);
        };
        futures_util::future::join_all((0..5_000).map(field)).await;
    }

    /// What `work` is at when it is looked at once.
    async fn once<T>(work: &mut Pin<Box<impl Future<Output = T>>>) -> Poll<T> {
        std::future::poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await
    }

    #[tokio::test]
    async fn fields_that_arrive_together_wait_for_a_place_together() {
        let spending = spending(0);
        let read = Semaphore::new(0);
        let mut work = Box::pin(run(&spending, fields(&spending, &read)));
        assert!(once(&mut work).await.is_pending());
        read.add_permits(5_000);
        for _ in 0..100 {
            assert!(once(&mut work).await.is_pending());
        }
        // The keys of all fields, and the bytes of none.
        assert_eq!(spending.bytes.load(Ordering::Relaxed), 20_000);
        spending.places.all.add_permits(1);
        assert!(work.await.is_ok());
        assert_eq!(spending.bytes.load(Ordering::Relaxed), 5_020_000);
        assert!(spending.take_place().is_some());
    }

    #[test]
    fn what_is_charged_is_what_stops() {
        let spending = spending(1);
        spending.add(900_000, 0, 0);
        spending.add(0, 0, 90_000_000);
        spending.read(900_000);
        assert!(!spending.was_stopped());
        spending.read(100_001);
        assert!(spending.was_stopped());
    }
}
