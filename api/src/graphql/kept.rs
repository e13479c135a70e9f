//! An answer as it is kept: written out, with what it was made of.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use commerce::cache::{Freshness, Tag};
use sha2::{Digest, Sha256};

/// An answer that everybody may get.
pub(super) struct Kept {
    /// The answer's `data` in JSON.
    pub(super) data: Bytes,
    /// What it was made of.
    pub(super) tags: Box<[Tag]>,
    /// Not right any more from then on.
    pub(super) until: DateTime<Utc>,
    /// Seconds for which caches on the way may keep it, as its types say.
    pub(super) max_age: u32,
    /// Names the data, for conditional requests.
    pub(super) etag: String,
    /// What it really cost to answer, in points.
    pub(super) cost: u64,
    /// Touches at which it was last found right.
    right_at: AtomicU64,
}

/// What is known of an answer's making.
#[derive(Clone, Copy, Debug)]
pub(super) struct Making {
    /// Touches when it began to be made.
    pub(super) count: u64,
    /// Not right any more from then on.
    pub(super) until: DateTime<Utc>,
    /// Seconds for which caches on the way may keep it.
    pub(super) max_age: u32,
    /// What it really cost to answer, in points.
    pub(super) cost: u64,
}

impl Kept {
    pub(super) fn new(data: Bytes, tags: Vec<Tag>, making: Making) -> Self {
        let mut etag = hex::encode(Sha256::digest(&data));
        etag.truncate(32);
        Self {
            data,
            tags: tags.into(),
            until: making.until,
            max_age: making.max_age,
            etag,
            cost: making.cost,
            right_at: AtomicU64::new(making.count),
        }
    }

    /// Whether it is right at `now`, as far as this process has heard.
    pub(super) fn is_right(&self, freshness: &Freshness, now: DateTime<Utc>) -> bool {
        if self.until <= now || !freshness.hears() {
            return false;
        }
        let right_at = self.right_at.load(Ordering::Acquire);
        let count = freshness.count();
        if right_at == count {
            return true;
        }
        let holds = freshness.holds(&self.tags, right_at);
        if holds {
            // `count` was read before the tags were looked at, so none was touched until then.
            self.right_at.fetch_max(count, Ordering::AcqRel);
        }
        holds
    }

    /// Bytes that it takes, roughly.
    pub(super) fn weight(&self) -> u32 {
        let tags = self.tags.len() * size_of::<Tag>();
        u32::try_from(self.data.len() + tags + 400).unwrap_or(u32::MAX)
    }

    /// As other processes get it: a line about its making, and the data.
    pub(super) fn to_shared(&self) -> Vec<u8> {
        let until = self.until.timestamp_micros();
        let mut text = format!("{until} {} {}\n", self.max_age, self.cost).into_bytes();
        text.extend_from_slice(&self.data);
        text
    }

    /// As [`Kept::to_shared`] wrote it.
    pub(super) fn from_shared(tags: Vec<Tag>, text: Vec<u8>, count: u64) -> Option<Self> {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&text[..end]).ok()?;
        let mut parts = line.split(' ');
        let making = Making {
            count,
            until: DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?,
            max_age: parts.next()?.parse().ok()?,
            cost: parts.next()?.parse().ok()?,
        };
        let data = Bytes::from(text).slice(end + 1..);
        Some(Self::new(data, tags, making))
    }
}
