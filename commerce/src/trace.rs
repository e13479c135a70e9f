//! W3C trace context: which request or job something belongs to, across processes.
//!
//! The current [`Trace`] is a task-local, like the meter of [`crate::meter`], and independent of
//! what is logged or exported: a caller's `traceparent` is continued in log lines, in `jobs.trace`,
//! in the worker and in calls of providers, whatever is configured. Whether it is exported is decided
//! here, not by the caller. [`Span`]s that end go to the
//! [`Exporter`], when one is set.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::SystemTime;

tokio::task_local! {
    static CURRENT: Trace;
}

/// A step of a trace. Its `Display` is the value of the header `traceparent`.
///
/// Source: W3C Trace Context, section 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    trace: u128,
    span: u64,
    sampled: bool,
}

/// How many of the traces that begin or go on here are exported, in percent.
static SAMPLED_PERCENT: AtomicU8 = AtomicU8::new(100);

impl Trace {
    /// The first step of a trace of its own.
    #[must_use]
    pub fn begin() -> Self {
        Self::begin_at(SAMPLED_PERCENT.load(Ordering::Relaxed))
    }

    fn begin_at(percent: u8) -> Self {
        let bytes: [u8; 16] = random();
        Self {
            trace: u128::from_be_bytes(bytes).max(1),
            span: u64::from_be_bytes(random()).max(1),
            sampled: u32::from(bytes[15]) * 100 < u32::from(percent) * 256,
        }
    }

    /// Reads a `traceparent`. `None` for what the recommendation tells a receiver to ignore.
    #[must_use]
    pub fn read(header: &str) -> Option<Self> {
        let mut parts = header.split('-');
        let version = hex(parts.next()?, 2)?;
        let trace = hex(parts.next()?, 32)?;
        let span = u64::try_from(hex(parts.next()?, 16)?).ok()?;
        let flags = hex(parts.next()?, 2)?;
        // A later version may have more parts, ours has not.
        let whole = version != 0 || parts.next().is_none();
        (version != 0xff && trace != 0 && span != 0 && whole).then_some(Self {
            trace,
            span,
            sampled: flags & 1 == 1,
        })
    }

    /// Goes on after the step that a stranger's `header` names, or begins a trace where it names none.
    /// The stranger chooses the trace's name and nothing else: one who could have every request of theirs
    /// exported, or none, would fill the collector or hide from it.
    #[must_use]
    pub fn after_stranger(header: Option<&str>) -> (Self, Option<Self>) {
        Self::after_stranger_at(header, SAMPLED_PERCENT.load(Ordering::Relaxed))
    }

    fn after_stranger_at(header: Option<&str>, percent: u8) -> (Self, Option<Self>) {
        // The decision does not follow from the trace's name either, which the stranger chooses.
        let own = Self::begin_at(percent);
        match header.and_then(Self::read) {
            Some(parent) => {
                let trace = parent.trace;
                (Self { trace, ..own }, Some(parent))
            }
            None => (own, None),
        }
    }

    /// Goes on after the step of ours that `header` names, or begins a trace where it names none.
    #[must_use]
    pub fn after(header: Option<&str>) -> (Self, Option<Self>) {
        match header.and_then(Self::read) {
            Some(parent) => (parent.child(), Some(parent)),
            None => (Self::begin(), None),
        }
    }

    /// The next step of the same trace.
    #[must_use]
    pub fn child(self) -> Self {
        Self {
            span: u64::from_be_bytes(random()).max(1),
            ..self
        }
    }

    /// The step that is being done, if any is.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|trace| *trace).ok()
    }

    /// Does `work` as this step.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The trace's name, as it stands in log lines.
    #[must_use]
    pub fn id(self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The trace's name in bytes.
    #[must_use]
    pub fn id_bytes(self) -> [u8; 16] {
        self.trace.to_be_bytes()
    }

    /// The step's name in bytes.
    #[must_use]
    pub fn step_bytes(self) -> [u8; 8] {
        self.span.to_be_bytes()
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(f, "00-{:032x}-{:016x}-{flags:02x}", self.trace, self.span)
    }
}

/// Lower-case hexadecimal digits, exactly so many.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (text.len() == digits && text.bytes().all(lower))
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "a machine without randomness can serve nobody"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Who caused a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A request that came in.
    Server,
    /// A request that went out.
    Client,
    /// A job.
    Consumer,
}

/// A step with its beginning; told to the [`Exporter`] by [`Span::end`].
#[derive(Debug)]
pub struct Span {
    /// Itself.
    pub step: Trace,
    /// The step that caused it.
    pub parent: Option<Trace>,
    role: Role,
    began: SystemTime,
}

/// A step that is over.
#[derive(Debug)]
pub struct Ended {
    /// The step and where it hangs.
    pub span: Span,
    /// What it did, such as an operation's name; a word of our own or a client's choice of name.
    pub name: String,
    /// Whether it failed.
    pub failed: bool,
    /// When it ended.
    pub at: SystemTime,
    /// Figures and words; nothing personal.
    pub attributes: Vec<(&'static str, Attribute)>,
}

/// What an attribute can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// A number.
    Number(i64),
    /// A word.
    Text(String),
}

impl From<u64> for Attribute {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Takes ended spans and sends them somewhere, later and in batches.
pub trait Exporter: Send + Sync {
    /// Takes one; never waits.
    fn take(&self, ended: Ended);
}

static EXPORTER: OnceLock<Box<dyn Exporter>> = OnceLock::new();

/// From now on spans go to `exporter`, and of the traces that begin or go on here so many per cent. The
/// first one stays.
pub fn export_to(exporter: Box<dyn Exporter>, percent: u8) {
    SAMPLED_PERCENT.store(percent.min(100), Ordering::Relaxed);
    let _the_first_stays = EXPORTER.set(exporter);
}

impl Span {
    /// Begins a step that `parent` caused.
    #[must_use]
    pub fn begin(step: Trace, parent: Option<Trace>, role: Role) -> Self {
        Self {
            step,
            parent,
            role,
            began: SystemTime::now(),
        }
    }

    /// Begins a request to somebody else, caused by the current step.
    #[must_use]
    pub fn outgoing() -> Self {
        let parent = Trace::current();
        let step = parent.map_or_else(Trace::begin, Trace::child);
        Self::begin(step, parent, Role::Client)
    }

    /// Who caused it.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// When it began.
    #[must_use]
    pub fn began(&self) -> SystemTime {
        self.began
    }

    /// Ends it; `describe` is called only when somebody wants to know.
    pub fn end(self, failed: bool, describe: impl FnOnce() -> Description) {
        let Some(exporter) = EXPORTER.get().filter(|_| self.step.sampled) else {
            return;
        };
        let (name, attributes) = describe();
        exporter.take(Ended {
            span: self,
            name,
            failed,
            at: SystemTime::now(),
            attributes,
        });
    }
}

/// A span's name and attributes.
pub type Description = (String, Vec<(&'static str, Attribute)>);

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_is_written_is_read_back() {
        let trace = Trace::read(GIVEN).unwrap();
        assert_eq!(trace.to_string(), GIVEN);
        assert_eq!(trace.id(), "0af7651916cd43dd8448eb211c80319c");
        let child = trace.child();
        assert_eq!(child.id(), trace.id());
        assert_ne!(child.step_bytes(), trace.step_bytes());
        let own = Trace::begin();
        assert_eq!(Trace::read(&own.to_string()), Some(own));
        let quiet = Trace::read(&GIVEN.replace("-01", "-00")).unwrap();
        assert!(quiet.to_string().ends_with("-00"));
        assert!(quiet.child().to_string().ends_with("-00"));
    }

    #[test]
    fn a_stranger_chooses_a_trace_s_name_and_not_whether_it_is_exported() {
        for flags in ["-00", "-01"] {
            let given = GIVEN.replace("-01", flags);
            for (percent, expected) in [(0, "-00"), (100, "-01")] {
                let (step, parent) = Trace::after_stranger_at(Some(&given), percent);
                assert_eq!(step.id(), "0af7651916cd43dd8448eb211c80319c");
                assert_eq!(parent, Trace::read(&given));
                assert_ne!(Some(step.step_bytes()), parent.map(Trace::step_bytes));
                assert!(step.to_string().ends_with(expected), "{given} {percent}");
                let (begun, none) = Trace::after_stranger_at(Some("00-zz"), percent);
                assert!(begun.to_string().ends_with(expected) && none.is_none());
            }
        }
        // What we have decided ourselves, and kept with a job, holds.
        let (ours, _) = Trace::after(Some(&GIVEN.replace("-01", "-00")));
        assert!(ours.to_string().ends_with("-00"));
    }

    #[test]
    fn what_the_recommendation_ignores_is_ignored() {
        let later = GIVEN.replacen("00", "01", 1) + "-more";
        assert!(Trace::read(&later).is_some());
        for bad in [
            "",
            "00",
            &GIVEN.replacen("00", "ff", 1),
            &GIVEN.to_uppercase(),
            &format!("{GIVEN}-more"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        ] {
            assert_eq!(Trace::read(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn spawned_work_belongs_to_the_same_trace() {
        let trace = Trace::begin();
        let seen = trace.scope(async {
            let spawned = crate::meter::spawn(async { Trace::current() });
            spawned.await.unwrap()
        });
        assert_eq!(seen.await, Some(trace));
        assert_eq!(Trace::current(), None);
    }
}
