//! A job on its way: claimed by a worker, and what came of it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::Queryable;
use serde_json::Value;

use super::{Job, Spec, Unreadable};

/// A job that this worker holds. Nobody else runs it while its heartbeat goes on.
#[derive(Clone, Debug, Queryable)]
pub struct Claimed {
    /// The row.
    pub id: i64,
    /// The stored kind.
    pub kind: String,
    /// The queue it waited in.
    pub queue: String,
    /// The stored arguments.
    pub args: Value,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// The last attempt there is.
    pub max_attempts: i32,
    /// When it might first run; the wait since then is what the queue cost.
    pub run_at: DateTime<Utc>,
    /// The `traceparent` of the step that asked for it; `None` for what a schedule brought.
    pub trace: Option<String>,
}

impl Claimed {
    /// What is to be done.
    ///
    /// # Errors
    /// [`Unreadable`] when this build does not know the kind or its arguments.
    pub fn job(&self) -> Result<Job, Unreadable> {
        Job::read(&self.kind, self.args.clone())
    }

    /// How long the next attempt waits after this one failed.
    #[must_use]
    pub fn pause(&self, spec: &Spec) -> Duration {
        spec.pause(self.attempt, self.id)
    }
}

/// What came of one attempt. An expected outcome is a value, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The work is done.
    Done,
    /// Something failed that may work next time: try again after a pause, the kind's own unless
    /// one is given. On the last attempt the job is discarded instead.
    Retry {
        /// The pause, when the handler knows better than the kind's backoff.
        after: Option<Duration>,
        /// Why, for staff; no personal data.
        why: String,
    },
    /// What it is about must be known some day: try again after the kind's pause, also when the attempts are used up.
    KeepTrying {
        /// Why it is not known, for staff; no personal data.
        why: String,
    },
    /// Nothing failed, but it is too early. Spends no attempt.
    Snooze {
        /// How long to wait before looking again.
        after: Duration,
    },
    /// It will never work; left for staff.
    Discard {
        /// Why, for staff; no personal data.
        why: String,
    },
    /// The worker stops before the work is done; another goes on at once. Spends no attempt.
    HandBack,
}

impl Verdict {
    /// A retry after the kind's own pause.
    pub fn retry(why: impl Into<String>) -> Self {
        Self::Retry {
            after: None,
            why: why.into(),
        }
    }

    /// A retry without an end.
    pub fn keep_trying(why: impl Into<String>) -> Self {
        Self::KeepTrying { why: why.into() }
    }

    /// A job that is given up.
    pub fn discard(why: impl Into<String>) -> Self {
        Self::Discard { why: why.into() }
    }

    /// One word for the log.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry { .. } | Self::KeepTrying { .. } => "retry",
            Self::Snooze { .. } => "snooze",
            Self::Discard { .. } => "discard",
            Self::HandBack => "hand_back",
        }
    }
}

/// A claimed job with its verdict, ready to be written down.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The job as it was claimed.
    pub job: Claimed,
    /// What came of it.
    pub verdict: Verdict,
}

/// A job that was taken from a worker which gave no sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Rescued {
    /// The row.
    pub id: i64,
    /// The stored kind.
    pub kind: String,
    /// `retryable`, or `discarded` when that was its last attempt.
    pub state: String,
}

/// A job that was given up and waits for staff.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct DeadLetter {
    /// The row.
    pub id: i64,
    /// The stored kind.
    pub kind: String,
    /// The stored arguments.
    pub args: Value,
    /// Attempts made.
    pub attempt: i32,
    /// What went wrong, the latest last: `[{"attempt", "at", "why"}]`.
    pub errors: Value,
    /// When it was given up.
    pub finished_at: Option<DateTime<Utc>>,
}
