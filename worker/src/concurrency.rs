//! How many jobs of each queue run at once. Queues never wait for each other's places: while a provider hangs, mail is sent
//! and sweeps go on.

use std::str::FromStr;

use commerce::jobs::QUEUES;

/// The most jobs of one queue at once.
const MOST: usize = 256;

/// What each queue has when the environment does not say. Every kind of maintenance runs once at a time at most, so
/// that with more places than kinds none of them can hold up the sweep of overdue attempts.
const DEFAULTS: &[(&str, usize)] = &[("payments", 8), ("mail", 4), ("maintenance", 8)];

/// Jobs at once, by queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency(Vec<(&'static str, usize)>);

impl Default for Concurrency {
    fn default() -> Self {
        Self(DEFAULTS.to_vec())
    }
}

impl Concurrency {
    /// The same number for every queue.
    #[must_use]
    pub fn each(jobs: usize) -> Self {
        Self(QUEUES.iter().map(|queue| (*queue, jobs)).collect())
    }

    /// Jobs of this queue at once, 1 at least.
    #[must_use]
    pub fn of(&self, queue: &str) -> usize {
        let found = self.0.iter().find(|(name, _)| *name == queue);
        found.map_or(1, |(_, jobs)| *jobs)
    }
}

impl FromStr for Concurrency {
    type Err = String;

    /// Reads `payments=8,mail=4`, which leaves the other queues as they are, or one number for every queue.
    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains('=') {
            return Ok(Self::each(jobs(text)?));
        }
        let mut concurrency = Self::default();
        for part in text.split(',') {
            let (name, number) = part.split_once('=').unwrap_or((part, ""));
            let (name, number) = (name.trim(), jobs(number)?);
            let Some(entry) = concurrency.0.iter_mut().find(|(queue, _)| *queue == name) else {
                let known = QUEUES.join(", ");
                return Err(format!("`{name}` is not one of {known}"));
            };
            entry.1 = number;
        }
        Ok(concurrency)
    }
}

fn jobs(text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|jobs| (1..=MOST).contains(jobs))
        .ok_or_else(|| format!("`{}` is not a number from 1 to {MOST}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use commerce::jobs::SPECS;

    #[test]
    fn every_queue_has_a_default() {
        let named: Vec<&str> = DEFAULTS.iter().map(|(queue, _)| *queue).collect();
        assert_eq!(named, QUEUES);
    }

    #[test]
    fn maintenance_has_a_place_for_each_of_its_kinds() {
        let kinds = SPECS.iter().filter(|spec| spec.queue == "maintenance");
        assert!(Concurrency::default().of("maintenance") >= kinds.count());
    }

    #[test]
    fn a_list_changes_what_it_names_and_a_number_everything() {
        let read = |text: &str| {
            let concurrency: Concurrency = text.parse()?;
            Ok::<_, String>(QUEUES.iter().map(|queue| concurrency.of(queue)).collect())
        };
        assert_eq!(read("mail = 2, payments=16"), Ok(vec![16, 2, 8]));
        assert_eq!(read("3"), Ok(vec![3, 3, 3]));
        let known = "`letters` is not one of payments, mail, maintenance";
        assert_eq!(read("letters=2"), Err(known.to_owned()));
        for wrong in ["0", "257", "mail=", "mail=x", "mail=1,payments"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
