//! When was which tag last touched, as far as this process has heard.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Snapshot, Tag};
use chrono::{DateTime, TimeDelta, Utc};

/// What this process knows of changes; cheap to clone. Without somebody who follows the notices it
/// knows nothing, and says so.
#[derive(Clone, Default)]
pub struct Freshness(Arc<Inner>);

struct Inner {
    born: Instant,
    /// For how long what was heard holds, if nothing is heard after it.
    holds: Duration,
    /// Milliseconds after `born` until which the notices are known to arrive; 0 while they do not.
    hears_until: AtomicU64,
    /// Milliseconds after `born` at which everything committed before had been heard.
    heard_at: AtomicU64,
    /// How many touches there were; changed only while `book` is locked.
    count: AtomicU64,
    book: Mutex<Book>,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            born: Instant::now(),
            holds: HOLDS,
            hears_until: AtomicU64::new(0),
            heard_at: AtomicU64::new(0),
            count: AtomicU64::new(0),
            book: Mutex::default(),
        }
    }
}

/// The last touch of a tag.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    count: u64,
    /// Its transaction, if a notice has told of it; 0 before.
    transaction: u64,
}

#[derive(Default)]
struct Book {
    tags: HashMap<Tag, Last>,
    /// The last touch of everything, and of every tag that is not remembered by itself.
    all: Last,
    /// What can be seen by whoever reads now.
    seen: Arc<Snapshot>,
    /// What could be seen when the notices began to be heard.
    begin: Snapshot,
    /// When something is shown or hidden by the clock alone; `None` while that is not known.
    next_change: Option<DateTime<Utc>>,
    /// Transactions of this process whose touches it noted itself, and whether a notice has come.
    own: HashMap<u64, bool>,
    own_in_order: VecDeque<u64>,
    /// Names the database whose transactions these are.
    realm: String,
}

/// Tags that are remembered one by one. Beyond it all are forgotten together, which makes every
/// answer from before stale, and so is always right.
const MOST_TAGS: usize = 200_000;

/// Own transactions that are remembered until their notices come.
const MOST_OWN: usize = 4_096;

/// For how long what was heard holds usually.
const HOLDS: Duration = Duration::from_millis(2_500);

/// How long an answer may be kept while nobody knows when something is published by the clock.
const WITHOUT_CALENDAR: TimeDelta = TimeDelta::milliseconds(500);

/// When an answer began to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Touches until then.
    pub count: u64,
    /// What is read shows at least that.
    pub seen: Arc<Snapshot>,
    /// The answer is not right any more from then on, whether anything is touched or not.
    pub until: DateTime<Utc>,
}

/// What one transaction touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The transaction's id.
    pub transaction: u64,
    /// The tags.
    pub tags: Vec<Tag>,
    /// Whether it touched more than can be listed.
    pub everything: bool,
}

impl Touched {
    fn is_empty(&self) -> bool {
        self.tags.is_empty() && !self.everything
    }

    /// Reads a list such as `product:1,products` or `*`. What cannot be read counts as everything: a
    /// newer process may have written it.
    #[must_use]
    pub fn read(transaction: u64, list: &str) -> Self {
        let mut touched = Self {
            transaction,
            ..Self::default()
        };
        for text in list.split(',').filter(|text| !text.is_empty()) {
            match text.parse() {
                Ok(tag) => touched.tags.push(tag),
                Err(_) => touched.everything = true,
            }
        }
        touched
    }
}

impl Freshness {
    /// As the default, but what was heard holds for so long if nothing is heard after it: for whoever
    /// would rather wait for a busy machine than do without what is kept.
    #[must_use]
    pub fn holding(time: Duration) -> Self {
        Self(Arc::new(Inner {
            holds: time,
            ..Inner::default()
        }))
    }

    /// How long a sign of life may be missing.
    pub(super) fn holds_for(&self) -> Duration {
        self.0.holds
    }

    /// Whether changes are heard of, and so answers may be kept and shown.
    #[must_use]
    pub fn hears(&self) -> bool {
        self.age() < self.0.hears_until.load(Ordering::Acquire)
    }

    /// Touches until now. Unchanged since an answer was last found right, it is right still.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.count.load(Ordering::Acquire)
    }

    /// How long ago everything committed before was certainly heard.
    #[must_use]
    pub fn lag(&self) -> Duration {
        let heard = self.0.heard_at.load(Ordering::Acquire);
        Duration::from_millis(self.age().saturating_sub(heard))
    }

    /// The moment before an answer is made; `None` while changes are not heard of.
    #[must_use]
    pub fn moment(&self, now: DateTime<Utc>) -> Option<Moment> {
        let book = self.book();
        self.hears().then(|| Moment {
            count: self.count(),
            seen: Arc::clone(&book.seen),
            until: book.next_change.unwrap_or(now + WITHOUT_CALENDAR),
        })
    }

    /// Touches until now, and what can be seen by whoever reads now; `None` while changes are not heard of.
    #[must_use]
    pub fn heard_until_now(&self) -> Option<(u64, Arc<Snapshot>)> {
        let book = self.book();
        self.hears().then(|| (self.count(), Arc::clone(&book.seen)))
    }

    /// Whether an answer that began to be made at `count` is right still.
    #[must_use]
    pub fn holds(&self, tags: &[Tag], count: u64) -> bool {
        let book = self.book();
        let last = |tag| book.tags.get(tag).map_or(0, |last: &Last| last.count);
        book.all.count <= count && tags.iter().all(|tag| last(tag) <= count)
    }

    /// Whether an answer that another process made from `seen` is right still.
    #[must_use]
    pub fn admits(&self, tags: &[Tag], seen: &Snapshot) -> bool {
        let book = self.book();
        let shows = |last: &Last| last.transaction == 0 || seen.saw(last.transaction);
        // Where one's own commits stand in the order of notices is not known before theirs come.
        let mut unheard = book.own.iter().filter(|(_, heard)| !**heard);
        seen.covers(&book.begin)
            && shows(&book.all)
            && tags.iter().all(|tag| book.tags.get(tag).is_none_or(shows))
            && unheard.all(|(transaction, _)| seen.saw(*transaction))
    }

    /// Names the database whose changes are heard; empty until they are.
    #[must_use]
    pub fn realm(&self) -> String {
        self.book().realm.clone()
    }

    /// Notes what this process has committed, so that it never shows what was before, not even
    /// until the notice comes.
    pub fn touch(&self, touched: &Touched) {
        if touched.is_empty() {
            return;
        }
        let mut book = self.book();
        let transaction = touched.transaction;
        let Entry::Vacant(own) = book.own.entry(transaction) else {
            return;
        };
        own.insert(false);
        book.own_in_order.push_back(transaction);
        if book.own_in_order.len() > MOST_OWN {
            let oldest = book.own_in_order.pop_front();
            oldest.map(|oldest| book.own.remove(&oldest));
        }
        self.note(&mut book, touched, true, 0);
    }

    /// Notes what a notice tells.
    pub(super) fn heard(&self, touched: &Touched) {
        if touched.is_empty() {
            return;
        }
        let mut book = self.book();
        let own = book.own.get_mut(&touched.transaction);
        let is_new = own.is_none();
        if let Some(heard) = own {
            *heard = true;
        }
        self.note(&mut book, touched, is_new, touched.transaction);
    }

    /// `is_new`: answers from before are stale. Otherwise they are known to be, and only the
    /// transaction's place in the order of notices is.
    fn note(&self, book: &mut Book, touched: &Touched, is_new: bool, transaction: u64) {
        let count = self.count() + u64::from(is_new);
        let mark = |last: &mut Last| {
            if is_new {
                last.count = count;
            }
            if transaction != 0 {
                last.transaction = transaction;
            }
        };
        if touched.everything || book.tags.len() + touched.tags.len() > MOST_TAGS {
            book.tags.clear();
            mark(&mut book.all);
            book.all.count = count;
        } else {
            for tag in &touched.tags {
                mark(book.tags.entry(*tag).or_default());
            }
        }
        if is_new {
            // What was published or hidden may be due by the clock, too.
            book.next_change = None;
            self.0.count.store(count, Ordering::Release);
        }
    }

    /// Changes are heard of from now on; everything from before is stale. `begin` is what could be seen
    /// when the listening began.
    pub(super) fn begin(&self, realm: String, begin: Snapshot) {
        let mut book = self.book();
        let count = self.count() + 1;
        *book = Book {
            all: Last {
                count,
                transaction: 0,
            },
            seen: Arc::new(begin.clone()),
            begin,
            realm,
            ..Book::default()
        };
        self.0.count.store(count, Ordering::Release);
    }

    /// The database answered: everything that was committed when it was asked, `asked` ago, has been
    /// heard.
    pub(super) fn beat(&self, asked: &Asked, seen: Snapshot, next_change: DateTime<Utc>) {
        let mut book = self.book();
        book.seen = Arc::new(seen);
        if asked.count == self.count() {
            book.next_change = Some(next_change);
        }
        self.0.heard_at.store(asked.age, Ordering::Release);
        let until = asked.age + millis(self.0.holds);
        self.0.hears_until.store(until, Ordering::Release);
    }

    /// What a later [`Freshness::beat`] has to know of now.
    pub(super) fn ask(&self) -> Asked {
        Asked {
            count: self.count(),
            age: self.age(),
        }
    }

    /// Changes are not heard of any more.
    pub(super) fn end(&self) {
        self.0.hears_until.store(0, Ordering::Release);
    }

    fn age(&self) -> u64 {
        millis(self.0.born.elapsed())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the database was asked.
pub(super) struct Asked {
    count: u64,
    age: u64,
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Snapshot {
        text.parse().unwrap()
    }

    fn hearing() -> Freshness {
        let freshness = Freshness::default();
        freshness.begin("db".to_owned(), seen("100:100:"));
        let later = DateTime::<Utc>::MAX_UTC;
        freshness.beat(&freshness.ask(), seen("100:100:"), later);
        freshness
    }

    fn moment(freshness: &Freshness) -> Moment {
        freshness.moment(DateTime::<Utc>::MIN_UTC).unwrap()
    }

    #[test]
    fn nothing_is_known_before_somebody_listens() {
        let freshness = Freshness::default();
        assert!(!freshness.hears());
        assert_eq!(freshness.moment(DateTime::<Utc>::MIN_UTC), None);
        let freshness = hearing();
        assert!(freshness.hears());
        freshness.end();
        assert_eq!(freshness.moment(DateTime::<Utc>::MIN_UTC), None);
    }

    #[test]
    fn an_answer_holds_until_one_of_its_tags_is_touched() {
        let freshness = hearing();
        let made = moment(&freshness).count;
        let tags = [Tag::Shop, Tag::Product(1)];
        freshness.heard(&Touched::read(101, "product:2,products"));
        assert!(freshness.holds(&tags, made));
        freshness.heard(&Touched::read(102, "product:1"));
        assert!(!freshness.holds(&tags, made));
        let made = moment(&freshness).count;
        assert!(freshness.holds(&tags, made));
        for everything in ["*", "product:1,planet:3"] {
            let made = moment(&freshness).count;
            freshness.heard(&Touched::read(103, everything));
            assert!(!freshness.holds(&[Tag::Shop], made), "{everything}");
        }
    }

    #[test]
    fn a_shared_answer_must_have_seen_every_touch_of_its_tags() {
        let freshness = hearing();
        let tags = [Tag::Product(1)];
        // Made before this process listened, so what it missed is not known.
        assert!(!freshness.admits(&tags, &seen("90:99:90")));
        assert!(freshness.admits(&tags, &seen("100:100:")));
        freshness.heard(&Touched::read(105, "product:1"));
        // Begun earlier and committed later: it is the last, and whoever saw it saw the other.
        freshness.heard(&Touched::read(103, "product:1"));
        assert!(!freshness.admits(&tags, &seen("103:106:103")));
        assert!(freshness.admits(&tags, &seen("104:106:104")));
        assert!(freshness.admits(&[Tag::Product(2)], &seen("100:100:")));
        freshness.heard(&Touched::read(107, "*"));
        assert!(!freshness.admits(&[Tag::Product(2)], &seen("107:107:")));
        assert!(freshness.admits(&[Tag::Product(2)], &seen("108:108:")));
    }

    #[test]
    fn a_shared_answer_must_have_seen_ones_own_commits() {
        let freshness = hearing();
        let tags = [Tag::Product(1)];
        freshness.touch(&Touched::read(110, "product:1"));
        freshness.heard(&Touched::read(109, "product:1"));
        // The notice of 110 has still to come, and 109 was before it.
        assert!(!freshness.admits(&tags, &seen("110:110:")));
        freshness.heard(&Touched::read(110, "product:1"));
        assert!(!freshness.admits(&tags, &seen("110:110:")));
        assert!(freshness.admits(&tags, &seen("111:111:")));
    }

    #[test]
    fn a_notice_of_ones_own_transaction_says_nothing_new() {
        let freshness = hearing();
        let before = moment(&freshness).count;
        freshness.touch(&Touched::read(105, "product:1"));
        assert!(!freshness.holds(&[Tag::Product(1)], before));
        let after = moment(&freshness).count;
        freshness.heard(&Touched::read(105, "product:1"));
        assert!(freshness.holds(&[Tag::Product(1)], after));
        freshness.heard(&Touched::read(106, "product:1"));
        assert!(!freshness.holds(&[Tag::Product(1)], after));
    }

    #[test]
    fn a_calendar_from_before_a_touch_is_not_believed() {
        let freshness = hearing();
        let now = DateTime::<Utc>::MIN_UTC;
        assert_eq!(moment(&freshness).until, DateTime::<Utc>::MAX_UTC);
        let asked = freshness.ask();
        freshness.heard(&Touched::read(105, "products"));
        freshness.beat(&asked, seen("105:105:"), DateTime::<Utc>::MAX_UTC);
        assert_eq!(moment(&freshness).until, now + WITHOUT_CALENDAR);
        freshness.beat(&freshness.ask(), seen("106:106:"), DateTime::<Utc>::MAX_UTC);
        assert_eq!(moment(&freshness).until, DateTime::<Utc>::MAX_UTC);
        assert_eq!(*moment(&freshness).seen, seen("106:106:"));
    }

    #[test]
    fn forgetting_tags_makes_stale_and_never_fresh() {
        let freshness = hearing();
        let made = moment(&freshness).count;
        freshness.heard(&Touched::read(300, "product:1"));
        let many: Vec<Tag> = (0..200_000).map(Tag::Quantity).collect();
        let touched = Touched {
            transaction: 200,
            tags: many,
            everything: false,
        };
        freshness.heard(&touched);
        assert!(!freshness.holds(&[Tag::Shop], made));
        assert!(!freshness.admits(&[Tag::Product(1)], &seen("200:301:200")));
        assert!(freshness.admits(&[Tag::Product(1)], &seen("301:301:")));
    }
}
