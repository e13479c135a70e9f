//! Retention periods of carts, jobs and webhook bodies.

use chrono::TimeDelta;

use crate::config::Reader;

/// Retention periods of what is not history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// An open cart that nobody changes.
    pub carts: TimeDelta,
    /// A job that did its work.
    pub jobs: TimeDelta,
    /// A job that was given up or called off, with what went wrong.
    pub discarded_jobs: TimeDelta,
    /// The body of a webhook that was acted on.
    pub webhooks: TimeDelta,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            carts: TimeDelta::days(10),
            jobs: TimeDelta::days(7),
            discarded_jobs: TimeDelta::days(60),
            webhooks: TimeDelta::days(30),
        }
    }
}

impl Retention {
    /// Reads `CART_RETENTION_DAYS`, `JOB_RETENTION_DAYS`, `DISCARDED_JOB_RETENTION_DAYS` and `WEBHOOK_RETENTION_DAYS`.
    pub fn read(reader: &mut Reader) -> Self {
        let kept = Self::default();
        let retention = Self {
            carts: days(reader.parsed("CART_RETENTION_DAYS", kept.carts.num_days())),
            jobs: days(reader.parsed("JOB_RETENTION_DAYS", kept.jobs.num_days())),
            discarded_jobs: days(reader.parsed(
                "DISCARDED_JOB_RETENTION_DAYS",
                kept.discarded_jobs.num_days(),
            )),
            webhooks: days(reader.parsed("WEBHOOK_RETENTION_DAYS", kept.webhooks.num_days())),
        };
        let named = [
            ("CART_RETENTION_DAYS", retention.carts),
            ("JOB_RETENTION_DAYS", retention.jobs),
            ("DISCARDED_JOB_RETENTION_DAYS", retention.discarded_jobs),
            ("WEBHOOK_RETENTION_DAYS", retention.webhooks),
        ];
        for (name, kept) in named {
            if !(1..=3650).contains(&kept.num_days()) {
                reader.fault(name, "must be between 1 and 3650");
            }
        }
        retention
    }
}

/// Zero for a number that is out of bounds, which the check refuses.
fn days(given: i64) -> TimeDelta {
    TimeDelta::try_days(given).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Retention, Vec<String>> {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::new(pairs);
        let retention = Retention::read(&mut reader);
        reader.finish(retention).map_err(|faults| faults.0)
    }

    #[test]
    fn each_is_a_setting_with_bounds() {
        assert_eq!(read(&[]), Ok(Retention::default()));
        let short = read(&[
            ("CART_RETENTION_DAYS", "2"),
            ("WEBHOOK_RETENTION_DAYS", "3"),
        ]);
        let expected = Retention {
            carts: TimeDelta::days(2),
            webhooks: TimeDelta::days(3),
            ..Retention::default()
        };
        assert_eq!(short, Ok(expected));
        for bad in ["0", "3651", "9223372036854775807"] {
            let fault = "JOB_RETENTION_DAYS: must be between 1 and 3650".to_owned();
            assert_eq!(read(&[("JOB_RETENTION_DAYS", bad)]), Err(vec![fault]));
        }
    }
}
