//! What a reader of the database had seen: PostgreSQL's own snapshots, as text.

use std::str::FromStr;

/// Which transactions had ended (`pg_snapshot`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// All below had ended.
    oldest: u64,
    /// None from here on had begun.
    next: u64,
    /// Those between that were running, in order.
    running: Vec<u64>,
}

impl Snapshot {
    /// Whether it shows what the transaction did.
    #[must_use]
    pub fn saw(&self, transaction: u64) -> bool {
        transaction < self.oldest
            || (transaction < self.next && self.running.binary_search(&transaction).is_err())
    }

    /// Whether it shows everything that the other one shows.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.next >= other.next
            && self
                .running
                .iter()
                .all(|transaction| !other.saw(*transaction))
    }
}

/// A text that is no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a snapshot")]
pub struct NotASnapshot;

impl FromStr for Snapshot {
    type Err = NotASnapshot;

    /// Reads `oldest:next:running,running…`.
    fn from_str(text: &str) -> Result<Self, NotASnapshot> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| NotASnapshot);
        let mut parts = text.split(':');
        let mut part = || parts.next().ok_or(NotASnapshot);
        let (oldest, next) = (number(part()?)?, number(part()?)?);
        let running = part()?.split(',').filter(|text| !text.is_empty());
        let mut running: Vec<u64> = running.map(number).collect::<Result<_, _>>()?;
        running.sort_unstable();
        Ok(Self {
            oldest,
            next,
            running,
        })
    }
}

impl std::fmt::Display for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:", self.oldest, self.next)?;
        for (place, transaction) in self.running.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{transaction}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Snapshot {
        text.parse().unwrap()
    }

    #[test]
    fn a_snapshot_shows_what_had_ended() {
        let snapshot = read("10:20:10,14,15");
        assert_eq!(snapshot.to_string(), "10:20:10,14,15");
        for seen in [1, 9, 11, 13, 16, 19] {
            assert!(snapshot.saw(seen), "{seen}");
        }
        for unseen in [10, 14, 15, 20, 21] {
            assert!(!snapshot.saw(unseen), "{unseen}");
        }
        for wrong in ["", "1", "1:2", "a:2:", "1:2:x"] {
            assert_eq!(wrong.parse::<Snapshot>(), Err(NotASnapshot), "{wrong}");
        }
    }

    #[test]
    fn a_later_snapshot_covers_an_earlier_one() {
        let earlier = read("10:20:10,14");
        for covers in [
            "10:20:10,14",
            "14:20:14",
            "20:20:",
            "10:25:10,14,22",
            "30:30:",
        ] {
            assert!(read(covers).covers(&earlier), "{covers}");
        }
        for not in ["10:19:10,14", "10:20:10,14,15", "9:25:9"] {
            assert!(!read(not).covers(&earlier), "{not}");
        }
    }
}
