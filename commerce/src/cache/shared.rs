//! Answers that all processes share, in Redis.

use std::time::Duration;

use super::{Freshness, Snapshot, Tag};
use crate::kv::Kv;
use crate::kv::store::Store;

/// Keeps answers together with what they were made of. What another process has kept is taken only
/// when it has certainly seen every change of its tags.
pub struct SharedStore {
    store: Store,
    freshness: Freshness,
    /// Tells builds and configurations apart that may answer differently.
    kind: String,
}

/// The version of how values are written.
const FORM: &str = "1";

impl SharedStore {
    /// Keeps answers under `prefix`, apart from those of another `kind`; nobody waits for Redis longer
    /// than `patience`.
    #[must_use]
    pub fn new(
        kv: Kv,
        freshness: Freshness,
        prefix: &str,
        kind: String,
        patience: Duration,
    ) -> Self {
        let prefix = format!("{prefix}:answer");
        let warning = "answers are cached by each process for itself";
        Self {
            store: Store::new(kv, &prefix, patience, warning),
            freshness,
            kind,
        }
    }

    fn name(&self, key: &str) -> String {
        let realm = self.freshness.realm();
        format!("{FORM}:{realm}:{}:{key}", self.kind)
    }

    /// An answer that is right still, with its tags.
    pub async fn get(&self, key: &str) -> Option<(Vec<Tag>, Vec<u8>)> {
        let value = self.store.get(&self.name(key)).await?;
        let (seen, tags, body) = read(&value)?;
        let admitted = self.freshness.admits(&tags, &seen);
        admitted.then(|| (tags, body.to_vec()))
    }

    /// Keeps an answer that was made of `tags`, from what shows at least `seen`.
    pub async fn put(&self, key: &str, seen: &Snapshot, tags: &[Tag], body: &[u8], time: Duration) {
        let list: Vec<String> = tags.iter().map(ToString::to_string).collect();
        let mut value = format!("{seen} {}\n", list.join(",")).into_bytes();
        value.extend_from_slice(body);
        self.store.put(&self.name(key), &value, time).await;
    }
}

/// `SNAPSHOT TAG,TAG…`, a line break, and the answer.
fn read(value: &[u8]) -> Option<(Snapshot, Vec<Tag>, &[u8])> {
    let end = value.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&value[..end]).ok()?;
    let (seen, list) = head.split_once(' ')?;
    let tags = list.split(',').filter(|text| !text.is_empty());
    let tags = tags.map(|text| text.parse().ok()).collect::<Option<_>>()?;
    Some((seen.parse().ok()?, tags, &value[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_ours_are_not_taken() {
        let (seen, tags, body) = read(b"12:14:13 product:1,shop\n{}").unwrap();
        assert_eq!(seen.to_string(), "12:14:13");
        assert_eq!((tags, body), (vec![Tag::Product(1), Tag::Shop], &b"{}"[..]));
        for wrong in [
            &b"12:14: product:1"[..],
            b"x product:1\n{}",
            b"12:14: planet:1\n{}",
            b"\xff\n",
            b"",
        ] {
            assert_eq!(read(wrong), None);
        }
    }
}
