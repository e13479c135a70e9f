//! What an operation really takes while it runs: objects, fields and bytes, counted as they are answered.
//!
//! A query stops where its allowance ends, and answers nothing but that. What a mutation did is always answered;
//! of several, those that come after the end are not begun.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo,
};
use async_graphql::{
    ErrorExtensionValues, PathSegment, QueryPathNode, QueryPathSegment, ServerError, ServerResult,
    Value,
};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use crate::errors;

/// Fields that are answered before other requests have their turn.
const TURN: usize = 2_000;

/// Memory that every answer may take.
const SMALL: u64 = 128 * 1024;

/// Memory that a field takes beside its bytes, which stand in the tree of the answer and in its text.
const FIELD: u64 = 200;

/// Bytes of an answer that cost a point.
pub const BYTES: u64 = 1_000;

/// What an operation may take at most.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Points: objects, and thousands of bytes.
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
    fields: AtomicU64,
    bytes: AtomicU64,
    /// Why fields are null: those that failed, and mutations that were not begun.
    errors: Mutex<Vec<ServerError>>,
    /// Fields that were answered since other requests had their turn.
    turn: AtomicUsize,
    /// What ran out: its name and how much there was.
    over: OnceLock<(&'static str, u64)>,
    /// The places of large answers, and the one that this has.
    places: Arc<Semaphore>,
    place: OnceCell<Option<OwnedSemaphorePermit>>,
}

impl Spending {
    /// Counts for one operation. Large answers take one of `places`.
    #[must_use]
    pub fn new(allowance: Allowance, expected: Expected, places: Arc<Semaphore>) -> Self {
        Self {
            allowance,
            expected,
            objects: AtomicU64::new(expected.points),
            fields: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            errors: Mutex::default(),
            turn: AtomicUsize::new(0),
            over: OnceLock::new(),
            places,
            place: OnceCell::new(),
        }
    }

    /// Points for the bytes that were answered.
    #[must_use]
    pub fn points_of_bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed) / BYTES
    }

    /// Whether the operation was stopped, and so took all that it may.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.expected.stops && self.is_over()
    }

    /// Why fields are null, each error at its path.
    pub(crate) fn errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut *lock(&self.errors))
    }

    /// Counts, and notes what ran out.
    fn add(&self, objects: u64, fields: u64, bytes: u64) {
        let plus = |counter: &AtomicU64, by| counter.fetch_add(by, Ordering::Relaxed) + by;
        let objects = plus(&self.objects, objects);
        let fields = plus(&self.fields, fields);
        let bytes = plus(&self.bytes, bytes);
        let most = self.allowance;
        for (name, is, most) in [
            ("points", objects + bytes / BYTES, most.points),
            ("fields", fields, most.fields),
            ("response_bytes", bytes, most.bytes),
        ] {
            if is > most {
                let _the_first_counts = self.over.set((name, most));
                return;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.over.get().is_some()
    }

    /// Whether the answer takes more memory than every answer may.
    fn is_large(&self) -> bool {
        let fields = self.fields.load(Ordering::Relaxed);
        let bytes = self.bytes.load(Ordering::Relaxed);
        fields * FIELD + bytes * 2 > SMALL
    }

    /// Waits for a place of a large answer, if this is one and has none. A mutation does so before it begins, because
    /// what it did has to be answered in time.
    async fn have_place(&self) {
        let is_large = if self.expected.stops {
            self.is_large()
        } else {
            self.expected.bytes > SMALL
        };
        if is_large {
            let places = &self.places;
            let place = || async { Arc::clone(places).acquire_owned().await.ok() };
            self.place.get_or_init(place).await;
        }
    }

    /// Waits until it is this request's turn again; for ever once it is over, because nobody waits for it.
    async fn have_turn(&self) {
        std::future::poll_fn(|cx| {
            if self.was_stopped() {
                Poll::Pending
            } else if self.turn.fetch_add(1, Ordering::Relaxed) < TURN {
                Poll::Ready(())
            } else {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
    }

    /// Why an operation is not answered, or not begun.
    fn error(&self) -> Option<ServerError> {
        let (name, most) = *self.over.get()?;
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
        Some(error)
    }
}

/// Runs an operation until it is done or its allowance at its end.
///
/// # Errors
/// A public error that says what ran out.
pub(crate) async fn run<T>(
    spending: &Spending,
    work: impl Future<Output = T>,
) -> Result<T, ServerError> {
    let mut work = pin!(work);
    std::future::poll_fn(|cx| {
        spending.turn.store(0, Ordering::Relaxed);
        let polled = work.as_mut().poll(cx);
        match spending.error().filter(|_| spending.expected.stops) {
            Some(error) => Poll::Ready(Err(error)),
            None => polled.map(Ok),
        }
    })
    .await
}

fn lock<T>(errors: &Mutex<T>) -> MutexGuard<'_, T> {
    errors.lock().unwrap_or_else(PoisonError::into_inner)
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
                if error.path.is_empty() {
                    error.path = path(place);
                }
                lock(&spending.errors).push(error);
                Ok(None)
            }
            value => value,
        }
    }
}

/// Where a field stands in the answer.
fn path(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let segments = std::iter::once(node).chain(node.parents());
    let mut path: Vec<PathSegment> = segments
        .map(|node| match node.segment {
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
            QueryPathSegment::Index(index) => PathSegment::Index(index),
        })
        .collect();
    path.reverse();
    path
}

impl Spending {
    /// Answers a field or a thing of a list, and counts it.
    async fn answer(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let is_item = matches!(info.path_node.segment, QueryPathSegment::Index(_));
        if info.field.selection_set.node.items.is_empty() {
            // The list around it has counted it.
            if is_item {
                return next.run(ctx, info).await;
            }
            if self.expected.stops {
                self.have_place().await;
            }
            self.have_turn().await;
            let key = info.alias.unwrap_or(info.name).len() as u64;
            let value = next.run(ctx, info).await;
            let bytes = value.as_ref().ok().and_then(Option::as_ref).map_or(0, size);
            self.add(0, 1, key + 4 + bytes);
            return value;
        }
        let is_root = info.path_node.parent.is_none();
        if is_root && !self.expected.stops {
            // A mutation that was begun is answered; one that was not is not begun any more.
            if let Some(mut error) = self.error() {
                error.path = path(info.path_node);
                error.locations = vec![info.field.name.pos];
                lock(&self.errors).push(error);
                return Ok(None);
            }
            self.have_place().await;
        }
        let is_object = is_item || !info.return_type.contains('[');
        self.add(u64::from(is_object), 1, 4);
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
